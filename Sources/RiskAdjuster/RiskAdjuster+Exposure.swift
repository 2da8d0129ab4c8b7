import ActorKit
import Trading
import Wire

// What the account may come to hold.
extension RiskAdjuster {
  /// Which standing quotes do not count in a worst case.
  enum Excluded: Equatable {
    /// Those about to be replaced.
    case quotes(slot: Int)
    /// All: what remains is what nobody can take back at once.
    case allQuotes
    /// None: an intent comes on top of everything.
    case nothing
  }

  /// What a side counts for apart from the quotes that are excluded.
  ///
  /// Working orders that a standing target explains are replaced with it, so they do not count against what
  /// replaces them. All others do: those in doubt, those whose cancel is on its way, and what other
  /// strategies want. An open intent explains its order and counts until it has ended, as far as it is not
  /// known to be filled.
  func sideExposure(_ index: Int, _ side: Side, excluding excluded: Excluded) -> SideExposure {
    let exposure = instruments[index].exposure
    let working = Int128(exposure.working(side))
    let doubtful = doubtfulQuantity(index, side)
    var explained: Int128 = 0
    var others: Int128 = 0
    var blindOthers: Int128 = 0
    for slot in slots.indices(of: index) {
      let total = slots[slot].target.total(side)
      explained += total
      guard excluded != .allQuotes, excluded != .quotes(slot: slot) else { continue }
      // A target older than a fill places nothing new; it counts only as far as it works.
      if slots[slot].target.fillSequenceSeen < exposure.lastFillSequence {
        blindOthers += total
      } else {
        others += total
      }
    }
    let intended = intendedQuantity(index, side)
    let unexplained = max(0, working - doubtful - explained - intended)
    let position = Int128(exposure.position ?? 0)
    return SideExposure(
      position: side == .buy ? position : -position,
      committed: doubtful + unexplained + intended + others + min(blindOthers, working))
  }

  /// What open intents may still fill.
  private func intendedQuantity(_ index: Int, _ side: Side) -> Int128 {
    if Canary.isSinging(.intentsLeftOutOfSum) { return 0 }
    var sum: Int128 = 0
    for entry in intents.open
    where entry.intent.instrument == instruments[index].instrument.number && entry.intent.side == side {
      sum += entry.remaining
    }
    return sum
  }

  private func doubtfulQuantity(_ index: Int, _ side: Side) -> Int128 {
    let exposure = instruments[index].exposure
    var sum = Int128(exposure.doubtful(side))
    for doubt in doubts where doubt.instrumentIndex == index && doubt.side == side {
      sum += Int128(doubt.leaves)
    }
    return min(sum, Int128(exposure.working(side)))
  }

  /// The larger of the worst cases of both sides.
  func worstCase(_ index: Int, excluding excluded: Excluded) -> Int128 {
    let buys = sideExposure(index, .buy, excluding: excluded)
    let sells = sideExposure(index, .sell, excluding: excluded)
    return max(abs(buys.position), buys.worst, sells.worst)
  }

  /// Value of the worst case of an instrument with all that works and all that may yet be placed; nil without
  /// a price, when there is something to value. Units of 1e-17.
  private func openNotional(_ index: Int) -> Int128? {
    let exposure = instruments[index].exposure
    guard let known = exposure.position else { return nil }
    let position = Int128(known)
    var worst: Int128 = abs(position)
    for side in Side.allCases {
      var placeable = doubtfulQuantity(index, side) + intendedQuantity(index, side)
      for slot in slots.indices(of: index)
      where slots[slot].target.fillSequenceSeen >= exposure.lastFillSequence {
        placeable += slots[slot].target.total(side)
      }
      let open = max(Int128(exposure.working(side)), placeable)
      worst = max(worst, (side == .buy ? position : -position) + open)
    }
    guard worst > 0 else { return 0 }
    guard let mid = instruments[index].market.mark else { return nil }
    let (value, overflow) = worst.multipliedReportingOverflow(by: Int128(mid.raw))
    return overflow ? nil : value
  }

  /// Sum over the account's instruments, without one of them; nil when one cannot be valued.
  mutating func grossNotional(without excluded: Int?) -> Int128? {
    for position in instruments.gross.unsettled.positions {
      let index = instruments.gross.unsettled[position]
      instruments.gross.set(openNotional(index), at: index)
    }
    instruments.gross.settle()
    return instruments.gross.total(without: excluded)
  }

  /// How much more a side may hold.
  mutating func sideRoom(
    _ index: Int, _ side: Side, excluding excluded: Excluded, mid: Price, limits: RiskLimits,
    caps: InstrumentLimits
  ) -> SideRoom {
    let exposure = sideExposure(index, side, excluding: excluded)
    let maxPosition = Int128(caps.maxPosition.raw)
    let worst = worstCase(index, excluding: excluded)
    var room = SideRoom(
      exposure: exposure, maxPosition: maxPosition,
      band: PositionBand(worst: worst, limit: maxPosition), worst: worst,
      closesOnly: session.level == .reduce)
    room.isPositionProven = instruments[index].exposure.isCounted
    guard let maxGross = limits.maxGrossNotional else { return room }
    room.grossLimit = Int128(maxGross.raw)
    // Without a price for another position nothing that opens fits.
    guard let rest = grossNotional(without: index) else {
      room.grossQuantity = 0
      room.grossMeasured = .max
      return room
    }
    room.grossQuantity = max(0, Notional(maxGross).raw - rest) / Int128(mid.raw)
    let (value, isTooLarge) = max(0, exposure.worst).multipliedReportingOverflow(by: Int128(mid.raw))
    let (gross, overflow) = rest.addingReportingOverflow(value)
    room.grossMeasured = isTooLarge || overflow ? .max : gross / 1_000_000_000
    return room
  }
}
