import ActorKit
import Trading
import Vocabulary
import Wire

/// An order as risk asks the executor for it: sized, priced on the tick, with where it is closed again. The
/// signal it came from is named by its id, and so is the component that gave it.
public struct RiskIntent: Equatable, Sendable {
  public var intent: IntentID
  public var strategy: UInt16
  public var instrument: UInt32
  /// Side of the entry.
  public var side: Side
  public var type: OrderType
  public var timeInForce: TimeInForce
  public var quantity: Quantity
  /// Limit of the entry.
  public var price: Price?
  public var stopPrice: Price?
  public var takeProfitPrice: Price?
  /// Wall time after which the entry must not be sent, and must not rest, ns UTC.
  public var expireNanos: Int64
  /// Wall time of the decision, ns UTC.
  public var atNanos: Int64
  /// Wall time of the market event behind it, ns UTC; 0 if none.
  public var origin: Int64

  public init(
    intent: IntentID, strategy: UInt16, instrument: UInt32, side: Side, type: OrderType,
    timeInForce: TimeInForce, quantity: Quantity, price: Price?, stopPrice: Price?,
    takeProfitPrice: Price?, expireNanos: Int64, atNanos: Int64, origin: Int64
  ) {
    self.intent = intent
    self.strategy = strategy
    self.instrument = instrument
    self.side = side
    self.type = type
    self.timeInForce = timeInForce
    self.quantity = quantity
    self.price = price
    self.stopPrice = stopPrice
    self.takeProfitPrice = takeProfitPrice
    self.expireNanos = expireNanos
    self.atNanos = atNanos
    self.origin = origin
  }
}

/// How an intent ended, refusal included: the content of the one terminal report to the signal component.
public struct RiskIntentEnd: Equatable, Sendable {
  public var intent: IntentID
  public var instrument: UInt32
  public var outcome: IntentOutcome
  /// Why, when it was refused.
  public var reason: RejectReason
  /// The check that refused it, when that was ours.
  public var check: RiskCheck
  public var filledQuantity: Quantity
  /// Nil without a fill.
  public var averagePrice: Price?
  /// Wall time, ns UTC.
  public var atNanos: Int64

  public init(
    intent: IntentID, instrument: UInt32, outcome: IntentOutcome, reason: RejectReason,
    check: RiskCheck = .none, filledQuantity: Quantity = .zero, averagePrice: Price? = nil, atNanos: Int64
  ) {
    self.intent = intent
    self.instrument = instrument
    self.outcome = outcome
    self.reason = reason
    self.check = check
    self.filledQuantity = filledQuantity
    self.averagePrice = averagePrice
    self.atNanos = atNanos
  }
}

extension RiskIntent {
  func write(to writer: inout SnapshotWriter) {
    intent.write(to: &writer)
    writer.write(strategy)
    writer.write(instrument)
    writer.write(side.rawValue)
    writer.write(type.rawValue)
    writer.write(timeInForce.rawValue)
    writer.write(quantity.raw)
    writer.write(price?.raw)
    writer.write(stopPrice?.raw)
    writer.write(takeProfitPrice?.raw)
    writer.write(expireNanos)
    writer.write(atNanos)
    writer.write(origin)
  }

  init(from reader: inout SnapshotReader) throws(RestoreError) {
    intent = try IntentID(from: &reader)
    strategy = try reader.read()
    instrument = try reader.read()
    side = try reader.readCode("side")
    type = try reader.readCode("type of an order")
    timeInForce = try reader.readCode("time in force")
    quantity = Quantity(raw: try reader.read())
    guard quantity.isPositive else { throw .invalid("an intent of \(quantity)") }
    price = try reader.readOptional(Int64.self).map { Price(raw: $0) }
    stopPrice = try reader.readOptional(Int64.self).map { Price(raw: $0) }
    takeProfitPrice = try reader.readOptional(Int64.self).map { Price(raw: $0) }
    expireNanos = try reader.read()
    atNanos = try reader.read()
    origin = try reader.read()
  }
}

extension RiskIntentEnd {
  func write(to writer: inout SnapshotWriter) {
    intent.write(to: &writer)
    writer.write(instrument)
    writer.write(outcome.rawValue)
    writer.write(reason.rawValue)
    writer.write(check.rawValue)
    writer.write(filledQuantity.raw)
    writer.write(averagePrice?.raw)
    writer.write(atNanos)
  }

  init(from reader: inout SnapshotReader) throws(RestoreError) {
    intent = try IntentID(from: &reader)
    instrument = try reader.read()
    outcome = try reader.readNamed("outcome of an intent")
    reason = try reader.readNamed("reason")
    check = try reader.readNamed("check")
    filledQuantity = Quantity(raw: try reader.read())
    averagePrice = try reader.readOptional(Int64.self).map { Price(raw: $0) }
    atNanos = try reader.read()
  }
}
