import Glibc

/// A file read from its start to its end, piece by piece.
public struct InputFile: ~Copyable {
  public let path: String
  private let descriptor: Descriptor

  public init(_ path: String) throws(FileError) {
    descriptor = try FileSystem.open(path, O_RDONLY)
    self.path = path
  }

  /// Fills `output` from its start; how many bytes, 0 at the end of the file.
  public func read(into output: inout [UInt8]) throws(FileError) -> Int {
    let count = unsafe output.withUnsafeMutableBytes { buffer -> Int in
      guard let start = buffer.baseAddress else { return 0 }
      // unsafe: the array is borrowed for the call and has that many bytes.
      return unsafe descriptor.read(into: start, capacity: buffer.count)
    }
    guard count >= 0 else { throw FileError(path: path, operation: "read", code: errno) }
    return count
  }
}
