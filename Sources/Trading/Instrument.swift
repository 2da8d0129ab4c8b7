/// What can be traded at one venue, with the venue's rules for orders. Immutable and checked once when made,
/// so that the functions below need no further checks: tick and lot are positive, bounds are whole lots and
/// in order.
public struct Instrument: Equatable, Sendable {
  /// The number that stands for the instrument in messages and journals; never reused within a colony.
  public let number: UInt32
  public let name: InstrumentName
  /// What is bought and sold; quantities count it.
  public let base: Currency
  /// What prices and notionals are in.
  public let quote: Currency
  public let tickSize: Price
  public let lotSize: Quantity
  public let minQuantity: Quantity
  public let minNotional: Notional
  /// The venue's largest order; nil when it has none. Our own limits are the risk gates', not this.
  public let maxQuantity: Quantity?
  /// Negative for a rebate.
  public let makerFee: Bps
  public let takerFee: Bps
  /// Best bid and ask farther apart than this, of their middle, make no price.
  public let maxSpread: Bps

  public init(
    number: UInt32, name: InstrumentName, base: Currency, quote: Currency, tickSize: Price, lotSize: Quantity,
    minQuantity: Quantity = .zero, minNotional: Notional = .zero, maxQuantity: Quantity? = nil,
    makerFee: Bps = .zero, takerFee: Bps = .zero, maxSpread: Bps = ReferencePrice.usualSpread
  ) throws(InstrumentError) {
    guard tickSize.isPositive else { throw .tickNotPositive(tickSize) }
    guard lotSize.isPositive else { throw .lotNotPositive(lotSize) }
    guard minQuantity.raw >= 0, minQuantity.raw % lotSize.raw == 0 else {
      throw .minQuantityNotWholeLots(minQuantity, lot: lotSize)
    }
    guard minNotional.raw >= 0 else { throw .minNotionalNegative(minNotional) }
    if let maxQuantity {
      guard maxQuantity.raw % lotSize.raw == 0, maxQuantity >= minQuantity, maxQuantity.isPositive else {
        throw .maxQuantityNotUsable(maxQuantity, min: minQuantity, lot: lotSize)
      }
    }
    for fee in [makerFee, takerFee] where fee.raw.magnitude > Self.largestFee.raw.magnitude {
      throw .feeNotPlausible(fee)
    }
    guard maxSpread.isPositive, maxSpread.raw <= Bps.unitsInWhole else {
      throw .maxSpreadNotUsable(maxSpread)
    }
    self.number = number
    self.name = name
    self.base = base
    self.quote = quote
    self.tickSize = tickSize
    self.lotSize = lotSize
    self.minQuantity = minQuantity
    self.minNotional = minNotional
    self.maxQuantity = maxQuantity
    self.makerFee = makerFee
    self.takerFee = takerFee
    self.maxSpread = maxSpread
  }

  /// Ten percent. A larger fee or rebate is a percent taken for a basis point, not a fee.
  private static var largestFee: Bps { Bps(raw: 1_000_000_000) }

  public var symbol: String { name.symbol }
  public var venue: String { name.venue }

  /// The fee of an execution in the quote currency, half-even, negative for a rebate; nil when it does not
  /// fit.
  public func fee(_ price: Price, _ quantity: Quantity, _ liquidity: LiquidityIndicator) -> Money? {
    guard let fee = price * quantity * (liquidity == .maker ? makerFee : takerFee) else { return nil }
    return Money(rounding: fee)
  }
}

/// Why a definition of an instrument cannot be traded on.
public enum InstrumentError: Error, Equatable, Sendable {
  case tickNotPositive(Price)
  case lotNotPositive(Quantity)
  case minQuantityNotWholeLots(Quantity, lot: Quantity)
  case minNotionalNegative(Notional)
  case maxQuantityNotUsable(Quantity, min: Quantity, lot: Quantity)
  case feeNotPlausible(Bps)
  case maxSpreadNotUsable(Bps)
}

extension InstrumentError: CustomStringConvertible {
  public var description: String {
    switch self {
    case .tickNotPositive(let tick): "the tick size \(tick) is not positive"
    case .lotNotPositive(let lot): "the lot size \(lot) is not positive"
    case .minQuantityNotWholeLots(let quantity, let lot):
      "the minimum quantity \(quantity) is not zero or a whole number of lots of \(lot)"
    case .minNotionalNegative(let notional): "the minimum notional \(notional) is negative"
    case .maxQuantityNotUsable(let quantity, let min, let lot):
      "the maximum quantity \(quantity) must be positive, whole lots of \(lot) and at least \(min)"
    case .feeNotPlausible(let fee): "a fee of \(fee) bp is more than 10 %; fees are given in basis points"
    case .maxSpreadNotUsable(let spread): "a largest spread of \(spread) bp is not above 0, at most 10000"
    }
  }
}
