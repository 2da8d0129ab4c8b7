import Journal
import Records

/// Reads a store that no process holds, for reports and inspection. It works on a private copy of the file
/// and its log, gone from the disk before the first turn is read: SQLite's own readers hold a lock that would
/// stop the component from starting again, and a report must never keep an executor from its account.
public final class StoreReader: TurnSource {
  public let path: String
  public let identity: JournalIdentity
  public let durability: Durability
  public let epoch: UInt32
  public let lineage: UInt64
  public let lastTurn: UInt64
  public let lastRow: Int64
  /// What the next opening would find at the end; nil when it would refuse the journal.
  public let recovery: StoreRecovery?

  private let contents: StoreContents
  private let meta: StoreMeta

  /// Throws `.heldByAnother` when a process has the journal open: then its owner must be asked.
  public static func open(path: String) throws(JournalError) -> StoreReader {
    let copy = try JournalCopy.make(of: path)
    return try StoreReader(path: path, copy)
  }

  private init(path: String, _ copy: consuming JournalCopy) throws(JournalError) {
    self.path = path
    let files = HostFiles()
    do {
      let database = try Database(path: copy.path, access: .existing)
      let log = try WriteAheadLog.inspect(journal: copy.path, file: database)
      try database.execute("PRAGMA locking_mode = EXCLUSIVE")
      try StoreLayout.check(database)
      meta = try StoreMeta.read(from: database)
      contents = StoreContents(
        database: database, chain: TurnChain(of: meta.identity, fileID: meta.fileID))
      lastTurn = try contents.lastTurn()
      lastRow = try contents.toldLastRow(of: lastTurn)
      let judgement = TailJudgement(
        path: path, durability: meta.durability, fileID: meta.fileID, boot: try files.boot(),
        lastTurn: lastTurn, unreadable: log.unreadableCommitsAtLeast)
      recovery = try Self.judge(judgement, contents, mark: try Self.mark(beside: path))
    } catch {
      throw error.at(path)
    }
    identity = meta.identity
    durability = meta.durability
    epoch = meta.epoch
    lineage = meta.lineage
  }

  private static func mark(beside path: String) throws(JournalError) -> CommitMark.Found {
    let place = markPath(of: path)
    guard try JournalFileStatus(path: place) != nil else { return .nothing }
    return CommitMark.newest(in: try HostMarkFile(reading: place).read())
  }

  private static func judge(
    _ judgement: TailJudgement, _ contents: StoreContents, mark: CommitMark.Found
  ) throws(JournalError) -> StoreRecovery? {
    do {
      return try judgement.judge(mark) { (turn) throws(JournalError) in try contents.chain(at: turn) }
    } catch .corrupt {
      return nil
    }
  }

  public func validSnapshots(atMost limit: Int) throws(JournalError) -> [StoredSnapshot] {
    do { return try contents.validSnapshots(atMost: limit) } catch { throw error.at(path) }
  }

  public func checkTail() throws(JournalError) {
    do { try contents.checkTail() } catch { throw error.at(path) }
  }

  public func visitTurns(
    after turn: UInt64, _ body: (TurnView) throws(JournalError) -> Bool
  ) throws(JournalError) {
    do { try contents.visitTurns(after: turn, through: lastTurn, body) } catch { throw error.at(path) }
  }

  public func turn(holding row: Int64) throws(JournalError) -> UInt64 {
    precondition(row > 0 && row <= lastRow, "row \(row) of \(lastRow)")
    do { return try contents.turn(holding: row, through: lastTurn) } catch { throw error.at(path) }
  }

  public func verify() throws(JournalError) {
    do { try contents.verify(meta) } catch { throw error.at(path) }
  }
}
