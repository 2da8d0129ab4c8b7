extension VenueCapabilities {
  /// What an executor works with. A topology relies on those that it leaves a venue.
  public enum Feature: CaseIterable, Sendable {
    case limitOrders
    case stopOrders
    case goodTillCancel
    case immediateOrCancel
    case postOnly
    case reduceOnly
    /// A stop and a target that are linked.
    case pairs
    /// Our client order ids as they are.
    case clientIDs
    /// A request without an answer that cannot act any more after a while. Numbers of a session would end a
    /// doubt, too, but no executor reads them yet.
    case expiry
    /// A dead-man switch that spares stops.
    case deadMan
  }

  public func has(_ feature: Feature) -> Bool {
    switch feature {
    case .limitOrders: orderTypes.contains(.limit)
    case .stopOrders: orderTypes.contains(.stop)
    case .goodTillCancel: timesInForce.contains(.gtc)
    case .immediateOrCancel: timesInForce.contains(.ioc)
    case .postOnly: execInsts.contains(.postOnly)
    case .reduceOnly: execInsts.contains(.reduceOnly)
    case .pairs: orderLists.contains(.pair)
    case .clientIDs:
      clientIDs.longest >= ClOrdID.textLength && clientIDs.characters.isSuperset(of: [.digits, .capitals])
    case .expiry: doubt == .window
    case .deadMan: deadMan.map { !$0.kills.contains(.stops) } ?? false
    }
  }

  /// What a topology that has these relies on and a venue that tells `told` does not have.
  public func missing(in told: VenueCapabilities) -> [Feature] {
    Feature.allCases.filter { has($0) && !told.has($0) }
  }

  /// What both have.
  public func narrowed(by other: VenueCapabilities) -> VenueCapabilities {
    VenueCapabilities(
      orderTypes: orderTypes.intersection(other.orderTypes),
      timesInForce: timesInForce.intersection(other.timesInForce),
      execInsts: execInsts.intersection(other.execInsts),
      orderLists: orderLists.intersection(other.orderLists), amend: min(amend, other.amend),
      clientIDs: clientIDs.narrowed(by: other.clientIDs),
      recvWindowNanos: recvWindowNanos.flatMap { own in other.recvWindowNanos.map { min(own, $0) } },
      doubt: min(doubt, other.doubt),
      deadMan: deadMan.flatMap { own in other.deadMan.flatMap { own.narrowed(by: $0) } },
      counts: Counts(
        openOrders: lesser(counts.openOrders, other.counts.openOrders),
        conditionalOrders: lesser(counts.conditionalOrders, other.counts.conditionalOrders)),
      messageBudget: messageBudget?.narrowed(by: other.messageBudget) ?? other.messageBudget)
  }
}

extension VenueCapabilities.ClientIDs {
  fileprivate func narrowed(by other: Self) -> Self {
    Self(
      longest: min(longest, other.longest), characters: characters.intersection(other.characters),
      rule: rule == other.rule ? rule : .uniqueEver)
  }
}

extension VenueCapabilities.DeadMan {
  /// Nil where no time suits both.
  fileprivate func narrowed(by other: Self) -> Self? {
    let (shortest, longest) = (
      max(shortestNanos, other.shortestNanos), min(longestNanos, other.longestNanos)
    )
    guard shortest <= longest else { return nil }
    return Self(shortestNanos: shortest, longestNanos: longest, kills: kills.union(other.kills))
  }
}

extension VenueCapabilities.MessageBudget {
  fileprivate func narrowed(by other: Self?) -> Self {
    guard let other else { return self }
    return Self(perSecond: min(perSecond, other.perSecond), burst: min(burst, other.burst))
  }
}

/// Of what is known.
private func lesser(_ one: Int?, _ other: Int?) -> Int? {
  guard let one, let other else { return one ?? other }
  return min(one, other)
}
