import ActorKit
import Trading
import Wire

// The bytes of a fact. Kinds and layouts are for ever: a new need gets a new kind.

extension ExecutorFact: FactCoding {
  public var kind: UInt16 {
    switch self {
    case .orderCreated: 1
    case .cancelRequested: 2
    case .orderAccepted: 3
    case .filled: 4
    case .orderEnded: 5
    case .orderInDoubt: 6
    case .orderNotPlaced: 7
    case .haltLatched: 8
    case .haltReleased: 9
    case .flattenBegun: 10
    case .flattenEnded: 11
    case .commandSeen: 12
    case .cancelRejected: 13
    case .orderAdopted: 14
    case .tradesConfirmed: 15
    case .intentAccepted: 16
    case .intentEnded: 17
    case .stopTriggered: 18
    case .protectionEnded: 19
    case .permitTaken: 20
    case .booksAgreed: 21
    case .journalBegan: 22
    case .ordersLinked: 23
    case .panicLatched: 24
    case .stopOrdered: 25
    case .stopReleased: 26
    }
  }

  /// The word for logs and reports.
  public var name: String {
    switch self {
    case .orderCreated: "orderCreated"
    case .cancelRequested: "cancelRequested"
    case .orderAccepted: "orderAccepted"
    case .filled: "filled"
    case .orderEnded: "orderEnded"
    case .orderInDoubt: "orderInDoubt"
    case .orderNotPlaced: "orderNotPlaced"
    case .haltLatched: "haltLatched"
    case .haltReleased: "haltReleased"
    case .flattenBegun: "flattenBegun"
    case .flattenEnded: "flattenEnded"
    case .commandSeen: "commandSeen"
    case .cancelRejected: "cancelRejected"
    case .orderAdopted: "orderAdopted"
    case .tradesConfirmed: "tradesConfirmed"
    case .intentAccepted: "intentAccepted"
    case .intentEnded: "intentEnded"
    case .stopTriggered: "stopTriggered"
    case .protectionEnded: "protectionEnded"
    case .permitTaken: "permitTaken"
    case .booksAgreed: "booksAgreed"
    case .journalBegan: "journalBegan"
    case .ordersLinked: "ordersLinked"
    case .panicLatched: "panicLatched"
    case .stopOrdered: "stopOrdered"
    case .stopReleased: "stopReleased"
    }
  }

  public func encode(into writer: inout SnapshotWriter) {
    switch self {
    case .orderCreated(let order): order.write(to: &writer)
    case .cancelRequested(let order, let request, let requestNanos):
      writer.write(order)
      writer.write(request)
      writer.write(requestNanos)
    case .orderAccepted(let order, let venueOrderId, let eventNanos):
      writer.write(order)
      writer.write(venueOrderId)
      writer.write(eventNanos)
    case .filled(let fill): fill.write(to: &writer)
    case .orderEnded(let end): end.write(to: &writer)
    case .orderInDoubt(let order, let request):
      writer.write(order)
      writer.write(request)
    case .orderNotPlaced(let order, let isProven):
      writer.write(order)
      writer.write(isProven)
    case .haltLatched(let halt), .haltReleased(let halt), .panicLatched(let halt): halt.write(to: &writer)
    case .flattenBegun(let instrument, let atNanos, let operatorName):
      writer.write(instrument)
      writer.write(atNanos)
      writer.write(operatorName)
    case .flattenEnded(let instrument, let outcome):
      writer.write(instrument)
      writer.write(outcome.rawValue)
    case .commandSeen(let id, let kind, let outcome):
      writer.write(id)
      writer.write(kind.rawValue)
      writer.write(outcome.rawValue)
    case .cancelRejected(let order, let request, let reason):
      writer.write(order)
      writer.write(request)
      writer.write(reason.rawValue)
    case .orderAdopted(let order): order.write(to: &writer)
    case .tradesConfirmed(let through, let fills):
      writer.write(through)
      writer.write(UInt32(fills.count))
      for fill in fills { writer.write(fill) }
    case .intentAccepted(let intent): intent.write(to: &writer)
    case .intentEnded(let end): end.write(to: &writer)
    case .stopTriggered(let intent, let price, let atNanos):
      writer.write(intent)
      writer.write(price.raw)
      writer.write(atNanos)
    case .protectionEnded(let intent, let cause):
      writer.write(intent)
      writer.write(cause.rawValue)
    case .permitTaken(let permit): permit.write(to: &writer)
    case .booksAgreed(let atNanos, let openOrders):
      writer.write(atNanos)
      writer.write(openOrders)
    case .journalBegan(let lineage): writer.write(lineage)
    case .ordersLinked(let order, let partner):
      writer.write(order)
      writer.write(partner)
    case .stopOrdered(let atNanos, let operatorName):
      writer.write(atNanos)
      writer.write(operatorName)
    case .stopReleased(let atNanos): writer.write(atNanos)
    }
  }

