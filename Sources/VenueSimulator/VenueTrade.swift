import ActorKit
import Trading
import Wire

/// One fill of one order: a line of the venue's trade log.
///
/// When two accounts of this venue trade with each other, each has a line of its own.
public struct VenueTrade: Equatable, Sendable {
  public var account: UInt16
  /// Place in the account's trades, from 1 without a hole.
  public var tradeSequence: UInt64
  /// Upper half of the trade id: the venue's component number.
  public var execHigh: UInt64
  /// Lower half of the trade id: counts all fills of the venue, from 1.
  public var execLow: UInt64
  public var clOrdID: ClOrdIDText
  public var venueOrderId: UInt64
  public var instrument: UInt32
  public var side: Side
  public var liquidity: LiquidityIndicator
  public var price: Price
  public var quantity: Quantity
  /// In the quote currency; negative is a rebate.
  public var fee: Money
  /// Market time of the match.
  public var eventNanos: Int64
  /// The venue's wall time of the match.
  public var transactNanos: Int64

  public init(
    account: UInt16, tradeSequence: UInt64, execHigh: UInt64, execLow: UInt64, clOrdID: ClOrdIDText,
    venueOrderId: UInt64, instrument: UInt32, side: Side, liquidity: LiquidityIndicator, price: Price,
    quantity: Quantity, fee: Money, eventNanos: Int64, transactNanos: Int64
  ) {
    self.account = account
    self.tradeSequence = tradeSequence
    self.execHigh = execHigh
    self.execLow = execLow
    self.clOrdID = clOrdID
    self.venueOrderId = venueOrderId
    self.instrument = instrument
    self.side = side
    self.liquidity = liquidity
    self.price = price
    self.quantity = quantity
    self.fee = fee
    self.eventNanos = eventNanos
    self.transactNanos = transactNanos
  }
}

extension VenueTrade {
  func encode(into writer: inout SnapshotWriter) {
    writer.write(account)
    writer.write(tradeSequence)
    writer.write(execHigh)
    writer.write(execLow)
    writer.write(clOrdID)
    writer.write(venueOrderId)
    writer.write(instrument)
    writer.write(side.rawValue)
    writer.write(liquidity.rawValue)
    writer.write(price.raw)
    writer.write(quantity.raw)
    writer.write(fee.raw)
    writer.write(eventNanos)
    writer.write(transactNanos)
  }

  init(from reader: inout SnapshotReader) throws(RestoreError) {
    account = try reader.read()
    tradeSequence = try reader.read()
    execHigh = try reader.read()
    execLow = try reader.read()
    clOrdID = try reader.readClOrdID()
    venueOrderId = try reader.read()
    instrument = try reader.read()
    side = try reader.readCode("side")
    liquidity = try reader.readCode("liquidity")
    price = Price(raw: try reader.read())
    quantity = Quantity(raw: try reader.read())
    fee = Money(raw: try reader.read())
    eventNanos = try reader.read()
    transactNanos = try reader.read()
  }
}
