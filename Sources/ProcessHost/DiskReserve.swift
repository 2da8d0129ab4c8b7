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

  func make() throws(FileError) { try FileSystem.reserve(path, byteCount: Self.byteCount) }

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
