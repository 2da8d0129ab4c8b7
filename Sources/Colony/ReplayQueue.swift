import ActorKit

/// Callers who wait for journal rows, served in turn. Bound: `capacity`; more are dropped and counted, and
/// ask again.
struct ReplayQueue {
  struct Request {
    var route: UInt32
    var correlation: Correlation
    /// Rows after this one; moves on with what is sent.
    var after: Int64
    var rowsLeft: Int
    var bytesLeft = ReplayQueue.maxBytes
    var triesLeft = ReplayQueue.maxTries
  }

  static let capacity = 16
  /// Bound of one answer: rows, and bytes of frames; the part that reaches it is the last.
  static let maxRows = 256
  static let maxBytes = 48 << 10
  /// Bound of one turn, in rows. The rest of the answer comes in later turns.
  static let rowsPerTurn = 64
  /// A caller whose queue is full is tried again so often, after this pause each, then dropped.
  static let maxTries = 200
  static let pauseNanos: Int64 = 5 * .nanosPerMilli
  /// The longest fact that one frame holds beside the rest of it.
  static let maxBody = 60_000

  private var waiting: ArraySlice<Request> = []
  private var nextBootNanos = Int64.min

  /// When somebody is to be served, boot clock.
  var dueBootNanos: Int64 { waiting.isEmpty ? .max : nextBootNanos }

  /// False when too many wait already.
  mutating func add(_ request: Request) -> Bool {
    guard waiting.count < Self.capacity else { return false }
    waiting.append(request)
    return true
  }

  mutating func next(atBootNanos now: Int64) -> Request? {
    now >= nextBootNanos ? waiting.popFirst() : nil
  }

  /// More of it is to be sent: behind the others, at once or after a pause.
  mutating func goOn(_ request: Request, afterPauseFrom now: Int64? = nil) {
    waiting.append(request)
    nextBootNanos = now.map { $0 + Self.pauseNanos } ?? .min
  }
}
