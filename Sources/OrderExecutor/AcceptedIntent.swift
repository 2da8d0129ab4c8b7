import ActorKit
import Trading
import Wire

/// One order to be placed once, as risk asked for it: what the executor took on.
public struct AcceptedIntent: Equatable, Sendable {
  public var id: IntentID
  public var strategy: UInt16
  public var instrument: UInt32
  /// Side of the entry.
  public var side: Side
  /// `limit` or `market`.
  public var type: OrderType
  public var timeInForce: TimeInForce
  public var isPostOnly: Bool
  public var quantity: Quantity
  /// Limit of the entry; nil at the market.
  public var price: Price?
  /// Where what it opens is closed at a loss; nil for no stop.
  public var stopPrice: Price?
  /// Where what it opens is closed at a gain; nil for no target.
  public var takeProfitPrice: Price?
  /// Wall time after which the entry must not be sent, and must not rest, ns UTC.
  public var expireNanos: Int64
  /// Wall time of the acceptance, ns UTC.
  public var atNanos: Int64
  /// Wall time of the market event behind it, ns UTC; 0 if none.
  public var origin: Int64

  public init(
    id: IntentID, strategy: UInt16, instrument: UInt32, side: Side, type: OrderType,
    timeInForce: TimeInForce, isPostOnly: Bool, quantity: Quantity, price: Price?, stopPrice: Price?,
    takeProfitPrice: Price?, expireNanos: Int64, atNanos: Int64, origin: Int64
  ) {
    self.id = id
    self.strategy = strategy
    self.instrument = instrument
    self.side = side
    self.type = type
    self.timeInForce = timeInForce
    self.isPostOnly = isPostOnly
    self.quantity = quantity
    self.price = price
    self.stopPrice = stopPrice
    self.takeProfitPrice = takeProfitPrice
    self.expireNanos = expireNanos
    self.atNanos = atNanos
    self.origin = origin
  }

  /// Orders that what it opens will need: a stop, a target.
  var legCount: Int { (stopPrice == nil ? 0 : 1) + (takeProfitPrice == nil ? 0 : 1) }
}

/// How an intent ended: the content of its one terminal report.
public struct IntentEnd: Equatable, Sendable {
  public var id: IntentID
  public var outcome: IntentOutcome
  /// Why, when it was refused.
  public var reason: RejectReason
  public var filledQuantity: Quantity
  /// Half-even; nil without a fill.
  public var averagePrice: Price?
  /// Wall time, ns UTC.
  public var atNanos: Int64

  public init(
    id: IntentID, outcome: IntentOutcome, reason: RejectReason, filledQuantity: Quantity,
    averagePrice: Price?, atNanos: Int64
  ) {
    self.id = id
    self.outcome = outcome
    self.reason = reason
    self.filledQuantity = filledQuantity
    self.averagePrice = averagePrice
    self.atNanos = atNanos
  }
}

/// Why what an intent opened needs no protection any more, apart from being closed by its stop or target.
public enum ProtectionEnd: UInt8, Equatable, Sendable {
  /// The position in the instrument was closed by command.
  case flattened = 1
  /// What is left is less than the venue takes.
  case remainder = 2
}

extension AcceptedIntent {
  func write(to writer: inout SnapshotWriter) {
    writer.write(id)
    writer.write(strategy)
    writer.write(instrument)
    writer.write(side.rawValue)
    writer.write(type.rawValue)
    writer.write(timeInForce.rawValue)
    writer.write(isPostOnly)
    writer.write(quantity.raw)
    writer.write(price?.raw)
    writer.write(stopPrice?.raw)
    writer.write(takeProfitPrice?.raw)
    writer.write(expireNanos)
    writer.write(atNanos)
    writer.write(origin)
  }

  init(from reader: inout SnapshotReader) throws(RestoreError) {
    id = try reader.readIntentID()
    strategy = try reader.read()
    instrument = try reader.read()
    side = try reader.readChoice("side")
    type = try reader.readChoice("type of an order")
    timeInForce = try reader.readChoice("time in force")
    isPostOnly = try reader.read(Bool.self)
    quantity = try reader.readPositiveQuantity()
    price = try reader.readOptionalPrice()
    stopPrice = try reader.readOptionalPrice()
    takeProfitPrice = try reader.readOptionalPrice()
    expireNanos = try reader.read()
    atNanos = try reader.read()
    origin = try reader.read()
  }
}

extension IntentEnd {
  func write(to writer: inout SnapshotWriter) {
    writer.write(id)
    writer.write(outcome.rawValue)
    writer.write(reason.rawValue)
    writer.write(filledQuantity.raw)
    writer.write(averagePrice?.raw)
    writer.write(atNanos)
  }

  init(from reader: inout SnapshotReader) throws(RestoreError) {
    id = try reader.readIntentID()
    outcome = try reader.readChoice("outcome of an intent")
    reason = try reader.readChoice("reason")
    filledQuantity = Quantity(raw: try reader.read())
    averagePrice = try reader.readOptionalPrice()
    atNanos = try reader.read()
  }
}
