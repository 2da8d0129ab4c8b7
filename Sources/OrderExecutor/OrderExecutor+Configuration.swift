import ActorKit
import Trading

extension OrderExecutor {
  /// What an executor is told at start; checked by the topology before it comes here.
  public struct Configuration: Equatable, Sendable {
    /// Our own number in the topology.
    public var component: UInt16
    public var venueComponent: UInt16
    public var queenComponent: UInt16
    public var riskComponent: UInt16
    public var account: AccountIdentity
    public var instruments: [Instrument]
    /// Per instrument; an instrument without caps may not be traded.
    public var caps: [InstrumentCaps]
    public var messageRate: MessageRate
    /// Orders that may be open at once, in doubt included.
    public var maxOpenOrders: Int
    /// How orders that close a position are priced.
    public var exits: ExitPricing
    /// Without an answer for this long a new order is in doubt.
    public var orderTimeoutNanos: Int64
    /// Without an answer for this long a cancel is in doubt.
    public var cancelTimeoutNanos: Int64
    /// Without an answer for this long an alarm is raised.
    public var stuckAfterNanos: Int64
    /// The venue refuses a request that arrives later than this after its time; less where the venue takes
    /// no window as long.
    public var recvWindowNanos: Int64
    /// Allowance for the difference of clocks and the venue's queue, on top of the receive window.
    public var fenceMarginNanos: Int64
    /// Life of a permit that has never been granted, so that the first is asked for at the right pace.
    public var assumedPermitLifeNanos: Int64
    /// How often books and venue are compared.
    public var reconcileNanos: Int64
    /// The venue cancels all but stops when it has heard nothing of us for this long; renewed four times as
    /// often.
    public var deadManNanos: Int64
    /// What the venue can, by the topology; what it tells itself may be less.
    public var venue = VenueCapabilities.simulated
    /// A position that nobody owns is closed; else it is kept. A person is told of it either way.
    public var closesOwnerless = false
    /// Positions are closed before the end of a session; else stops and targets stay at the venue.
    public var flattensAtEnd = false
    /// The first start with a new journal begins with a halt of the account: for real money.
    public var startsHalted = false

    /// Traps when account, caps or instruments contradict each other: that is a mistake of the program that
    /// made them.
    public init(
      component: UInt16, venueComponent: UInt16, queenComponent: UInt16, riskComponent: UInt16,
      account: AccountIdentity, instruments: [Instrument], caps: [InstrumentCaps],
      messageRate: MessageRate = MessageRate(), maxOpenOrders: Int = 200,
      exits: ExitPricing = ExitPricing(), orderTimeoutNanos: Int64 = 10 * .nanosPerSecond,
      cancelTimeoutNanos: Int64 = 5 * .nanosPerSecond, stuckAfterNanos: Int64 = 30 * .nanosPerSecond,
      recvWindowNanos: Int64 = 5 * .nanosPerSecond, fenceMarginNanos: Int64 = .nanosPerSecond,
      assumedPermitLifeNanos: Int64 = 5 * .nanosPerSecond, reconcileNanos: Int64 = 10 * .nanosPerSecond,
      deadManNanos: Int64 = 10 * .nanosPerSecond
    ) {
      precondition((1...10_000).contains(maxOpenOrders), "\(maxOpenOrders) open orders are not in 1...10,000")
      precondition(
        account.currency.description.utf8.count <= 8, "\(account.currency) does not fit in a message")
      self.component = component
      self.venueComponent = venueComponent
      self.queenComponent = queenComponent
      self.riskComponent = riskComponent
      self.account = account
      self.instruments = instruments.sorted { $0.number < $1.number }
      self.caps = caps
      self.messageRate = messageRate
      self.maxOpenOrders = maxOpenOrders
      self.exits = exits
      self.orderTimeoutNanos = orderTimeoutNanos
      self.cancelTimeoutNanos = cancelTimeoutNanos
      self.stuckAfterNanos = stuckAfterNanos
      self.recvWindowNanos = recvWindowNanos
      self.fenceMarginNanos = fenceMarginNanos
      self.assumedPermitLifeNanos = assumedPermitLifeNanos
      self.reconcileNanos = reconcileNanos
      precondition(deadManNanos > 0, "a dead-man switch of \(deadManNanos) ns")
      self.deadManNanos = deadManNanos
    }
  }
}

/// The account an executor trades on.
public struct AccountIdentity: Equatable, Sendable {
  public var number: UInt16
  /// Currency of the account's figures.
  public var currency: Currency

  public init(number: UInt16, currency: Currency) {
    self.number = number
    self.currency = currency
  }
}

/// The executor's own hard caps for an instrument, the last gate before the venue.
public struct InstrumentCaps: Equatable, Sendable {
  public var instrument: UInt32
  /// Largest quantity of one order.
  public var maxOrderQuantity: Quantity
  /// Largest position, long or short, if everything open on one side were executed.
  public var maxPosition: Quantity
  /// How far from the reference price an order may be, and how old that.
  public var collar: PriceCollar

  public init(
    instrument: UInt32, maxOrderQuantity: Quantity, maxPosition: Quantity, collar: PriceCollar
  ) {
    self.instrument = instrument
    self.maxOrderQuantity = maxOrderQuantity
    self.maxPosition = maxPosition
    self.collar = collar
  }
}

/// How many messages the venue may be sent.
public struct MessageRate: Equatable, Sendable {
  public var perSecond: Int64
  /// At once, after a pause.
  public var burst: Int64
  /// Of the burst, kept for cancels and queries.
  public var cancelReserve: Int64

  /// Traps on numbers that are no rate.
  public init(perSecond: Int64 = 50, burst: Int64 = 100, cancelReserve: Int64 = 20) {
    precondition(
      perSecond > 0 && burst > 0 && cancelReserve >= 0 && cancelReserve < burst,
      "\(perSecond)/s with a burst of \(burst) and a reserve of \(cancelReserve) is no rate")
    self.perSecond = perSecond
    self.burst = burst
    self.cancelReserve = cancelReserve
  }
}
