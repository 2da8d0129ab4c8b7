import ActorKit
import CoreTestKit
import OrderExecutor
import Trading
import Vocabulary
import Wire

/// An executor between a scripted venue, queen, risk and feed. Prices are in ticks of 0.01, quantities in
/// lots of 0.001.
final class ExecutorBench {
  static let feed: UInt16 = 1
  static let risk: UInt16 = 3
  static let executor: UInt16 = 4
  static let queen: UInt16 = 5
  static let venue: UInt16 = 6
  static let account: UInt16 = 2
  static let instrument: UInt32 = 7
  static let strategy: UInt16 = 11

  static let toVenue = Effects.Destination.link(component: venue)
  static let toRisk = Effects.Destination.event(component: risk)
  static let surelyToRisk = Effects.Destination.durable(component: risk)
  static let fromVenue = Peer(component: venue, link: .link)
  static let fromRisk = Peer(component: risk, link: .session)
  static let fromFeed = Peer(component: feed, link: .stream)
  static let fromQueen = Peer(component: queen, link: .stream)
  static let operatorPeer = Peer(component: 0, link: .control, route: 9)

  private(set) var bench: CoreBench<OrderExecutor>
  let configuration: OrderExecutor.Configuration
  private(set) var epoch: UInt32 = 0
  /// The venue's own list of trades.
  var venueTrades: [AccountState.Trade] = []
  var venueOpenOrders: [AccountState.OpenOrder] = []
  /// What the venue claims the position is; nil for the sum of its trades.
  var claimedPosition: Int64?
  /// Trades in one answer; the rest is announced as more.
  var tradesPerAnswer = 200
  /// Open orders in one answer.
  var ordersPerAnswer = 256
  var isQueenAlive = true
  var grantedLevel = PermitLevel.open
  var isVenueAnswering = true
  /// What the venue tells with its answers that it can; nil for an older one, which tells nothing.
  var venueTells: Trading.VenueCapabilities?
  private var revision: UInt64 = 0
  private var commands: UInt64 = 0

  init(_ configuration: OrderExecutor.Configuration = ExecutorBench.configuration()) {
    self.configuration = configuration
    bench = CoreBench(OrderExecutor(configuration))
  }

  var core: OrderExecutor { bench.core }
  var books: ExecutorBooks { bench.core.books }

  func counter(_ name: String) -> Int64 {
    var report = CounterReport()
    core.report(into: &report)
    return report[name] ?? 0
  }

  static func configuration(
    maxOrderLots: Int64 = 100, maxPositionLots: Int64 = 500, rate: MessageRate = MessageRate(),
    collarBps: Int64 = 200, maxOpenOrders: Int = 50
  ) -> OrderExecutor.Configuration {
    OrderExecutor.Configuration(
      component: executor, venueComponent: venue, queenComponent: queen, riskComponent: risk,
      account: AccountIdentity(number: account, currency: usdt), instruments: [sample],
      caps: [
        InstrumentCaps(
          instrument: instrument, maxOrderQuantity: lots(maxOrderLots), maxPosition: lots(maxPositionLots),
          collar: PriceCollar(
            limit: Bps(raw: collarBps * 1_000_000), band: Bps(raw: 2 * collarBps * 1_000_000),
            maxAgeNanos: 3_600 * .nanosPerSecond))
      ], messageRate: rate, maxOpenOrders: maxOpenOrders)
  }

  static let usdt: Currency = {
    guard let currency = Currency("USDT") else { preconditionFailure("USDT is a currency") }
    return currency
  }()

  static let sample: Instrument = {
    do {
      return try sampleWith()
    } catch { preconditionFailure("the sample instrument: \(error)") }
  }()

  /// The sample at a venue with other bounds.
  static func sampleWith(
    minQuantity: Quantity = Quantity(raw: 100_000), minNotional: Notional = .zero,
    maxQuantity: Quantity? = nil, maxSpread: Bps = ReferencePrice.usualSpread
  ) throws -> Instrument {
    guard let base = Currency("BTC") else { preconditionFailure("BTC is a currency") }
    return try Instrument(
      number: instrument, name: InstrumentName("BTCUSDT.SIM"), base: base, quote: usdt,
      tickSize: Price(raw: 10_000_000), lotSize: Quantity(raw: 100_000), minQuantity: minQuantity,
      minNotional: minNotional, maxQuantity: maxQuantity, makerFee: Bps(raw: -1_000_000),
      takerFee: Bps(raw: 5_000_000), maxSpread: maxSpread)
  }
}

func ticks(_ count: Int64) -> Price { Price(raw: count * 10_000_000) }
func lots(_ count: Int64) -> Quantity { Quantity(raw: count * 100_000) }

// Time and turns.
extension ExecutorBench {
  @discardableResult
  func conclude() -> Turn { answering(bench.conclude()) }

