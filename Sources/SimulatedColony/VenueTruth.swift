import Trading
import VenueSimulator
import Vocabulary
import Wire

/// What is so at the venues, by their facts: orders, positions, executions.
struct VenueTruth {
  struct Order {
    let clOrdID: ClOrdID?
    let account: UInt16
    let instrument: UInt32
    let side: Side
    let isStop: Bool
    let stopPrice: Price?
    let isReduceOnly: Bool
    var rest: Quantity
    /// Its partner in a pair, by the venue's number.
    var partner: UInt64?
  }

  /// What an account has in an instrument.
  struct Holding: Hashable {
    let account: UInt16
    let instrument: UInt32
  }

  /// Open orders by the venue's number, and all client ids ever accepted.
  private(set) var open: [UInt64: Order] = [:]
  private(set) var accepted: Set<ClOrdID> = []
  /// Of each order of ours, so much.
  private(set) var filled: [ClOrdID: Quantity] = [:]
  private(set) var positions: [Holding: Quantity] = [:]
  private(set) var executions: [Holding: Set<ExecID>] = [:]
  /// Where each open order of ours is.
  private(set) var numbers: [ClOrdID: UInt64] = [:]

  mutating func apply(_ fact: VenueFact) {
    switch fact {
    case .accepted(let order): accept(order)
    case .trade(let trade): book(trade)
    case .ended(let ending): end(ending.venueOrderId)
    case .replaced(let replacement):
      open[replacement.venueOrderId]?.rest = replacement.quantity
    case .paired(let pair):
      open[pair.venueOrderId]?.partner = pair.partner
      open[pair.partner]?.partner = pair.venueOrderId
    case .deadManSet, .triggered: break
    }
  }

  private mutating func accept(_ order: VenueOrder) {
    let id = ClOrdID(order.clOrdID)
    if let id {
      accepted.insert(id)
      numbers[id] = order.venueOrderId
    }
    open[order.venueOrderId] = Order(
      clOrdID: id, account: order.account, instrument: order.instrument, side: order.side,
      isStop: order.type == .stop, stopPrice: order.stopPrice, isReduceOnly: order.isReduceOnly,
      rest: order.quantity - order.cumQuantity)
  }

  private mutating func book(_ trade: VenueTrade) {
    let holding = Holding(account: trade.account, instrument: trade.instrument)
    let change = trade.side == .buy ? trade.quantity : -trade.quantity
    positions[holding] = (positions[holding] ?? .zero) + change
    executions[holding, default: []].insert(trade.execution)
    if let id = ClOrdID(trade.clOrdID) { filled[id] = (filled[id] ?? .zero) + trade.quantity }
    take(trade.quantity, from: trade.venueOrderId)
    if let partner = open[trade.venueOrderId]?.partner { take(trade.quantity, from: partner) }
    if let order = open[trade.venueOrderId], !order.rest.isPositive { end(trade.venueOrderId) }
  }

  private mutating func take(_ quantity: Quantity, from number: UInt64) {
    guard let order = open[number] else { return }
    open[number]?.rest = max(.zero, order.rest - quantity)
  }

  private mutating func end(_ number: UInt64) {
    if let id = open.removeValue(forKey: number)?.clOrdID { numbers[id] = nil }
  }

  /// What an intent has open: filled of its entry less of its exits.
  func open(of intent: ExecutorFile.Intent) -> Quantity {
    var open = Quantity.zero
    for order in intent.orders {
      guard let filled = filled[order] else { continue }
      open = order == intent.entry ? open + filled : open - filled
    }
    return open
  }

  func position(_ holding: Holding) -> Quantity { positions[holding] ?? .zero }
}
