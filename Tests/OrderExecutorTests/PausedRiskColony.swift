import ActorKit
import CoreTestKit
import OrderExecutor
import RiskAdjuster
import Trading
import Wire

/// An executor and its risk with a session's window between them, a venue that answers a millisecond later,
/// and a strategy that hears of fills at once, whether risk does or not.
final class PausedRiskColony {
  static let instruments: [UInt32] = [7, 8]
  /// What risk allows, in lots; the executor's own caps are far beyond.
  static let limitLots: Int64 = 400
  /// A session's.
  static let window = 256

  var executor: CoreBench<OrderExecutor>
  var risk: CoreBench<RiskAdjuster>
  private var random: SplitMix64

  /// Events on their way to risk: unacknowledged, so they fill the window.
  private var events: [[UInt8]] = []
  /// What the executor's host has to tell it in its next turn.
  private var news: [LinkEvent] = []
  private var targets: [[UInt8]] = []
  private(set) var overflown = 0
  private(set) var eventCount = 0
  /// Risk's loop stands still until then, boot clock.
  private var pausedUntil: Int64 = 0
  private(set) var pauses = 0

  private struct Resting {
    let order: NewOrder
    var filled: Int64 = 0
    var leaves: Int64 { order.quantity - filled }
  }
  private var resting: [Resting] = []
  private var answers: [VenueReport] = []
  private var trades: [AccountState.Trade] = []
  private(set) var positions: [UInt32: Int64] = [:]
  private(set) var orderCount = 0
  private(set) var fillCount = 0
  /// Orders with which what can fill was beyond the limit.
  private(set) var beyond: [String] = []

  private var fillsHeard: [UInt32: UInt64] = [:]
  private var signals: UInt64 = 0
  private var updates: UInt64 = 0

  init(seed: UInt64) {
    random = SplitMix64(seed: seed)
    let instruments = Self.instruments.map(Self.instrument)
    let configuration = OrderExecutor.Configuration(
      component: ExecutorBench.executor, venueComponent: ExecutorBench.venue,
      queenComponent: ExecutorBench.queen, riskComponent: ExecutorBench.risk,
      account: AccountIdentity(number: ExecutorBench.account, currency: ExecutorBench.usdt),
      instruments: instruments,
      caps: Self.instruments.map {
        InstrumentCaps(
          instrument: $0, maxOrderQuantity: lots(10_000), maxPosition: lots(100_000),
          collar: PriceCollar(
            limit: Bps(raw: 200_000_000), band: Bps(raw: 400_000_000), maxAgeNanos: 3_600 * .nanosPerSecond))
      }, messageRate: MessageRate(perSecond: 100_000, burst: 100_000, cancelReserve: 0), maxOpenOrders: 200)
    executor = CoreBench(OrderExecutor(configuration))
    risk = CoreBench(
      RiskAdjuster(
        RiskAdjuster.Configuration(
          component: ExecutorBench.risk, executorComponent: ExecutorBench.executor,
          account: ExecutorBench.account, instruments: instruments, strategies: [ExecutorBench.strategy],
          signalComponents: [2], limits: Self.limits, maxDataAgeNanos: 3_600 * .nanosPerSecond)))
  }

  private static var limits: RiskLimits {
    RiskLimits(
      currency: ExecutorBench.usdt,
      instruments: instruments.map {
        InstrumentLimits(
          instrument: $0, maxOrderQuantity: lots(limitLots), maxPosition: lots(limitLots))
      },
      maxOrderNotional: Money(raw: .max / 4), priceCollar: Bps(raw: 200_000_000), maxGrossNotional: nil,
      ordersPerSecond: 100_000, burst: 100_000, cancelReserve: 0, maxLossPerTrade: nil,
      slippageAllowance: Bps(raw: 0))
  }

  private static func instrument(_ number: UInt32) -> Instrument {
    do {
      guard let base = Currency(number == 7 ? "BTC" : "ETH") else { preconditionFailure("a currency") }
      return try Instrument(
        number: number, name: InstrumentName(number == 7 ? "BTCUSDT.SIM" : "ETHUSDT.SIM"), base: base,
        quote: ExecutorBench.usdt, tickSize: Price(raw: 10_000_000), lotSize: Quantity(raw: 100_000),
        minQuantity: Quantity(raw: 100_000), makerFee: Bps(raw: 0), takerFee: Bps(raw: 0))
    } catch { preconditionFailure("an instrument: \(error)") }
  }
}

// Time.
extension PausedRiskColony {
  func start() {
    executor.start(epoch: 1)
    risk.start(epoch: 1)
    executor.deliver(.sessionOpened(component: ExecutorBench.risk, peerEpoch: 1))
    risk.deliver(.sessionOpened(component: ExecutorBench.executor, peerEpoch: 1))
    tellMarket()
    for _ in 0..<20 { step(fills: false) }
  }

