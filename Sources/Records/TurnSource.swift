/// A history of turns that can be read: a store that is open, or a copy of one that nobody holds.
public protocol TurnSource: ~Copyable {
  /// For messages to people.
  var path: String { get }
  var identity: JournalIdentity { get }
  var durability: Durability { get }
  /// The last incarnation that wrote.
  var epoch: UInt32 { get }
  /// Tells journals apart: when this one was created, ns UTC. Copies keep it.
  var lineage: UInt64 { get }
  /// The number of the newest turn, 0 when there is none; rises by 1.
  var lastTurn: UInt64 { get }
  /// The number of the newest fact, 0 when there is none.
  var lastRow: Int64 { get }

  /// The newest snapshots that are sound, newest first.
  func validSnapshots(atMost limit: Int) throws(JournalError) -> [StoredSnapshot]

  /// Throws when a snapshot was taken after turns that are gone.
  func checkTail() throws(JournalError)

  /// Hands over the turns after `turn` in order, each checked against the chain first, until `body` says
  /// false. The view is borrowed for the call.
  func visitTurns(
    after turn: UInt64, _ body: (TurnView) throws(JournalError) -> Bool
  ) throws(JournalError)

  /// The turn that holds this row, which must be one of the source's. What damage makes of this answer is
  /// found when the turn is visited.
  func turn(holding row: Int64) throws(JournalError) -> UInt64

  /// Checks everything; time grows with the size.
  func verify() throws(JournalError)
}

extension TurnSource where Self: ~Copyable {
  /// Hands over the turns after `turn` in order, each checked against the chain first.
  public func forEachTurn(
    after turn: UInt64, _ body: (TurnView) throws(JournalError) -> Void
  ) throws(JournalError) {
    try visitTurns(after: turn) { (view) throws(JournalError) in
      try body(view)
      return true
    }
  }

  /// Hands over the rows after `row` in order, at most `limit`, each from a turn that was checked against the
  /// chain first. Returns the last row handed over (`row` when there was none).
  @discardableResult
  public func forEachRow(
    after row: Int64, limit: Int = .max, _ body: (JournalRow, RawSpan) throws(JournalError) -> Void
  ) throws(JournalError) -> Int64 {
    precondition(row >= 0 && limit >= 0, "rows are asked after \(row), limit \(limit)")
    let end = limit < lastRow - row ? row + Int64(limit) : lastRow
    guard row < end else { return row }
    var last = row
    try visitTurns(after: try turn(holding: row + 1) - 1) { (view) throws(JournalError) in
      guard view.firstRow <= last + 1 else {
        throw .corrupt(path: path, atSequence: last + 1, what: "the row is missing")
      }
      try view.forEachFact { (fact, bytes) throws(JournalError) in
        guard fact.sequence > last, fact.sequence <= end else { return }
        last = fact.sequence
        try body(fact, bytes)
      }
      return last < end
    }
    guard last == end else {
      throw .corrupt(path: path, atSequence: last + 1, what: "the row is missing")
    }
    return last
  }
}
