import ActorKit
import Trading
import Wire

/// What the executor's journal keeps: every step of an order's life, every fill, every halt. The whole
/// durable state is what `ExecutorBooks` makes of these; a report needs nothing else.
public enum ExecutorFact: Equatable, Sendable {
  /// Journaled before the order is sent.
  case orderCreated(CreatedOrder)
  /// Journaled before the cancel is sent; `request` is the cancel's own id.
  case cancelRequested(order: ClOrdID, request: ClOrdID, requestNanos: Int64)
  /// The venue has it.
  case orderAccepted(order: ClOrdID, venueOrderId: UInt64?, eventNanos: Int64)
  /// An execution, booked once.
  case filled(BookedFill)
  /// The venue said, or showed, that the order works no more.
  case orderEnded(OrderEnd)
  /// No answer to the order itself (`request` nil) or to a cancel of it.
  case orderInDoubt(order: ClOrdID, request: ClOrdID?)
  /// The order never reached the venue's book: `isProven` by the venue's answers, or it never left this
  /// process.
  case orderNotPlaced(order: ClOrdID, isProven: Bool)
  /// A halt is on until it is released.
  case haltLatched(Halt)
  case haltReleased(Halt)
  /// The position in an instrument is being closed.
  case flattenBegun(instrument: UInt32, atNanos: Int64, operatorName: String)
  case flattenEnded(instrument: UInt32, outcome: FlattenOutcome)
  /// A command was carried out; the same one again does nothing.
  case commandSeen(Correlation, kind: CommandKind, outcome: CommandOutcome)
  /// A cancel had no effect: refused, or it never left.
  case cancelRejected(order: ClOrdID, request: ClOrdID, reason: RejectReason)
  /// The venue shows the order working; settles every doubt about it.
  case orderAdopted(AdoptedOrder)
  /// The venue's list of trades is booked up to this one; it contained these fills.
  case tradesConfirmed(through: UInt64, fills: [FillKey])
  /// An intent of risk was taken on: from now on it is owed exactly one terminal report.
  case intentAccepted(AcceptedIntent)
  /// Its entry works no more; the terminal report leaves with this.
  case intentEnded(IntentEnd)
  /// The market reached a stop that the executor guards itself: the position is being closed.
  case stopTriggered(intent: IntentID, price: Price, atNanos: Int64)
  /// What an intent opened needs no protection any more.
  case protectionEnded(intent: IntentID, cause: ProtectionEnd)
  /// A permit came in; orders rest on the newest.
  case permitTaken(TakenPermit)
  /// Books and venue agreed for the first time in this incarnation: new orders may follow.
  case booksAgreed(atNanos: Int64, openOrders: UInt32)
  /// The first incarnation of this journal began at this wall time, ns UTC: what tells it from every other
  /// journal for the account.
  case journalBegan(lineage: UInt64)
  /// An order was sent linked to another, at a venue that takes from the one what the other fills.
  case ordersLinked(order: ClOrdID, partner: ClOrdID)
  /// A panic is on until a person resumes its scope: as a halt, and not even protection is placed.
  case panicLatched(Halt)
  /// Told to end, also after a crash: all but what protects is cancelled, and the venue confirms it.
  case stopOrdered(atNanos: Int64, operatorName: String)
  /// Another session begins: the order to end was the last one's.
  case stopReleased(atNanos: Int64)
}

/// An order as it was sent.
public struct CreatedOrder: Equatable, Sendable {
  public var id: ClOrdID
  public var strategy: UInt16
  public var instrument: UInt32
  public var side: Side
  public var timeInForce: TimeInForce
  public var purpose: OrderPurpose
  /// Only the orders of intents are of other types than `limit`.
  public var type = OrderType.limit
  /// Limit price; the stop price of a stop order, whose value is reckoned at it.
  public var price: Price
  public var quantity: Quantity
  /// The intent that the order carries out or protects.
  public var intent: IntentID?
  /// Wall time of the permit check, ns UTC; the venue refuses the order later than this plus the receive
  /// window.
  public var requestNanos: Int64
  public var recvWindowNanos: Int64
  /// Wall time of the market event behind the order, ns UTC; 0 if none.
  public var origin: Int64
  /// The target or command that caused it.
  public var correlation: Correlation

  public init(
    id: ClOrdID, strategy: UInt16, instrument: UInt32, side: Side, timeInForce: TimeInForce,
    purpose: OrderPurpose, type: OrderType = .limit, price: Price, quantity: Quantity,
    intent: IntentID? = nil, requestNanos: Int64, recvWindowNanos: Int64, origin: Int64,
    correlation: Correlation
  ) {
    self.id = id
    self.strategy = strategy
    self.instrument = instrument
    self.side = side
    self.timeInForce = timeInForce
    self.purpose = purpose
    self.type = type
    self.price = price
    self.quantity = quantity
    self.intent = intent
    self.requestNanos = requestNanos
    self.recvWindowNanos = recvWindowNanos
    self.origin = origin
    self.correlation = correlation
  }
}

