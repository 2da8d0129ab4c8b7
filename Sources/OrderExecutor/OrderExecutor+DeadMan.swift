import ActorKit
import Trading
import Wire

// The last protection: the venue itself cancels when this process has died or hangs.
extension OrderExecutor {
  /// When the switch is to be set or renewed, boot clock. It matters only while orders are open, and is set
  /// once before the first is placed.
  var deadManDueBoot: Int64 {
    guard reconciliation.isComplete, !isFinished else { return .max }
    return nextDeadManBoot == 0 || !books.open.isEmpty ? nextDeadManBoot : .max
  }

  /// Tells the venue to cancel all orders of the account but stops, which can only close, when it hears
  /// nothing more for a while. Sent by the loop that can cancel, so that one that hangs does not keep its
  /// orders alive.
  mutating func renewDeadMan(at now: Instant, into effects: inout Effects) {
    guard bucket.take(for: .cancel, atNanos: now.boot) else {
      let wait = max(bucket.nanosUntilAvailable(for: .cancel, atNanos: now.boot), 1)
      nextDeadManBoot = now.boot + wait
      return
    }
    nextDeadManBoot = now.boot + configuration.deadManNanos / 4
    let command = CancelAll(
      envelope: Envelope(origin: 0), account: books.account, requestNanos: now.wall,
      afterSilenceNanos: configuration.deadManNanos, conditions: .sparesStops)
    effects.send(to: .link(component: configuration.venueComponent)) { command.encode(into: &$0) }
  }
}
