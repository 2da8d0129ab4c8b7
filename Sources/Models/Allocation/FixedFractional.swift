import Trading

/// How much to trade so that being stopped out costs the budget: quantity = ⌊budget / loss per unit⌋ in whole
/// lots, where the loss per unit is the stop distance with costs. Decimal throughout: in binary, 100/(1.09 −
/// 1.085) is 19 999.999… and would lose a lot.
public struct FixedFractional: Equatable, Sendable {
  public let side: Side
  public let entry: Price
  public let stop: Price
  /// Round-trip cost and slippage allowance per unit of the base, quote currency; ≥ 0.
  public let costPerUnit: Price
  /// Units of the base per unit of quantity (contracts); > 0, 1 for spot.
  public let multiplier: Quantity
  /// Account currency per quote currency; > 0.
  public let conversion: Price

  /// Throws `outOfRange` when a price is not positive, the stop lies on the wrong side or closer than
  /// `minimumDistance` (a few ticks), or a factor is not positive.
  public init(
    side: Side, entry: Price, stop: Price, minimumDistance: Price, costPerUnit: Price = .zero,
    multiplier: Quantity = Quantity(raw: Quantity.scale), conversion: Price = Price(raw: Price.scale)
  ) throws(ModelError) {
    guard entry.isPositive else { throw .outOfRange("entry", value: entry.double, allowed: "> 0") }
    guard stop.isPositive else { throw .outOfRange("stop", value: stop.double, allowed: "> 0") }
    guard side == .buy ? stop < entry : stop > entry else {
      throw .outOfRange(
        "stop", value: stop.double, allowed: side == .buy ? "below the entry" : "above the entry")
    }
    let distance = side == .buy ? entry - stop : stop - entry
    guard minimumDistance.raw >= 0 && distance >= minimumDistance else {
      throw .outOfRange("stop distance", value: distance.double, allowed: ">= \(minimumDistance)")
    }
    guard !costPerUnit.isNegative else {
      throw .outOfRange("cost per unit", value: costPerUnit.double, allowed: ">= 0")
    }
    guard multiplier.isPositive else {
      throw .outOfRange("multiplier", value: multiplier.double, allowed: "> 0")
    }
    guard conversion.isPositive else {
      throw .outOfRange("conversion rate", value: conversion.double, allowed: "> 0")
    }
    self.side = side
    self.entry = entry
    self.stop = stop
    self.costPerUnit = costPerUnit
    self.multiplier = multiplier
    self.conversion = conversion
    _ = try lossPerUnit()
  }

  /// The largest quantity, in whole lots (> 0), whose loss at the stop fits the budget; zero when not even
  /// one lot does or the budget is not positive.
  public func quantity(budget: Money, lot: Quantity) throws(ModelError) -> Quantity {
    guard lot.isPositive else { throw .outOfRange("lot", value: lot.double, allowed: "> 0") }
    guard budget.isPositive else { return .zero }
    // budget · 1e-8 / (loss · 1e-26) units of 1e-8 each.
    let product = UInt128(budget.raw).multipliedFullWidth(by: tenToThe26)
    let loss = try lossPerUnit().magnitude
    guard product.high < loss else { throw .nonFinite("quantity") }
    let (units, _) = loss.dividingFullWidth(product)
    guard let raw = Int64(exactly: units) else { throw .nonFinite("quantity") }
    return Quantity(raw: raw - raw % lot.raw)
  }

  /// What a quantity loses at the stop with costs, account currency, rounded up: the R of the joint risk.
  public func lossAtStop(quantity: Quantity) throws(ModelError) -> Money {
    guard quantity.raw >= 0 else { throw .outOfRange("quantity", value: quantity.double, allowed: ">= 0") }
    let product = UInt128(quantity.raw).multipliedFullWidth(by: try lossPerUnit().magnitude)
    guard product.high < tenToThe26 else { throw .nonFinite("loss at the stop") }
    let (whole, rest) = tenToThe26.dividingFullWidth(product)
    guard let raw = Int64(exactly: rest == 0 ? whole : whole + 1) else {
      throw .nonFinite("loss at the stop")
    }
    return Money(raw: raw)
  }

  /// (distance · multiplier + cost) · conversion in units of 1e-26.
  private func lossPerUnit() throws(ModelError) -> Int128 {
    let distance = Int128((side == .buy ? entry - stop : stop - entry).raw)
    let move = distance.multipliedReportingOverflow(by: Int128(multiplier.raw))
    let costs = Int128(costPerUnit.raw).multipliedReportingOverflow(by: Int128(Quantity.scale))
    let sum = move.partialValue.addingReportingOverflow(costs.partialValue)
    let loss = sum.partialValue.multipliedReportingOverflow(by: Int128(conversion.raw))
    guard !move.overflow && !costs.overflow && !sum.overflow && !loss.overflow else {
      throw .nonFinite("loss per unit")
    }
    return loss.partialValue
  }
}

private let tenToThe26: UInt128 = 100_000_000_000_000_000_000_000_000
