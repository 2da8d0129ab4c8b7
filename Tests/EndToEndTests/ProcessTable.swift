import Glibc
import Platform

/// The processes of this machine, by the words they were started with.
enum ProcessTable {
  struct Entry {
    let processID: Int32
    let words: [String]

    /// The component a program of this package runs.
    var component: String? {
      guard let flag = words.firstIndex(of: "--component"), flag + 1 < words.count else { return nil }
      return words[flag + 1]
    }
  }

  /// Those that were started with a word that contains `text`: a folder nobody else has, so that they are
  /// ours.
  static func entries(mentioning text: String) throws -> [Entry] {
    try FileSystem.list("/proc").compactMap { name in
      guard let processID = Int32(name), let words = try words(of: processID) else { return nil }
      return words.contains { $0.contains(text) } ? Entry(processID: processID, words: words) : nil
    }
  }

  /// Nil when the process has ended.
  private static func words(of processID: Int32) throws -> [String]? {
    do throws(FileError) {
      let bytes = try FileSystem.read("/proc/\(processID)/cmdline", maxBytes: 1 << 20)
      return bytes.split(separator: 0).map { String(decoding: $0, as: UTF8.self) }
    } catch {
      // ESRCH: it ended between the open and the read.
      if error.isMissing || error.code == ESRCH { return nil }
      throw error
    }
  }

  static func send(signal: Int32, to processID: Int32) { _ = Glibc.kill(processID, signal) }
}
