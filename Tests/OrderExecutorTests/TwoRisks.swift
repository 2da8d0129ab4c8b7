import ActorKit
import CoreTestKit
import OrderExecutor
import RiskAdjuster
import Trading
import Wire

/// An executor at a venue that answers late, wrongly or not at all, and two risks: one hears what the session
/// brings, the other every report that the topic tells. The first one's targets are carried out.
final class TwoRisks {
  let bench: ExecutorBench
  private let told: CoreBench<RiskAdjuster>
  private let full: CoreBench<RiskAdjuster>
  private var random: SplitMix64

  private struct Resting {
    let order: NewOrder
    var filledLots: Int64 = 0
    var leftLots: Int64 { order.quantity / 100_000 - filledLots }
  }
  /// What the venue has.
  private var resting: [Resting] = []
  private var answers: [VenueReport] = []
  private var signals: UInt64 = 0
  private var fillsHeard: UInt64 = 0

  /// Steps in which the two decided differently.
  private(set) var differences: [String] = []
  private(set) var (toldReports, fullReports, doubts, targets): (Int, Int, Int, Int) = (0, 0, 0, 0)
  private(set) var steps = 0

  init(seed: UInt64) {
    random = SplitMix64(seed: seed)
    let rate = MessageRate(perSecond: 100_000, burst: 100_000, cancelReserve: 0)
    bench = ExecutorBench(
      ExecutorBench.configuration(
        maxOrderLots: 10_000, maxPositionLots: 100_000, rate: rate, maxOpenOrders: 200))
    let limits = RiskLimits(
      currency: ExecutorBench.usdt,
      instruments: [
        InstrumentLimits(
          instrument: ExecutorBench.instrument, maxOrderQuantity: lots(400), maxPosition: lots(400))
      ],
      maxOrderNotional: Money(raw: .max / 4), priceCollar: Bps(raw: 200_000_000),
      maxGrossNotional: Money(raw: .max / 8), ordersPerSecond: 100_000, burst: 100_000, cancelReserve: 0,
      maxLossPerTrade: nil, slippageAllowance: Bps(raw: 0))
    let core = RiskAdjuster(
      RiskAdjuster.Configuration(
        component: ExecutorBench.risk, executorComponent: ExecutorBench.executor,
        account: ExecutorBench.account, instruments: [ExecutorBench.sample],
        strategies: [ExecutorBench.strategy], signalComponents: [2], limits: limits,
        maxDataAgeNanos: 3_600 * .nanosPerSecond))
    (told, full) = (CoreBench(core), CoreBench(core))
  }

  func start() {
    bench.start()
    bench.deliver(.sessionOpened(component: ExecutorBench.risk, peerEpoch: 1))
    take(bench.conclude())
    bench.session(.live)
    bench.status(.live)
    bench.top(10_000, 10_002)
    take(bench.conclude())
    for risk in [told, full] {
      risk.start(epoch: 1)
      risk.deliver(.sessionOpened(component: ExecutorBench.executor, peerEpoch: 1))
      tellMarket(risk)
    }
    bounceSession()
  }

  private func tellMarket(_ risk: CoreBench<RiskAdjuster>) {
    let session = SessionState(
      envelope: Envelope(
        sender: ExecutorBench.queen, flags: 0, epoch: 1, sequence: 0, sent: 0, origin: 0, correlationHigh: 0,
        correlationLow: 0), revision: 1, state: .live, cause: .none, permit: .open, halted: 0,
      degradations: 0, interruptions: 0, sinceNanos: 0, speedMilli: 1_000)
    risk.deliver(from: ExecutorBench.fromQueen) { session.encode(into: &$0) }
    let status = FeedStatus(
      instrument: ExecutorBench.instrument, state: .live, cause: .none, sinceNanos: 0,
      eventNanos: risk.now.market)
    let top = TopOfBook(
      instrument: ExecutorBench.instrument, eventNanos: risk.now.market, bidPrice: ticks(10_000).raw,
      bidQuantity: 1, askPrice: ticks(10_002).raw, askQuantity: 1, venueUpdateId: 1)
    risk.deliver(from: ExecutorBench.fromFeed) { status.encode(into: &$0) }
    risk.deliver(from: ExecutorBench.fromFeed) { top.encode(into: &$0) }
  }
}

