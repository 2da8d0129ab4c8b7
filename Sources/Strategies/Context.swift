import Models
import Trading
import Wire

/// All that a strategy may know when it decides. Lent for one call: it cannot be kept.
public struct Context<Parameters: StrategyParameters>: ~Copyable {
  public let parameters: Parameters
  package let situation: Situation

  package init(_ parameters: Parameters, _ situation: Situation) {
    self.parameters = parameters
    self.situation = situation
  }

  /// The strategy's number and its account's, in the topology.
  public var strategy: UInt16 { situation.strategy }
  public var account: UInt16 { situation.account }

  /// Market time, ns; 0 while the market clock stands. Models run on it.
  public var marketNanos: Int64 { situation.marketNanos }
  /// Our wall clock, ns UTC; validity is counted on it.
  public var wallNanos: Int64 { situation.wallNanos }

  /// Whether quotes and signals can go out now: the session trades, data and position are known. Decisions
  /// made while it is false warm the strategy up and have no other effect.
  public var mayQuote: Bool { situation.mayQuote }
}

extension Context {
  /// The rules of an instrument: tick, lot, fees.
  public func instrument(_ name: String) throws(StrategyFault) -> Instrument {
    situation.markets[try place(of: name)].instrument
  }

  /// How far an instrument's data can be trusted; nil before the feed said so.
  public func standing(_ name: String) throws(StrategyFault) -> FeedState? {
    situation.markets[try place(of: name)].standing
  }

  /// Best bid and ask; nil before the first.
  public func top(_ name: String) throws(StrategyFault) -> TopView? {
    situation.markets[try place(of: name)].top
  }

  /// The feed's figures; nil before the first.
  public func metrics(_ name: String) throws(StrategyFault) -> MetricsView? {
    situation.markets[try place(of: name)].metrics
  }

  /// The book; nil while it is not whole, or was not asked for in `inputs`.
  public func book(_ name: String) throws(StrategyFault) -> OrderBook? {
    let place = try place(of: name)
    return situation.markets[place].isBookSynced ? situation.markets[place].book : nil
  }

  /// Market time since an event, ns, never negative; nil while the market clock stands.
  public func ageNanos(of eventNanos: Int64) -> Int64? {
    guard marketNanos != 0 else { return nil }
    let (age, overflow) = marketNanos.subtractingReportingOverflow(eventNanos)
    return overflow ? .max : max(0, age)
  }

  /// Trades of others in this turn, oldest first.
  public func trades(_ name: String) throws(StrategyFault) -> [TradeView] {
    situation.markets[try place(of: name)].trades
  }

  /// Fills of the strategy's own orders in this turn, oldest first.
  public var executions: [ExecutionView] { situation.executions }

  /// The strategy's signals that have not ended, oldest first, also those of earlier incarnations.
  public var signals: [SignalView] { situation.signals }

  /// The strategy's signals that ended since its last run, in the order in which that became known.
  public var endedSignals: [EndedSignalView] { situation.endedSignals }

  /// What stands against the strategy's quotes: at most one of risk and one of the executor for each side,
  /// risk's and buys first. Empty while all passes, and until it is known.
  public var denials: [DenialView] { situation.denials }

  /// Number of the newest quotes, or pull, that went out, counted from 1 since the process began; 0 before
  /// any.
  public var quoteNumber: UInt64 { situation.quoteNumber }

  /// The strategy's own position in the quoted instrument; nil while the executor's truth is not known.
  public var position: PositionView? { situation.position }

  /// Whether there is no position that could be closed: none, or dust, less than the venue takes as an order
  /// at the present mid. Dust leaves with the next exit in its direction; a strategy that waits for a
  /// position of exactly zero may wait for ever. False while the position is not known.
  public var isFlat: Bool {
    guard let quantity = situation.position?.quantity else { return false }
    if quantity.isZero { return true }
    guard let place = situation.quotedPlace, let amount = quantity.absolute() else { return false }
    let market = situation.markets[place]
    let whole = market.instrument.roundDown(amount)
    guard whole >= max(market.instrument.minQuantity, market.instrument.lotSize) else { return true }
    guard let mid = market.mid else { return false }
    return mid * whole.double < market.instrument.minNotional.double
  }

  /// Realised and unrealised profit less fees, in the quote currency, marked at the mid; nil while unknown.
  public var profit: Double? {
    guard let position = situation.position, let place = situation.quotedPlace,
      let mid = situation.markets[place].mid
    else { return nil }
    return position.cash.double + position.quantity.double * mid - position.fees.double
  }

  /// A model's quantity in whole lots of an instrument, towards zero.
  public func quantity(_ value: Double, of name: String) throws(StrategyFault) -> Quantity {
    guard let quantity = try instrument(name).quantity(fromDouble: value) else {
      throw .notANumber("a quantity of \(value)")
    }
    return quantity
  }

  private func place(of name: String) throws(StrategyFault) -> Int {
    for entry in situation.names where entry.name == name { return entry.place }
    throw .unknownName(name)
  }
}

/// What a strategy is shown, apart from its parameters; only the signal generator makes one.
public struct Situation: Sendable {
  package var strategy: UInt16 = 0
  package var account: UInt16 = 0
  package var marketNanos: Int64 = 0
  package var wallNanos: Int64 = 0
  package var mayQuote = false
  package var names: [(name: String, place: Int)] = []
  package var markets: [MarketData] = []
  package var executions: [ExecutionView] = []
  package var signals: [SignalView] = []
  package var endedSignals: [EndedSignalView] = []
  package var denials: [DenialView] = []
  package var quoteNumber: UInt64 = 0
  package var position: PositionView?

  package init() {}

  package var quotedPlace: Int? { names.first { $0.name == "quoted" }?.place }
}

extension MarketData {
  /// Market time of the newest of what is known; 0 before the first.
  package var newestNanos: Int64 { max(top?.eventNanos ?? 0, metrics?.eventNanos ?? 0, bookNanos) }

  /// The middle of the newest best quote known; nil when there is none.
  package var mid: Double? {
    if let top, top.eventNanos >= (metrics?.eventNanos ?? .min) {
      guard let bid = top.bid, let ask = top.ask else { return nil }
      return bid.price.double / 2 + ask.price.double / 2
    }
    return metrics?.mid.double
  }

  /// The weighted mid of the newest best quote known; nil when there is none.
  package var microPrice: Double? {
    if let top, top.eventNanos >= (metrics?.eventNanos ?? .min) {
      guard let bid = top.bid, let ask = top.ask else { return nil }
      do throws(ModelError) {
        return try WeightedMid.price(
          bid: bid.price.double, bidSize: bid.quantity.double, ask: ask.price.double,
          askSize: ask.quantity.double)
      } catch {
        return nil
      }
    }
    return metrics?.microPrice.double
  }
}
