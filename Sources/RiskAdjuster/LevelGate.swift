import Trading
import Vocabulary
import Wire

/// All that the levels of one side are held against, computed once per decision.
struct LevelGate {
  let instrument: Instrument
  let side: Side
  let mid: Price
  let collar: PriceCollar
  let maxOrderQuantity: Quantity
  let maxOrderNotional: Money
  let room: SideRoom

  /// Makes levels fit, nearest to the market first: drops what may not be and cuts what may be less.
  func fit(_ levels: inout [PricedLevel], _ findings: inout Findings) {
    var taken: Int128 = 0
    var kept = 0
    for index in levels.indices {
      var level = levels[index]
      guard isWithinCollar(level.price, &findings) else { continue }
      level.quantity = capped(level.quantity, &findings)
      level.quantity = capped(level.quantity, at: level.price, &findings)
      guard level.quantity.isPositive else { continue }
      level.quantity = instrument.roundDown(room.allowed(level.quantity, taken: taken, &findings))
      guard level.quantity.isPositive, isLargeEnough(level, &findings) else { continue }
      taken += Int128(level.quantity.raw)
      levels[kept] = level
      kept += 1
    }
    levels.removeSubrange(kept...)
  }

  /// priceCollar: measured and allowed distance from the mid, thousandths of a basis point.
  func isWithinCollar(_ price: Price, _ findings: inout Findings) -> Bool {
    guard let refusal = collar.refusal(side, price, reference: mid, ageNanos: 0) else { return true }
    let distance = Int128(price.raw) - Int128(mid.raw)
    let allowed: Bps
    if case .beyondLimit = refusal { allowed = collar.limit } else { allowed = collar.band }
    findings.add(
      Finding(
        .priceCollar, .milliBps,
        measured: abs(distance) * 10_000_000 / Int128(mid.raw),
        limit: Int128(allowed.raw / 1_000)))
    return false
  }

  /// orderQuantity: our limit and the venue's, whichever is less.
  func capped(_ quantity: Quantity, _ findings: inout Findings) -> Quantity {
    let most = instrument.roundDown(min(maxOrderQuantity, instrument.maxQuantity ?? .max))
    guard quantity > most else { return instrument.roundDown(quantity) }
    findings.add(Finding(.orderQuantity, .quantity, measured: quantity.raw, limit: most.raw))
    return most
  }

  /// orderNotional: value of one order.
  func capped(_ quantity: Quantity, at price: Price, _ findings: inout Findings) -> Quantity {
    let most = Notional(maxOrderNotional)
    guard price * quantity > most else { return quantity }
    findings.add(
      Finding(
        .orderNotional, .money, measured: (price * quantity).raw / 1_000_000_000,
        limit: Int128(maxOrderNotional.raw)))
    let fitting = most.raw / Int128(price.raw)
    return instrument.roundDown(Quantity(raw: Int64(clamping: fitting)))
  }

  /// minimumSize: what is left is worth sending.
  func isLargeEnough(_ level: PricedLevel, _ findings: inout Findings) -> Bool {
    let least = max(instrument.minQuantity, instrument.lotSize)
    guard level.quantity >= least else {
      findings.add(Finding(.minimumSize, .quantity, measured: level.quantity.raw, limit: least.raw))
      return false
    }
    guard level.price * level.quantity >= instrument.minNotional else {
      findings.add(
        Finding(
          .minimumSize, .money, measured: (level.price * level.quantity).raw / 1_000_000_000,
          limit: instrument.minNotional.raw / 1_000_000_000))
      return false
    }
    return true
  }
}

/// How much more one side may hold. Raw quantity units.
package struct SideRoom: Equatable {
  /// Position and open orders that stay, whatever is decided.
  package var exposure: SideExposure
  package var maxPosition: Int128
  /// Where the worst case of the instrument stands.
  package var band: PositionBand
  package var worst: Int128
  /// The session allows only what closes.
  package var closesOnly: Bool
  /// Which fills are in the position is known; else only what closes it may be added.
  package var isPositionProven = true
  /// Largest worst case of this side within the account's gross notional; nil without such a limit.
  package var grossQuantity: Int128?
  /// For the report of that check, money 1e-8.
  var grossMeasured: Int128 = 0
  var grossLimit: Int128 = 0

  package init(
    exposure: SideExposure, maxPosition: Int128, band: PositionBand, worst: Int128, closesOnly: Bool,
    grossQuantity: Int128? = nil
  ) {
    self.exposure = exposure
    self.maxPosition = maxPosition
    self.band = band
    self.worst = worst
    self.closesOnly = closesOnly
    self.grossQuantity = grossQuantity
  }

  /// The part of a quantity that may be added to what was `taken` before it. What only closes is never cut
  /// but by itself: closing is how risk is reduced.
  package func allowed(_ quantity: Quantity, taken: Int128, _ findings: inout Findings) -> Quantity {
    let wanted = Int128(quantity.raw)
    let closing = min(wanted, max(0, exposure.closing - taken))
    var opening = wanted - closing
    if opening > 0, closesOnly {
      findings.add(Finding(.noPermit))
      opening = 0
    }
    if opening > 0, !isPositionProven {
      findings.add(Finding(.stalePosition))
      opening = 0
    }
    if opening > 0, let finding = band.finding(worst: worst, limit: maxPosition) {
      findings.add(finding)
      opening = band == .warning ? opening / 2 : 0
    }
    let before = exposure.worst + taken + closing
    let room = max(0, maxPosition - before)
    if opening > room {
      findings.add(
        Finding(.position, .quantity, measured: before + opening, limit: maxPosition))
      opening = room
    }
    if let grossQuantity, opening > max(0, grossQuantity - before) {
      findings.add(Finding(.grossNotional, .money, measured: grossMeasured, limit: grossLimit))
      opening = max(0, grossQuantity - before)
    }
    return Quantity(raw: Int64(clamping: closing + opening))
  }
}