  /// A millisecond: fills, the executor's turn, then risk's, unless it stands still.
  func step(fills: Bool = true) {
    executor.advance(nanos: .nanosPerMilli)
    risk.advance(nanos: .nanosPerMilli)
    if fills { fillSome() }
    let arrived = answers
    answers = []
    for report in arrived { executor.deliver(from: ExecutorBench.fromVenue) { report.encode(into: &$0) } }
    for event in news { executor.deliver(event) }
    news = []
    for frame in targets { executor.deliver(frame, from: ExecutorBench.fromRisk) }
    targets = []
    take(executor.conclude())
    if executor.now.boot >= pausedUntil { runRisk() }
  }

  func pause(millis: Int64) {
    pauses += 1
    pausedUntil = executor.now.boot + millis * .nanosPerMilli
  }

  func number(below bound: UInt64) -> UInt64 { random.next() % bound }

  private func runRisk() {
    let taken = events
    events = []
    for frame in taken {
      risk.deliver(frame, from: Peer(component: ExecutorBench.executor, link: .session))
      guard let message = Inbound(frame.span.bytes), message.template == .accountReport else { continue }
      news.append(
        .acknowledged(
          component: ExecutorBench.risk, template: .accountReport, correlation: message.envelope.correlation))
    }
    for instrument in Self.instruments where random.next() % 3 == 0 { signal(instrument) }
    for sent in risk.conclude().sent where sent.template == .targetQuotes {
      // Its host would stamp it with risk's epoch, which the revision holds, too.
      var frame = sent.frame
      frame[12] = 1
      targets.append(frame)
    }
  }

  private func signal(_ instrument: UInt32) {
    signals += 1
    let shift = Double(random.next() % 20)
    let signal = QuoteSignal(
      envelope: Envelope(
        sender: 2, flags: 0, epoch: 1, sequence: 0, sent: 0, origin: 0, correlationHigh: 1,
        correlationLow: signals),
      strategy: ExecutorBench.strategy, instrument: instrument, revision: signals,
      fillSequenceSeen: fillsHeard[instrument] ?? 0, referencePrice: ticks(10_001).raw,
      validUntil: risk.now.wall + .nanosPerSecond, eventNanos: risk.now.market, takerBuyRate: .nan,
      takerSellRate: .nan)
    risk.deliver(from: Peer(component: 2, link: .stream)) {
      signal.encode(
        into: &$0, bidsCount: 2,
        bids: { QuoteSignal.Bid(offsetBps: 5 + shift + 3 * Double($0), quantity: lots(300).raw, urgency: 0) },
        asksCount: 1,
        asks: { _ in QuoteSignal.Ask(offsetBps: 5 + shift, quantity: lots(300).raw, urgency: 0) },
        metadata: [])
    }
  }

  private func tellMarket() {
    let session = SessionState(
      envelope: Envelope(
        sender: ExecutorBench.queen, flags: 0, epoch: 1, sequence: 0, sent: 0, origin: 0, correlationHigh: 0,
        correlationLow: 0), revision: 1, state: .live, cause: .none, permit: .open, halted: 0,
      degradations: 0, interruptions: 0, sinceNanos: 0, speedMilli: 1_000)
    executor.deliver(from: ExecutorBench.fromQueen) { session.encode(into: &$0) }
    risk.deliver(from: ExecutorBench.fromQueen) { session.encode(into: &$0) }
    for instrument in Self.instruments {
      let status = FeedStatus(
        instrument: instrument, state: .live, cause: .none, sinceNanos: 0, eventNanos: risk.now.market)
      let top = TopOfBook(
        instrument: instrument, eventNanos: risk.now.market, bidPrice: ticks(10_000).raw, bidQuantity: 1,
        askPrice: ticks(10_002).raw, askQuantity: 1, venueUpdateId: 1)
      executor.deliver(from: ExecutorBench.fromFeed) { status.encode(into: &$0) }
      executor.deliver(from: ExecutorBench.fromFeed) { top.encode(into: &$0) }
      risk.deliver(from: ExecutorBench.fromFeed) { status.encode(into: &$0) }
      risk.deliver(from: ExecutorBench.fromFeed) { top.encode(into: &$0) }
    }
  }
}

// What the executor says, and the venue.
extension PausedRiskColony {
  private func take(_ turn: Turn) {
    for sent in turn.sent {
      switch sent.destination {
      case .event(component: ExecutorBench.risk), .durable(component: ExecutorBench.risk): push(sent)
      case .topic:
        guard let change: PositionChanged = sent.decoded() else { continue }
        fillsHeard[change.instrument] = change.fillSequence
      case .link(component: ExecutorBench.queen):
        guard var grant: Permit = sent.decoded(), grant.act == .request else { continue }
        grant.act = .grant
        grant.level = .open
        grant.lifeNanos = 5 * .nanosPerSecond
        let answer = grant
        executor.deliver(from: Peer(component: ExecutorBench.queen, link: .link)) { answer.encode(into: &$0) }
      case .link(component: ExecutorBench.venue): obey(sent)
      default: continue
      }
    }
  }

