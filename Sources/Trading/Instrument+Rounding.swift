extension Instrument {
  /// The tick at or behind the price, so that the order is never more aggressive than asked: bids go down,
  /// asks up. Nil when that tick is out of range.
  @inlinable public func roundPassive(_ price: Price, _ side: Side) -> Price? {
    side == .buy ? roundDown(price) : roundUp(price)
  }

  /// The largest tick not above the price, also below zero; nil when out of range.
  @inlinable public func roundDown(_ price: Price) -> Price? {
    let rest = price.raw % tickSize.raw
    return price.subtracting(Price(raw: rest < 0 ? rest &+ tickSize.raw : rest))
  }

  /// The smallest tick not below the price, also below zero; nil when out of range.
  @inlinable public func roundUp(_ price: Price) -> Price? {
    let rest = price.raw % tickSize.raw
    return price.adding(Price(raw: rest > 0 ? tickSize.raw &- rest : 0 &- rest))
  }

  /// Whole lots, towards zero: less is always allowed, more may not be.
  @inlinable public func roundDown(_ quantity: Quantity) -> Quantity {
    Quantity(raw: quantity.raw - quantity.raw % lotSize.raw)
  }
}

extension Instrument {
  /// A model's price as the tick at or below it; nil for NaN, infinities and what is out of range. This is
  /// the one place where a model's number becomes a price.
  ///
  /// A number within its own binary precision of a tick *is* that tick. Otherwise 0.29, which binary holds as
  /// 0.28999999999999998, would lose a whole tick.
  public func priceFloor(fromDouble value: Double) -> Price? {
    guard let units = ModelUnits(value * 1e9, step: tickSize.raw) else { return nil }
    return units.meant.map(Price.init(raw:)) ?? roundDown(Price(raw: units.floor))
  }

  /// A model's price as the tick at or above it; as `priceFloor(fromDouble:)` otherwise.
  public func priceCeiling(fromDouble value: Double) -> Price? {
    guard let units = ModelUnits(value * 1e9, step: tickSize.raw) else { return nil }
    return units.meant.map(Price.init(raw:)) ?? roundUp(Price(raw: units.ceiling))
  }

  /// A model's price for a resting order: bids go down to a tick, asks up.
  public func passivePrice(fromDouble value: Double, _ side: Side) -> Price? {
    side == .buy ? priceFloor(fromDouble: value) : priceCeiling(fromDouble: value)
  }

  /// A model's quantity in whole lots, towards zero; nil for NaN, infinities and what is out of range. A
  /// number within its own binary precision of a whole lot is that lot.
  public func quantity(fromDouble value: Double) -> Quantity? {
    guard let units = ModelUnits(value * 1e8, step: lotSize.raw) else { return nil }
    return units.meant.map(Quantity.init(raw:))
      ?? roundDown(Quantity(raw: value < 0 ? units.ceiling : units.floor))
  }
}

/// A model's number in whole units and the multiple of `step` it stands for.
private struct ModelUnits {
  /// The multiple of `step` that the number means: at most two of its last binary digits away, one lost by
  /// the model's number itself, one by its scaling. Nil when the number really lies between two multiples.
  let meant: Int64?
  let floor: Int64
  let ceiling: Int64

  init?(_ units: Double, step: Int64) {
    // The margin of one step of 2^10 below 2^63 keeps floor and ceiling representable.
    guard abs(units) < 0x1p63 - 0x1p10 else { return nil }
    let nearest = roundHalfEven(units)
    let whole = Int64(nearest)
    floor = nearest > units ? whole - 1 : whole
    ceiling = nearest < units ? whole + 1 : whole
    let multiple = Int128(whole).dividedHalfEven(by: Int128(step)) * Int128(step)
    if let raw = Int64(exactly: multiple), abs(Double(raw) - units) <= 2 * units.ulp {
      meant = raw
    } else {
      meant = nil
    }
  }
}
