import ActorKit
import Governance
import OrderExecutor
import Testing
import Topology
import Trading
import VenueSimulator
import Vocabulary
import Wire

import SimulatedColony

/// Each rule breaks when what it forbids happens: a judge that finds nothing could be blind.
struct JudgeTests {
  private static let executor: UInt16 = 5
  private static let queen: UInt16 = 6
  private static let instrument: UInt32 = 2
  private static let usdt: Currency = {
    guard let usdt = Currency("USDT") else { preconditionFailure("USDT is a currency") }
    return usdt
  }()
  private static let topic: Topic = {
    guard let topic = Topic("market", "top", "ETHUSDT.SIM") else { preconditionFailure("a topic") }
    return topic
  }()
  /// The venue sees to nothing.
  private let judge: Judge
  private let clock = SimulatedClock(bootNanos: 1_000_000_000)

  init() throws {
    try self.init(hasReduceOnly: false)
  }

  private init(hasReduceOnly: Bool, hasStops: Bool = true) throws {
    let topology = try SmallColony.topology()
    var plan = SeedPlan(seed: 1, minutes: 1, of: topology)
    plan.capabilities = .simulated
    if !hasReduceOnly { plan.capabilities.execInsts.remove(.reduceOnly) }
    if !hasStops { plan.capabilities.orderTypes.remove(.stop) }
    judge = Judge(topology, plan)
    judge.noteStart(Self.executor, "executor", epoch: 1, nil, isDiskShort: false, at: 0)
  }

  private var broken: [SeedRule] { judge.judgement.violations.map(\.rule) }

  // MARK: Orders that leave

  @Test func anOrderThatTheDiskDoesNotKnow() {
    send(order(1), isStored: false)
    #expect(broken == [.journaled])
  }

  @Test func anOrderWithoutAPermitAndOneAfterItsEnd() {
    hearOfTheMarket()
    send(order(1))
    #expect(broken == [.permitted])
    permit(.open, at: 0)
    send(order(2), at: 1_000_000_000)
    #expect(broken == [.permitted])
    send(order(3), at: 2_500_000_000)
    #expect(broken == [.permitted, .permitted])
  }

  @Test func anOrderThatOnlyCancelsArePermitted() {
    hearOfTheMarket()
    permit(.cancel, at: 0)
    send(order(1))
    #expect(broken == [.permitted])
  }

  @Test func anOrderInAHaltThatTheDiskHolds() {
    hearOfTheMarket()
    permit(.open, at: 0)
    let halt = Halt(scope: .instrument(Self.instrument), operatorName: "a", reason: "b", atNanos: 1)
    judge.stored(Self.executor, .haltLatched(halt), at: 0)
    send(order(1))
    #expect(broken == [.halted])
  }

  @Test func anOrderAfterAHaltThatWasAnsweredAndNotKept() {
    hearOfTheMarket()
    permit(.open, at: 0)
    judge.commands.isDone(.firm, by: Self.queen, givenAt: 0, at: 0)
    send(order(1), at: 1_000_000_000)
    #expect(broken == [])
    judge.commands.isDone(.firm, by: Self.executor, givenAt: 1, at: 1_000_000_000)
    send(order(2), at: 1_000_000_001)
    #expect(broken == [.obeyed])
  }

  @Test func anOrderLargerThanRiskLetsItBe() {
    hearOfTheMarket()
    permit(.open, at: 0)
    send(order(1, "10.1"))
    #expect(broken == [.sized])
  }

  @Test func anOrderOfWhoHasHeardNothingOfTheMarketForLong() {
    permit(.open, at: 6_000_000_000)
    hearOfTheMarket(at: 1)
    send(order(1), at: 6_000_000_001)
    #expect(broken == [.fresh])
  }

  // MARK: Facts

  @Test func anExecutionThatIsBookedTwice() {
    let fill = BookedFill(
      key: FillKey(instrument: Self.instrument, execution: ExecID(high: 0, low: 1)), order: id(1),
      side: .buy, price: price("2500"), quantity: quantity("1"), fee: .zero,
      feeCurrency: Self.usdt, liquidity: nil, tradeSequence: 1, eventNanos: 1)
    for _ in 0..<2 { judge.stored(Self.executor, .filled(fill), at: 0) }
    #expect(broken == [.bookedOnce])
  }

  @Test func anIntentThatIsAcceptedTwiceOrHasTwoEntries() {
    acceptIntent()
    judge.stored(Self.executor, .orderCreated(order(1, purpose: .entry, intent: intent)), at: 0)
    judge.stored(Self.executor, .orderCreated(order(2, purpose: .entry, intent: intent)), at: 0)
    #expect(broken == [.intentOnce])
    acceptIntent()
    #expect(broken == [.intentOnce, .intentOnce])
  }

