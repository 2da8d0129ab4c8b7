import ActorKit
import Trading

/// How closing on one side of an instrument goes. Volatile: a restart begins at the touch again.
struct ExitProgress: Equatable, Sendable {
  /// The last order sent, until what became of it has been looked at.
  var order: ClOrdID?
  /// Attempts in a row that did not get all.
  private(set) var steps = 0
  /// The touch first seen, for want of a confirmed price.
  var firstTouch: Price?
  var isCapToldOf = false
  /// The newest step that people were told of.
  var toldSteps = 0
  /// When the last order was sent, boot clock.
  var sentBoot: Int64 = 0
  /// Not before this may another order be sent, boot clock.
  private(set) var nextBoot: Int64 = 0
  private var pauseNanos: Int64 = 0

  /// Between two attempts: a market that did not fill one will not fill the next at once.
  static let firstPauseNanos: Int64 = 250 * .nanosPerMilli
  static let longestPauseNanos: Int64 = 5 * .nanosPerSecond
  /// Attempts longer ago than this are another exit's.
  static let memoryNanos: Int64 = 60 * .nanosPerSecond

  /// The last attempt did not get all: the next reaches further, after a pause that grows, unless the market
  /// took something.
  mutating func escalate(atBoot boot: Int64, tookSome: Bool) {
    order = nil
    if tookSome { pauseNanos = 0 }
    steps = min(steps + 1, 64)
    pause(atBoot: boot)
  }

  /// The last attempt was refused or never left, which no other price would mend.
  mutating func pause(atBoot boot: Int64) {
    order = nil
    pauseNanos = pauseNanos == 0 ? Self.firstPauseNanos : min(2 * pauseNanos, Self.longestPauseNanos)
    nextBoot = boot + pauseNanos
  }
}
