import ActorKit
import OrderExecutor
import Trading
import VenueSimulator
import Vocabulary
import Wire

/// One account of a venue as the venue's facts tell it: orders accepted, trades made, what they moved.
public struct VenueAccountHistory {
  public let account: UInt16
  /// All ever accepted.
  package private(set) var orders = RecordList<Order>()
  /// The trade log.
  package private(set) var trades = RecordList<VenueTrade>()
  private(set) var newestTrades = NewestTrades()
  /// What the trades moved, per currency.
  public private(set) var flows = CashFlows()
  /// Net traded quantity per instrument, by number.
  public private(set) var positions: [(instrument: UInt32, quantity: Quantity)] = []
  /// What the venue's own books say; nil when they are not at hand.
  public internal(set) var statement: VenueStatement?

  var irregularities = Irregularities()
  /// Open orders by the venue's number, and their places in the list; as many as the venue lets be open.
  /// Never iterated but to be sorted.
  private var open: [UInt64: (place: Int, order: Order)] = [:]
  /// Numbers that the venue gives rise.
  private var lastNumber: UInt64 = 0
  private var lastTradeSequence: UInt64 = 0

  /// An order from acceptance to end.
  package struct Order: Equatable, Sendable {
    let clOrdID: ClOrdIDText
    let venueOrderId: UInt64
    let instrument: UInt32
    let side: Side
    /// As the executor keeps it: of a stop, where it triggers.
    let price: Price
    let acceptedQuantity: Quantity
    var filled: Quantity = .zero
    /// Whole quantity; another than accepted after a replace, or after a fill of the order it is linked to.
    var quantity: Quantity
    var isOpen = true
    /// The venue's number of the order it is linked to, from which it takes what it fills.
    var partner: UInt64?
    /// Ended by the venue itself after it had accepted it.
    var wasRejected = false
  }

  init(account: UInt16) {
    self.account = account
  }

  /// In the order accepted.
  var openOrders: [Order] { open.values.sorted { $0.place < $1.place }.map(\.order) }

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
    guard order.venueOrderId > lastNumber else {
      return irregularities.add(
        .order,
        "order \(order.clOrdID): the venue's number \(order.venueOrderId) is given twice, or after "
          + "\(lastNumber)")
    }
    lastNumber = order.venueOrderId
    if !instruments.contains(where: { $0.number == order.instrument }) {
      irregularities.add(.order, "order \(order.clOrdID): the venue has no instrument \(order.instrument)")
    }
    let accepted = Order(accepted: order)
    open[order.venueOrderId] = (orders.append(accepted), accepted)
  }

  private mutating func book(_ trade: VenueTrade, _ instruments: [Instrument]) {
    let expected = lastTradeSequence + 1
    lastTradeSequence = trade.tradeSequence
    trades.append(trade)
    newestTrades.take(trade)
    if trade.tradeSequence != expected {
      irregularities.add(
        .fill, "trade \(trade.key.execution): number \(trade.tradeSequence) of the account, not \(expected)")
    }
    let filled = update(trade.venueOrderId, "trade \(trade.key.execution)") {
      $0.filled = $0.filled.adding(trade.quantity) ?? .max
      if $0.filled >= $0.quantity { $0.isOpen = false }
    }
    if let filled, filled.filled > filled.quantity {
      irregularities.add(.fill, "order \(trade.clOrdID): \(filled.filled) filled of \(filled.quantity)")
    }
    if let partner = filled?.partner, open[partner] != nil {
      update(partner, "a fill of the order linked") {
        $0.quantity = max($0.quantity.subtracting(trade.quantity) ?? .zero, $0.filled)
      }
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

  /// Gives the order as it is then; nil when it is not open.
  @discardableResult
  private mutating func update(_ id: UInt64, _ what: String, _ change: (inout Order) -> Void) -> Order? {
    guard var known = open[id] else {
      irregularities.add(.order, "\(what) of the venue's order \(id), which is not open")
      return nil
    }
    change(&known.order)
    orders.replace(known.order, at: known.place)
    open[id] = known.order.isOpen ? known : nil
    return known.order
  }
}

extension VenueAccountHistory.Order: ListedRecord {
  init(accepted order: VenueOrder) {
    self.init(
      clOrdID: order.clOrdID, venueOrderId: order.venueOrderId, instrument: order.instrument,
      side: order.side, price: order.stopPrice ?? order.price, acceptedQuantity: order.quantity,
      quantity: order.quantity)
  }

  package var key: ClOrdIDText { clOrdID }

  package static func bytes(of key: ClOrdIDText) -> [UInt8] { (0..<key.count).map { key[$0] } }

  package func write(to writer: inout SnapshotWriter) {
    writer.write(clOrdID)
    writer.write(venueOrderId)
    writer.write(instrument)
    writer.write(side)
    writer.write(price)
    writer.write(acceptedQuantity)
    writer.write(filled)
    writer.write(quantity)
    writer.write(isOpen)
    writer.write(partner)
    writer.write(wasRejected)
  }

  package init(from reader: inout SnapshotReader) throws(RestoreError) {
    self.init(
      clOrdID: try ClOrdIDText(from: &reader), venueOrderId: try reader.read(),
      instrument: try reader.read(), side: try Side(from: &reader), price: try Price(from: &reader),
      acceptedQuantity: try Quantity(from: &reader), filled: try Quantity(from: &reader),
      quantity: try Quantity(from: &reader), isOpen: try reader.read(), partner: try reader.readOptional(),
      wasRejected: try reader.read())
  }
}

extension VenueTrade: ListedRecord {
  package static func bytes(of key: FillKey) -> [UInt8] { BookedFill.bytes(of: key) }
}

extension VenueTrade {
  /// The name under which the executor books it.
  package var key: FillKey { FillKey(instrument: instrument, execution: execution) }
}