  // MARK: At the venue

  @Test func anOrderThatTheVenueTakesTwice() {
    judge.stored(Self.executor, .orderCreated(order(1)), at: 0)
    judge.stored(.accepted(resting(1, at: 11)), at: 0)
    judge.stored(.accepted(resting(1, at: 12)), at: 0)
    #expect(broken == [.onceAtVenue])
  }

  @Test func anOrderThatNoExecutorKnows() {
    judge.stored(.accepted(resting(7, at: 11)), at: 0)
    #expect(broken == [.onceAtVenue])
  }

  @Test func moreThanRiskAndThanTheExecutorLetAnAccountHave() {
    place(1, "19", purpose: .entry)
    judge.endVenueTurn(at: 0)
    #expect(broken == [])
    place(2, "5", purpose: .entry)
    judge.endVenueTurn(at: 0)
    #expect(broken == [.limited])
    place(3, "20", purpose: .entry)
    judge.endVenueTurn(at: 0)
    #expect(broken == [.limited, .capped, .limited])
  }

  @Test func exitsThatCanCloseOrHaveClosedMoreThanWasOpened() {
    acceptIntent()
    place(1, "2", purpose: .entry, intent: intent)
    judge.stored(.trade(trade(1, "2", at: 1)), at: 0)
    judge.endVenueTurn(at: 0)
    #expect(broken == [])
    place(2, "3", .sell, purpose: .takeProfit, intent: intent)
    judge.endVenueTurn(at: 0)
    #expect(broken == [.exits])
    judge.stored(.trade(trade(2, "3", .sell, at: 2)), at: 0)
    judge.endVenueTurn(at: 0)
    #expect(broken == [.exits, .exits])
  }

  @Test func stopsThatStayLargerThanWhatIsOpenWhereTheVenueLetsThemOnlyReduce() throws {
    let its = try JudgeTests(hasReduceOnly: true)
    its.acceptIntent()
    its.place(1, "2", purpose: .entry, intent: intent)
    its.judge.stored(.trade(its.trade(1, "2", at: 1)), at: 0)
    for counter: UInt64 in 2...3 {
      its.place(counter, "1.1", .sell, purpose: .stopLoss, intent: intent, stop: "2400")
    }
    for seconds: Int64 in [0, 15, 16] { its.judge.look(at: seconds * 1_000_000_000) }
    #expect(its.broken == [.exits])
  }

  @Test func aPositionWithoutItsStop() {
    acceptIntent()
    place(1, "2", purpose: .entry, intent: intent)
    judge.stored(.trade(trade(1, "2", at: 1)), at: 0)
    judge.look(at: 0)
    // One at another price is not the intent's.
    place(2, "2", .sell, purpose: .stopLoss, intent: intent, stop: "2390")
    judge.look(at: 15_000_000_000)
    #expect(broken == [])
    judge.look(at: 15_100_000_000)
    #expect(broken == [.protected])
    place(3, "2", .sell, purpose: .stopLoss, intent: intent, stop: "2400")
    judge.look(at: 16_000_000_000)
    judge.look(at: 40_000_000_000)
    #expect(broken == [.protected])
  }

  @Test func aQuoteThatOutlivesItsExecutor() {
    place(1, "1", purpose: .quote)
    judge.noteEnd(Self.executor, "executor", .killed, isAsked: false, isDiskShort: false, at: 0)
    judge.look(at: 13_000_000_000)
    #expect(broken == [])
    judge.look(at: 13_100_000_000)
    #expect(broken == [.deadMan])
    // A venue that was away itself has its time again.
    judge.noteStart(1, "venue", epoch: 2, nil, isDiskShort: false, at: 14_000_000_000)
    judge.look(at: 27_000_000_000)
    #expect(broken == [.deadMan])
  }

  @Test func aQuoteThatRestsInAHalt() {
    place(1, "1", purpose: .quote)
    let halt = Halt(scope: .instrument(Self.instrument), operatorName: "a", reason: "b", atNanos: 1)
    judge.stored(Self.executor, .haltLatched(halt), at: 0)
    judge.look(at: 0)
    judge.look(at: 10_000_000_000)
    #expect(broken == [])
    judge.look(at: 10_100_000_000)
    #expect(broken == [.cleared])
  }

  @Test func aQuoteThatOutlivesRisksLastWord() {
    place(1, "1", purpose: .quote)
    wish(at: 5_000_000_000)
    for seconds: Int64 in [7, 8, 18] { judge.look(at: seconds * 1_000_000_000) }
    #expect(broken == [])
    judge.look(at: 18_100_000_000)
    #expect(broken == [.outlived])
  }