  /// Answers what the queen and the venue answer by themselves, at once; their effects follow in the same
  /// result.
  private func answering(_ turn: Turn) -> Turn {
    var all = turn
    var next = turn
    for _ in 0..<100 {
      var isAny = false
      for sent in next.sent {
        if isQueenAlive, let request: Permit = sent.decoded(), request.act == .request {
          grant(request)
          isAny = true
        }
        if isVenueAnswering, let query: AccountQuery = sent.decoded() {
          answer(query)
          isAny = true
        }
      }
      guard isAny else { return all }
      next = bench.conclude()
      all.append(next)
    }
    preconditionFailure("the executor asks without end")
  }

  /// Lets time pass, answering on the way.
  @discardableResult
  func pass(seconds: Double) -> Turn {
    let end = bench.now.boot + Int64(seconds * 1e9)
    var all = Turn()
    for _ in 0..<100_000 {
      guard bench.core.nextWake.boot <= end else { break }
      bench.advance(nanos: max(bench.core.nextWake.boot - bench.now.boot, 1))
      all.append(conclude())
    }
    if bench.now.boot < end { bench.advance(nanos: end - bench.now.boot) }
    return all
  }

  /// Starts, reconciles, and brings session, permit and market up.
  func goLive() {
    start()
    conclude()
    session(.live)
    status(.live)
    top(10_000, 10_002)
    conclude()
    precondition(core.state == .live, "not live but \(core.state)")
  }

  /// After a restart: the streams and the session come back.
  @discardableResult
  func goLiveAgain() -> Turn {
    var all = conclude()
    session(.live)
    status(.live)
    top(10_000, 10_002)
    all.append(conclude())
    return all
  }

  /// Somebody sets the wall clock.
  func moveWallClock(seconds: Int64) { bench.now.wall += seconds * .nanosPerSecond }

  /// Time passes without the process noticing.
  func suspend(seconds: Int64) { bench.advance(nanos: seconds * .nanosPerSecond) }

  /// A target and its turn, while the queen does not answer.
  func quoteWithoutQueen(bids: [(Int64, Int64)]) -> Turn {
    isQueenAlive = false
    return quote(bids: bids)
  }

  func start() {
    epoch += 1
    bench.start(epoch: epoch)
  }

  /// The process dies and comes back with what its journal holds; nothing volatile survives.
  func restart() throws {
    bench = try bench.restarted(on: OrderExecutor(configuration))
    start()
  }

  /// Another bench whose process comes back now, from a snapshot or from the facts; the venue is the same.
  func revived(fromSnapshot isFromSnapshot: Bool) throws -> ExecutorBench {
    let other = ExecutorBench(configuration)
    let fresh = OrderExecutor(configuration)
    other.bench = isFromSnapshot ? try bench.restored(on: fresh) : try bench.restarted(on: fresh)
    (other.epoch, other.revision, other.commands) = (epoch, revision, commands)
    (other.venueTrades, other.venueOpenOrders) = (venueTrades, venueOpenOrders)
    (other.grantedLevel, other.isQueenAlive) = (grantedLevel, isQueenAlive)
    other.start()
    return other
  }

  /// What a process that comes back from a snapshot now would hold, before it starts.
  func booksFromSnapshot() throws -> ExecutorBooks {
    try bench.restored(on: OrderExecutor(configuration)).core.books
  }

  var savedState: [UInt8] { bench.savedState }

  /// A core made of the recorded facts alone.
  func rebuilt() throws -> OrderExecutor { try bench.rebuilt(on: OrderExecutor(configuration)) }

  var facts: [RecordedFact] { bench.facts }

  func now() -> Instant { bench.now }
}

// The feed, the queen, risk.
extension ExecutorBench {
  func top(_ bid: Int64?, _ ask: Int64?) {
    let message = TopOfBook(
      instrument: Self.instrument, eventNanos: bench.now.market, bidPrice: bid.map { ticks($0).raw },
      bidQuantity: 1, askPrice: ask.map { ticks($0).raw }, askQuantity: 1, venueUpdateId: 1)
    bench.deliver(from: Self.fromFeed) { message.encode(into: &$0) }
  }

  func status(_ state: FeedState) {
    let message = FeedStatus(
      instrument: Self.instrument, state: state, cause: .none, sinceNanos: bench.now.wall,
      eventNanos: bench.now.market)
    bench.deliver(from: Self.fromFeed) { message.encode(into: &$0) }
  }

  func session(_ code: SessionCode) {
    revision += 1
    let message = SessionState(
      revision: revision, state: code, cause: .none, permit: .open, halted: 0, degradations: 0,
      interruptions: 0, sinceNanos: bench.now.wall, speedMilli: 1_000)
    bench.deliver(from: Self.fromQueen) { message.encode(into: &$0) }
  }

