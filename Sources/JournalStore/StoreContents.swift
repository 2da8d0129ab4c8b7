import Journal
import Records
import Wire

/// What a store's file says, read through any connection to it: the owner's, or a reader's of its copy.
/// Everything is checked against the chain before it is handed out.
struct StoreContents {
  let database: Database
  let chain: TurnChain

  /// The newest turn's number; 0 when there is none.
  func lastTurn() throws(JournalError) -> UInt64 {
    let last = try database.integer("SELECT max(number) FROM turn") ?? 0
    guard let turn = UInt64(exactly: last) else { throw damaged(nil, "a turn has the number \(last)") }
    return turn
  }

  /// The chain value after a turn; before the first (0) the genesis.
  func chain(at turn: UInt64) throws(JournalError) -> Digest {
    if turn == 0 { return chain.genesis }
    let statement = try database.prepare("SELECT chain FROM turn WHERE number = ?")
    statement.bind(1, Int64(clamping: turn))
    guard try statement.step() else { throw missing(turn) }
    guard let value = statement.digest(0) else { throw damaged(turn, "its chain is not 32 bytes") }
    return value
  }

  /// Checks the turns after `after` and hands over each, in order, until `body` says false. `last` is the
  /// number of the last turn; fewer than that are damage.
  func visitTurns(
    after: UInt64, through last: UInt64, _ body: (TurnView) throws(JournalError) -> Bool
  ) throws(JournalError) {
    guard after < last else { return }
    var value = try chain(at: after)
    var row: Int64?
    var previous = after
    let statement = try database.prepare(
      "SELECT number, chain, body FROM turn WHERE number > ? AND number <= ? ORDER BY number")
    statement.bind(1, Int64(clamping: after))
    statement.bind(2, Int64(clamping: last))
    while try stepping(statement, after: previous) {
      guard UInt64(exactly: statement.integer(0)) == previous + 1 else { throw missing(previous + 1) }
      previous += 1
      // The bytes live until the next step of the statement; `body` cannot keep the span.
      let bytes = unsafe statement.bytes(2).bytes
      value = chain.next(after: value, turn: previous, body: bytes)
      guard value == statement.digest(1) else { throw damaged(previous, "it does not fit the chain") }
      let view = try view(of: bytes, turn: previous, firstRow: row.map { $0 + 1 })
      row = view.lastRow
      guard try body(view) else { return }
    }
    guard previous == last else { throw missing(previous + 1) }
  }

  /// The last row of a turn; 0 before the first.
  func lastRow(of turn: UInt64) throws(JournalError) -> Int64 {
    var row: Int64 = 0
    if turn > 0 {
      try visitTurns(after: turn - 1, through: turn) { (view) throws(JournalError) in
        row = view.lastRow
        return true
      }
    }
    return row
  }

  /// The last row of a turn as its header says it, believed for the while: what stands before a damaged turn
  /// is to be read all the same, and visiting the turn finds the damage.
  func toldLastRow(of turn: UInt64) throws(JournalError) -> Int64 {
    guard turn > 0 else { return 0 }
    let statement = try database.prepare("SELECT body FROM turn WHERE number = ?")
    statement.bind(1, Int64(clamping: turn))
    guard try statement.step() else { throw missing(turn) }
    // The bytes live until the statement is reset.
    guard let last = unsafe TurnView.lastRow(of: statement.bytes(0).bytes) else {
      throw damaged(turn, "it has no header")
    }
    return last
  }

  /// The newest turn that begins at this row or before it. Turns begin at rows that never fall.
  func turn(holding row: Int64, through last: UInt64) throws(JournalError) -> UInt64 {
    let statement = try database.prepare("SELECT body FROM turn WHERE number = ?")
    var low: UInt64 = 1
    var high = last
    while low < high {
      let middle = high - (high - low) / 2
      statement.reset()
      statement.bind(1, Int64(clamping: middle))
      guard try statement.step() else { throw missing(middle) }
      // The bytes live until the statement is reset.
      guard let first = unsafe TurnView.firstRow(of: statement.bytes(0).bytes) else {
        throw damaged(middle, "it has no header")
      }
      if first <= row { low = middle } else { high = middle - 1 }
    }
    return low
  }

  /// Reads the whole file: SQLite's own structure check, the chain from the first turn, every snapshot, and
  /// that the turns lead to the states of the host that the snapshots hold.
  func verify(_ meta: StoreMeta) throws(JournalError) {
    let structure = try database.text("PRAGMA integrity_check(1)") ?? "no answer"
    guard structure == "ok" else { throw damaged(nil, "SQLite's integrity check: \(structure)") }
    let last = try lastTurn()
    try checkHead(meta, last: last)
    try checkTail()
    let snapshots = try allSnapshots()
    var state = HostState()
    try compare(snapshots, state, at: 0)
    try visitTurns(after: 0, through: last) { (view) throws(JournalError) in
      do throws(TurnRefusal) { try state.apply(view) } catch { throw damaged(view.turn, "\(error)") }
      try compare(snapshots, state, at: view.turn)
      return true
    }
  }

  private func compare(
    _ snapshots: [StoredSnapshot], _ state: HostState, at turn: UInt64
  ) throws(JournalError) {
    for snapshot in snapshots where snapshot.turn == turn && snapshot.hostState != state {
      throw damaged(turn, "the snapshot after it holds other marks or messages than the turns lead to")
    }
  }

  /// Turns cut off the end leave a sound chain; the head written at boot and before each checkpoint shows
  /// them.
  func checkHead(_ meta: StoreMeta, last: UInt64) throws(JournalError) {
    guard meta.head <= last else {
      throw damaged(last + 1, "turns up to \(meta.head) were stored, the last one found is \(last)")
    }
    guard try chain(at: meta.head) == meta.headChain else {
      throw damaged(meta.head, "it is not the one stored when the journal was last written")
    }
  }

  /// A turn is named in the text: what a `JournalError` numbers are rows.
  func damaged(_ turn: UInt64?, _ what: String) -> JournalError {
    let place = turn.map { "turn \($0): " } ?? ""
    return .corrupt(path: database.path, atSequence: nil, what: place + what)
  }

  private func missing(_ turn: UInt64) -> JournalError { damaged(turn, "it is missing") }

  @_lifetime(copy bytes)
  private func view(of bytes: RawSpan, turn: UInt64, firstRow: Int64?) throws(JournalError) -> TurnView {
    let view: TurnView
    do throws(TurnRefusal) { view = try TurnView(bytes) } catch { throw damaged(turn, "\(error)") }
    guard view.turn == turn else { throw damaged(turn, "its bytes say turn \(view.turn)") }
    if let firstRow, view.firstRow != firstRow {
      throw damaged(turn, "its facts begin at row \(view.firstRow) instead of \(firstRow)")
    }
    return view
  }

  /// SQLite's own finding of damage, with the turn at which it was met.
  private func stepping(_ statement: borrowing Statement, after previous: UInt64) throws(JournalError) -> Bool
  {
    do {
      return try statement.step()
    } catch .corrupt(_, _, let what) {
      throw damaged(previous + 1, what)
    }
  }
}
