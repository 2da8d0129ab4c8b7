import Journal
import JournalStore
import Records

/// The host's files after its machine was started again.
struct OtherBoot: JournalFiles {
  private let host = HostFiles()

  var vfs: String? { host.vfs }
  func boot() throws(JournalError) -> FileID { FileID(high: 1, low: 2) }
  func status(of path: String) throws(JournalError) -> JournalFileStatus? { try host.status(of: path) }
  func holder(of path: String) throws(JournalError) -> Int32? { try host.holder(of: path) }
  func draftName(for path: String) -> String { host.draftName(for: path) }
  func publish(_ draft: String, as path: String) throws(JournalError) -> Bool {
    try host.publish(draft, as: path)
  }
  func remove(_ path: String) { host.remove(path) }
  func inspectLog(of path: String, file: Database) throws(JournalError) -> WriteAheadLog {
    try host.inspectLog(of: path, file: file)
  }
  func openMark(_ path: String) throws(JournalError) -> any MarkFile { try host.openMark(path) }
}
