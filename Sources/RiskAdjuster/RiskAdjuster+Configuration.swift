import ActorKit
import Trading

extension RiskAdjuster {
  /// What a risk adjuster is told at start; checked by the topology before it comes here.
  public struct Configuration: Equatable, Sendable {
    /// Our own number in the topology.
    public var component: UInt16
    /// The only executor of the account.
    public var executorComponent: UInt16
    public var account: UInt16
    public var instruments: [Instrument]
    /// Strategies that trade for the account. A signal does not name an account: what others wish, although
    /// it is heard here, is another account's business.
    public var strategies: [UInt16]
    /// Components that may ask for directional trades, each in a session of its own.
    public var signalComponents: [UInt16]
    /// Nil refuses everything: an account without limits may not trade.
    public var limits: RiskLimits?
    /// Market data older than this, on the market clock, allows nothing.
    public var maxDataAgeNanos: Int64

    /// Traps when instruments repeat or the age is negative: a mistake of the program that made them.
    public init(
      component: UInt16, executorComponent: UInt16, account: UInt16, instruments: [Instrument],
      strategies: [UInt16], signalComponents: [UInt16] = [], limits: RiskLimits?,
      maxDataAgeNanos: Int64 = 1_500 * .nanosPerMilli
    ) {
      precondition(maxDataAgeNanos >= 0, "an age of \(maxDataAgeNanos) ns is negative")
      self.component = component
      self.executorComponent = executorComponent
      self.account = account
      self.instruments = instruments.sorted { $0.number < $1.number }
      self.strategies = strategies.sorted()
      self.signalComponents = signalComponents
      self.limits = limits
      self.maxDataAgeNanos = maxDataAgeNanos
      for (left, right) in zip(self.instruments, self.instruments.dropFirst()) {
        precondition(left.number != right.number, "instrument \(left.number) is given twice")
      }
    }
  }
}

/// What an account may do.
public struct RiskLimits: Equatable, Sendable {
  /// Currency of the two amounts below. An instrument quoted in another has no limits, so it is not traded.
  public var currency: Currency
  /// Per instrument; one that is not listed has no limits, so it is not traded.
  public var instruments: [InstrumentLimits]
  /// Largest value of one order.
  public var maxOrderNotional: Money
  /// How far an order's price may lie beyond the mid towards the market: a buy above, a sell below.
  public var priceCollar: Bps
  /// How far it may lie from the mid in any direction.
  public var priceBand: Bps
  /// Largest sum of the values of all worst-case positions; nil for none.
  public var maxGrossNotional: Money?
  /// Order messages a second, on average.
  public var ordersPerSecond: Int64
  /// Order messages at once, after a pause.
  public var burst: Int64
  /// The part of `burst` that only cancels may use.
  public var cancelReserve: Int64
  /// What one trade may lose at its stop, fees and slippage included; nil refuses directional trades.
  public var maxLossPerTrade: Money?
  /// Trades that may be open at once, 1 to `OpenIntents.mostOpen`.
  public var maxOpenIntents: Int
  /// How near stop and target of a trade may be to its entry, ticks.
  public var minStopTicks: Int64
  /// How much worse than told entry and stop of a trade together may turn out; an entry at the market goes so
  /// far beyond the mid, within the collar.
  public var slippageAllowance: Bps

  /// `priceBand` left out is `priceCollar`. Traps on limits that are none: the topology has refused them
  /// before.
  public init(
    currency: Currency, instruments: [InstrumentLimits], maxOrderNotional: Money, priceCollar: Bps,
    priceBand: Bps? = nil, maxGrossNotional: Money? = nil, ordersPerSecond: Int64 = 50,
    burst: Int64 = 100, cancelReserve: Int64 = 20, maxLossPerTrade: Money? = nil,
    maxOpenIntents: Int = 64, minStopTicks: Int64 = 5,
    slippageAllowance: Bps = Bps(raw: 10_000_000)
  ) {
    precondition(maxOrderNotional.isPositive, "a largest order of \(maxOrderNotional) allows nothing")
    precondition(!priceCollar.isNegative, "a collar of \(priceCollar) bp is negative")
    precondition(priceBand.map { !$0.isNegative } ?? true, "a band below zero")
    precondition(maxGrossNotional.map(\.isPositive) ?? true, "a gross notional of zero or less")
    precondition(maxLossPerTrade.map(\.isPositive) ?? true, "a loss per trade of zero or less")
    precondition(
      (1...OpenIntents.mostOpen).contains(maxOpenIntents),
      "\(maxOpenIntents) intents are not in 1...\(OpenIntents.mostOpen)")
    precondition(minStopTicks > 0, "a stop \(minStopTicks) ticks away")
    precondition(!slippageAllowance.isNegative, "a slippage of \(slippageAllowance) bp is negative")
    self.currency = currency
    self.instruments = instruments
    self.maxOrderNotional = maxOrderNotional
    self.priceCollar = priceCollar
    self.priceBand = priceBand ?? priceCollar
    self.maxGrossNotional = maxGrossNotional
    self.ordersPerSecond = ordersPerSecond
    self.burst = burst
    self.cancelReserve = cancelReserve
    self.maxLossPerTrade = maxLossPerTrade
    self.maxOpenIntents = maxOpenIntents
    self.minStopTicks = minStopTicks
    self.slippageAllowance = slippageAllowance
  }
}

/// What an account may do in one instrument.
public struct InstrumentLimits: Equatable, Sendable {
  public var instrument: UInt32
  /// Largest quantity of one order.
  public var maxOrderQuantity: Quantity
  /// Largest position, long or short, if everything open on one side were executed.
  public var maxPosition: Quantity

  /// Traps on limits that are none.
  public init(instrument: UInt32, maxOrderQuantity: Quantity, maxPosition: Quantity) {
    precondition(
      maxOrderQuantity.isPositive && maxPosition.isPositive,
      "an order of \(maxOrderQuantity) or a position of \(maxPosition) allows nothing")
    self.instrument = instrument
    self.maxOrderQuantity = maxOrderQuantity
    self.maxPosition = maxPosition
  }
}
