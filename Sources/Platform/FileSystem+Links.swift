import Glibc

extension FileSystem {
  /// What a symbolic link says, at most 4,095 bytes; it need not exist.
  public static func target(ofLink path: String) throws(FileError) -> String {
    var bytes = [UInt8](repeating: 0, count: 4096)
    // unsafe: readlink writes at most the given number of bytes, without a terminator, into the array.
    let count = unsafe bytes.withUnsafeMutableBytes { buffer -> Int in
      guard let start = buffer.baseAddress else { return 0 }
      return unsafe readlink(path, start.assumingMemoryBound(to: CChar.self), buffer.count)
    }
    guard count >= 0 else { throw FileError(path: path, operation: "readlink", code: errno) }
    guard count < bytes.count else { throw FileError(path: path, operation: "readlink", code: ENAMETOOLONG) }
    return String(decoding: bytes[..<count], as: UTF8.self)
  }

  /// This program's own file.
  public static func programPath() throws(FileError) -> String { try target(ofLink: "/proc/self/exe") }

  /// The folder this program lies in, with its sister programs.
  public static func programDirectory() throws(FileError) -> String {
    parent(of: try programPath())
  }

  /// The path as seen from the root: as given when it begins with a slash, else below the current folder.
  public static func absolute(_ path: String) throws(FileError) -> String {
    if path.hasPrefix("/") { return path }
    let here = try target(ofLink: "/proc/self/cwd")
    return here == "/" ? "/\(path)" : "\(here)/\(path)"
  }
}
