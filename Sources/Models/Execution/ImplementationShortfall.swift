import Trading

/// What an order cost against the price at which it was decided: Perold, "The implementation shortfall: paper
/// versus reality", J. Portfolio Management 14(3) (1988). Exact amounts throughout; a positive cost is a
/// loss.
public struct ImplementationShortfall: Equatable, Sendable {
  public let side: Side
  /// X, what was to be traded; > 0.
  public let quantity: Quantity
  /// The price when it was decided.
  public let decisionPrice: Price
  /// The price when the order reached the market.
  public let arrivalPrice: Price

  public private(set) var executed = Quantity.zero
  private var paid = Notional.zero
  private var fees = Notional.zero

  public init(side: Side, quantity: Quantity, decisionPrice: Price, arrivalPrice: Price) throws(ModelError) {
    guard quantity.isPositive else { throw .outOfRange("quantity", value: quantity.double, allowed: "> 0") }
    for price in [decisionPrice, arrivalPrice] where !price.isPositive {
      throw .outOfRange("price", value: price.double, allowed: "> 0")
    }
    self.side = side
    self.quantity = quantity
    self.decisionPrice = decisionPrice
    self.arrivalPrice = arrivalPrice
  }

  /// An execution with its fee (negative for a rebate). Throws, changing nothing, when it is not positive,
  /// exceeds what was to be traded, or a sum overflows.
  public mutating func fill(quantity more: Quantity, price: Price, fee: Money = .zero) throws(ModelError) {
    guard more.isPositive else { throw .outOfRange("executed quantity", value: more.double, allowed: "> 0") }
    guard price.isPositive else { throw .outOfRange("execution price", value: price.double, allowed: "> 0") }
    guard let sum = executed.adding(more), sum <= quantity else {
      throw .outOfRange("executed quantity", value: more.double, allowed: "<= what is open")
    }
    guard let newPaid = paid.adding(price * more), let newFees = fees.adding(Notional(fee)) else {
      throw .nonFinite("sum of executions")
    }
    (executed, paid, fees) = (sum, newPaid, newFees)
  }

  /// The parts of the shortfall, in the quote currency; they sum to `total`.
  public struct Costs: Equatable, Sendable {
    /// X (arrival − decision): the market moved before the order was there.
    public let delay: Notional
    /// Σ q (price − arrival): spread and impact.
    public let execution: Notional
    /// (X − Σ q)(end − arrival): what was not traded.
    public let opportunity: Notional
    public let fees: Notional
    public let total: Notional
    /// The total in basis points of X · decision price.
    public let totalBps: Double
  }

  /// The decomposition with what was not executed valued at `endPrice` (> 0).
  public func costs(endPrice: Price) throws(ModelError) -> Costs {
    guard endPrice.isPositive else { throw .outOfRange("end price", value: endPrice.double, allowed: "> 0") }
    // Products of a price and a quantity always fit; differences and sums of a few of them are checked below.
    let delay = try signed(arrivalPrice * quantity, minus: decisionPrice * quantity)
    let execution = try signed(paid, minus: arrivalPrice * executed)
    let open = quantity - executed
    let opportunity = try signed(endPrice * open, minus: arrivalPrice * open)
    var total = delay
    for part in [execution, opportunity, fees] {
      guard let sum = total.adding(part) else { throw .nonFinite("implementation shortfall") }
      total = sum
    }
    let bps = BpsConversion.perUnit * total.double / (decisionPrice * quantity).double
    return Costs(
      delay: delay, execution: execution, opportunity: opportunity, fees: fees, total: total,
      totalBps: try Domain.finite(bps, "implementation shortfall"))
  }

  /// The average execution price; `nil` without executions, which is not zero.
  public var averagePrice: Double? { executed.isPositive ? paid.double / executed.double : nil }

  private func signed(_ left: Notional, minus right: Notional) throws(ModelError) -> Notional {
    guard let difference = left.subtracting(right),
      let value = side == .buy ? difference : difference.negated()
    else { throw .nonFinite("implementation shortfall") }
    return value
  }
}
