import ActorKit
import CoreTestKit
import Trading
import VenueSimulator
import Wire

/// A venue on a bench with the words tests need: orders in, reports out.
final class VenueBench {
  var bench: CoreBench<VenueSimulator>
  /// Where account 1's executor is heard.
  static let executor = Peer(component: 11, link: .control, route: 5)
  static let secondExecutor = Peer(component: 12, link: .control, route: 6)
  static let source = Peer(component: 0, link: .source)
  static let latency: Int64 = 1_000_000
  /// Everything the venue has done so far.
  private(set) var everything: [SentMessage] = []

  init(_ configuration: VenueSimulator.Configuration, epoch: UInt32 = 1, clockRuns: Bool = true) {
    bench = CoreBench(VenueSimulator(configuration))
    if !clockRuns { bench.now.market = 0 }
    bench.start(epoch: epoch)
    if clockRuns { startClock() }
    end()
  }

  /// A recorded market with this book.
  static func recorded(
    bids: [(Double, Double)], asks: [(Double, Double)],
    _ change: (inout VenueSimulator.Configuration) -> Void = { _ in }
  ) -> VenueBench {
    let venue = VenueBench(Fixture.configuration(.replay, change))
    venue.bench.deliver(.sourceReady(firstMarketNanos: venue.bench.now.market))
    venue.market(.snapshot, bids: bids, asks: asks)
    return venue
  }

  /// A market in which the others stand at least one percent from 100 and do nearly nothing.
  static func quiet(_ change: (inout VenueSimulator.Configuration) -> Void = { _ in }) -> VenueBench {
    VenueBench(Fixture.configuration(.synthetic(Fixture.quietMarket), change))
  }

  /// Tells the session's clock, from now on.
  func startClock() {
    if bench.now.market == 0 { bench.now.market = Instant.testStart.market }
    let session = SessionState(
      revision: 1, state: .live, cause: .none, permit: .open, halted: 0, degradations: 0, interruptions: 0,
      sinceNanos: bench.now.wall, marketStartNanos: bench.now.market, wallStartNanos: bench.now.wall,
      speedMilli: 1_000)
    bench.deliver(from: Peer(component: 1, link: .stream)) { session.encode(into: &$0) }
  }

  /// Ends the turn.
  @discardableResult
  func end() -> Turn {
    let turn = bench.conclude()
    everything += turn.sent
    return turn
  }

  /// Lets time pass.
  @discardableResult
  func run(_ nanos: Int64) -> Turn {
    let turn = bench.run(nanos: nanos)
    everything += turn.sent
    return turn
  }

  /// Time enough for a request to be matched and answered; the reports it brought, to whom ever.
  @discardableResult
  func settle() -> [VenueReport] {
    let first = end()
    let second = run(2 * Self.latency)
    return first.all(VenueReport.self) + second.all(VenueReport.self)
  }

  func send(_ order: NewOrder, from peer: Peer = executor) {
    bench.deliver(from: peer) { order.encode(into: &$0) }
  }

  /// Sends an order and gives the reports that follow.
  func place(_ order: NewOrder, from peer: Peer = executor) -> [VenueReport] {
    send(order, from: peer)
    return settle()
  }

  func order(
    _ id: String, _ side: SideCode, _ quantity: Double, at price: Double?, account: UInt16 = 1,
    _ timeInForce: TimeInForceCode = .goodTillCancel, _ execInst: ExecInst = []
  ) -> NewOrder {
    NewOrder(
      envelope: Envelope(origin: 77, correlation: Correlation(high: 3, low: 4)), account: account,
      instrument: 1, clOrdID: Fixture.id(id), side: side, ordType: price == nil ? .market : .limit,
      timeInForce: timeInForce, execInst: execInst, price: price.map(Fixture.price),
      quantity: Fixture.quantity(quantity), requestNanos: bench.now.wall, recvWindowNanos: 5_000_000_000)
  }

  func cancel(_ id: String, as request: String = "cancel", account: UInt16 = 1) -> [VenueReport] {
    let message = CancelOrder(
      account: account, instrument: 1, clOrdID: Fixture.id(request), origClOrdID: Fixture.id(id),
      requestNanos: bench.now.wall, recvWindowNanos: 5_000_000_000)
    bench.deliver(from: account == 1 ? Self.executor : Self.secondExecutor) { message.encode(into: &$0) }
    return settle()
  }

  func replace(_ id: String, by new: String, _ quantity: Double, at price: Double) -> [VenueReport] {
    let message = ReplaceOrder(
      account: 1, instrument: 1, clOrdID: Fixture.id(new), origClOrdID: Fixture.id(id),
      price: Fixture.price(price), quantity: Fixture.quantity(quantity), requestNanos: bench.now.wall,
      recvWindowNanos: 5_000_000_000)
    bench.deliver(from: Self.executor) { message.encode(into: &$0) }
    return settle()
  }

  func query(_ id: String) -> [VenueReport] {
    let message = OrderQuery(account: 1, instrument: 1, clOrdID: Fixture.id(id))
    bench.deliver(from: Self.executor) { message.encode(into: &$0) }
    return settle()
  }