// A step.
extension TwoRisks {
  func step() {
    steps += 1
    let isLong = chance(30)
    let millis = isLong ? 10_500 : 1 + Int64(random.below(40))
    take(bench.pass(seconds: Double(millis) / 1e3))
    runRisks(nanos: millis * .nanosPerMilli)
    fillSome()
    answerSome()
    if chance(40) { bench.deliver(.streamRestarted(sender: ExecutorBench.venue)) }
    if chance(60) { bounceSession() }
    take(bench.conclude())
    concludeRisks(isQuoting: !chance(3))
  }

  private func chance(_ one: UInt64) -> Bool { random.below(one) == 0 }

  private func bounceSession() {
    bench.deliver(.sessionClosed(component: ExecutorBench.risk))
    take(bench.conclude())
    for risk in [told, full] {
      risk.deliver(.sessionClosed(component: ExecutorBench.executor))
      risk.deliver(.sessionOpened(component: ExecutorBench.executor, peerEpoch: 1))
    }
    bench.deliver(.sessionOpened(component: ExecutorBench.risk, peerEpoch: 1))
    take(bench.conclude())
  }

  private func runRisks(nanos: Int64) { compare(told.run(nanos: nanos), full.run(nanos: nanos)) }

  private func concludeRisks(isQuoting: Bool) {
    if isQuoting { signal() }
    let turn = told.conclude()
    compare(turn, full.conclude())
    for sent in turn.sent where sent.template == .targetQuotes {
      targets += 1
      // Its host would stamp it with risk's epoch, which the revision holds, too.
      var frame = sent.frame
      frame[12] = 1
      bench.bench.deliver(frame, from: ExecutorBench.fromRisk)
    }
    if told.savedState != full.savedState { differences.append("step \(steps): the state") }
    var (ours, theirs) = (CounterReport(), CounterReport())
    told.core.report(into: &ours)
    full.core.report(into: &theirs)
    let isSame = ours.entries.elementsEqual(theirs.entries, by: ==)
    if !isSame { differences.append("step \(steps): the counters") }
  }

  private func compare(_ one: Turn, _ other: Turn) {
    guard one.sent != other.sent || one.facts != other.facts else { return }
    differences.append("step \(steps): \(one.sent.map(\.template)) and \(other.sent.map(\.template))")
  }

  private func signal() {
    signals += 1
    let shift = Double(random.below(20))
    let signal = QuoteSignal(
      envelope: Envelope(
        sender: 2, flags: 0, epoch: 1, sequence: 0, sent: 0, origin: 0, correlationHigh: 1,
        correlationLow: signals),
      strategy: ExecutorBench.strategy, instrument: ExecutorBench.instrument, revision: signals,
      fillSequenceSeen: fillsHeard, referencePrice: ticks(10_001).raw,
      validUntil: told.now.wall + 20 * .nanosPerSecond, eventNanos: told.now.market, takerBuyRate: .nan,
      takerSellRate: .nan)
    for risk in [told, full] {
      risk.deliver(from: Peer(component: 2, link: .stream)) {
        signal.encode(
          into: &$0, bidsCount: 2,
          bids: {
            QuoteSignal.Bid(offsetBps: 5 + shift + 3 * Double($0), quantity: lots(200).raw, urgency: 0)
          }, asksCount: 1,
          asks: { _ in QuoteSignal.Ask(offsetBps: 5 + shift, quantity: lots(200).raw, urgency: 0) },
          metadata: [])
      }
    }
  }
}

// What the executor says.
extension TwoRisks {
  private func take(_ turn: Turn) {
    for sent in turn.sent {
      switch sent.destination {
      case .event(component: ExecutorBench.risk), .durable(component: ExecutorBench.risk):
        let isReport = sent.template == .executionReport
        if isReport { toldReports += 1 }
        hand(sent, to: isReport ? [told] : [told, full])
      case .topic:
        if let change: PositionChanged = sent.decoded() { fillsHeard = change.fillSequence }
        guard sent.destination == .topic(0), let report: ExecutionReport = sent.decoded() else { continue }
        fullReports += 1
        if report.execType == .inDoubt { doubts += 1 }
        hand(sent, to: [full])
      case .link(component: ExecutorBench.venue): obey(sent)
      default: continue
      }
    }
  }

