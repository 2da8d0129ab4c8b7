import Glibc

/// Why a lock was not taken.
public enum FileLockError: Error, Equatable, Sendable, CustomStringConvertible {
  /// Another process has it; its id, if it wrote one.
  case held(path: String, byProcess: Int32?)
  case file(FileError)

  public var description: String {
    switch self {
    case .held(let path, let process):
      "\(path) is locked by \(process.map { "process \($0)" } ?? "another process"): stop that one first"
    case .file(let error):
      error.description
    }
  }
}

/// A file only one process can hold, for as long as this value lives. The kernel lets go of it when the
/// process ends, however it ends. The file itself stays: removing it would let two processes lock two files
/// of one name. A child that is just being started shares the lock for the moment until it runs its program.
public struct FileLock: ~Copyable {
  public let path: String
  private let descriptor: Descriptor

  /// Takes the lock without waiting, creating the file if need be, and writes this process's id into it.
  public init(_ path: String) throws(FileLockError) {
    descriptor = try FileLock.take(path)
    self.path = path
  }

  private static func take(_ path: String) throws(FileLockError) -> Descriptor {
    do throws(FileError) {
      let file = try FileSystem.open(path, O_RDWR | O_CREAT, mode: 0o644)
      if flock(file.number, LOCK_EX | LOCK_NB) == 0 {
        try writeHolder(file, path)
        return file
      }
      let code = errno
      guard code == EWOULDBLOCK else { throw FileError(path: path, operation: "flock", code: code) }
    } catch {
      throw .file(error)
    }
    throw .held(path: path, byProcess: holder(path))
  }

  private static func writeHolder(_ file: borrowing Descriptor, _ path: String) throws(FileError) {
    guard ftruncate(file.number, 0) == 0 else {
      throw FileError(path: path, operation: "ftruncate", code: errno)
    }
    let code = file.writeAll([UInt8]("\(getpid())\n".utf8))
    guard code == 0 else { throw FileError(path: path, operation: "write", code: code) }
  }

  /// The id in the file. It only makes a message clearer, so an unreadable one is no error.
  private static func holder(_ path: String) -> Int32? {
    do throws(FileError) {
      let text = String(decoding: try FileSystem.read(path, maxBytes: 64), as: UTF8.self)
      return Int32(text.prefix { $0.isNumber })
    } catch {
      return nil
    }
  }
}
