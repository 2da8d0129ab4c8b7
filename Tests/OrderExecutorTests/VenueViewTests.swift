import ActorKit
import CoreTestKit
import OrderExecutor
import Testing
import Trading
import Vocabulary
import Wire

/// Decided is by the narrower of what the topology says of the venue and what the venue tells; where the
/// topology relies on more than there is, nothing is opened.
@Suite struct VenueViewTests {
  private typealias Capabilities = Trading.VenueCapabilities

  private func live(_ declared: Capabilities = .simulated, told: Capabilities? = nil) -> ExecutorBench {
    var configuration = ExecutorBench.configuration()
    configuration.venue = declared
    let bench = ExecutorBench(configuration)
    bench.venueTells = told
    bench.start()
    bench.conclude()
    bench.session(.live)
    bench.status(.live)
    bench.top(10_000, 10_002)
    bench.conclude()
    return bench
  }

  /// What protects a position of 10 lots: type, conditions, linked or not.
  private func legs(_ bench: ExecutorBench) -> [String] {
    bench.enter().legs.map { "\($0.ordType) \($0.execInst.rawValue) \($0.linkedClOrdID.isEmpty)" }
  }

  @Test func itIsAskedForWithTheFirstQuestionAboutTheAccount() throws {
    let bench = ExecutorBench()
    bench.start()
    let first = try #require(bench.conclude().accountQueries.first)
    #expect(first.parts.contains(.capabilities))
    #expect(bench.pass(seconds: 11).accountQueries.allSatisfy { $0.parts.contains(.capabilities) })
  }

  @Test(arguments: Trading.VenueCapabilities.eight, Trading.VenueCapabilities.eight)
  func theNarrowerOfBothProtects(
    _ declared: Trading.VenueCapabilities, told: Trading.VenueCapabilities
  ) {
    let bench = live(declared, told: told)
    let missing = declared.missing(in: told)
    guard missing.isEmpty else {
      #expect(bench.core.state == .degraded)
      #expect(bench.quote(bids: [(9_999, 1)]).newOrders.isEmpty)
      let intent = ExecutorBench.intent(expireNanos: bench.expiry())
      #expect(bench.ask(intent).newOrders.isEmpty && bench.books.outlines.isEmpty)
      return
    }
    #expect(bench.core.state == .live)
    #expect(legs(bench) == legs(live(declared.narrowed(by: told))))
  }

  @Test func anOlderVenueIsWhatTheTopologySays() {
    let bench = live()
    #expect(bench.core.state == .live && bench.counter("alarms.venueCapabilities") == 0)
    #expect(bench.quote(bids: [(9_999, 1)]).newOrders.count == 1)
  }

  @Test func aPersonIsToldWhatIsMissingAndWhatToDoOnce() throws {
    let bench = live()
    let turn = bench.tell(.with(stops: false, reduceOnly: false))
    let alarm = try #require(turn.sent.first { $0.template == .alarm })
    #expect(alarm.decoded(Alarm.self)?.code == .venueCapabilities)
    #expect(alarm.decoded(Alarm.self)?.severity == .critical)
    let text = alarm.read { message -> String in
      if case .alarm(let view) = copy message { view.textString } else { "" }
    }
    #expect(text.contains("does not have stop orders, reduce-only orders, on which the topology relies"))
    #expect(text.contains("Write stopOrders: false, reduceOnly: false in the venue's settings"))
    #expect(bench.tell(.with(stops: false, reduceOnly: false)).alarms.isEmpty)
    #expect(bench.quote(bids: [(9_999, 1)]).newOrders.isEmpty)
    // It has them after all, as after a change of the venue's own settings.
    let again = bench.tell(.simulated)
    #expect(again.all(Alarm.self).map(\.severity) == [.info] && bench.core.state == .live)
    #expect(again.newOrders.count == 1, "the target still stands")
  }

  @Test func whatHasNoKeyNamesNone() {
    let bench = live()
    var told = Capabilities.simulated
    told.set(.deadMan, false)
    told.set(.stopOrders, false)
    let text = bench.tell(told).sent.first { $0.template == .alarm }?.read { message -> String in
      if case .alarm(let view) = copy message { view.textString } else { "" }
    }
    #expect(text?.contains("a dead-man switch that spares stops") == true)
    #expect(text?.contains("No key of the topology does without") == true)
  }

