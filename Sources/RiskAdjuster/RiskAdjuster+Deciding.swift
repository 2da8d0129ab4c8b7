import ActorKit
import Trading
import Vocabulary
import Wire

// What becomes of a signal. The checks that judge it as a whole come first, those that judge its levels
// after.
extension RiskAdjuster {
  /// Market data that became usable or unusable calls for new decisions.
  mutating func lookAtMarkets(at now: Instant) {
    for index in instruments.lookAtMarkets(at: now, maxAgeNanos: configuration.maxDataAgeNanos) {
      reconsider(instrument: index)
    }
  }

  func staleness(_ index: Int, at now: Instant) -> Finding? {
    instruments[index].market.staleness(atMarket: now.market, maxAgeNanos: configuration.maxDataAgeNanos)
  }

  /// Decides on every slot for which something changed, or whose time has come, in their order.
  mutating func decideDue(at now: Instant, into effects: inout Effects) {
    slots.settle(at: now)
    for position in slots.due.positions {
      let slot = slots.due[position]
      guard !slots[slot].isSpent else { continue }
      if let against = decide(slot, at: now, into: &effects) {
        note(against, slot, at: now, into: &effects)
      }
      slots[slot].isNew = false
      slots[slot].isSpent = slots[slot].signal.validUntil <= now.wall
    }
    slots.settleDue()
  }

  /// What it has against the quotes; nil when nothing was said of them.
  private mutating func decide(
    _ slot: Int, at now: Instant, into effects: inout Effects
  ) -> SideFindings? {
    slots[slot].retryBoot = .max
    if slots[slot].signal.isPull {
      bids.removeAll(keepingCapacity: true)
      asks.removeAll(keepingCapacity: true)
      tell(slot, nil, at: now, into: &effects)
      conclude(slot, .accepted, nil, into: &effects)
      return SideFindings()
    }
    if let finding = objection(slot, at: now) { return refuse(slot, finding, at: now, into: &effects) }
    guard let limits = configuration.limits, let caps = instruments[slots[slot].instrumentIndex].limits,
      let mid = instruments[slots[slot].instrumentIndex].market.mid
    else { preconditionFailure("a signal passed without limits or a mid") }
    let index = slots[slot].instrumentIndex
    let quotes = Excluded.quotes(slot: slot)
    let buys = gate(index, .buy, excluding: quotes, mid: mid, limits: limits, caps: caps)
    let sells = gate(index, .sell, excluding: quotes, mid: mid, limits: limits, caps: caps)
    if let unseen = unseenFill(slot) {
      // A signal that comes in blind of a fill is refused. One that was acted on before the fill is kept as
      // far as it still may be: its orders were part of the worst case from the start.
      guard !slots[slot].isNew, !slots[slot].target.isEmpty else {
        return refuse(slot, unseen, at: now, into: &effects)
      }
      trim(slot, buys, sells, unseen, at: now, into: &effects)
      return nil
    }
    return fit(slot, buys, sells, at: now, into: &effects)
  }

  /// Makes a target of the levels as far as they may be.
  private mutating func fit(
    _ slot: Int, _ buys: LevelGate, _ sells: LevelGate, at now: Instant, into effects: inout Effects
  ) -> SideFindings {
    load(slots[slot].signal.bids, slots[slot].signal.asks)
    var (findings, ofSells) = (Findings(), Findings())
    buys.fit(&bids, &findings)
    sells.fit(&asks, &ofSells)
    let against = SideFindings(
      buys: findings.first, sells: ofSells.first, isBuyPartial: !bids.isEmpty, isSellPartial: !asks.isEmpty)
    if let finding = ofSells.first { findings.add(finding) }
    if bids.isEmpty, asks.isEmpty {
      _ = refuse(slot, findings.first ?? Finding(.minimumSize), at: now, into: &effects)
      return against
    }
    if let finding = rateObjection(slot, at: now) {
      trim(slot, buys, sells, finding, at: now, into: &effects)
      conclude(slot, .refused, finding, into: &effects)
      return whole(slot, finding)
    }
    tell(slot, findings.first, at: now, into: &effects)
    conclude(slot, findings.first == nil ? .accepted : .reduced, findings.first, into: &effects)
    return against
  }

