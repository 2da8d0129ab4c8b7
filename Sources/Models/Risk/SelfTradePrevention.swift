import Trading

/// Keeps an owner's orders from trading with each other: checked before sending, by the one process that owns
/// the book of the owner's resting orders in the instrument.
public struct SelfTradePrevention: Equatable, Sendable {
  public enum Policy: UInt8, CaseIterable, Sendable {
    /// The new order is not sent.
    case cancelNewest
    /// The resting orders it would meet are cancelled first.
    case cancelOldest
    /// Both.
    case cancelBoth
    /// Both are reduced by what they would have traded with each other.
    case decrement
  }

  public let policy: Policy

  public init(policy: Policy) { self.policy = policy }

  /// One of the owner's resting orders.
  public struct Resting: Equatable, Sendable {
    public let id: ClOrdID
    public let side: Side
    public let price: Price
    /// What is open at worst case, in doubt included; > 0.
    public let open: Quantity

    public init(id: ClOrdID, side: Side, price: Price, open: Quantity) {
      self.id = id
      self.side = side
      self.price = price
      self.open = open
    }
  }

  /// What to do before the new order may go.
  public struct Verdict: Equatable, Sendable {
    /// How much of it to send; zero means not at all.
    public let send: Quantity
    /// Resting orders to reduce to a new open quantity (zero: cancel), confirmed before sending.
    public let reductions: [Reduction]

    public struct Reduction: Equatable, Sendable {
      public let id: ClOrdID
      public let open: Quantity
    }
  }

  /// Judges a new order against the owner's resting orders in the same instrument. Without a limit price it
  /// meets every order of the other side. Orders are met best price first, then in the order given. Throws
  /// `outOfRange` when a quantity or price is not positive.
  public func verdict(
    side: Side, limit: Price?, quantity: Quantity, resting: [Resting]
  ) throws(ModelError) -> Verdict {
    guard quantity.isPositive else { throw .outOfRange("quantity", value: quantity.double, allowed: "> 0") }
    if let limit, !limit.isPositive { throw .outOfRange("limit price", value: limit.double, allowed: "> 0") }
    var met: [Resting] = []
    for order in resting where order.side != side {
      guard order.open.isPositive && order.price.isPositive else {
        throw .outOfRange("resting order", value: order.open.double, allowed: "open and price > 0")
      }
      if crosses(side, limit, order.price) { met.append(order) }
    }
    if met.isEmpty { return Verdict(send: quantity, reductions: []) }
    switch policy {
    case .cancelNewest: return Verdict(send: .zero, reductions: [])
    case .cancelOldest: return Verdict(send: quantity, reductions: met.map { .init(id: $0.id, open: .zero) })
    case .cancelBoth: return Verdict(send: .zero, reductions: met.map { .init(id: $0.id, open: .zero) })
    case .decrement: return decremented(side, quantity, met)
    }
  }

  private func crosses(_ side: Side, _ limit: Price?, _ price: Price) -> Bool {
    guard let limit else { return true }
    return side == .buy ? limit >= price : limit <= price
  }

  private func decremented(_ side: Side, _ quantity: Quantity, _ met: [Resting]) -> Verdict {
    let ordered = met.enumerated().sorted { left, right in
      if left.element.price != right.element.price {
        return (left.element.price < right.element.price) == (side == .buy)
      }
      return left.offset < right.offset
    }
    var left = quantity
    var reductions: [Verdict.Reduction] = []
    for (_, order) in ordered where left.isPositive {
      let overlap = min(left, order.open)
      left -= overlap
      reductions.append(.init(id: order.id, open: order.open - overlap))
    }
    return Verdict(send: left, reductions: reductions)
  }
}
