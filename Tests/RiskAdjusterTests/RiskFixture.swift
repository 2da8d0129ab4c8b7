import ActorKit
import CoreTestKit
import RiskAdjuster
import Trading
import Wire

/// A risk adjuster on account 3 with BTCUSDT.SIM (number 1, tick 0.01, lot 0.001) and ETHUSDT.SIM (number 2),
/// driven in virtual time. `ready()` makes everything it needs known: mid 100.00, flat, session live.
final class RiskFixture {
  static let feed: UInt16 = 1
  static let executor: UInt16 = 4
  static let queen: UInt16 = 5
  static let component: UInt16 = 3
  /// Sends signals, as does 6.
  static let signal: UInt16 = 2
  static let account: UInt16 = 3
  /// Trades for another account.
  static let otherStrategy: UInt16 = 5_000

  var bench: CoreBench<RiskAdjuster>
  private var signalRevision: UInt64 = 0
  private var updateId: UInt64 = 0
  /// Fills the strategies have seen.
  var fillsSeen: UInt64 = 0

  init(
    limits: RiskLimits? = RiskFixture.limits(), epoch: UInt32 = 1,
    maxSpread: Bps = ReferencePrice.usualSpread, instruments: UInt32 = 2
  ) {
    bench = CoreBench(
      RiskAdjuster(Self.configuration(limits, maxSpread: maxSpread, instruments: instruments)))
    bench.start(epoch: epoch)
  }

  static func configuration(
    _ limits: RiskLimits?, maxSpread: Bps = ReferencePrice.usualSpread, instruments: UInt32 = 2
  ) -> RiskAdjuster.Configuration {
    let symbols = (1...instruments).map { $0 == 1 ? "BTCUSDT" : $0 == 2 ? "ETHUSDT" : "C\($0)USDT" }
    return RiskAdjuster.Configuration(
      component: component, executorComponent: executor, account: account,
      instruments: zip(1...instruments, symbols).map { instrument($0, $1, maxSpread: maxSpread) },
      strategies: Array(0...2_000), signalComponents: [signal, 6], limits: limits,
      maxDataAgeNanos: 1_500 * .nanosPerMilli)
  }

  static func instrument(
    _ number: UInt32, _ symbol: String, maxSpread: Bps = ReferencePrice.usualSpread
  ) -> Instrument {
    do {
      return try Instrument(
        number: number, name: InstrumentName(symbol: symbol, venue: "SIM"), base: currency("X"),
        quote: currency("USDT"), tickSize: price("0.01"), lotSize: quantity("0.001"),
        minQuantity: quantity("0.002"), minNotional: Notional(money("5")),
        maxSpread: maxSpread)
    } catch { preconditionFailure("\(error)") }
  }

  /// Orders of 5 at most and of 1,000 in value, a position of 10, a collar of 200 bp, a loss of 10 per trade.
  static func limits(
    maxOrderQuantity: String = "5", maxPosition: String = "10", maxOrderNotional: String = "1000",
    collarBps: Int64 = 200, maxGross: String? = nil, perSecond: Int64 = 1_000, burst: Int64 = 1_000,
    reserve: Int64 = 0, maxLoss: String? = "10", slippageBps: Int64 = 0, instruments: UInt32 = 2
  ) -> RiskLimits {
    RiskLimits(
      currency: currency("USDT"),
      instruments: (1...instruments).map {
        InstrumentLimits(
          instrument: $0, maxOrderQuantity: quantity(maxOrderQuantity), maxPosition: quantity(maxPosition))
      },
      maxOrderNotional: money(maxOrderNotional), priceCollar: Bps(raw: collarBps * 1_000_000),
      maxGrossNotional: maxGross.map(money), ordersPerSecond: perSecond, burst: burst,
      cancelReserve: reserve, maxLossPerTrade: maxLoss.map(money),
      slippageAllowance: Bps(raw: slippageBps * 1_000_000))
  }

  @discardableResult
  func ready() -> Turn {
    live()
    market()
    openSession()
    report()
    return bench.conclude()
  }
}

// What others tell it.
extension RiskFixture {
  func live(
    _ state: SessionCode = .live, permit: PermitLevel = .open, revision: UInt64 = 1, epoch: UInt32 = 1
  ) {
    let message = SessionState(
      envelope: envelope(Self.queen, epoch: epoch), revision: revision, state: state, cause: .none,
      permit: permit, halted: 0, degradations: 0, interruptions: 0, sinceNanos: 0, speedMilli: 1_000)
    bench.deliver(from: Peer(component: Self.queen, link: .stream)) { message.encode(into: &$0) }
  }

  /// Best prices a tick around a mid of 100.00 unless said otherwise, and a live feed.
  func market(_ bid: String? = "99.99", _ ask: String? = "100.01", instrument: UInt32 = 1) {
    status(.live, instrument: instrument)
    top(bid, ask, instrument: instrument)
  }

