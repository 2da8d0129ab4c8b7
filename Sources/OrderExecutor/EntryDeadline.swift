import Trading
import Vocabulary

/// When an entry expires on the boot clock, whatever happens to the wall clock: one that is set back must not
/// let it rest longer than it was meant to.
///
/// Volatile: after a restart it is reckoned anew, from what the wall clock says is left and never for longer
/// than the intent was given at first.
struct EntryDeadline: Equatable, Sendable {
  let id: IntentID
  let boot: Int64

  init(_ intent: AcceptedIntent, wall: Int64, boot: Int64) {
    id = intent.id
    let left = Self.distance(from: wall, to: intent.expireNanos)
    let life = Self.distance(from: intent.atNanos, to: intent.expireNanos)
    let (sum, overflow) = boot.addingReportingOverflow(max(0, min(left, life)))
    self.boot = overflow ? .max : sum
  }

  /// As far as it can be told.
  private static func distance(from: Int64, to: Int64) -> Int64 {
    let (distance, overflow) = to.subtractingReportingOverflow(from)
    return overflow ? (to > from ? .max : .min) : distance
  }
}