/// What an order is for.
public enum OrderPurpose: UInt8, Equatable, Sendable {
  /// Rests for a strategy's target: post-only, good till cancelled.
  case quote = 1
  /// Closes a position: immediate or cancel, reduce-only.
  case flatten = 2
  /// Found at the venue under an id of ours that the journal does not know; only to be cancelled.
  case found = 3
  /// Carries out an intent.
  case entry = 4
  /// Closes what an intent opened, at its stop: a stop order, or what the executor sends when it guards the
  /// stop itself.
  case stopLoss = 5
  /// Closes what an intent opened, at its target.
  case takeProfit = 6
  /// Closes what no strategy and no intent owns: immediate or cancel.
  case ownerless = 7

  /// Belongs to an intent.
  public var isOfIntent: Bool { self == .entry || isProtective }
  /// Closes what an intent opened.
  public var isProtective: Bool { self == .stopLoss || self == .takeProfit }
}

/// An execution as booked.
public struct BookedFill: Equatable, Sendable {
  public var key: FillKey
  /// Our order; nil for an order of somebody else on the account.
  public var order: ClOrdID?
  public var side: Side
  public var price: Price
  public var quantity: Quantity
  /// In `feeCurrency`; negative is a rebate.
  public var fee: Money
  public var feeCurrency: Currency
  /// Nil when the venue did not say.
  public var liquidity: LiquidityIndicator?
  /// The venue's place of the trade in the account's trades; 0 while only a report told of it.
  public var tradeSequence: UInt64
  /// Market time at the venue, ns UTC.
  public var eventNanos: Int64

  /// What it does to the position.
  public var signedQuantity: Quantity { Quantity(raw: side.sign * quantity.raw) }

  public init(
    key: FillKey, order: ClOrdID?, side: Side, price: Price, quantity: Quantity, fee: Money,
    feeCurrency: Currency, liquidity: LiquidityIndicator?, tradeSequence: UInt64, eventNanos: Int64
  ) {
    self.key = key
    self.order = order
    self.side = side
    self.price = price
    self.quantity = quantity
    self.fee = fee
    self.feeCurrency = feeCurrency
    self.liquidity = liquidity
    self.tradeSequence = tradeSequence
    self.eventNanos = eventNanos
  }
}

/// Names an execution: a venue's trade ids are unique within an instrument.
public struct FillKey: Hashable, Sendable {
  public var instrument: UInt32
  public var execution: ExecID

  public init(instrument: UInt32, execution: ExecID) {
    self.instrument = instrument
    self.execution = execution
  }
}

/// How an order ended.
public struct OrderEnd: Equatable, Sendable {
  public enum Cause: UInt8, Equatable, Sendable {
    case canceled = 1
    case expired = 2
    case rejected = 3
    /// The venue does not list it any more, and it was accepted once.
    case gone = 4
  }

  public var order: ClOrdID
  public var cause: Cause
  /// Why, when it was rejected.
  public var reason: RejectReason
  /// What the venue says was filled in all: fills still on their way are waited for.
  public var cumQuantity: Quantity
  public var eventNanos: Int64

  public init(order: ClOrdID, cause: Cause, reason: RejectReason, cumQuantity: Quantity, eventNanos: Int64) {
    self.order = order
    self.cause = cause
    self.reason = reason
    self.cumQuantity = cumQuantity
    self.eventNanos = eventNanos
  }
}

/// A working order as the venue shows it.
public struct AdoptedOrder: Equatable, Sendable {
  public var id: ClOrdID
  public var instrument: UInt32
  public var side: Side
  public var price: Price
  public var quantity: Quantity
  public var venueOrderId: UInt64?
  /// Wall time of the adoption, ns UTC.
  public var atNanos: Int64

  public init(
    id: ClOrdID, instrument: UInt32, side: Side, price: Price, quantity: Quantity, venueOrderId: UInt64?,
    atNanos: Int64
  ) {
    self.id = id
    self.instrument = instrument
    self.side = side
    self.price = price
    self.quantity = quantity
    self.venueOrderId = venueOrderId
    self.atNanos = atNanos
  }
}

/// How closing a position ended.
public enum FlattenOutcome: UInt8, Equatable, Sendable {
  case flat = 1
  /// What is left is less than the venue takes.
  case remainder = 2
  /// There is nothing to close it with: the instrument is not traded here any more.
  case gaveUp = 3
  /// A panic came: nothing is placed any more.
  case panicked = 4
}