  @Test(arguments: Trading.VenueCapabilities.Feature.allCases)
  func withoutAnyOfWhatItReliesOnNothingRestsThatCouldOpen(_ feature: Trading.VenueCapabilities.Feature) {
    var declared = Capabilities.with(pairs: true)
    let bench = live(declared)
    bench.accept(bench.quote(asks: [(10_005, 1)]).newOrders)
    let entry = bench.ask(ExecutorBench.intent(price: 9_990, expireNanos: bench.expiry())).newOrders
    bench.accept(entry)
    declared.set(feature, false)
    let turn = bench.tell(declared)
    #expect(turn.alarms == [.venueCapabilities] && turn.newOrders.isEmpty)
    #expect(turn.cancels.count == 2, "the quote and the entry")
  }

  @Test func whatIsOpenIsProtectedWithWhatTheVenueHas() {
    let bench = live()
    let entry = bench.ask(ExecutorBench.intent(expireNanos: bench.expiry())).newOrders[0]
    bench.accept([entry])
    bench.tell(.with(stops: false))
    // The entry is filled before its cancel arrives.
    let legs = bench.fill(entry, lots: 10, id: 1, cum: 10).newOrders
    #expect(legs.map(\.ordType) == [.limit] && legs.map(\.execInst) == [.reduceOnly])
    bench.accept(legs)
    bench.top(9_950, 9_952)
    let reached = bench.conclude()
    #expect(reached.cancels.map(\.origClOrdID) == legs.map(\.clOrdID))
    let exit = bench.confirm(reached.cancels[0], legs[0]).newOrders
    #expect(exit.map(\.timeInForce) == [.immediateOrCancel] && exit.map(\.quantity) == [lots(10).raw])
  }

  @Test func whatMakesNoSenseOrIsOfAnotherAccountIsRefused() {
    let bench = live()
    var wrong = Capabilities.with(stops: false)
    wrong.recvWindowNanos = -1
    bench.tell(wrong)
    bench.deliver(.with(stops: false), account: ExecutorBench.account + 1)
    let message = Wire.VenueCapabilities(
      .with(stops: false), account: ExecutorBench.account, envelope: Envelope())
    bench.deliver(from: ExecutorBench.fromRisk) { message.encode(into: &$0) }
    bench.conclude()
    #expect(bench.counter("refused.malformed") == 1 && bench.counter("refused.wrongAccount") == 1)
    #expect(bench.counter("refused.wrongSender") == 1)
    #expect(bench.core.state == .live && legs(bench).count == 2)
  }
}

/// Figures: the smaller is kept to.
@Suite struct VenueFigureTests {
  private func live(_ change: (inout Trading.VenueCapabilities) -> Void) -> ExecutorBench {
    let bench = ExecutorBench()
    var told = Trading.VenueCapabilities.simulated
    change(&told)
    bench.venueTells = told
    bench.goLive()
    return bench
  }

  /// Numbers of a session end a doubt only for who reads them.
  @Test func aVenueWhoseRequestsDoNotExpireByTimeIsNotTheOneOfTheTopology() {
    let bench = live { _ in }
    var told = Trading.VenueCapabilities.simulated
    (told.recvWindowNanos, told.doubt) = (nil, .sequence)
    bench.deliver(told, account: ExecutorBench.account)
    bench.conclude()
    #expect(bench.quote(bids: [(9_999, 1)]).newOrders.isEmpty && bench.core.state == .degraded)
  }

  @Test(arguments: [(2, 2), (60, 5)] as [(Int64, Int64)])
  func noRequestNamesALongerWindowThanTheVenueTakes(_ told: Int64, _ sent: Int64) {
    let bench = live { $0.recvWindowNanos = told * .nanosPerSecond }
    let order = bench.quote(bids: [(9_999, 1)]).newOrders
    #expect(order.map(\.recvWindowNanos) == [sent * .nanosPerSecond])
    bench.accept(order)
    #expect(bench.quote().cancels.map(\.recvWindowNanos) == [sent * .nanosPerSecond])
  }