  public init(kind: UInt16, from reader: inout SnapshotReader) throws(RestoreError) {
    switch kind {
    case 1...5: try self.init(orderKind: kind, from: &reader)
    case 6: self = .orderInDoubt(order: try reader.readClOrdID(), request: try reader.readOptionalClOrdID())
    case 7: self = .orderNotPlaced(order: try reader.readClOrdID(), isProven: try reader.read(Bool.self))
    case 8: self = .haltLatched(try Halt(from: &reader))
    case 9: self = .haltReleased(try Halt(from: &reader))
    case 10:
      self = .flattenBegun(
        instrument: try reader.read(), atNanos: try reader.read(), operatorName: try reader.readString())
    case 11:
      self = .flattenEnded(
        instrument: try reader.read(), outcome: try reader.readChoice("outcome of a flattening"))
    case 12:
      self = .commandSeen(
        try reader.readCorrelation(), kind: try reader.readChoice("kind of command"),
        outcome: try reader.readChoice("outcome of a command"))
    case 13:
      self = .cancelRejected(
        order: try reader.readClOrdID(), request: try reader.readClOrdID(),
        reason: try reader.readChoice("reason"))
    case 14: self = .orderAdopted(try AdoptedOrder(from: &reader))
    case 15: self = try Self.tradesConfirmed(from: &reader)
    case 16...23: try self.init(intentKind: kind, from: &reader)
    case 24: self = .panicLatched(try Halt(from: &reader))
    case 25: self = .stopOrdered(atNanos: try reader.read(), operatorName: try reader.readString())
    case 26: self = .stopReleased(atNanos: try reader.read())
    default: throw .unknownKind(kind)
    }
  }

  private init(intentKind kind: UInt16, from reader: inout SnapshotReader) throws(RestoreError) {
    switch kind {
    case 16: self = .intentAccepted(try AcceptedIntent(from: &reader))
    case 17: self = .intentEnded(try IntentEnd(from: &reader))
    case 18:
      self = .stopTriggered(
        intent: try reader.readIntentID(), price: Price(raw: try reader.read()), atNanos: try reader.read())
    case 19:
      self = .protectionEnded(
        intent: try reader.readIntentID(), cause: try reader.readChoice("end of a protection"))
    case 20: self = .permitTaken(try TakenPermit(from: &reader))
    case 21: self = .booksAgreed(atNanos: try reader.read(), openOrders: try reader.read())
    case 22: self = .journalBegan(lineage: try reader.read())
    case 23: self = .ordersLinked(order: try reader.readClOrdID(), partner: try reader.readClOrdID())
    default: throw .unknownKind(kind)
    }
  }

  private init(orderKind kind: UInt16, from reader: inout SnapshotReader) throws(RestoreError) {
    switch kind {
    case 1: self = .orderCreated(try CreatedOrder(from: &reader))
    case 2:
      self = .cancelRequested(
        order: try reader.readClOrdID(), request: try reader.readClOrdID(), requestNanos: try reader.read())
    case 3:
      self = .orderAccepted(
        order: try reader.readClOrdID(), venueOrderId: try reader.readOptional(),
        eventNanos: try reader.read())
    case 4: self = .filled(try BookedFill(from: &reader))
    case 5: self = .orderEnded(try OrderEnd(from: &reader))
    default: throw .unknownKind(kind)
    }
  }

  private static func tradesConfirmed(from reader: inout SnapshotReader) throws(RestoreError) -> ExecutorFact
  {
    let through = try reader.read(UInt64.self)
    let count = Int(try reader.read(UInt32.self))
    var fills: [FillKey] = []
    for _ in 0..<count { fills.append(try reader.readFillKey()) }
    return .tradesConfirmed(through: through, fills: fills)
  }
}