  /// A frame of the recording, due now.
  @discardableResult
  func market(
    _ kind: MarketDataKind, bids: [(Double, Double)] = [], asks: [(Double, Double)] = [],
    trade: (price: Double, quantity: Double, aggressor: SideCode)? = nil, at nanos: Int64? = nil
  ) -> [VenueReport] {
    let message = VenueMarketData(
      instrument: 1, kind: kind, aggressor: trade?.aggressor ?? .unrecognized,
      eventNanos: nanos ?? bench.now.market, firstUpdateId: 1, lastUpdateId: 1,
      tradeId: trade == nil ? nil : 9, price: trade.map { Fixture.price($0.price) },
      quantity: trade.map { Fixture.quantity($0.quantity) }, condition: .market)
    bench.deliver(from: Self.source) { writer in
      message.encode(
        into: &writer, bidsCount: bids.count,
        bids: { .init(price: Fixture.price(bids[$0].0), quantity: Fixture.quantity(bids[$0].1)) },
        asksCount: asks.count,
        asks: { .init(price: Fixture.price(asks[$0].0), quantity: Fixture.quantity(asks[$0].1)) })
    }
    return settle()
  }

  func counter(_ name: String) -> Int64 {
    var counters = CounterReport()
    bench.core.report(into: &counters)
    return counters[name] ?? 0
  }

  var core: VenueSimulator { bench.core }
}

/// Numbers and names that many tests share.
enum Fixture {
  static let usdt = Currency("USDT") ?? unreachable()
  static let btc = Currency("BTC") ?? unreachable()

  /// Tick 0.01, lot 0.001, least value 5; maker pays 1 bp, taker 5.
  static let instrument: Instrument = {
    do {
      return try Instrument(
        number: 1, name: InstrumentName("BTCUSDT.SIM"), base: btc, quote: usdt,
        tickSize: Price(raw: price(0.01)), lotSize: Quantity(raw: quantity(0.001)),
        minQuantity: Quantity(raw: quantity(0.001)), minNotional: Notional(Money(raw: 500_000_000)),
        makerFee: Bps(raw: 1_000_000), takerFee: Bps(raw: 5_000_000))
    } catch { preconditionFailure("\(error)") }
  }()

  static func configuration(
    _ market: VenueSimulator.Market, _ change: (inout VenueSimulator.Configuration) -> Void = { _ in }
  ) -> VenueSimulator.Configuration {
    let balances = [
      VenueSimulator.Balance(currency: usdt, amount: Money(raw: 100_000 * 100_000_000)),
      VenueSimulator.Balance(currency: btc, amount: Money(raw: 100 * 100_000_000)),
    ]
    var configuration = VenueSimulator.Configuration(
      component: 6, instruments: [instrument],
      accounts: [
        VenueSimulator.Account(number: 1, currency: usdt, balances: balances, executorComponent: 11),
        VenueSimulator.Account(number: 2, currency: usdt, balances: balances, executorComponent: 12),
      ], market: market, orderLatencyNanos: VenueBench.latency, reportLatencyNanos: VenueBench.latency,
      latencyJitterNanos: 0)
    change(&configuration)
    return configuration
  }

  static let quietMarket = SyntheticMarket(
    seed: 1,
    flows: [
      SyntheticFlow(
        instrument: 1, startPrice: Price(raw: price(100)), volatilityBps: 0, halfSpreadBps: 100,
        depthBps: 50, meanQuantity: Quantity(raw: quantity(1)), limitOrdersPerSecond: 0.001,
        marketOrdersPerSecond: 0, cancelsPerOrderPerSecond: 0)
    ])

  static func busyMarket(seed: UInt64) -> SyntheticMarket {
    SyntheticMarket(
      seed: seed,
      flows: [
        SyntheticFlow(
          instrument: 1, startPrice: Price(raw: price(100)), volatilityBps: 3, halfSpreadBps: 1,
          depthBps: 8, meanQuantity: Quantity(raw: quantity(0.5)), limitOrdersPerSecond: 60,
          marketOrdersPerSecond: 8, cancelsPerOrderPerSecond: 0.3, maxOrders: 300)
      ])
  }

  /// Units of 1e-9, for figures with few decimals.
  static func price(_ value: Double) -> Int64 { Int64((value * 1e9).rounded()) }
  /// Units of 1e-8, for figures with few decimals.
  static func quantity(_ value: Double) -> Int64 { Int64((value * 1e8).rounded()) }

  static func id(_ text: String) -> ClOrdIDText { ClOrdIDText(text) ?? unreachable() }
  static func unreachable<T>() -> T { preconditionFailure("a fixture that is no such thing") }
}

extension VenueReport {
  /// What a test compares: what happened, status, filled, left, in lots of 0.001.
  var gist: String {
    let lot: Int64 = 100_000
    let fill = lastPrice.map { " \((lastQuantity ?? 0) / lot)@\($0 / 10_000_000)" } ?? ""
    let why = reason == .none ? "" : " \(reason.name)"
    let filled = "\(cumQuantity / lot)/\(leavesQuantity / lot)"
    return "\(clOrdID) \(execType.name)\(fill) \(ordStatus.name) \(filled)\(why)"
  }
}
