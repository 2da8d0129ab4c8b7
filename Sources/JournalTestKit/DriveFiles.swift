import Journal
import JournalStore
import Records
import Wire

/// What a store asks of its folder, answered by a simulated disk.
package struct DriveFiles: JournalFiles {
  private let system: DriveVFS
  private var drive: DiskDrive { system.drive }

  package init(_ system: DriveVFS) { self.system = system }

  package var vfs: String? { system.name }

  package func boot() throws(JournalError) -> FileID { drive.boot }

  package func status(of path: String) throws(JournalError) -> JournalFileStatus? {
    guard let file = drive.disk.file(path) else { return nil }
    // A device that no system has, so that the claims of two disks never meet.
    return JournalFileStatus(
      identity: JournalFileIdentity(
        device: UInt64(UInt(bitPattern: ObjectIdentifier(drive))), inode: UInt64(file)),
      byteCount: Int64(drive.disk.byteCount(of: file)))
  }

  package func holder(of path: String) throws(JournalError) -> Int32? { nil }

  package func draftName(for path: String) -> String {
    var name = path + ".new"
    for _ in 0..<4 { name += "-\(drive.randomByte())" }
    return name
  }

  package func publish(_ draft: String, as path: String) throws(JournalError) -> Bool {
    guard !drive.disk.isStopped else {
      throw SimulatedDisk.Trouble.stopped.journalError(path, "naming the journal")
    }
    return drive.disk.rename(draft, to: path)
  }

  package func remove(_ path: String) {
    for suffix in ["", "-wal", "-journal"] { drive.disk.remove(path + suffix) }
  }

  package func inspectLog(of path: String, file: Database) throws(JournalError) -> WriteAheadLog {
    guard let log = drive.disk.file(path + "-wal") else { return WriteAheadLog() }
    let content = drive.disk.content(of: log)
    var offset = 0
    return try WriteAheadLog.inspect { (buffer) throws(JournalError) in
      let count = min(buffer.count, content.count - offset)
      buffer.replaceSubrange(0..<count, with: content[offset..<offset + count])
      offset += count
      return count
    } page: { (offset, byteCount) throws(JournalError) in
      try file.bytes(at: offset, count: byteCount)
    }
  }

  package func openMark(_ path: String) throws(JournalError) -> any MarkFile { try drive.openMark(path) }
}
