import Records
import Wire

/// The file of a commit mark.
package protocol MarkFile: AnyObject {
  /// All of it, a few KiB; empty when it is new.
  func read() throws(JournalError) -> [UInt8]

  func write(_ bytes: RawSpan, at offset: Int) throws(JournalError)

  /// Returns when what was written is on the disk.
  func flush() throws(JournalError)

  /// Asks for a flush and does not wait for it. Throws when an earlier one has failed.
  func requestFlush() throws(JournalError)
}