  func status(_ state: FeedState, instrument: UInt32 = 1) {
    let status = FeedStatus(
      envelope: envelope(Self.feed), instrument: instrument, state: state, cause: .none, sinceNanos: 0,
      eventNanos: bench.now.market)
    bench.deliver(from: Peer(component: Self.feed, link: .stream)) { status.encode(into: &$0) }
  }

  func top(_ bid: String?, _ ask: String?, instrument: UInt32 = 1, ageNanos: Int64 = 0) {
    updateId += 1
    let top = TopOfBook(
      envelope: envelope(Self.feed), instrument: instrument, eventNanos: bench.now.market - ageNanos,
      bidPrice: bid.map { price($0).raw }, bidQuantity: 1, askPrice: ask.map { price($0).raw },
      askQuantity: 1, venueUpdateId: updateId)
    bench.deliver(from: Peer(component: Self.feed, link: .stream)) { top.encode(into: &$0) }
  }

  func openSession(executorEpoch: UInt32 = 1) {
    bench.deliver(.sessionOpened(component: Self.executor, peerEpoch: executorEpoch))
  }

  /// The executor's whole truth.
  func report(
    position: String = "0", workingBid: String = "0", workingAsk: String = "0", fills: UInt64 = 0,
    inDoubt: UInt32 = 0, state: ComponentState = .ready, account: UInt16 = RiskFixture.account,
    from sender: UInt16 = RiskFixture.executor, countsByInstrument: Bool = true
  ) {
    let report = AccountReport(
      envelope: envelope(sender), account: account, currency: CurrencyText("USDT") ?? CurrencyText(),
      state: state, permit: .open, halted: 0, fillSequence: fills, cash: 0, fees: 0, inDoubt: inDoubt)
    let entry = AccountReport.Position(
      instrument: 1, position: quantity(position).raw, workingBid: quantity(workingBid).raw,
      workingAsk: quantity(workingAsk).raw, realizedPnl: 0, fillSequence: countsByInstrument ? fills : nil)
    bench.deliver(from: Peer(component: sender, link: .session)) {
      report.encode(into: &$0, positionsCount: 1, positions: { _ in entry })
    }
  }

  func position(
    _ position: String, workingBid: String = "0", workingAsk: String = "0", fills: UInt64 = 0,
    instrument: UInt32 = 1
  ) {
    positionRaw(
      quantity(position).raw, workingBid: quantity(workingBid).raw, workingAsk: quantity(workingAsk).raw,
      fills: fills, instrument: instrument)
  }

  func positionRaw(
    _ position: Int64, workingBid: Int64 = 0, workingAsk: Int64 = 0, fills: UInt64 = 0,
    instrument: UInt32 = 1, account: UInt16 = RiskFixture.account, from sender: UInt16 = RiskFixture.executor
  ) {
    let change = PositionChanged(
      envelope: envelope(sender), account: account, instrument: instrument, position: position,
      realizedPnl: 0, fees: 0, cash: 0, workingBid: workingBid, workingAsk: workingAsk,
      fillSequence: fills, eventNanos: bench.now.market)
    bench.deliver(from: Peer(component: sender, link: .session)) { frame in
      change.encode(into: &frame, ownersCount: 0) { _ in preconditionFailure("nobody is told") }
    }
  }

  func execution(
    _ execType: ExecType, _ status: OrdStatusCode, id: String, side: SideCode = .buy, leaves: String = "0",
    fills: UInt64 = 0, reason: RejectReason = .none, check: RiskCheck = .none
  ) {
    let report = ExecutionReport(
      envelope: envelope(Self.executor), account: Self.account, strategy: 7, instrument: 1,
      clOrdID: ClOrdIDText(id) ?? ClOrdIDText(), execType: execType, ordStatus: status, side: side,
      ordType: .limit, timeInForce: .goodTillCancel, reason: reason, orderQuantity: 0, cumQuantity: 0,
      leavesQuantity: quantity(leaves).raw, liquidity: .maker, fillSequence: fills, eventNanos: 0,
      purpose: .quote, check: check, unit: .none)
    bench.deliver(from: Peer(component: Self.executor, link: .session)) { report.encode(into: &$0) }
  }

  func envelope(_ sender: UInt16, epoch: UInt32 = 1) -> Envelope {
    Envelope(
      sender: sender, flags: 0, epoch: epoch, sequence: 0, sent: 0, origin: 0, correlationHigh: 0,
      correlationLow: 0)
  }
}

// Signals and what becomes of them.
extension RiskFixture {
  struct Level {
    var offsetBps: Double
    var quantity: Int64

    init(_ offsetBps: Double, _ size: String) {
      self.init(offsetBps, raw: RiskAdjusterTests.quantity(size).raw)
    }
    init(_ offsetBps: Double, raw: Int64) {
      self.offsetBps = offsetBps
      quantity = raw
    }
  }