  func grant(_ request: Permit, level: PermitLevel? = nil, life: Int64 = 5 * .nanosPerSecond) {
    var grant = request
    grant.act = .grant
    grant.level = level ?? grantedLevel
    grant.lifeNanos = life
    bench.deliver(from: Peer(component: Self.queen, link: .link)) { grant.encode(into: &$0) }
  }

  /// Delivers a target without ending the turn. `seen` defaults to every fill so far.
  func target(
    bids: [(Int64, Int64)] = [], asks: [(Int64, Int64)] = [], seen: UInt64? = nil,
    validSeconds: Int64 = 3_600,
    strategy: UInt16 = ExecutorBench.strategy, revision fixed: UInt64? = nil
  ) {
    revision += 1
    let message = TargetQuotes(
      envelope: Envelope(origin: 77, correlation: Correlation(high: 1, low: revision)), account: Self.account,
      strategy: strategy, instrument: Self.instrument, revision: fixed ?? revision,
      fillSequenceSeen: seen ?? books.record(of: Self.instrument).lastFillSequence,
      validUntil: bench.now.wall + validSeconds * .nanosPerSecond,
      eventNanos: bench.now.market)
    bench.deliver(from: Self.fromRisk) { frame in
      message.encode(
        into: &frame, bidsCount: bids.count,
        bids: { TargetQuotes.Bid(price: ticks(bids[$0].0).raw, quantity: lots(bids[$0].1).raw) },
        asksCount: asks.count,
        asks: { TargetQuotes.Ask(price: ticks(asks[$0].0).raw, quantity: lots(asks[$0].1).raw) })
    }
  }

  /// A target and its turn.
  @discardableResult
  func quote(bids: [(Int64, Int64)] = [], asks: [(Int64, Int64)] = []) -> Turn {
    target(bids: bids, asks: asks)
    return conclude()
  }

  func deliver(_ event: LinkEvent) { bench.deliver(event) }

  func deliver(from peer: Peer, _ encode: (inout FrameWriter) -> Void) { bench.deliver(from: peer, encode) }

  func poison(from peer: Peer, _ encode: (inout FrameWriter) -> Void) { bench.poison(from: peer, encode) }

  /// A command and its result, with the rest of the turn.
  @discardableResult
  func command(
    _ kind: CommandKind, _ scope: Scope = .account, strategy: UInt16? = nil, instrument: UInt32? = nil,
    name: String = "anna", reason: String = "test", id: Correlation? = nil
  ) -> (outcome: CommandOutcome?, text: String, turn: Turn) {
    commands += 1
    guard let name = NameText(name) else { preconditionFailure("not a name") }
    let command = Command(
      envelope: Envelope(origin: 0, correlation: id ?? Correlation(high: 9, low: commands)), kind: kind,
      scope: scope, account: Self.account, strategy: strategy, instrument: instrument, operatorName: name)
    bench.deliver(from: Self.operatorPeer) { command.encode(into: &$0, reason: Array(reason.utf8)) }
    let turn = conclude()
    let answer = turn.sent.first {
      $0.destination == .reply(Self.operatorPeer) && $0.template == .commandResult
    }
    let text = answer?.read { message -> String in
      if case .commandResult(let view) = copy message { view.textString } else { "" }
    }
    return (answer?.decoded(CommandResult.self)?.outcome, text ?? "", turn)
  }
}

// The venue.
extension ExecutorBench {
  func deliver(_ report: VenueReport) {
    bench.deliver(from: Self.fromVenue) { report.encode(into: &$0) }
  }

  /// The venue's report on an order, to be sent now or later.
  func report(
    _ order: NewOrder, _ execType: ExecType, status: OrdStatusCode = .new, cum: Int64 = 0,
    reason: RejectReason = .none, correlation: Correlation = .none, request: ClOrdIDText = ClOrdIDText()
  ) -> VenueReport {
    VenueReport(
      envelope: Envelope(origin: 0, correlation: correlation), account: Self.account,
      instrument: order.instrument, clOrdID: order.clOrdID, requestClOrdID: request, venueOrderId: 500,
      execType: execType, ordStatus: status, side: order.side, reason: reason, liquidity: .unrecognized,
      price: order.price, orderQuantity: order.quantity, cumQuantity: lots(cum).raw,
      leavesQuantity: order.quantity - lots(cum).raw, reportSequence: 1, eventNanos: bench.now.market,
      transactNanos: bench.now.wall)
  }

