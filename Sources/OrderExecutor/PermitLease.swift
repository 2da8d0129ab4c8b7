import ActorKit
import Wire

/// The queen's permission to trade, measured on our own boot clock from the moment of asking.
struct PermitLease: Equatable, Sendable {
  /// As granted; nil before the first grant.
  var level: PermitLevel?
  var askedBoot: Int64 = 0
  var lifeNanos: Int64

  /// A longer life is not believed: a permit must run out in a time people can wait for.
  static let longestLifeNanos: Int64 = 600 * .nanosPerSecond

  init(assumedLifeNanos: Int64) { lifeNanos = assumedLifeNanos }

  /// What is allowed now: after its life no new exposure, after twice its life nothing but cancels.
  func level(atBoot boot: Int64) -> PermitLevel {
    guard let level, boot >= askedBoot else { return .cancel }
    if Canary.isSinging(.stalePermitAccepted) { return level }
    let age = boot - askedBoot
    if age <= lifeNanos { return level }
    if age <= 2 * lifeNanos { return level.narrower(than: .reduce) }
    return .cancel
  }

  /// The next time at which the level falls by itself, boot clock.
  func nextFall(afterBoot boot: Int64) -> Int64 {
    guard level != nil else { return .max }
    let age = boot - askedBoot
    if age <= lifeNanos { return askedBoot + lifeNanos + 1 }
    if age <= 2 * lifeNanos { return askedBoot + 2 * lifeNanos + 1 }
    return .max
  }

  /// The least time between two requests: a life of next to nothing must not keep the loop busy asking.
  static let shortestPauseNanos: Int64 = 10 * .nanosPerMilli

  /// How often to ask.
  var askEveryNanos: Int64 { max(lifeNanos / 5, Self.shortestPauseNanos) }
}

extension PermitLevel {
  /// The one that allows less; an unknown one allows nothing.
  func narrower(than other: PermitLevel) -> PermitLevel { breadth <= other.breadth ? self : other }

  private var breadth: Int {
    switch self {
    case .open: 2
    case .reduce: 1
    case .cancel, .unrecognized: 0
    }
  }
}
