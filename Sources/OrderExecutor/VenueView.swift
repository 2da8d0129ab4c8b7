import ActorKit
import Trading
import Wire

/// What the venue can: as the topology has it, as the venue itself tells, and what is decided by.
///
/// Volatile: it is asked for with every question about the account, so also before anything is placed.
struct VenueView: Sendable {
  /// By the topology.
  private let declared: Trading.VenueCapabilities
  /// The narrower of that and what the venue told last; the topology's of one that tells nothing, as older
  /// ones do not.
  private(set) var usable: Trading.VenueCapabilities
  /// What the topology relies on and the venue does not have: while there is any, nothing is opened.
  private(set) var missing: [Trading.VenueCapabilities.Feature] = []

  init(_ declared: Trading.VenueCapabilities) {
    self.declared = declared
    usable = declared
  }

  mutating func take(_ told: Trading.VenueCapabilities) {
    usable = declared.narrowed(by: told)
    missing = declared.missing(in: told)
  }
}

extension Situation {
  /// Takes in what the venue tells, and a person is told when it is less than the topology relies on.
  mutating func take(_ told: Trading.VenueCapabilities, into effects: inout Effects) {
    let before = venue
    venue.take(told)
    if venue.usable != before.usable { markets.markAll() }
    guard venue.missing != before.missing else { return }
    guard !venue.missing.isEmpty else {
      return alarm(
        .venueCapabilities, .info, "the venue has all that the topology relies on: orders may be opened",
        into: &effects)
    }
    alarm(
      .venueCapabilities, .critical,
      "the venue does not have \(venue.missing.map(\.text).joined(separator: ", ")), on which the topology"
        + " relies: nothing is opened, what is open is protected with what the venue has. "
        + remedy(of: venue.missing), into: &effects)
  }

  private func remedy(of missing: [Trading.VenueCapabilities.Feature]) -> String {
    let keys = missing.compactMap(\.topologyKey)
    let settings = keys.map { "\($0): false" }.joined(separator: ", ")
    if keys.count == missing.count { return "Write \(settings) in the venue's settings and restart" }
    return "No key of the topology does without: trade at another venue, or with the one it was written for"
  }
}

// The bounds that follow from both.
extension Situation {
  /// The receive window of a request.
  var recvWindowNanos: Int64 {
    min(configuration.recvWindowNanos, venue.usable.recvWindowNanos ?? .max)
  }

  /// Orders that may be open at once.
  var mostOpenOrders: Int { min(configuration.maxOpenOrders, venue.usable.counts.openOrders ?? .max) }

  /// Whether the stop of one more entry would find room among the orders that wait for a trigger. Room is
  /// kept for those of entries that still work, and of fills that have none yet.
  func hasRoomForStop(of intent: IntentID?) -> Bool {
    guard let most = venue.usable.counts.conditionalOrders, venue.usable.hasStops, let intent,
      books.intents[intent]?.intent.stopPrice != nil
    else { return true }
    return books.orders.conditionalCount + books.intents.stopsToCome < most
  }

  /// How many messages the venue may be sent.
  var messageRate: MessageRate {
    let wanted = configuration.messageRate
    guard let budget = venue.usable.messageBudget else { return wanted }
    let burst = min(wanted.burst, budget.burst)
    return MessageRate(
      perSecond: min(wanted.perSecond, budget.perSecond), burst: burst,
      cancelReserve: min(wanted.cancelReserve, burst / 2))
  }

  /// How long the venue may hear nothing of us before it cancels; nil where it has no switch, 0, which is
  /// off, while that would take a stop away.
  var deadManNanos: Int64? {
    guard let deadMan = venue.usable.deadMan else { return nil }
    if deadMan.kills.contains(.stops), books.orders.conditionalCount > 0 { return 0 }
    return min(max(configuration.deadManNanos, deadMan.shortestNanos), deadMan.longestNanos)
  }
}

extension Trading.VenueCapabilities.Feature {
  /// For people.
  fileprivate var text: String {
    switch self {
    case .limitOrders: "limit orders"
    case .stopOrders: "stop orders"
    case .goodTillCancel: "orders good till cancel"
    case .immediateOrCancel: "immediate-or-cancel orders"
    case .postOnly: "post-only orders"
    case .reduceOnly: "reduce-only orders"
    case .pairs: "linked pairs of stop and target"
    case .clientIDs: "room for our client order ids (\(ClOrdID.textLength) capitals and digits)"
    case .expiry: "an end of the doubt about requests without an answer"
    case .deadMan: "a dead-man switch that spares stops"
    }
  }

  /// The key of a venue's settings that does without it.
  fileprivate var topologyKey: String? {
    switch self {
    case .stopOrders: "stopOrders"
    case .reduceOnly: "reduceOnly"
    case .pairs: "pairs"
    case .limitOrders, .goodTillCancel, .immediateOrCancel, .postOnly, .clientIDs, .expiry, .deadMan: nil
    }
  }
}
