import ActorKit
import Trading
import Vocabulary
import Wire

// What the journal keeps of a decision beside its outcome: what it rested on.
extension RiskAdjuster {
  /// What a decision on an instrument rests on now.
  func basis(_ index: Int, excluding excluded: Excluded, at now: Instant) -> JudgedBasis {
    let market = instruments[index].market
    return JudgedBasis(
      mid: market.mid, dataAgeNanos: market.ageNanos(atMarket: now.market),
      position: instruments[index].exposure.position.map { Quantity(raw: $0) },
      worstCase: Quantity(raw: Int64(clamping: worstCase(index, excluding: excluded))),
      permit: session.level, limits: usedLimits(index))
  }

  private func usedLimits(_ index: Int) -> UsedLimits? {
    guard let limits = configuration.limits, let caps = instruments[index].limits else { return nil }
    return UsedLimits(
      maxPosition: caps.maxPosition, maxOrderQuantity: caps.maxOrderQuantity,
      maxOrderNotional: limits.maxOrderNotional, maxGrossNotional: limits.maxGrossNotional,
      collarMilliBps: limits.priceCollar.raw / 1_000, bandMilliBps: limits.priceBand.raw / 1_000)
  }

  /// Keeps a target that has just been sent; no message waits for it.
  func recordTarget(
    _ slot: Int, revision: UInt64, _ basis: JudgedBasis, _ finding: Finding?, into effects: inout Effects
  ) {
    let (signal, target) = (slots[slot].signal, slots[slot].target)
    let fact = DecidedTarget(
      strategy: slots[slot].strategy, instrument: slots[slot].instrument, revision: revision,
      signalRevision: signal.revision, validUntilNanos: target.validUntil, basis: basis,
      wantedBidLevels: UInt16(clamping: signal.bids.count), wantedBidQuantity: Self.sum(signal.bids),
      wantedAskLevels: UInt16(clamping: signal.asks.count), wantedAskQuantity: Self.sum(signal.asks),
      bidLevels: UInt16(clamping: target.bids.count), bidQuantity: Self.sum(target.bids),
      askLevels: UInt16(clamping: target.asks.count), askQuantity: Self.sum(target.asks),
      check: finding?.check ?? .none)
    recordLazily(.targetDecided(fact), correlation: signal.correlation, into: &effects)
  }

  private static func sum(_ levels: [PricedLevel]) -> Quantity {
    var sum: Int128 = 0
    for level in levels { sum += Int128(level.quantity.raw) }
    return Quantity(raw: Int64(clamping: sum))
  }
}