  @Test func noMoreOrdersAreOpenThanTheVenueAllows() {
    let bench = live { $0.counts.openOrders = 3 }
    #expect(
      bench.quote(bids: [(9_999, 1), (9_998, 1)], asks: [(10_003, 1), (10_004, 1)]).newOrders.count == 3)
    #expect(bench.counter("ordersDenied.openOrders") == 1)
  }

  @Test func anEntryWhoseStopWouldFindNoRoomWaits() {
    let bench = live { $0.counts.conditionalOrders = 1 }
    let expiry = bench.expiry()
    let first = bench.ask(ExecutorBench.intent(1, price: 9_990, expireNanos: expiry)).newOrders
    #expect(first.count == 1)
    #expect(bench.ask(ExecutorBench.intent(2, price: 9_991, expireNanos: expiry)).newOrders.isEmpty)
    let without = ExecutorBench.intent(3, price: 9_992, stop: nil, expireNanos: expiry)
    #expect(bench.ask(without).newOrders.count == 1, "it has no stop")
    bench.accept(first)
    let legs = bench.fill(first[0], lots: 10, id: 1, cum: 10).newOrders
    #expect(legs.map(\.ordType) == [.stop, .limit] && bench.books.open.count == 3)
  }

  @Test func theMessageBudgetIsTheVenuesWhereThatIsLess() {
    let bench = live { $0.messageBudget = Trading.VenueCapabilities.MessageBudget(perSecond: 1, burst: 10) }
    bench.pass(seconds: 17)
    let wanted: [(Int64, Int64)] = (0..<10).map { (9_999 - $0, 1) }
    #expect(bench.quote(bids: wanted).newOrders.count == 5, "half of it is for cancels")
  }

  @Test(arguments: [(1, 20, 10), (30, 60, 30), (1, 4, 4)] as [(Int64, Int64, Int64)])
  func theDeadMansSwitchIsSetAsTheVenueTakesIt(_ shortest: Int64, _ longest: Int64, _ set: Int64) {
    let bench = ExecutorBench()
    var told = Trading.VenueCapabilities.simulated
    told.deadMan = Trading.VenueCapabilities.DeadMan(
      shortestNanos: shortest * .nanosPerSecond, longestNanos: longest * .nanosPerSecond, kills: .working)
    bench.venueTells = told
    bench.start()
    let first = bench.pass(seconds: 1).all(CancelAll.self, to: ExecutorBench.toVenue)
    #expect(first.map(\.afterSilenceNanos) == [set * .nanosPerSecond])
  }

  @Test func aVenueWithoutASwitchIsNotAskedForIt() {
    let bench = ExecutorBench()
    var told = Trading.VenueCapabilities.simulated
    told.deadMan = nil
    bench.venueTells = told
    bench.start()
    #expect(bench.pass(seconds: 30).all(CancelAll.self).isEmpty)
    #expect(bench.counter("alarms.venueCapabilities") == 1)
  }

  @Test func aSwitchThatTakesStopsIsOffWhileOneStands() {
    let bench = ExecutorBench()
    bench.goLive()
    bench.accept(bench.enter().legs)
    var told = Trading.VenueCapabilities.simulated
    told.set(.deadMan, false)
    bench.venueTells = told
    bench.tell(told)
    let set = bench.pass(seconds: 10).all(CancelAll.self, to: ExecutorBench.toVenue)
    #expect(!set.isEmpty && set.allSatisfy { $0.afterSilenceNanos == 0 })
  }

  @Test func whereNothingEndsADoubtTheOrderStaysInIt() throws {
    let bench = live { $0.messageBudget = nil }
    let order = bench.quote(bids: [(9_999, 10)]).newOrders[0]
    var told = Trading.VenueCapabilities.simulated
    told.set(.expiry, false)
    bench.venueTells = told
    bench.tell(told)
    for _ in 0..<10 {
      let query = try #require(bench.pass(seconds: 11).orderQueries.last)
      bench.deliver(
        bench.report(
          order, .unknownOrder, status: .unrecognized, reason: .unknownOrder,
          correlation: query.envelope.correlation))
      bench.conclude()
    }
    #expect(bench.books.open.map(\.status) == [.inDoubt] && bench.counter("notPlaced") == 0)
    #expect(bench.counter("alarms.orderStuck") == 1)
  }
}