  /// The first check that objects to the signal as a whole, in the order of `RiskCheck.order`.
  private func objection(_ slot: Int, at now: Instant) -> Finding? {
    let signal = slots[slot].signal
    let index = slots[slot].instrumentIndex
    if configuration.limits == nil || instruments[index].limits == nil { return Finding(.noLimits) }
    if halts.covers(
      account: configuration.account, strategy: slots[slot].strategy, instrument: slots[slot].instrument)
    {
      return Finding(.haltLatched, .count, measured: Int64(halts.count), limit: 0)
    }
    if session.level == .cancel { return Finding(.noPermit) }
    if signal.validUntil <= now.wall {
      return Finding(.expired, .nanos, measured: now.wall, limit: signal.validUntil)
    }
    if let defect = signal.defect { return defect }
    if let stale = staleness(index, at: now) { return stale }
    if !executor.isUsable || instruments[index].exposure.position == nil { return Finding(.stalePosition) }
    if !signal.hasReference { return Finding(.missingReference) }
    if let unpriced = instruments[index].market.unpricedFinding { return unpriced }
    if instruments[index].market.mid == nil { return Finding(.missingReference) }
    return nil
  }

  /// stalePosition: the strategy does not know the position it quotes on.
  private func unseenFill(_ slot: Int) -> Finding? {
    let seen = slots[slot].signal.fillSequenceSeen
    let last = instruments[slots[slot].instrumentIndex].exposure.lastFillSequence
    guard seen < last else { return nil }
    return Finding(.stalePosition, .count, measured: Int128(seen), limit: Int128(last))
  }

  mutating func gate(
    _ index: Int, _ side: Side, excluding excluded: Excluded, mid: Price, limits: RiskLimits,
    caps: InstrumentLimits
  ) -> LevelGate {
    LevelGate(
      instrument: instruments[index].instrument, side: side, mid: mid,
      collar: PriceCollar(
        limit: limits.priceCollar, band: limits.priceBand, maxAgeNanos: configuration.maxDataAgeNanos),
      maxOrderQuantity: caps.maxOrderQuantity, maxOrderNotional: limits.maxOrderNotional,
      room: sideRoom(index, side, excluding: excluded, mid: mid, limits: limits, caps: caps))
  }

  private mutating func load(_ newBids: [PricedLevel], _ newAsks: [PricedLevel]) {
    bids.removeAll(keepingCapacity: true)
    asks.removeAll(keepingCapacity: true)
    bids.append(contentsOf: newBids)
    asks.append(contentsOf: newAsks)
  }

  /// Takes back what stands and may no longer be, level by level; adds nothing, so it needs no fresh signal
  /// and no message budget. The finding is why the signal itself did not pass.
  private mutating func trim(
    _ slot: Int, _ buys: LevelGate, _ sells: LevelGate, _ finding: Finding, at now: Instant,
    into effects: inout Effects
  ) {
    guard slots[slot].target.isTold, !slots[slot].target.isEmpty else { return }
    var findings = Findings()
    load(slots[slot].target.bids, slots[slot].target.asks)
    buys.fit(&bids, &findings)
    sells.fit(&asks, &findings)
    let standing = slots[slot].target
    bids.removeAll { !standing.bids.contains($0) }
    asks.removeAll { !standing.asks.contains($0) }
    guard bids.count != standing.bids.count || asks.count != standing.asks.count else { return }
    tell(slot, finding, isTrim: true, at: now, into: &effects)
  }
}

// The message budget.
extension RiskAdjuster {
  /// messageRate: takes what the change from the standing target to `bids` and `asks` costs, a level that is
  /// new or different one order, a level that goes one cancel. Nil when there was enough.
  private mutating func rateObjection(_ slot: Int, at now: Instant) -> Finding? {
    let orders = levelsMissing(in: slots[slot].target, from: bids, asks)
    let cancels = levelsGone(from: slots[slot].target)
    guard orders > 0 || cancels > 0, var bucket else { return nil }
    let available = bucket.available(for: .order, atNanos: now.boot)
    guard available >= Int64(orders) else {
      if Int64(orders) <= bucket.burst - bucket.reserve {
        let wait = (Int64(orders) - available) * bucket.periodNanos / bucket.perPeriod
        slots[slot].retryBoot = now.boot + max(1, wait)
      }
      return Finding(.messageRate, .count, measured: Int64(orders), limit: available)
    }
    for _ in 0..<orders { _ = bucket.take(for: .order, atNanos: now.boot) }
    // A cancel always goes; without a token it is only not counted.
    for _ in 0..<cancels { _ = bucket.take(for: .cancel, atNanos: now.boot) }
    self.bucket = bucket
    return nil
  }

  private func levelsMissing(in target: StandingTarget, from bids: [PricedLevel], _ asks: [PricedLevel])
    -> Int
  {
    var count = 0
    for level in bids where !target.bids.contains(level) { count += 1 }
    for level in asks where !target.asks.contains(level) { count += 1 }
    return count
  }

  private func levelsGone(from target: StandingTarget) -> Int {
    var count = 0
    for level in target.bids where !bids.contains(level) { count += 1 }
    for level in target.asks where !asks.contains(level) { count += 1 }
    return count
  }
}
