import ActorKit
import CoreTestKit
import SignalGenerator
import Strategies
import Testing
import Trading
import Vocabulary
import Wire

/// A signal generator on the bench: one instrument (BTCUSDT.SIM, number 7, lot 0.001), feed 2, executor 5 and
/// risk 8 of account 1.
struct SignalBench<Registry: StrategyRegistry> {
  let bench: CoreBench<SignalGenerator<Registry>>

  init(
    _ strategies: [StrategyConfiguration], epoch: UInt32 = 3,
    risks: [SignalGeneratorConfiguration.Risk] = [.init(component: 8, account: 1)]
  ) throws {
    bench = CoreBench(try Self.core(strategies, risks: risks))
    bench.start(epoch: epoch)
  }

  /// With a core that has taken in facts.
  init(core: SignalGenerator<Registry>) {
    bench = CoreBench(core)
    bench.start(epoch: 4)
  }

  /// The process died and came back with what its journal holds.
  init(restarting old: Self, _ strategies: [StrategyConfiguration], epoch: UInt32 = 4) throws {
    bench = try old.bench.restarted(on: Self.core(strategies))
    bench.start(epoch: epoch)
  }

  static func core(
    _ strategies: [StrategyConfiguration],
    risks: [SignalGeneratorConfiguration.Risk] = [.init(component: 8, account: 1)]
  ) throws -> SignalGenerator<Registry> {
    SignalGenerator<Registry>(
      SignalGeneratorConfiguration(
        component: 3, feedComponent: 2, executors: [.init(component: 5, account: 1)], risks: risks,
        instruments: [try Self.bitcoin()], strategies: strategies))
  }

  static func bitcoin() throws -> Instrument {
    try Instrument(
      number: 7, name: InstrumentName(symbol: "BTCUSDT", venue: "SIM"), base: #require(Currency("BTC")),
      quote: #require(Currency("USDT")), tickSize: Price(raw: 10_000_000), lotSize: Quantity(raw: 100_000),
      minQuantity: Quantity(raw: 100_000))
  }

  static func price(_ value: Double) -> Int64 { Int64((value * 1e9).rounded()) }
  static func quantity(_ value: Double) -> Int64 { Int64((value * 1e8).rounded()) }

  let feed = Peer(component: 2, link: .stream)
  let executor = Peer(component: 5, link: .stream)
  let queen = Peer(component: 6, link: .stream)
  let risk = Peer(component: 8, link: .session)

  func session(_ state: SessionCode) {
    let message = SessionState(
      envelope: Envelope(origin: 0), revision: 1, state: state, cause: .none, permit: .open, halted: 0,
      degradations: 0, interruptions: 0, sinceNanos: 0, speedMilli: 1_000)
    bench.deliver(from: queen) { message.encode(into: &$0) }
  }

  func status(_ state: FeedState) {
    let message = FeedStatus(
      envelope: Envelope(origin: bench.now.wall), instrument: 7, state: state, cause: .none, sinceNanos: 0,
      eventNanos: bench.now.market)
    bench.deliver(from: feed) { message.encode(into: &$0) }
  }

  func top(_ bid: Double?, _ ask: Double?, _ bidQuantity: Double = 1, _ askQuantity: Double = 1) {
    let message = TopOfBook(
      envelope: Envelope(origin: bench.now.wall - 7), instrument: 7, eventNanos: bench.now.market,
      bidPrice: bid.map(Self.price), bidQuantity: Self.quantity(bidQuantity),
      askPrice: ask.map(Self.price), askQuantity: Self.quantity(askQuantity), venueUpdateId: 1)
    bench.deliver(from: feed) { message.encode(into: &$0) }
  }

  func metrics(
    mid: Double = 10_000, volatility: Double = 2.5, uncertainty: Double = 0, state: FeedState = .live
  ) {
    let message = MarketMetrics(
      envelope: Envelope(origin: bench.now.wall - 9), instrument: 7, eventNanos: bench.now.market,
      mid: Self.price(mid), microPrice: Self.price(mid), spreadBps: 1, volatilityBps: volatility,
      volatilityUncertaintyBps: uncertainty, imbalance: 0, adverseSelectionBps: .nan, buyArrivalRate: .nan,
      sellArrivalRate: .nan, state: state)
    bench.deliver(from: feed) { message.encode(into: &$0) }
  }