  @Test func anEntryThatMayLoseMoreAtItsStopThanATradeMay() {
    hearOfTheMarket()
    permit(.open, at: 0)
    acceptIntent()
    send(order(1, "0.03", purpose: .entry, intent: intent))
    #expect(broken == [])
    send(order(2, "0.04", purpose: .entry, intent: intent))
    #expect(broken.contains(.budgeted))
  }

  @Test func anEntryOfAnIntentThatHasExpired() {
    hearOfTheMarket(at: 12_000_000_000)
    permit(.open, at: 12_000_000_000)
    acceptIntent(expiringAt: clock.wall(at: 10_000_000_000))
    send(order(1, "0.01", purpose: .entry, intent: intent), at: 11_000_000_000)
    #expect(broken == [])
    send(order(1, "0.01", purpose: .entry, intent: intent), isStored: false, at: 11_100_000_000)
    #expect(broken == [.timely])
  }

  @Test func aStopThatGoesWithItsExecutor() {
    acceptIntent()
    place(1, "2", .sell, purpose: .stopLoss, intent: intent, stop: "2400")
    judge.noteEnd(Self.executor, "executor", .killed, isAsked: false, isDiskShort: false, at: 0)
    judge.stored(
      .ended(
        .init(account: 1, venueOrderId: 101, status: .canceled, reason: .none, eventNanos: 1)),
      at: 10_000_000_000)
    #expect(broken == [.deadMan])
  }

  @Test func aStopThatTheExecutorGuardsAndThatThePriceHasPassed() throws {
    let its = try JudgeTests(hasReduceOnly: false, hasStops: false)
    its.hearOfTheMarket()
    its.acceptIntent()
    its.place(1, "2", purpose: .entry, intent: intent)
    its.judge.stored(.trade(its.trade(1, "2", at: 1)), at: 0)
    for seconds: Int64 in [0, 15, 16] { its.judge.look(at: seconds * 1_000_000_000) }
    #expect(its.broken == [.protected])
  }

  // MARK: Lives

  @Test func anEpochThatWasThereBefore() {
    judge.noteStart(Self.executor, "executor", epoch: 1, nil, isDiskShort: false, at: 1)
    #expect(broken == [.epoch])
  }

  @Test func aStartWithoutAJournalIsExcusedByItsOwnDiskAndOnce() {
    judge.noteStart(3, "signal", epoch: 1, "gone", isDiskShort: true, at: 1)
    judge.noteEnd(
      4, "risk", .exited(code: 74, "full"), isAsked: false, isDiskShort: true, at: 1)
    judge.noteStart(4, "risk", epoch: 2, "gone", isDiskShort: false, at: 1)
    judge.noteStart(4, "risk", epoch: 3, nil, isDiskShort: false, at: 1)
    #expect(broken == [])
    judge.noteStart(4, "risk", epoch: 4, "gone", isDiskShort: false, at: 1)
    judge.noteStart(3, "signal", epoch: 2, "gone", isDiskShort: false, at: 1)
    #expect(broken == [.recovered, .recovered])
  }

  @Test func anEndThatNobodyAskedFor() {
    judge.noteEnd(3, "signal", .exited(code: 0, "bye"), isAsked: false, isDiskShort: false, at: 1)
    judge.noteEnd(3, "signal", .exited(code: 75, "bye"), isAsked: true, isDiskShort: false, at: 1)
    #expect(broken == [.recovered, .recovered])
  }

  @Test func anAccountGrantedToAnotherJournalTooSoon() {
    for (lineage, moment) in [(1, 0), (1, 400), (2, 4_401), (3, 8_401)] as [(UInt64, Int64)] {
      judge.sentAsQueen(granted(lineage: lineage), at: moment * 1_000_000)
    }
    #expect(broken == [.oneHolder])
  }
}

// MARK: - What happens

extension JudgeTests {
  private var intent: IntentID { IntentID(high: 3, low: 1) }

  private func id(_ counter: UInt64) -> ClOrdID { ClOrdID(account: 1, epoch: 1, counter: counter) }
  private func price(_ text: String) -> Price { Price(raw: Int64(text).map { $0 * 1_000_000_000 } ?? 0) }
  private func quantity(_ text: String) -> Quantity { Quantity(raw: Int64((Double(text) ?? 0) * 1e8)) }

  private func order(
    _ counter: UInt64, _ size: String = "1", _ side: Side = .buy, purpose: OrderPurpose = .quote,
    intent: IntentID? = nil
  ) -> CreatedOrder {
    CreatedOrder(
      id: id(counter), strategy: 2, instrument: Self.instrument, side: side, timeInForce: .gtc,
      purpose: purpose, price: price("2500"), quantity: quantity(size), intent: intent,
      requestNanos: 0, recvWindowNanos: 0, origin: 0, correlation: .none)
  }

