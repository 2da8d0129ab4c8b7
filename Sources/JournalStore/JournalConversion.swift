import Glibc
import Journal
import Records

/// Writes a journal of the format before, a row a fact, anew as a store of turns.
///
/// Carried are the identity, the lineage, the last epoch (the next opening enters one above it), all facts
/// with their numbers, the marks and messages as they stand at the end, and the sound snapshots of the core.
/// The facts' schema stays what it is. A damaged source is refused. The source is only read until the new
/// journal is complete and compared with it; then it goes on under `asidePath`, and the new one takes its
/// name. A conversion that was interrupted is simply run again.
public struct JournalConversion {
  /// What was carried.
  public struct Outcome: Equatable, Sendable {
    public let rows: Int64
    public let turns: UInt64
    public let snapshots: Int
    public let marks: Int
    public let messages: Int
    public let epoch: UInt32
    public let lineage: UInt64
    /// Turns at the source's end that cannot be read and are not carried; worth a reconciliation.
    public let cutTurns: Int
    /// Where the source is now.
    public let asidePath: String
  }

  private let path: String
  /// What a journal of the first layout, which knew no binding, is bound to.
  private let unboundBinding: (mode: String, account: String)?

  public static func asidePath(of path: String) -> String { path + ".former" }

  /// Nil when the journal has the new format already. Nobody may have it open.
  public static func run(
    path: String, unboundBinding: (mode: String, account: String)? = nil
  ) throws(JournalError) -> Outcome? {
    try JournalConversion(path: path, unboundBinding: unboundBinding).run()
  }

  private func run() throws(JournalError) -> Outcome? {
    if try isConverted() { return nil }
    let aside = Self.asidePath(of: path)
    // An interrupted conversion has put it aside whole, and may have taken its log from here.
    let source = try JournalFileStatus(path: aside) == nil ? path : aside
    let before = try Self.states(of: source)
    let log = try WriteAheadLog.inspect(journal: source)
    let reader = try JournalReader.open(path: source)
    try check(reader, log)
    let files = HostFiles()
    let draft = files.draftName(for: path)
    defer { for suffix in ["", "-wal"] { files.remove(draft + suffix) } }
    let written = try StoreRewriting(
      reader: reader, draft: draft, unboundBinding: unboundBinding, files: files
    ).run()
    guard try lockHolder(of: source) == nil, try Self.states(of: source) == before else {
      throw .heldByAnother(path: source, processID: nil)
    }
    if source != aside { try putAside(to: aside) }
    try MarkKeeper.start(
      try files.openMark(markPath(of: path)), written.mark, durability: reader.durability
    ).flush()
    try take(draft)
    return Outcome(
      rows: reader.lastSequence, turns: written.mark.turn, snapshots: written.snapshots,
      marks: written.state.marks.count,
      messages: written.state.outboxes.reduce(0) { $0 + $1.messages.count }, epoch: reader.epoch,
      lineage: reader.lineage, cutTurns: log.unreadableCommits, asidePath: aside)
  }

  private func isConverted() throws(JournalError) -> Bool {
    do throws(JournalError) {
      _ = try StoreReader.open(path: path)
      return true
    } catch .older(_, "format", _, _) {
      return false
    }
  }

  private func check(_ reader: JournalReader, _ log: WriteAheadLog) throws(JournalError) {
    try reader.verify()
    try reader.checkTail()
    // As the build that wrote it judges: with `power` no accident leaves more than one.
    guard reader.durability == .process || log.unreadableCommits < 2 else {
      throw .corrupt(
        path: reader.path, atSequence: nil,
        what: "\(log.unreadableCommits) committed turns in its log cannot be read")
    }
  }

  /// Size and time of the file and its log, to notice a writer.
  private static func states(of path: String) throws(JournalError) -> [Int64] {
    var states: [Int64] = []
    for suffix in ["", "-wal"] {
      let status = try JournalFileStatus(path: path + suffix)
      states += [status?.byteCount ?? -1, status?.modifiedNanos ?? -1]
    }
    return states
  }

  /// Gives the source a second name, its log first: when the file is there under that name, so is its log.
  /// Then the log goes from here: beside the new journal it would be taken for that one's.
  private func putAside(to aside: String) throws(JournalError) {
    for suffix in ["-wal", ""] where try JournalFileStatus(path: path + suffix) != nil {
      guard unsafe link(path + suffix, aside + suffix) == 0 || errno == EEXIST else {
        throw .unwritable(path: aside + suffix, what: describe(errno))
      }
    }
    try syncFolder(of: path)
  }

  private func take(_ draft: String) throws(JournalError) {
    guard unsafe unlink(path + "-wal") == 0 || errno == ENOENT else {
      throw .unwritable(path: path + "-wal", what: describe(errno))
    }
    guard unsafe rename(draft, path) == 0 else { throw .unwritable(path: path, what: describe(errno)) }
    try syncFolder(of: path)
  }
}
