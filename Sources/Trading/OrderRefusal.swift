/// Which of an instrument's rules an order breaks, with the value and the rule.
public enum OrderRefusal: Error, Equatable, Sendable {
  case priceNotPositive(Price)
  case priceOffTick(Price, tick: Price)
  case quantityNotPositive(Quantity)
  case quantityOffLot(Quantity, lot: Quantity)
  case quantityTooSmall(Quantity, min: Quantity)
  case quantityTooLarge(Quantity, max: Quantity)
  case notionalTooSmall(Notional, min: Notional)
}

extension OrderRefusal: CustomStringConvertible {
  public var description: String {
    switch self {
    case .priceNotPositive(let price): "the price \(price) is not positive"
    case .priceOffTick(let price, let tick): "the price \(price) is not a multiple of the tick \(tick)"
    case .quantityNotPositive(let quantity): "the quantity \(quantity) is not positive"
    case .quantityOffLot(let quantity, let lot):
      "the quantity \(quantity) is not a multiple of the lot \(lot)"
    case .quantityTooSmall(let quantity, let min): "the quantity \(quantity) is below the minimum \(min)"
    case .quantityTooLarge(let quantity, let max): "the quantity \(quantity) is above the maximum \(max)"
    case .notionalTooSmall(let notional, let min): "the notional \(notional) is below the minimum \(min)"
    }
  }
}

extension Instrument {
  /// A positive multiple of the tick.
  @inlinable public func isValid(_ price: Price) -> Bool { price.isPositive && price.raw % tickSize.raw == 0 }

  /// A positive multiple of the lot within the venue's bounds.
  public func isValid(_ quantity: Quantity) -> Bool { refusal(of: quantity) == nil }

  /// The first rule an order would break, in the order of the cases above; nil when the venue should take it.
  /// For a market order pass the price it is expected to trade at, which then also decides the notional.
  public func validate(_ price: Price, _ quantity: Quantity) -> OrderRefusal? {
    guard price.isPositive else { return .priceNotPositive(price) }
    guard price.raw % tickSize.raw == 0 else { return .priceOffTick(price, tick: tickSize) }
    if let refusal = refusal(of: quantity) { return refusal }
    let notional = price * quantity
    guard notional >= minNotional else { return .notionalTooSmall(notional, min: minNotional) }
    return nil
  }

  private func refusal(of quantity: Quantity) -> OrderRefusal? {
    guard quantity.isPositive else { return .quantityNotPositive(quantity) }
    guard quantity.raw % lotSize.raw == 0 else { return .quantityOffLot(quantity, lot: lotSize) }
    guard quantity >= minQuantity else { return .quantityTooSmall(quantity, min: minQuantity) }
    if let maxQuantity, quantity > maxQuantity { return .quantityTooLarge(quantity, max: maxQuantity) }
    return nil
  }
}
