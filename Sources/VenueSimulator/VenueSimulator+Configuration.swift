import Trading

extension VenueSimulator {
  /// What a venue is made of. Market times are on the market clock, `recvWindow` times on the wall clock.
  public struct Configuration: Equatable, Sendable {
    /// The venue's number in the topology; also the upper half of its trade ids.
    public var component: UInt16
    public var instruments: [Instrument]
    public var accounts: [Account]
    public var market: Market
    /// From the arrival of a request to its matching.
    public var orderLatencyNanos: Int64
    /// From the match to the report's departure.
    public var reportLatencyNanos: Int64
    /// Both latencies vary evenly by up to this much either way, never below 0.
    public var latencyJitterNanos: Int64
    /// Seed of the jitter.
    public var latencySeed: UInt64
    /// What it can; counts and message budget are its own affair, `told` has them.
    public var capabilities: VenueCapabilities
    /// How badly it answers.
    public var faults: AnswerFaults
    /// Open orders an account may have, at most `mostOpenOrders`.
    public var maxOpenOrders: Int
    /// Ended orders an account's queries still find, at least; up to a quarter more.
    public var endedOrdersKept: Int
    /// Trades an account's queries still list. As many as an executor tells apart (`FillLog.limit`): one that
    /// lacks more than that could not be sure of them anyway.
    public var tradesKept: Int

    /// So many open orders, with everything else, fit in one AccountState.
    public static let mostOpenOrders = 4_096

    public init(
      component: UInt16, instruments: [Instrument], accounts: [Account], market: Market,
      orderLatencyNanos: Int64 = 5_000_000, reportLatencyNanos: Int64 = 5_000_000,
      latencyJitterNanos: Int64 = 1_000_000, latencySeed: UInt64 = 1,
      capabilities: VenueCapabilities = .simulated, faults: AnswerFaults = AnswerFaults(),
      maxOpenOrders: Int = 200, endedOrdersKept: Int = 10_000, tradesKept: Int = 16_384
    ) {
      self.component = component
      self.instruments = instruments
      self.accounts = accounts
      self.market = market
      self.orderLatencyNanos = orderLatencyNanos
      self.reportLatencyNanos = reportLatencyNanos
      self.latencyJitterNanos = latencyJitterNanos
      self.latencySeed = latencySeed
      self.capabilities = capabilities
      self.faults = faults
      self.maxOpenOrders = maxOpenOrders
      self.endedOrdersKept = endedOrdersKept
      self.tradesKept = tradesKept
    }

    /// What makes the venue impossible, nil if nothing does.
    public var problem: String? {
      if instruments.isEmpty || instruments.count > 512 {
        return "\(instruments.count) instruments; 1 to 512"
      }
      if accounts.count > 64 { return "\(accounts.count) accounts; at most 64" }
      if Set(instruments.map(\.number)).count < instruments.count { return "an instrument twice" }
      if Set(accounts.map(\.number)).count < accounts.count { return "an account twice" }
      if orderLatencyNanos < 0 || reportLatencyNanos < 0 || latencyJitterNanos < 0 {
        return "a negative latency"
      }
      if let problem = problemOfCapabilities { return problem }
      if let problem = faults.problem { return "faults: \(problem)" }
      if !(1...Self.mostOpenOrders).contains(maxOpenOrders) {
        return "\(maxOpenOrders) open orders; allowed are 1 to \(Self.mostOpenOrders)"
      }
      if endedOrdersKept < 1 || tradesKept < 1 { return "nothing kept of what has ended" }
      let currencies =
        instruments.flatMap { [$0.base, $0.quote] } + accounts.flatMap { $0.balances.map(\.currency) }
      if let long = currencies.first(where: { $0.description.utf8.count > 8 }) {
        return "the currency \(long) does not fit in the 8 bytes a message has for it"
      }
      for account in accounts {
        if account.balances.count > 64 { return "account \(account.number) with over 64 balances" }
        if let balance = account.balances.first(where: { $0.amount.isNegative }) {
          return "account \(account.number) opens with \(balance.amount) \(balance.currency)"
        }
      }
      guard case .synthetic(let market) = market else { return nil }
      return Self.problem(of: market, instruments)
    }

    /// It knows requests by their receive window only.
    private var problemOfCapabilities: String? {
      if (capabilities.recvWindowNanos ?? 0) <= 0 {
        return "a longest receive window of \(capabilities.recvWindowNanos ?? 0) ns"
      }
      if let deadMan = capabilities.deadMan,
        deadMan.shortestNanos <= 0 || deadMan.shortestNanos > deadMan.longestNanos
      {
        return "a dead-man switch of \(deadMan.shortestNanos) to \(deadMan.longestNanos) ns"
      }
      return nil
    }

    /// What the venue tells of itself.
    var told: VenueCapabilities {
      var told = capabilities
      told.counts.openOrders = maxOpenOrders
      return told
    }

    private static func problem(of market: SyntheticMarket, _ instruments: [Instrument]) -> String? {
      if market.depthUpdateNanos <= 0 { return "depth published every \(market.depthUpdateNanos) ns" }
      for instrument in instruments {
        let flows = market.flows.filter { $0.instrument == instrument.number }
        guard flows.count == 1 else {
          return "\(flows.count) order flows for \(instrument.name); one is needed"
        }
        if let problem = flows[0].problem { return "order flow of \(instrument.name): \(problem)" }
      }
      return nil
    }
  }

  /// An account and what it opens with.
  public struct Account: Equatable, Sendable {
    public var number: UInt16
    /// The currency it is reported in.
    public var currency: Currency
    public var balances: [Balance]
    /// The only component that may trade for it; nil lets anyone who can reach the venue.
    public var executorComponent: UInt16?

    public init(number: UInt16, currency: Currency, balances: [Balance], executorComponent: UInt16? = nil) {
      self.number = number
      self.currency = currency
      self.balances = balances
      self.executorComponent = executorComponent
    }
  }

  /// An opening balance.
  public struct Balance: Equatable, Sendable {
    public var currency: Currency
    public var amount: Money

    public init(currency: Currency, amount: Money) {
      self.currency = currency
      self.amount = amount
    }
  }

  /// Where the other participants come from.
  public enum Market: Equatable, Sendable {
    /// Seeded order flow.
    case synthetic(SyntheticMarket)
    /// VenueMarketData from the source attached to the venue.
    case replay
  }
}