  /// The venue's report on a fill, whose trade enters the venue's list at once.
  func trade(_ order: NewOrder, lots quantity: Int64, id: UInt64, cum: Int64, at price: Int64? = nil)
    -> VenueReport
  {
    let exact = ticks(price ?? (order.price ?? 0) / 10_000_000)
    let fee = exact.raw / 10_000_000 * quantity
    venueTrades.append(
      AccountState.Trade(
        tradeSequence: UInt64(venueTrades.count + 1), execHigh: 6, execLow: id, clOrdID: order.clOrdID,
        venueOrderId: 500, instrument: order.instrument, side: order.side, liquidity: .maker,
        price: exact.raw, quantity: lots(quantity).raw, fee: fee, eventNanos: bench.now.market))
    var report = report(order, .trade, status: .partiallyFilled, cum: cum)
    report.liquidity = .maker
    report.lastQuantity = lots(quantity).raw
    report.lastPrice = exact.raw
    report.execHigh = 6
    report.execLow = id
    report.fee = fee
    return report
  }

  @discardableResult
  func accept(_ orders: [NewOrder]) -> Turn {
    for order in orders { deliver(report(order, .new)) }
    return conclude()
  }

  @discardableResult
  func fill(_ order: NewOrder, lots quantity: Int64, id: UInt64, cum: Int64) -> Turn {
    deliver(trade(order, lots: quantity, id: id, cum: cum))
    return conclude()
  }

  /// The venue carries a cancel out.
  @discardableResult
  func confirm(_ cancel: CancelOrder, _ order: NewOrder, cum: Int64 = 0) -> Turn {
    deliver(report(order, .canceled, status: .canceled, cum: cum, request: cancel.clOrdID))
    return conclude()
  }

  /// Answers a query about the account as the venue stands.
  func answer(_ query: AccountQuery) {
    let after = venueTrades.filter { $0.tradeSequence > query.afterTradeSequence }
    let trades = Array(after.prefix(tradesPerAnswer))
    let sum = venueTrades.reduce(Int64(0)) { $0 &+ ($1.side == .buy ? $1.quantity : 0 &- $1.quantity) }
    let listed = query.parts.contains(.openOrders) ? venueOpenOrders : []
    let left = query.afterVenueOrderId.map { last in listed.filter { $0.venueOrderId > last } } ?? listed
    let open = Array(left.prefix(ordersPerAnswer))
    var parts = query.parts
    if let venueTells { deliver(venueTells) } else { parts.remove(.capabilities) }
    if trades.count < after.count { parts.insert(.more) }
    if let first = venueTrades.first?.tradeSequence, query.afterTradeSequence + 1 < first {
      parts.insert(.tradesForgotten)
    }
    if open.count < left.count { parts.insert(.moreOrders) }
    let state = AccountState(
      envelope: Envelope(origin: 0, correlation: query.envelope.correlation), account: Self.account,
      parts: parts, reportSequence: 1, tradeSequence: trades.last?.tradeSequence ?? query.afterTradeSequence,
      eventNanos: bench.now.market, transactNanos: bench.now.wall)
    let position = AccountState.Position(instrument: Self.instrument, position: claimedPosition ?? sum)
    bench.deliver(from: Self.fromVenue) { frame in
      state.encode(
        into: &frame, balancesCount: 0, balances: { _ in preconditionFailure("no balances") },
        positionsCount: 1, positions: { _ in position }, openOrdersCount: open.count,
        openOrders: { open[$0] }, tradesCount: trades.count, trades: { trades[$0] })
    }
  }

  /// An order as the venue lists it.
  func listed(_ order: NewOrder, cum: Int64 = 0, id: UInt64 = 500) -> AccountState.OpenOrder {
    AccountState.OpenOrder(
      clOrdID: order.clOrdID, venueOrderId: id, instrument: order.instrument, side: order.side,
      price: order.price ?? 0, orderQuantity: order.quantity, cumQuantity: lots(cum).raw,
      ordType: order.ordType, stopPrice: order.stopPrice)
  }
}

extension Turn {
  var newOrders: [NewOrder] { all(NewOrder.self, to: ExecutorBench.toVenue) }
  var cancels: [CancelOrder] { all(CancelOrder.self, to: ExecutorBench.toVenue) }
  var orderQueries: [OrderQuery] { all(OrderQuery.self, to: ExecutorBench.toVenue) }
  var accountQueries: [AccountQuery] { all(AccountQuery.self, to: ExecutorBench.toVenue) }
  /// Reports to everybody.
  var reports: [ExecutionReport] { all(ExecutionReport.self, to: .topic(0)) }
  /// Reports to those who want to hear of fills alone.
  var fillReports: [ExecutionReport] { all(ExecutionReport.self, to: .topic(2)) }
  var reportsToRisk: [ExecutionReport] { all(ExecutionReport.self, to: ExecutorBench.toRisk) }
  var positions: [PositionChanged] { all(PositionChanged.self, to: ExecutorBench.toRisk) }
  var alarms: [AlarmCode] { all(Alarm.self).map(\.code) }
}