  private func push(_ sent: SentMessage) {
    eventCount += 1
    guard events.count < Self.window else {
      overflown += 1
      let correlation = sent.read { $0.envelope.correlation }
      news.append(
        .notSent(
          component: ExecutorBench.risk, template: sent.template, correlation: correlation,
          reason: .backPressured))
      return
    }
    events.append(sent.frame)
  }

  private func obey(_ sent: SentMessage) {
    if let query: AccountQuery = sent.decoded() { return answer(query) }
    if let order: NewOrder = sent.decoded() {
      orderCount += 1
      resting.append(Resting(order: order))
      check(order)
      answers.append(report(Resting(order: order), .new, .new))
    }
    if let cancel: CancelOrder = sent.decoded(),
      let place = resting.firstIndex(where: { $0.order.clOrdID == cancel.origClOrdID })
    {
      let one = resting.remove(at: place)
      answers.append(report(one, .canceled, .canceled, request: cancel.clOrdID))
    }
  }

  /// By the venue's own log: the position and all that can fill on the order's side.
  private func check(_ order: NewOrder) {
    let sign: Int64 = order.side == .buy ? 1 : -1
    let working = resting.filter { $0.order.instrument == order.instrument && $0.order.side == order.side }
      .reduce(Int64(0)) { $0 + $1.leaves }
    let worst = sign * (positions[order.instrument] ?? 0) + working
    guard worst > lots(Self.limitLots).raw else { return }
    beyond.append(
      "\(order.side) in \(order.instrument): position \(positions[order.instrument] ?? 0),"
        + " working \(working)")
  }

  /// Buys are filled more often than sells, so that the position comes to its limit.
  private func fillSome() {
    for _ in 0..<2 where !resting.isEmpty {
      let place = Int(random.next() % UInt64(resting.count))
      let order = resting[place].order
      if order.side == .sell, random.next() % 3 > 0 { continue }
      let quantity = min(resting[place].leaves, lots(Int64(1 + random.next() % 6)).raw)
      resting[place].filled += quantity
      fillCount += 1
      positions[order.instrument, default: 0] += order.side == .buy ? quantity : -quantity
      trades.append(
        AccountState.Trade(
          tradeSequence: UInt64(trades.count + 1), execHigh: 6, execLow: UInt64(trades.count + 1),
          clOrdID: order.clOrdID, venueOrderId: 500, instrument: order.instrument, side: order.side,
          liquidity: .maker, price: order.price ?? 0, quantity: quantity, fee: 0,
          eventNanos: executor.now.market))
      let isDone = resting[place].leaves == 0
      var report = report(resting[place], .trade, isDone ? .filled : .partiallyFilled)
      report.liquidity = .maker
      report.lastQuantity = quantity
      report.lastPrice = order.price
      report.execHigh = 6
      report.execLow = UInt64(trades.count)
      report.fee = 0
      answers.append(report)
      if isDone { resting.remove(at: place) }
    }
  }

  private func report(
    _ resting: Resting, _ execType: ExecType, _ status: OrdStatusCode, request: ClOrdIDText = ClOrdIDText()
  ) -> VenueReport {
    VenueReport(
      envelope: Envelope(origin: 0), account: ExecutorBench.account, instrument: resting.order.instrument,
      clOrdID: resting.order.clOrdID, requestClOrdID: request, venueOrderId: 500, execType: execType,
      ordStatus: status, side: resting.order.side, reason: .none, liquidity: .unrecognized,
      price: resting.order.price, orderQuantity: resting.order.quantity, cumQuantity: resting.filled,
      leavesQuantity: execType == .canceled ? 0 : resting.leaves, reportSequence: 1,
      eventNanos: executor.now.market, transactNanos: executor.now.wall)
  }

  private func answer(_ query: AccountQuery) {
    let after = trades.filter { $0.tradeSequence > query.afterTradeSequence }
    let told = Array(after.prefix(100))
    var parts = query.parts
    if told.count < after.count { parts.insert(.more) }
    let state = AccountState(
      envelope: Envelope(origin: 0, correlation: query.envelope.correlation), account: ExecutorBench.account,
      parts: parts, reportSequence: 1, tradeSequence: told.last?.tradeSequence ?? query.afterTradeSequence,
      eventNanos: executor.now.market, transactNanos: executor.now.wall)
    let held = Self.instruments.map {
      AccountState.Position(instrument: $0, position: positions[$0] ?? 0)
    }
    let open = (query.parts.contains(.openOrders) ? resting : []).map {
      AccountState.OpenOrder(
        clOrdID: $0.order.clOrdID, venueOrderId: 500, instrument: $0.order.instrument, side: $0.order.side,
        price: $0.order.price ?? 0, orderQuantity: $0.order.quantity, cumQuantity: $0.filled,
        ordType: $0.order.ordType, stopPrice: $0.order.stopPrice)
    }
    executor.deliver(from: ExecutorBench.fromVenue) { frame in
      state.encode(
        into: &frame, balancesCount: 0, balances: { _ in preconditionFailure("no balances") },
        positionsCount: held.count, positions: { held[$0] }, openOrdersCount: open.count,
        openOrders: { open[$0] }, tradesCount: told.count, trades: { told[$0] })
    }
  }
}
