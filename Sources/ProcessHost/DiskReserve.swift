import Platform

/// Room on the disk kept beside the journal of a core that can do something useful without one.
///
/// When a write fails for lack of space it is given up, so that the next incarnation can open the journal,
/// begin its epoch and journal what it ends. As long as it cannot be made again that incarnation begins
/// nothing: it is told `journalImpaired`.
struct DiskReserve {
  /// Enough for some hundred turns and a checkpoint.
  static let byteCount = 4 << 20

  let path: String

  init(_ configuration: HostConfiguration) {
    path = "\(configuration.runFolder)/\(configuration.name).reserve"
  }

  /// Throws where there is no room. A reserve that had to be given up comes back only with as much room again
  /// beside it, or the next incarnations would trade on a full disk and die at their first writes.
  func make() throws(FileError) {
    if try !FileSystem.exists(path) {
      let folder = String(path.prefix(upTo: path.lastIndex(of: "/") ?? path.startIndex))
      guard try FileSystem.freeBytes(folder) >= Int64(2 * Self.byteCount) else {
        throw .diskFull(path: path, operation: "reserving room")
      }
    }
    try FileSystem.reserve(path, byteCount: Self.byteCount)
  }

  /// Whether there was a reserve and its room is free now.
  func free() -> Bool {
    do throws(FileError) {
      guard try FileSystem.exists(path) else { return false }
      try FileSystem.remove(path)
      return true
    } catch {
      // The full disk is the trouble that is told; this leaves it as it is.
      return false
    }
  }
}