  private func hand(_ sent: SentMessage, to risks: [CoreBench<RiskAdjuster>]) {
    for risk in risks {
      risk.deliver(sent.frame, from: Peer(component: ExecutorBench.executor, link: .session))
    }
  }

  private func obey(_ sent: SentMessage) {
    if let order: NewOrder = sent.decoded() { take(order) }
    if let cancel: CancelOrder = sent.decoded() { take(cancel) }
    if let query: OrderQuery = sent.decoded() { answer(query) }
    bench.venueOpenOrders = resting.map { bench.listed($0.order, cum: $0.filledLots) }
  }
}

// The venue.
extension TwoRisks {
  private func take(_ order: NewOrder) {
    switch random.below(12) {
    case 0: answers.append(bench.report(order, .rejected, status: .rejected, reason: .rateLimit))
    // Lost on the way there, or its answer on the way back.
    case 1: return
    case 2: resting.append(Resting(order: order))
    case 3:
      bench.deliver(
        .notSent(
          component: ExecutorBench.venue, template: .newOrder, correlation: order.envelope.correlation,
          reason: .noPeer))
    default:
      resting.append(Resting(order: order))
      answers.append(bench.report(order, .new))
    }
  }

  private func take(_ cancel: CancelOrder) {
    guard let place = resting.firstIndex(where: { $0.order.clOrdID == cancel.origClOrdID }) else { return }
    let one = resting[place]
    switch random.below(10) {
    case 0: return
    case 1:
      answers.append(
        bench.report(
          one.order, .cancelRejected, cum: one.filledLots, reason: .rateLimit, request: cancel.clOrdID))
    default:
      resting.remove(at: place)
      answers.append(
        bench.report(
          one.order, .canceled, status: .canceled, cum: one.filledLots, request: cancel.clOrdID))
    }
  }

  private func answer(_ query: OrderQuery) {
    guard let one = resting.first(where: { $0.order.clOrdID == query.clOrdID }) else {
      var unknown = VenueReport(
        envelope: Envelope(origin: 0, correlation: query.envelope.correlation),
        account: ExecutorBench.account, instrument: query.instrument, clOrdID: query.clOrdID,
        requestClOrdID: ClOrdIDText(), execType: .unknownOrder, ordStatus: .unrecognized, side: .buy,
        reason: .unknownOrder, liquidity: .unrecognized, orderQuantity: 0, cumQuantity: 0, leavesQuantity: 0,
        reportSequence: 1, eventNanos: bench.now().market, transactNanos: bench.now().wall)
      unknown.venueOrderId = nil
      return answers.append(unknown)
    }
    answers.append(
      bench.report(
        one.order, .orderStatus, cum: one.filledLots, correlation: query.envelope.correlation))
  }

  private func fillSome() {
    for _ in 0..<2 where !resting.isEmpty && !chance(3) {
      let place = Int(random.below(UInt64(resting.count)))
      let part = min(resting[place].leftLots, 1 + Int64(random.below(60)))
      resting[place].filledLots += part
      let one = resting[place]
      answers.append(
        bench.trade(
          one.order, lots: part, id: UInt64(bench.venueTrades.count + 1), cum: one.filledLots))
      if one.leftLots == 0 { resting.remove(at: place) }
    }
    bench.venueOpenOrders = resting.map { bench.listed($0.order, cum: $0.filledLots) }
  }

  /// Most answers come now, some overtaken by others, some twice, some never.
  private func answerSome() {
    var later: [VenueReport] = []
    for report in answers {
      switch random.below(40) {
      case 0: continue
      case 1, 2: later.append(report)
      case 3:
        bench.deliver(report)
        bench.deliver(report)
      default: bench.deliver(report)
      }
    }
    answers = later
  }
}