  /// Wanted quotes around a reference of 100.00, good for a second.
  func signal(
    bids: [Level] = [], asks: [Level] = [], strategy: UInt16 = 7, instrument: UInt32 = 1,
    reference: Int64? = nil, lifeNanos: Int64 = .nanosPerSecond, fillsSeen: UInt64? = nil,
    revision: UInt64? = nil, epoch: UInt32 = 1, link: Peer.Link = .stream
  ) {
    signalRevision += 1
    var envelope = envelope(2, epoch: epoch)
    envelope.origin = 77
    envelope.correlationHigh = 0xABC
    envelope.correlationLow = signalRevision
    let signal = QuoteSignal(
      envelope: envelope, strategy: strategy, instrument: instrument, revision: revision ?? signalRevision,
      fillSequenceSeen: fillsSeen ?? self.fillsSeen, referencePrice: reference ?? price("100").raw,
      validUntil: bench.now.wall + lifeNanos, eventNanos: bench.now.market, takerBuyRate: .nan,
      takerSellRate: .nan)
    bench.deliver(from: Peer(component: 2, link: link)) {
      signal.encode(
        into: &$0, bidsCount: bids.count,
        bids: { QuoteSignal.Bid(offsetBps: bids[$0].offsetBps, quantity: bids[$0].quantity, urgency: 0) },
        asksCount: asks.count,
        asks: { QuoteSignal.Ask(offsetBps: asks[$0].offsetBps, quantity: asks[$0].quantity, urgency: 0) },
        metadata: [])
    }
  }

  /// A signal a microsecond later and the end of its turn.
  func decide(
    bids: [Level] = [], asks: [Level] = [], strategy: UInt16 = 7, instrument: UInt32 = 1,
    afterNanos: Int64 = .nanosPerMicro
  ) -> Outcome {
    bench.advance(nanos: afterNanos)
    signal(bids: bids, asks: asks, strategy: strategy, instrument: instrument)
    return Outcome(bench.conclude())
  }

  func command(
    _ kind: CommandKind, _ scope: Scope, account: UInt16? = nil, strategy: UInt16? = nil,
    instrument: UInt32? = nil, by name: String = "ada", because reason: String = "test", id: UInt64 = 1,
    link: Peer.Link = .control
  ) {
    var envelope = envelope(0)
    envelope.correlationLow = id
    let command = Command(
      envelope: envelope, kind: kind, scope: scope, account: account, strategy: strategy,
      instrument: instrument, operatorName: NameText(name) ?? NameText())
    bench.deliver(from: Peer(component: 0, link: link, route: 9)) {
      command.encode(into: &$0, reason: reason.utf8)
    }
  }

  func counter(_ name: String) -> Int64? {
    var report = CounterReport()
    bench.core.report(into: &report)
    return report[name]
  }
}

/// Targets and decisions of a turn, for reading: prices and sizes as text.
struct Outcome {
  var targets: [TargetQuotes] = []
  /// Of the last target.
  var bids: [String] = []
  var asks: [String] = []
  /// All levels of all targets.
  var levels: [(price: Int64, quantity: Int64)] = []
  var decisions: [RiskDecision]
  let turn: Turn

  init(_ turn: Turn) {
    self.turn = turn
    decisions = turn.all(RiskDecision.self)
    for sent in turn.sent where sent.template == .targetQuotes {
      sent.read { message in
        guard case .targetQuotes(let view) = copy message else { return }
        targets.append(view.block)
        levels += (0..<view.bidsCount).map { (view.bid($0).price, view.bid($0).quantity) }
        levels += (0..<view.asksCount).map { (view.ask($0).price, view.ask($0).quantity) }
        bids = (0..<view.bidsCount).map { text(view.bid($0).price, view.bid($0).quantity) }
        asks = (0..<view.asksCount).map { text(view.ask($0).price, view.ask($0).quantity) }
      }
    }
  }

  var verdict: RiskVerdict? { decisions.last?.verdict }
  var check: RiskCheck? { decisions.last?.check }
  var measured: Int64? { decisions.last?.measured }
  var limit: Int64? { decisions.last?.limit }
  /// The executor was told to keep nothing.
  var isPull: Bool { targets.count == 1 && bids.isEmpty && asks.isEmpty }
}

private func text(_ price: Int64, _ quantity: Int64) -> String {
  "\(Price(raw: price)) x \(Quantity(raw: quantity))"
}

func price(_ text: String) -> Price { parsed(text) }
func quantity(_ text: String) -> Quantity { parsed(text) }
func money(_ text: String) -> Money { parsed(text) }

func currency(_ text: String) -> Currency {
  guard let currency = Currency(text) else { preconditionFailure("\(text) is no currency") }
  return currency
}

private func parsed<Value: FixedPoint>(_ text: String) -> Value where Value.Raw == Int64 {
  do { return try Value.parse(text) } catch { preconditionFailure("\(text): \(error)") }
}
