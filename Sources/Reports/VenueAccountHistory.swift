import OrderExecutor
import Trading
import VenueSimulator
import Wire

/// One account of a venue as the venue's facts tell it: orders accepted, trades made, what they moved.
public struct VenueAccountHistory: Sendable {
  public let account: UInt16
  /// In the order accepted.
  public private(set) var orders: [Order] = []
  /// The trade log, in its order.
  public private(set) var trades: [VenueTrade] = []
  /// What the trades moved, per currency.
  public private(set) var flows = CashFlows()
  /// Net traded quantity per instrument, by number.
  public private(set) var positions: [(instrument: UInt32, quantity: Quantity)] = []
  /// What the venue's own books say; nil when they are not at hand.
  public internal(set) var statement: VenueStatement?

  var irregularities = Irregularities()
  private var places: [UInt64: Int] = [:]

  /// An order from acceptance to end.
  public struct Order: Equatable, Sendable {
    /// As it was accepted.
    public let accepted: VenueOrder
    public internal(set) var filled: Quantity = .zero
    /// Whole quantity; another than accepted after a replace, or after a fill of the order it is linked to.
    public internal(set) var quantity: Quantity
    public internal(set) var isOpen = true
    /// The venue's number of the order it is linked to, from which it takes what it fills.
    public internal(set) var partner: UInt64?
    /// Ended by the venue itself after it had accepted it.
    public internal(set) var wasRejected = false
  }

  init(account: UInt16) {
    self.account = account
  }

  public var openOrders: [Order] { orders.filter(\.isOpen) }

  public func position(in instrument: UInt32) -> Quantity {
    positions.first { $0.instrument == instrument }?.quantity ?? .zero
  }
}

extension VenueAccountHistory {
  /// Takes in a fact of this account; false if it cannot follow from those before.
  mutating func fold(_ fact: VenueFact, _ instruments: [Instrument]) -> Bool {
    let before = irregularities.count
    switch fact {
    case .accepted(let order): accept(order, instruments)
    case .trade(let trade): book(trade, instruments)
    case .ended(let ending):
      update(ending.venueOrderId, "the end") {
        $0.isOpen = false
        $0.wasRejected = ending.status == .rejected
      }
    case .triggered(let trigger): update(trigger.venueOrderId, "the trigger") { _ in }
    case .paired(let pair):
      update(pair.venueOrderId, "a pair") { $0.partner = pair.partner }
      update(pair.partner, "a pair") { $0.partner = pair.venueOrderId }
    case .replaced(let replacement):
      update(replacement.venueOrderId, "a replace") {
        $0.quantity = replacement.quantity
        if $0.filled >= $0.quantity { $0.isOpen = false }
      }
    case .deadManSet: break
    }
    return irregularities.count == before
  }

  private mutating func accept(_ order: VenueOrder, _ instruments: [Instrument]) {
    guard places[order.venueOrderId] == nil else {
      return irregularities.add(
        .order, "order \(order.clOrdID): the venue's number \(order.venueOrderId) is given twice")
    }
    if !instruments.contains(where: { $0.number == order.instrument }) {
      irregularities.add(.order, "order \(order.clOrdID): the venue has no instrument \(order.instrument)")
    }
    places[order.venueOrderId] = orders.count
    orders.append(Order(accepted: order, quantity: order.quantity))
  }

  private mutating func book(_ trade: VenueTrade, _ instruments: [Instrument]) {
    let expected = (trades.last?.tradeSequence ?? 0) + 1
    trades.append(trade)
    if trade.tradeSequence != expected {
      irregularities.add(
        .fill, "trade \(trade.key.execution): number \(trade.tradeSequence) of the account, not \(expected)")
    }
    update(trade.venueOrderId, "trade \(trade.key.execution)") {
      $0.filled = $0.filled.adding(trade.quantity) ?? .max
      if $0.filled >= $0.quantity { $0.isOpen = false }
    }
    if let place = places[trade.venueOrderId], orders[place].filled > orders[place].quantity {
      irregularities.add(
        .fill, "order \(trade.clOrdID): \(orders[place].filled) filled of \(orders[place].quantity)")
    }
    if let partner = places[trade.venueOrderId].flatMap({ orders[$0].partner }),
      let place = places[partner], orders[place].isOpen
    {
      orders[place].quantity = max(
        orders[place].quantity.subtracting(trade.quantity) ?? .zero, orders[place].filled)
    }
    move(trade, instruments)
  }

  private mutating func move(_ trade: VenueTrade, _ instruments: [Instrument]) {
    guard let instrument = instruments.first(where: { $0.number == trade.instrument }) else {
      return irregularities.add(
        .fill, "trade \(trade.key.execution): the venue has no instrument \(trade.instrument)")
    }
    let place = positions.firstIndex { $0.instrument >= trade.instrument } ?? positions.count
    if place == positions.count || positions[place].instrument != trade.instrument {
      positions.insert((trade.instrument, .zero), at: place)
    }
    do {
      guard let signed = trade.quantity.times(trade.side.sign),
        let position = positions[place].quantity.adding(signed)
      else { throw LedgerError.quantityOverflow }
      try flows.add(
        trade.side, price: trade.price, quantity: trade.quantity, of: instrument,
        fee: Fee(trade.fee, in: instrument.quote))
      positions[place].quantity = position
    } catch {
      irregularities.add(.fill, "trade \(trade.key.execution) cannot be booked: \(error)")
    }
  }

  private mutating func update(_ id: UInt64, _ what: String, _ change: (inout Order) -> Void) {
    guard let place = places[id], orders[place].isOpen else {
      return irregularities.add(.order, "\(what) of the venue's order \(id), which is not open")
    }
    change(&orders[place])
  }
}

extension VenueTrade {
  /// The name under which the executor books it.
  var key: FillKey { FillKey(instrument: instrument, execution: execution) }
}
