import ActorKit
import Trading
import Wire

/// What the venue's journal keeps. From the opening balances and these, in order, follow all balances,
/// positions, open orders and trades, exactly.
///
/// A filled order has no fact of its own: the trade that leaves nothing open ends it. An acceptance of before
/// there were stops is shorter than one of today and is refused, not misread.
public enum VenueFact: FactCoding {
  /// An order has passed all checks and works.
  case accepted(VenueOrder)
  /// A fill.
  case trade(VenueTrade)
  /// An order has ended other than by being filled.
  case ended(Ending)
  /// An order's id, price or quantity was changed.
  case replaced(Replacement)
  /// An account's dead-man switch was set, or with 0 released.
  case deadManSet(DeadMan)
  /// A stop's trigger has been met; from here it is a market order.
  case triggered(Trigger)
  /// Two orders of a side were linked: what one fills is taken from the other.
  case paired(Pair)

  /// The end of an order.
  public struct Ending: Equatable, Sendable {
    public var account: UInt16
    public var venueOrderId: UInt64
    /// `canceled`, `expired`, or `rejected` by the venue itself.
    public var status: VenueOrder.Status
    public var reason: RejectReason
    /// Market time.
    public var eventNanos: Int64

    public init(
      account: UInt16, venueOrderId: UInt64, status: VenueOrder.Status, reason: RejectReason,
      eventNanos: Int64
    ) {
      self.account = account
      self.venueOrderId = venueOrderId
      self.status = status
      self.reason = reason
      self.eventNanos = eventNanos
    }
  }

  /// What an order became.
  public struct Replacement: Equatable, Sendable {
    public var account: UInt16
    public var venueOrderId: UInt64
    public var clOrdID: ClOrdIDText
    public var price: Price
    /// Whole quantity, what is filled included.
    public var quantity: Quantity
    /// The old one, if only the quantity fell.
    public var priority: UInt64
    /// Market time.
    public var eventNanos: Int64

    public init(
      account: UInt16, venueOrderId: UInt64, clOrdID: ClOrdIDText, price: Price, quantity: Quantity,
      priority: UInt64, eventNanos: Int64
    ) {
      self.account = account
      self.venueOrderId = venueOrderId
      self.clOrdID = clOrdID
      self.price = price
      self.quantity = quantity
      self.priority = priority
      self.eventNanos = eventNanos
    }
  }

  /// Cancels an account's orders when its executor has been silent for so long.
  public struct DeadMan: Equatable, Sendable {
    public var account: UInt16
    /// Nil for all instruments.
    public var instrument: UInt32?
    /// 0 releases the switch.
    public var afterSilenceNanos: Int64
    /// Stops that have not triggered stay.
    public var sparesStops: Bool

    public init(
      account: UInt16, instrument: UInt32?, afterSilenceNanos: Int64, sparesStops: Bool = false
    ) {
      self.account = account
      self.instrument = instrument
      self.afterSilenceNanos = afterSilenceNanos
      self.sparesStops = sparesStops
    }
  }

  /// A stop began to work.
  public struct Trigger: Equatable, Sendable {
    public var account: UInt16
    public var venueOrderId: UInt64
    /// Market time.
    public var eventNanos: Int64

    public init(account: UInt16, venueOrderId: UInt64, eventNanos: Int64) {
      self.account = account
      self.venueOrderId = venueOrderId
      self.eventNanos = eventNanos
    }
  }

  /// Two linked orders.
  public struct Pair: Equatable, Sendable {
    public var account: UInt16
    /// The newer one.
    public var venueOrderId: UInt64
    public var partner: UInt64
    /// Market time.
    public var eventNanos: Int64

    public init(account: UInt16, venueOrderId: UInt64, partner: UInt64, eventNanos: Int64) {
      self.account = account
      self.venueOrderId = venueOrderId
      self.partner = partner
      self.eventNanos = eventNanos
    }
  }

  /// Number of the account it is about.
  public var account: UInt16 {
    switch self {
    case .accepted(let order): order.account
    case .trade(let trade): trade.account
    case .ended(let ending): ending.account
    case .replaced(let replacement): replacement.account
    case .deadManSet(let deadMan): deadMan.account
    case .triggered(let trigger): trigger.account
    case .paired(let pair): pair.account
    }
  }

