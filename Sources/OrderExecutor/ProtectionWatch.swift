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
  /// Since when the touch has been beyond the stop while the instrument has no price, boot clock; nil while
  /// that is not so.
  var doubtedSinceBoot: Int64?
  /// A person was told, once per episode.
  var isLackToldOf = false
  var isPassToldOf = false
  /// The venue refused the last order of a resting leg, or found nothing to trade with. Each leg has its own:
  /// a target that is refused must not delay a stop.
  var stopPause = Pause()
  var targetPause = Pause()
  /// The market did not take what was offered at a guarded target.
  var guardedTargetPause = Pause()

  /// A position without its stop for so long is worth an alarm, and so is a stop passed for so long: reports
  /// have had their time.
  static let patienceNanos: Int64 = .nanosPerSecond

  init(_ id: IntentID) { self.id = id }

  /// Until when to wait before the next order, twice as long each time.
  struct Pause: Equatable, Sendable {
    /// Boot clock.
    private(set) var untilBoot: Int64 = 0
    /// How long it is; 0 before the first.
    private(set) var nanos: Int64 = 0
    /// When the venue last took one of the orders, boot clock.
    var acceptedBoot: Int64?

    private static let firstNanos: Int64 = 100 * .nanosPerMilli
    private static let longestNanos: Int64 = 5 * .nanosPerSecond

    mutating func begin(atBoot boot: Int64) {
      if let acceptedBoot, boot - acceptedBoot > 2 * Self.longestNanos { nanos = 0 }
      acceptedBoot = nil
      nanos = nanos == 0 ? Self.firstNanos : min(2 * nanos, Self.longestNanos)
      untilBoot = boot + nanos
    }
  }

  /// The pause of a leg that rests.
  subscript(pauseOf purpose: OrderPurpose) -> Pause {
    get { purpose == .takeProfit ? targetPause : stopPause }
    set { if purpose == .takeProfit { targetPause = newValue } else { stopPause = newValue } }
  }
}