  private func send(_ order: CreatedOrder, isStored: Bool = true, at moment: Int64 = 0) {
    if isStored { judge.stored(Self.executor, .orderCreated(order), at: moment) }
    let message = NewOrder(
      envelope: Envelope(origin: 0), account: 1, instrument: order.instrument,
      clOrdID: ClOrdIDText(order.id), side: SideCode(order.side), ordType: .limit,
      timeInForce: TimeInForceCode(.gtc),
      execInst: [], price: order.price.raw, quantity: order.quantity.raw, requestNanos: 0,
      recvWindowNanos: 0)
    var writer = FrameWriter(capacity: 512)
    message.encode(into: &writer)
    judge.sent(Self.executor, writer.bytes.copiedBytes(), clock, at: moment)
  }

  private func granted(_ level: PermitLevel = .open, lineage: UInt64 = 1, asked: Int64 = 1) -> [UInt8] {
    let permit = Permit(
      envelope: Envelope(origin: 0), act: .grant, component: Self.executor, account: 1, holderEpoch: 1,
      level: level, askedBootNanos: asked, lifeNanos: 2_000_000_000, sessionRevision: 1, lineage: lineage)
    var writer = FrameWriter(capacity: 512)
    permit.encode(into: &writer)
    return writer.bytes.copiedBytes()
  }

  private func wish(at moment: Int64) {
    let target = TargetQuotes(
      envelope: Envelope(origin: 0), account: 1, strategy: 2, instrument: Self.instrument, revision: 1,
      fillSequenceSeen: 0, validUntil: 1, eventNanos: 1)
    var writer = FrameWriter(capacity: 512)
    target.encode(
      into: &writer, bidsCount: 0, bids: { _ in .init(price: 0, quantity: 0) }, asksCount: 0,
      asks: { _ in .init(price: 0, quantity: 0) })
    judge.tookAsExecutor(Self.executor, writer.bytes.copiedBytes(), at: moment)
  }

  private func permit(_ level: PermitLevel, at moment: Int64) {
    judge.tookAsExecutor(Self.executor, granted(level, asked: clock.boot(at: moment)), at: moment)
  }

  private func hearOfTheMarket(at moment: Int64 = 0) {
    var envelope = Envelope(origin: 0)
    envelope.sender = 2
    let top = TopOfBook(
      envelope: envelope, instrument: Self.instrument, eventNanos: 1, bidPrice: 1, bidQuantity: 1,
      askPrice: 2, askQuantity: 1, venueUpdateId: 1)
    var writer = FrameWriter(capacity: 512)
    top.encode(into: &writer)
    judge.took(Self.executor, Self.topic, writer.bytes.copiedBytes(), at: moment)
  }

  private func acceptIntent(expiringAt expireNanos: Int64 = 0) {
    let accepted = AcceptedIntent(
      id: intent, strategy: 2, instrument: Self.instrument, side: .buy, type: .limit, timeInForce: .ioc,
      quantity: quantity("2"), price: price("2500"), stopPrice: price("2400"),
      takeProfitPrice: nil, expireNanos: expireNanos, atNanos: 0, origin: 0)
    judge.stored(Self.executor, .intentAccepted(accepted), at: 0)
  }

  private func resting(
    _ counter: UInt64, at number: UInt64, _ size: String = "1", _ side: Side = .buy, stop: String? = nil
  ) -> VenueOrder {
    VenueOrder(
      account: 1, instrument: Self.instrument, venueOrderId: number, clOrdID: ClOrdIDText(id(counter)),
      side: side, type: stop == nil ? .limit : .stop, timeInForce: .gtc, isPostOnly: false,
      isReduceOnly: false, price: price("2500"), stopPrice: stop.map(price),
      quantity: quantity(size), priority: number, acceptedNanos: 1, correlation: .none)
  }

  /// Created by the executor and taken by the venue.
  private func place(
    _ counter: UInt64, _ size: String, _ side: Side = .buy, purpose: OrderPurpose, intent: IntentID? = nil,
    stop: String? = nil
  ) {
    let created = order(counter, size, side, purpose: purpose, intent: intent)
    judge.stored(Self.executor, .orderCreated(created), at: 0)
    judge.stored(.accepted(resting(counter, at: counter + 100, size, side, stop: stop)), at: 0)
  }

  private func trade(
    _ counter: UInt64, _ size: String, _ side: Side = .buy, at number: UInt64
  ) -> VenueTrade {
    VenueTrade(
      account: 1, tradeSequence: number, execution: ExecID(high: 0, low: number),
      clOrdID: ClOrdIDText(id(counter)), venueOrderId: counter + 100, instrument: Self.instrument,
      side: side, liquidity: .maker, price: price("2500"), quantity: quantity(size), fee: .zero,
      eventNanos: 1, transactNanos: 1)
  }
}