  public var kind: UInt16 {
    switch self {
    case .accepted: 1
    case .trade: 2
    case .ended: 3
    case .replaced: 4
    case .deadManSet: 5
    case .triggered: 6
    case .paired: 7
    }
  }

  public func encode(into writer: inout SnapshotWriter) {
    switch self {
    case .accepted(let order): order.encode(into: &writer)
    case .trade(let trade): trade.encode(into: &writer)
    case .ended(let ending): ending.encode(into: &writer)
    case .replaced(let replacement): replacement.encode(into: &writer)
    case .deadManSet(let deadMan): deadMan.encode(into: &writer)
    case .triggered(let trigger): trigger.encode(into: &writer)
    case .paired(let pair): pair.encode(into: &writer)
    }
  }

  public init(kind: UInt16, from reader: inout SnapshotReader) throws(RestoreError) {
    switch kind {
    case 1: self = .accepted(try VenueOrder(from: &reader))
    case 2: self = .trade(try VenueTrade(from: &reader))
    case 3: self = .ended(try Ending(from: &reader))
    case 4: self = .replaced(try Replacement(from: &reader))
    case 5: self = .deadManSet(try DeadMan(from: &reader))
    case 6: self = .triggered(try Trigger(from: &reader))
    case 7: self = .paired(try Pair(from: &reader))
    default: throw .unknownKind(kind)
    }
  }
}

extension VenueFact.Ending {
  func encode(into writer: inout SnapshotWriter) {
    writer.write(account)
    writer.write(venueOrderId)
    writer.write(status.rawValue)
    writer.write(reason.rawValue)
    writer.write(eventNanos)
  }

  init(from reader: inout SnapshotReader) throws(RestoreError) {
    account = try reader.read()
    venueOrderId = try reader.read()
    status = try reader.readCode("order status")
    reason = try reader.readCode("reason")
    eventNanos = try reader.read()
    guard [.canceled, .expired, .rejected].contains(status) else { throw .invalid("an end as \(status)") }
  }
}

extension VenueFact.Replacement {
  func encode(into writer: inout SnapshotWriter) {
    writer.write(account)
    writer.write(venueOrderId)
    writer.write(clOrdID)
    writer.write(price.raw)
    writer.write(quantity.raw)
    writer.write(priority)
    writer.write(eventNanos)
  }

  init(from reader: inout SnapshotReader) throws(RestoreError) {
    account = try reader.read()
    venueOrderId = try reader.read()
    clOrdID = try reader.readClOrdID()
    price = Price(raw: try reader.read())
    quantity = Quantity(raw: try reader.read())
    priority = try reader.read()
    eventNanos = try reader.read()
  }
}

extension VenueFact.DeadMan {
  func encode(into writer: inout SnapshotWriter) {
    writer.write(account)
    writer.write(instrument)
    writer.write(afterSilenceNanos)
    writer.write(sparesStops)
  }

  init(from reader: inout SnapshotReader) throws(RestoreError) {
    account = try reader.read()
    instrument = try reader.readOptional()
    afterSilenceNanos = try reader.read()
    sparesStops = try reader.read(Bool.self)
  }
}

extension VenueFact.Trigger {
  func encode(into writer: inout SnapshotWriter) {
    writer.write(account)
    writer.write(venueOrderId)
    writer.write(eventNanos)
  }

  init(from reader: inout SnapshotReader) throws(RestoreError) {
    account = try reader.read()
    venueOrderId = try reader.read()
    eventNanos = try reader.read()
  }
}

extension VenueFact.Pair {
  func encode(into writer: inout SnapshotWriter) {
    writer.write(account)
    writer.write(venueOrderId)
    writer.write(partner)
    writer.write(eventNanos)
  }

  init(from reader: inout SnapshotReader) throws(RestoreError) {
    account = try reader.read()
    venueOrderId = try reader.read()
    partner = try reader.read()
    eventNanos = try reader.read()
  }
}
