import ActorKit
import Trading

/// What is watched of one intent's protection now. Volatile: a restart begins to watch anew.
struct ProtectionWatch: Equatable, Sendable {
  let id: IntentID
  /// Since when a wanted stop or target has not worked for all that is open, boot clock; nil while all is
  /// well.
  var lackingSinceBoot: Int64?
  /// Since when the market has been beyond a stop that rests at the venue, boot clock; nil while it is not.
  var passedSinceBoot: Int64?
  /// A person was told, once per episode.
  var isLackToldOf = false
  var isPassToldOf = false
  /// The venue refused the last order, or found nothing to trade with: wait until then, boot clock, twice as
  /// long each time.
  var pausedUntilBoot: Int64 = 0
  var pauseNanos: Int64 = 0
  /// When the venue last took one of its orders, boot clock.
  var acceptedBoot: Int64?
  /// The market did not take what was offered at a guarded target: not again before, boot clock, twice as
  /// long each time.
  var targetPausedUntilBoot: Int64 = 0
  var targetPauseNanos: Int64 = 0

  /// A position without its stop for so long is worth an alarm, and so is a stop passed for so long: reports
  /// have had their time.
  static let patienceNanos: Int64 = .nanosPerSecond
  static let firstPauseNanos: Int64 = 100 * .nanosPerMilli
  static let longestPauseNanos: Int64 = 5 * .nanosPerSecond

  init(_ id: IntentID) { self.id = id }

  mutating func pause(atBoot boot: Int64) {
    if let acceptedBoot, boot - acceptedBoot > 2 * Self.longestPauseNanos { pauseNanos = 0 }
    acceptedBoot = nil
    pauseNanos = pauseNanos == 0 ? Self.firstPauseNanos : min(2 * pauseNanos, Self.longestPauseNanos)
    pausedUntilBoot = boot + pauseNanos
  }

  mutating func pauseTarget(atBoot boot: Int64) {
    targetPauseNanos =
      targetPauseNanos == 0 ? Self.firstPauseNanos : min(2 * targetPauseNanos, Self.longestPauseNanos)
    targetPausedUntilBoot = boot + targetPauseNanos
  }
}
