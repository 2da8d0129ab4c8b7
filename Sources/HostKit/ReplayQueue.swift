import ActorKit

/// Callers who wait for journal rows, served in turn. Bound: `capacity`; more are dropped and counted, and
/// ask again.
package struct ReplayQueue {
  package struct Request {
    package var route: UInt32
    package var correlation: Correlation
    /// Rows after this one; moves on with what is sent.
    package var after: Int64
    package var rowsLeft: Int
    package var bytesLeft = ReplayQueue.maxBytes
    package var triesLeft = ReplayQueue.maxTries

    package init(route: UInt32, correlation: Correlation, after: Int64, rowsLeft: Int) {
      (self.route, self.correlation, self.after, self.rowsLeft) = (route, correlation, after, rowsLeft)
    }
  }

  package static let capacity = 16
  /// Bound of one answer: rows, and bytes of frames; the part that reaches it is the last.
  package static let maxRows = 256
  package static let maxBytes = 48 << 10
  /// Bound of one turn, in rows. The rest of the answer comes in later turns.
  package static let rowsPerTurn = 64
  /// A caller whose queue is full is tried again so often, after this pause each, then dropped.
  package static let maxTries = 200
  package static let pauseNanos: Int64 = 5 * .nanosPerMilli
  /// The longest fact that one frame holds beside the rest of it.
  package static let maxBody = 60_000

  package init() {}

  private var waiting: ArraySlice<Request> = []
  private var nextBootNanos = Int64.min

  /// When somebody is to be served, boot clock.
  package var dueBootNanos: Int64 { waiting.isEmpty ? .max : nextBootNanos }

  /// False when too many wait already.
  package mutating func add(_ request: Request) -> Bool {
    guard waiting.count < Self.capacity else { return false }
    waiting.append(request)
    return true
  }

  package mutating func next(atBootNanos now: Int64) -> Request? {
    now >= nextBootNanos ? waiting.popFirst() : nil
  }

  /// More of it is to be sent: behind the others, at once or after a pause.
  package mutating func goOn(_ request: Request, afterPauseFrom now: Int64? = nil) {
    waiting.append(request)
    nextBootNanos = now.map { $0 + Self.pauseNanos } ?? .min
  }
}
