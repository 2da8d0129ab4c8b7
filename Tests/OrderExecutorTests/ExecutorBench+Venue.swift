import ActorKit
import CoreTestKit
import OrderExecutor
import Trading
import Vocabulary
import Wire

// What the venue can, and what it tells of it.
extension ExecutorBench {
  /// The venue tells unasked what it can, and the turn ends.
  @discardableResult
  func tell(_ capabilities: Trading.VenueCapabilities) -> Turn {
    deliver(capabilities)
    return conclude()
  }

  func deliver(_ capabilities: Trading.VenueCapabilities, account: UInt16 = ExecutorBench.account) {
    let message = Wire.VenueCapabilities(capabilities, account: account, envelope: Envelope(origin: 0))
    deliver(from: Self.fromVenue) { message.encode(into: &$0) }
  }
}

extension Trading.VenueCapabilities {
  /// The simulated venue's, but for those that are given.
  static func with(
    stops: Bool = true, reduceOnly: Bool = true, pairs: Bool = false
  ) -> Trading.VenueCapabilities {
    var capabilities = Self.simulated
    capabilities.set(.stopOrders, stops)
    capabilities.set(.reduceOnly, reduceOnly)
    capabilities.set(.pairs, pairs)
    return capabilities
  }

  /// All eight ways of having stops, reduce-only orders and pairs.
  static let eight = [true, false].flatMap { stops in
    [true, false].flatMap { reduceOnly in
      [true, false].map { with(stops: stops, reduceOnly: reduceOnly, pairs: $0) }
    }
  }

  /// Gives a venue a feature or takes it away.
  mutating func set(_ feature: Feature, _ isHad: Bool) {
    func change<Set: OptionSet>(_ set: inout Set, _ element: Set) where Set.Element == Set {
      if isHad { set.formUnion(element) } else { set.subtract(element) }
    }
    switch feature {
    case .limitOrders: change(&orderTypes, .limit)
    case .stopOrders: change(&orderTypes, .stop)
    case .goodTillCancel: change(&timesInForce, .gtc)
    case .immediateOrCancel: change(&timesInForce, .ioc)
    case .postOnly: change(&execInsts, .postOnly)
    case .reduceOnly: change(&execInsts, .reduceOnly)
    case .pairs: change(&orderLists, .pair)
    case .clientIDs: change(&clientIDs.characters, .digits)
    case .expiry: doubt = isHad ? .window : .none
    case .deadMan: deadMan?.kills = isHad ? .working : [.working, .stops]
    }
  }
}
