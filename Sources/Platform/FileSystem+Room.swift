import Glibc

extension FileSystem {
  /// Makes a file of `byteCount` bytes whose room on the disk is really there, unlike that of a file with
  /// holes. One that has it already is left alone; what could not be made whole is removed again.
  public static func reserve(_ path: String, byteCount: Int) throws(FileError) {
    let file = try open(path, O_RDWR | O_CREAT, mode: 0o600)
    let code = posix_fallocate(file.number, 0, byteCount)
    guard code != 0 else { return }
    // Whether or not this works, the error is the one to report.
    _ = unsafe unlink(path)
    throw FileError(path: path, operation: "reserving \(byteCount) bytes", code: code)
  }
}
