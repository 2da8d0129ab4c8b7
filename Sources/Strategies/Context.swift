import Models
import Trading
import Wire

/// All that a strategy may know when it decides. Lent for one call: it cannot be kept.
public struct Context<Parameters: StrategyParameters>: ~Copyable {
  public let parameters: Parameters
  package let view: StrategyView

  package init(_ parameters: Parameters, _ view: StrategyView) {
    self.parameters = parameters
    self.view = view
  }

  /// The strategy's number and its account's, in the topology.
  public var strategy: UInt16 { view.strategy }
  public var account: UInt16 { view.account }

  /// Market time, ns; 0 while the market clock stands. Models run on it.
  public var marketNanos: Int64 { view.marketNanos }
  /// Our wall clock, ns UTC; validity is counted on it.
  public var wallNanos: Int64 { view.wallNanos }

  /// Whether quotes and signals can go out now: the session trades, data and position are known. Decisions
  /// made while it is false warm the strategy up and have no other effect.
  public var mayQuote: Bool { view.mayQuote }
}

extension Context {
  /// The rules of an instrument: tick, lot, fees.
  public func instrument(_ name: String) throws(StrategyFault) -> Instrument {
    view.markets[try index(of: name)].instrument
  }

  /// How far an instrument's data can be trusted; nil before the feed said so.
  public func standing(_ name: String) throws(StrategyFault) -> FeedState? {
    view.markets[try index(of: name)].standing
  }

  /// Best bid and ask; nil before the first.
  public func top(_ name: String) throws(StrategyFault) -> TopView? {
    view.markets[try index(of: name)].top
  }

  /// The feed's figures; nil before the first.
  public func metrics(_ name: String) throws(StrategyFault) -> MetricsView? {
    view.markets[try index(of: name)].metrics
  }

  /// The book; nil while it is not whole, or was not asked for in `inputs`.
  public func book(_ name: String) throws(StrategyFault) -> OrderBook? {
    let index = try index(of: name)
    return view.markets[index].isBookSynced ? view.markets[index].book : nil
  }

  /// Market time since an event, ns, never negative; nil while the market clock stands.
  public func ageNanos(of eventNanos: Int64) -> Int64? {
    guard marketNanos != 0 else { return nil }
    let (age, overflow) = marketNanos.subtractingReportingOverflow(eventNanos)
    return overflow ? .max : max(0, age)
  }

  /// Trades of others in this turn, oldest first.
  public func trades(_ name: String) throws(StrategyFault) -> [TradeView] {
    view.markets[try index(of: name)].trades
  }

  /// Fills of the strategy's own orders in this turn, oldest first.
  public var executions: [ExecutionView] { view.executions }

  /// The strategy's signals that have not ended, oldest first, also those of earlier incarnations.
  public var signals: [SignalView] { view.signals }

  /// The strategy's signals that ended since its last run, in the order in which that became known.
  public var endedSignals: [EndedSignalView] { view.endedSignals }

  /// What stands against the strategy's quotes: at most one of risk and one of the executor for each side,
  /// risk's and buys first. Empty while all passes, and until it is known.
  public var denials: [DenialView] { view.denials }

  /// Number of the newest quotes, or pull, that went out, counted from 1 since the process began; 0 before
  /// any.
  public var quoteNumber: UInt64 { view.quoteNumber }

  /// The strategy's own position in the quoted instrument; nil while the executor's truth is not known.
  public var position: PositionView? { view.position }

  /// Whether there is no position that could be closed: none, or dust, less than the venue takes as an order
  /// at the present mid. Dust leaves with the next exit in its direction; a strategy that waits for a
  /// position of exactly zero may wait for ever. False while the position is not known.
  public var isFlat: Bool {
    guard let quantity = view.position?.quantity else { return false }
    if quantity.isZero { return true }
    guard let index = view.quotedIndex, let amount = quantity.absolute() else { return false }
    let market = view.markets[index]
    let whole = market.instrument.roundDown(amount)
    guard whole >= max(market.instrument.minQuantity, market.instrument.lotSize) else { return true }
    guard let mid = market.mid else { return false }
    return mid * whole.double < market.instrument.minNotional.double
  }

  /// Realised and unrealised profit less fees, in the quote currency, marked at the mid; nil while unknown.
  public var profit: Double? {
    guard let position = view.position, let index = view.quotedIndex,
      let mid = view.markets[index].mid
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

  private func index(of name: String) throws(StrategyFault) -> Int {
    for entry in view.names where entry.name == name { return entry.index }
    throw .unknownName(name)
  }
}

/// What a strategy is shown, apart from its parameters; only the signal generator makes one.
public struct StrategyView: Sendable {
  package var strategy: UInt16 = 0
  package var account: UInt16 = 0
  package var marketNanos: Int64 = 0
  package var wallNanos: Int64 = 0
  package var mayQuote = false
  package var names: [(name: String, index: Int)] = []
  package var markets: [MarketData] = []
  package var executions: [ExecutionView] = []
  package var signals: [SignalView] = []
  package var endedSignals: [EndedSignalView] = []
  package var denials: [DenialView] = []
  package var quoteNumber: UInt64 = 0
  package var position: PositionView?

  package init() {}

  package var quotedIndex: Int? { names.first { $0.name == "quoted" }?.index }
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
