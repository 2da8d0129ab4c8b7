import ActorKit
import Wire

/// Finds out when a component that nobody supervises has nothing left to do: its session has ended, and so
/// has its own part in it.
///
/// The queen ends last: the others go when her beats say that she is finished, which she is when every
/// executor has confirmed. Pure: time comes in.
package struct SessionEnd {
  /// Between the end and leaving, so that everyone has seen it.
  package static let graceNanos: Int64 = 3_000_000_000
  /// A component that is finished while no finished queen is heard leaves after this …
  package static let queenlessNanos: Int64 = 60_000_000_000
  /// … and one that is not an executor, though it is not finished, this long after the shutdown began.
  package static let shutdownNanos: Int64 = 180_000_000_000

  private var isQueenFinished = false
  private var shutdownSince: Int64?
  private var finishedSince: Int64?
  private var endedSince: Int64?

  package init() {}

  /// What the queen's beat says.
  package mutating func heard(queen state: ComponentState) { isQueenFinished = state == .finished }

  package mutating func heard(_ session: SessionCode, atBootNanos now: Int64) {
    shutdownSince = session == .shutdown ? shutdownSince ?? now : nil
  }

  /// Whether it is time to leave. Called about once a second.
  package mutating func isOver(
    _ kind: ComponentKind, _ state: ComponentState, atBootNanos now: Int64
  ) -> Bool {
    finishedSince = state == .finished ? finishedSince ?? now : nil
    let isEnded = state == .finished && (kind == .queen || isQueenFinished)
    endedSince = isEnded ? endedSince ?? now : nil
    if let endedSince, now - endedSince >= Self.graceNanos { return true }
    if let finishedSince, now - finishedSince >= Self.queenlessNanos { return true }
    guard kind != .executor, let shutdownSince else { return false }
    return now - shutdownSince >= Self.shutdownNanos
  }
}
