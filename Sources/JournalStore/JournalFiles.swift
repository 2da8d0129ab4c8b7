import Journal
import Records

/// What a store asks of the file system besides what SQLite does with it; tests give it a disk in memory.
package protocol JournalFiles {
  /// The file system below SQLite; nil is the host's own.
  var vfs: String? { get }

  /// Names this boot of the machine.
  func boot() throws(JournalError) -> FileID

  /// Nil when nothing is there.
  func status(of path: String) throws(JournalError) -> JournalFileStatus?

  /// The process that has the file exclusively; nil when none has.
  func holder(of path: String) throws(JournalError) -> Int32?

  /// A name beside `path` that nobody else takes.
  func draftName(for path: String) -> String

  /// Gives a finished draft its name and keeps it there through a power loss; false when the name is taken.
  func publish(_ draft: String, as path: String) throws(JournalError) -> Bool

  func remove(_ path: String)

  /// A look at the log beside a journal whose `file` is open.
  func inspectLog(of path: String, file: Database) throws(JournalError) -> WriteAheadLog

  /// The commit mark's file, made when it is missing.
  func openMark(_ path: String) throws(JournalError) -> any MarkFile
}

/// Where the mark of a journal lies.
func markPath(of journal: String) -> String { journal + "-mark" }