  /// Strategies 1 and 2 have so much each, as far as the generator is concerned.
  func position(_ quantity: Double, fillSequence: UInt64 = 0, account: UInt16 = 1, from: Peer? = nil) {
    let message = PositionChanged(
      envelope: Envelope(origin: 0), account: account, instrument: 7, position: Self.quantity(quantity),
      realizedPnl: 0, fees: 0, cash: 0, workingBid: 0, workingAsk: 0, fillSequence: fillSequence,
      eventNanos: bench.now.market)
    bench.deliver(from: from ?? executor) { frame in
      message.encode(into: &frame, ownersCount: 2) { index in
        PositionChanged.Owner(
          strategy: UInt16(index) + 1, position: Self.quantity(quantity), realizedPnl: 0, fees: 0, cash: 0,
          fills: fillSequence)
      }
    }
  }

  func trade(_ price: Double, _ aggressor: SideCode = .buy) {
    let message = Trade(
      envelope: Envelope(origin: bench.now.wall), instrument: 7, eventNanos: bench.now.market, tradeId: 1,
      price: Self.price(price), quantity: Self.quantity(1), aggressor: aggressor,
      condition: .market)
    bench.deliver(from: feed) { message.encode(into: &$0) }
  }

  /// Everything a maker needs: session live, data live at 10,000, no position. Ends the turn.
  @discardableResult
  func ready(position: Double = 0, fillSequence: UInt64 = 0) -> Turn {
    session(.live)
    status(.live)
    self.position(position, fillSequence: fillSequence)
    top(9_999.5, 10_000.5)
    metrics()
    return bench.conclude()
  }

  func counter(_ name: String) -> Int64? {
    var report = CounterReport()
    bench.core.report(into: &report)
    return report[name]
  }
}

/// A signal with its levels.
struct Signal: Equatable {
  struct Level: Equatable {
    var offsetBps: Double
    var quantity: Int64
  }

  var block: QuoteSignal
  var bids: [Level] = []
  var asks: [Level] = []
  var metadata: String
}

extension Turn {
  /// The quote signals in order; `on` limits them to a topic by its index.
  func signals(on topic: Int? = nil) -> [Signal] {
    sent.compactMap { sent in
      if let topic, sent.destination != .topic(topic) { return nil }
      return sent.read { message -> Signal? in
        guard case .quoteSignal(let view) = copy message else { return nil }
        var signal = Signal(
          block: view.block,
          metadata: view.metadata.withUnsafeBytes { String(decoding: $0, as: UTF8.self) })
        for index in 0..<view.bidsCount {
          signal.bids.append(.init(offsetBps: view.bid(index).offsetBps, quantity: view.bid(index).quantity))
        }
        for index in 0..<view.asksCount {
          signal.asks.append(.init(offsetBps: view.ask(index).offsetBps, quantity: view.ask(index).quantity))
        }
        return signal
      }
    }
  }

  /// The texts of the alarms, in order.
  var alarms: [String] {
    sent.compactMap { sent in
      sent.read { message -> String? in
        guard case .alarm(let view) = copy message else { return nil }
        return view.text.withUnsafeBytes { String(decoding: $0, as: UTF8.self) }
      }
    }
  }
}

/// A GLFT maker with the parameters of the published vector: A = 1/s, k = 0.5/bps, γ = 0.01/bps per lot.
func glft(_ settings: [(String, Double)] = [], number: UInt16 = 1) -> StrategyConfiguration {
  StrategyConfiguration(
    name: "maker\(number)", number: number, kind: "glft", instrument: 7, account: 1,
    parameters: [("levels", 1), ("volatilityZ", 0)].filter { ours in
      !settings.contains { $0.0 == ours.0 }
    } + settings)
}
