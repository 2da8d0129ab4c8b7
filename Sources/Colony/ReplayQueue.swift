import ActorKit

/// Callers who wait for journal rows. Bound: `capacity`; more are dropped and counted, and ask again.
///
/// What is public of it is the contract of an answer, which ends by its own contents.
struct ReplayQueue {
  struct Request {
    var route: UInt32
    var correlation: Correlation
    /// Rows after this one.
    var after: Int64
    var atMost: Int
  }

  static let capacity = 16
  /// Bound of one answer: rows, and bytes of frames; the part that reaches it is the last.
  static let maxRows = 256
  static let maxBytes = 48 << 10
  /// Rows read from the journal at once.
  static let portion = 16
  /// The longest fact that one frame holds beside the rest of it.
  static let maxBody = 60_000

  private var waiting: ArraySlice<Request> = []

  var isEmpty: Bool { waiting.isEmpty }

  /// False when too many wait already.
  mutating func add(_ request: Request) -> Bool {
    guard waiting.count < Self.capacity else { return false }
    waiting.append(request)
    return true
  }

  mutating func next() -> Request? { waiting.popFirst() }
}
