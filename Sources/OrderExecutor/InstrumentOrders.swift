import ActorKit
import Trading

/// Which orders are open in one instrument, by their slots in `OpenOrders`, and what they come to.
struct InstrumentOrders: Sendable {
  let instrument: UInt32
  /// By rising id.
  private(set) var ranked: [Int32] = []
  private(set) var buys = SideOrders()
  private(set) var sells = SideOrders()
  /// By strategy; one that once quoted stays.
  private var quotes: [StrategyQuotes] = []
  /// Orders that close what nobody owns.
  private(set) var ownerlessCount = 0
  /// Orders that were found at the venue.
  private(set) var foundCount = 0

  init(_ instrument: UInt32) { self.instrument = instrument }

  /// The orders of one side.
  struct SideOrders: Sendable {
    fileprivate var worstCaseSum: Int128 = 0
    /// Limit orders, the best price first, at one price by rising id.
    fileprivate(set) var limits: [PricedSlot] = []
    /// Of them, how many may or may not be there.
    fileprivate(set) var limitsInDoubt = 0

    /// The most that may still be executed; what is beyond the range counts as the largest quantity there is.
    var worstCaseOpen: Quantity { Quantity(raw: Int64(clamping: worstCaseSum)) }
  }

  struct PricedSlot: Sendable {
    let price: Price
    let slot: Int32
  }

  /// The quotes of one strategy, by rising id.
  struct StrategyQuotes: Sendable {
    let strategy: UInt16
    fileprivate var buys: [Int32] = []
    fileprivate var sells: [Int32] = []
    /// The strategy has said what it wants. Volatile, as targets are.
    fileprivate var isClaimed = false

    fileprivate init(_ strategy: UInt16) { self.strategy = strategy }

    fileprivate(set) subscript(side: Side) -> [Int32] {
      get { side == .buy ? buys : sells }
      _modify { if side == .buy { yield &buys } else { yield &sells } }
    }
  }

  private(set) subscript(side: Side) -> SideOrders {
    get { side == .buy ? buys : sells }
    _modify { if side == .buy { yield &buys } else { yield &sells } }
  }

  func quotes(of strategy: UInt16) -> StrategyQuotes? {
    let found = quotesIndex(of: strategy)
    return found.isTaken ? quotes[found.index] : nil
  }

  func isClaimed(_ strategy: UInt16) -> Bool { quotes(of: strategy)?.isClaimed ?? false }

  /// Whether it was not claimed before.
  mutating func claim(_ strategy: UInt16) -> Bool {
    let index = madeQuotesIndex(of: strategy)
    defer { quotes[index].isClaimed = true }
    return !quotes[index].isClaimed
  }

  private func quotesIndex(of strategy: UInt16) -> (index: Int, isTaken: Bool) {
    let index = quotes.lowestIndex { $0.strategy >= strategy }
    return (index, index < quotes.count && quotes[index].strategy == strategy)
  }

  private mutating func madeQuotesIndex(of strategy: UInt16) -> Int {
    let (index, isTaken) = quotesIndex(of: strategy)
    if !isTaken { quotes.insert(StrategyQuotes(strategy), at: index) }
    return index
  }
}

// An order comes, changes, goes. `sketched` are the outlines by slot.
extension InstrumentOrders {
  mutating func enter(_ slot: Int32, _ order: OrderOutline, _ sketched: [OrderOutline]) {
    ranked.insert(slot, at: Self.index(of: order.id, in: ranked, sketched))
    self[order.side].worstCaseSum += Int128(order.worstCaseOpen.raw)
    if order.type == .limit {
      let index = self[order.side].limits.lowestIndex { !$0.isBefore(order, sketched) }
      self[order.side].limits.insert(PricedSlot(price: order.price, slot: slot), at: index)
      if order.isInDoubt { self[order.side].limitsInDoubt += 1 }
    }
    if order.purpose == .ownerless { ownerlessCount += 1 }
    if order.purpose == .found { foundCount += 1 }
    guard order.purpose == .quote else { return }
    let strategy = madeQuotesIndex(of: order.strategy)
    let index = Self.index(of: order.id, in: quotes[strategy][order.side], sketched)
    quotes[strategy][order.side].insert(slot, at: index)
  }

  /// `before` and `after` are outlines of one order.
  mutating func note(_ before: OrderOutline, _ after: OrderOutline) {
    self[after.side].worstCaseSum += Int128(after.worstCaseOpen.raw) - Int128(before.worstCaseOpen.raw)
    guard after.type == .limit, before.isInDoubt != after.isInDoubt else { return }
    self[after.side].limitsInDoubt += after.isInDoubt ? 1 : -1
  }

  /// `order` is as it was when it last was open.
  mutating func leave(_ slot: Int32, _ order: OrderOutline, _ sketched: [OrderOutline]) {
    ranked.remove(at: Self.index(of: order.id, in: ranked, sketched))
    self[order.side].worstCaseSum -= Int128(order.worstCaseOpen.raw)
    if order.type == .limit {
      let index = self[order.side].limits.lowestIndex { !$0.isBefore(order, sketched) }
      self[order.side].limits.remove(at: index)
      if order.isInDoubt { self[order.side].limitsInDoubt -= 1 }
    }
    if order.purpose == .ownerless { ownerlessCount -= 1 }
    if order.purpose == .found { foundCount -= 1 }
    guard order.purpose == .quote else { return }
    let strategy = madeQuotesIndex(of: order.strategy)
    let index = Self.index(of: order.id, in: quotes[strategy][order.side], sketched)
    quotes[strategy][order.side].remove(at: index)
  }

  private static func index(of id: ClOrdID, in slots: [Int32], _ sketched: [OrderOutline]) -> Int {
    // A new order has the highest id.
    guard let last = slots.last, sketched[Int(last)].id >= id else { return slots.count }
    return slots.lowestIndex { sketched[Int($0)].id >= id }
  }
}

extension InstrumentOrders.PricedSlot {
  /// Whether it stands before an order of its side.
  fileprivate func isBefore(_ order: OrderOutline, _ sketched: [OrderOutline]) -> Bool {
    guard price == order.price else { return order.side == .buy ? price > order.price : price < order.price }
    return sketched[Int(slot)].id < order.id
  }
}