extension CreatedOrder {
  func write(to writer: inout SnapshotWriter) {
    writer.write(id)
    writer.write(strategy)
    writer.write(instrument)
    writer.write(side.rawValue)
    writer.write(timeInForce.rawValue)
    writer.write(purpose.rawValue)
    writer.write(price.raw)
    writer.write(quantity.raw)
    writer.write(requestNanos)
    writer.write(recvWindowNanos)
    writer.write(origin)
    writer.write(correlation)
    guard purpose.isOfIntent else { return }
    writer.write(type.rawValue)
    writer.write(intent)
  }

  init(from reader: inout SnapshotReader) throws(RestoreError) {
    id = try reader.readClOrdID()
    strategy = try reader.read()
    instrument = try reader.read()
    side = try reader.readChoice("side")
    timeInForce = try reader.readChoice("time in force")
    purpose = try reader.readChoice("purpose of an order")
    price = Price(raw: try reader.read())
    quantity = try reader.readPositiveQuantity()
    requestNanos = try reader.read()
    recvWindowNanos = try reader.read()
    origin = try reader.read()
    correlation = try reader.readCorrelation()
    guard purpose.isOfIntent else { return }
    type = try reader.readChoice("type of an order")
    intent = try reader.readOptionalIntentID()
  }
}

extension BookedFill {
  func write(to writer: inout SnapshotWriter) {
    writer.write(key)
    writer.write(order)
    writer.write(side.rawValue)
    writer.write(price.raw)
    writer.write(quantity.raw)
    writer.write(fee.raw)
    writer.write(feeCurrency.description)
    writer.write(liquidity?.rawValue ?? 0)
    writer.write(tradeSequence)
    writer.write(eventNanos)
  }

  init(from reader: inout SnapshotReader) throws(RestoreError) {
    key = try reader.readFillKey()
    order = try reader.readOptionalClOrdID()
    side = try reader.readChoice("side")
    price = Price(raw: try reader.read())
    quantity = try reader.readPositiveQuantity()
    fee = Money(raw: try reader.read())
    feeCurrency = try reader.readCurrency()
    liquidity = LiquidityIndicator(rawValue: try reader.read())
    tradeSequence = try reader.read()
    eventNanos = try reader.read()
  }
}

extension OrderEnd {
  func write(to writer: inout SnapshotWriter) {
    writer.write(order)
    writer.write(cause.rawValue)
    writer.write(reason.rawValue)
    writer.write(cumQuantity.raw)
    writer.write(eventNanos)
  }

  init(from reader: inout SnapshotReader) throws(RestoreError) {
    order = try reader.readClOrdID()
    cause = try reader.readChoice("cause of an end")
    reason = try reader.readChoice("reason")
    cumQuantity = Quantity(raw: try reader.read())
    eventNanos = try reader.read()
  }
}

extension AdoptedOrder {
  func write(to writer: inout SnapshotWriter) {
    writer.write(id)
    writer.write(instrument)
    writer.write(side.rawValue)
    writer.write(price.raw)
    writer.write(quantity.raw)
    writer.write(venueOrderId)
    writer.write(atNanos)
  }

  init(from reader: inout SnapshotReader) throws(RestoreError) {
    id = try reader.readClOrdID()
    instrument = try reader.read()
    side = try reader.readChoice("side")
    price = Price(raw: try reader.read())
    quantity = try reader.readPositiveQuantity()
    venueOrderId = try reader.readOptional()
    atNanos = try reader.read()
  }
}

extension Halt {
  func write(to writer: inout SnapshotWriter) {
    switch scope {
    case .firm: writer.writeScope(1, 0)
    case .account: writer.writeScope(2, 0)
    case .strategy(let number): writer.writeScope(3, UInt32(number))
    case .instrument(let number): writer.writeScope(4, number)
    }
    writer.write(operatorName)
    writer.write(reason)
    writer.write(atNanos)
  }

  init(from reader: inout SnapshotReader) throws(RestoreError) {
    let code = try reader.read(UInt8.self)
    let number = try reader.read(UInt32.self)
    switch code {
    case 1: scope = .firm
    case 2: scope = .account
    case 3:
      guard let strategy = UInt16(exactly: number) else { throw .invalid("strategy \(number) in a halt") }
      scope = .strategy(strategy)
    case 4: scope = .instrument(number)
    default: throw .invalid("a halt of scope \(code)")
    }
    operatorName = try reader.readString()
    reason = try reader.readString()
    atNanos = try reader.read()
  }
}

extension SnapshotWriter {
  fileprivate mutating func writeScope(_ code: UInt8, _ number: UInt32) {
    write(code)
    write(number)
  }
}
