import ActorKit
import Trading
import Wire

/// An order as the venue holds it. Part of the durable state; copied into the journal when it is accepted.
public struct VenueOrder: Equatable, Sendable {
  /// Where an order stands at the venue.
  public enum Status: UInt8, Sendable {
    case open = 1
    case filled = 2
    case canceled = 3
    case expired = 4
    /// Ended by the venue itself after it had accepted it.
    case rejected = 5
  }

  public var account: UInt16
  public var instrument: UInt32
  /// The venue's number of the order, from 1, never reused.
  public var venueOrderId: UInt64
  /// The id it answers to now.
  public var clOrdID: ClOrdIDText
  /// The id before the last replace, to which it still answers; empty if it was never replaced.
  public var previousClOrdID = ClOrdIDText()
  public var side: Side
  public var type: OrderType
  public var timeInForce: TimeInForce
  public var isPostOnly: Bool
  public var isReduceOnly: Bool
  /// Limit price; zero for a market order and a stop.
  public var price: Price
  /// Trigger of a stop, nil for others.
  public var stopPrice: Price?
  /// Whether a stop's trigger has been met.
  public var isTriggered = false
  public var quantity: Quantity
  public var cumQuantity: Quantity = .zero
  /// Place in time among all orders of the venue: at one price the lower number goes first.
  public var priority: UInt64
  /// Market time of acceptance.
  public var acceptedNanos: Int64
  /// Correlation of the request that made the order; its fills carry it.
  public var correlation: Correlation
  public var status: Status = .open
  /// The venue's number of the order it is linked to; nil for none.
  public var pairedWith: UInt64?
  /// Why it ended, where there is more to say than the status.
  public var endReason: RejectReason = .none

  /// A stop that waits for its trigger.
  var isWaitingStop: Bool { type == .stop && !isTriggered }

  /// Quantity still working, zero once it has ended.
  public var leavesQuantity: Quantity { status == .open ? quantity - cumQuantity : .zero }

  /// The status in FIX's words.
  public var ordStatus: OrdStatusCode {
    switch status {
    case .open: !cumQuantity.isZero ? .partiallyFilled : isTriggered ? .triggered : .new
    case .filled: .filled
    case .canceled: .canceled
    case .expired: .expired
    case .rejected: .rejected
    }
  }

  public init(
    account: UInt16, instrument: UInt32, venueOrderId: UInt64, clOrdID: ClOrdIDText, side: Side,
    type: OrderType, timeInForce: TimeInForce, isPostOnly: Bool, isReduceOnly: Bool, price: Price,
    stopPrice: Price? = nil, quantity: Quantity, priority: UInt64, acceptedNanos: Int64,
    correlation: Correlation
  ) {
    self.account = account
    self.instrument = instrument
    self.venueOrderId = venueOrderId
    self.clOrdID = clOrdID
    self.side = side
    self.type = type
    self.timeInForce = timeInForce
    self.isPostOnly = isPostOnly
    self.isReduceOnly = isReduceOnly
    self.price = price
    self.stopPrice = stopPrice
    self.quantity = quantity
    self.priority = priority
    self.acceptedNanos = acceptedNanos
    self.correlation = correlation
  }
}

extension VenueOrder {
  func encode(into writer: inout SnapshotWriter) {
    writer.write(account)
    writer.write(instrument)
    writer.write(venueOrderId)
    writer.write(clOrdID)
    writer.write(previousClOrdID)
    writer.write(side.rawValue)
    writer.write(type.rawValue)
    writer.write(timeInForce.rawValue)
    writer.write(isPostOnly)
    writer.write(isReduceOnly)
    writer.write(price.raw)
    writer.write(quantity.raw)
    writer.write(cumQuantity.raw)
    writer.write(priority)
    writer.write(acceptedNanos)
    writer.write(correlation.high)
    writer.write(correlation.low)
    writer.write(status.rawValue)
    writer.write(endReason.rawValue)
    writer.write(stopPrice?.raw)
    writer.write(isTriggered)
  }

  init(from reader: inout SnapshotReader) throws(RestoreError) {
    account = try reader.read()
    instrument = try reader.read()
    venueOrderId = try reader.read()
    clOrdID = try reader.readClOrdID()
    previousClOrdID = try reader.readClOrdID()
    side = try reader.readCode("side")
    type = try reader.readCode("order type")
    timeInForce = try reader.readCode("time in force")
    isPostOnly = try reader.read()
    isReduceOnly = try reader.read()
    price = Price(raw: try reader.read())
    quantity = Quantity(raw: try reader.read())
    cumQuantity = Quantity(raw: try reader.read())
    priority = try reader.read()
    acceptedNanos = try reader.read()
    correlation = Correlation(high: try reader.read(), low: try reader.read())
    status = try reader.readCode("order status")
    endReason = try reader.readCode("reason")
    let stopRaw: Int64? = try reader.readOptional()
    stopPrice = stopRaw.map(Price.init(raw:))
    isTriggered = try reader.read()
    guard (type == .stop) == (stopPrice != nil) else {
      throw .invalid("a stop without a stop price, or the price without it")
    }
  }
}
