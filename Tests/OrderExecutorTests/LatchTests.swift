import ActorKit
import CoreTestKit
import Governance
import OrderExecutor
import Testing
import Trading
import Wire

/// What people latch: panics, the order to end, more halts than there is place for. All of it survives a
/// restart from facts and from a snapshot.
@Suite struct LatchTests {
  @Test func aPanicCancelsEverythingAndSurvivesARestart() throws {
    let bench = ExecutorBench()
    bench.goLive()
    bench.accept(bench.quote(bids: [(9_999, 5)]).newOrders)
    let panic = bench.command(.panic, .firm)
    #expect(panic.outcome == .done && panic.turn.cancels.count == 1)
    #expect(bench.quote(bids: [(9_998, 5)]).newOrders.isEmpty)
    try bench.restart()
    bench.goLiveAgain()
    #expect(bench.books.panics.map(\.scope) == [.firm])
    #expect(bench.quote(bids: [(9_998, 5)]).newOrders.isEmpty)
    let resumed = bench.command(.resume, .firm)
    #expect(resumed.outcome == .done && bench.books.panics.isEmpty)
    #expect(resumed.turn.newOrders.map(\.price) == [ticks(9_998).raw], "what is wanted, at once")
  }

  /// Stops, targets, exits, what is nobody's, quotes, entries, a flatten under way: all wait for a person.
  @Test(arguments: [true, false], [true, false])
  func afterAPanicNoPathPlacesAnything(venueHasStops: Bool, isFlattening: Bool) throws {
    var configuration = ExecutorBench.configuration()
    configuration.venue.set(.stopOrders, venueHasStops)
    configuration.closesOwnerless = true
    let bench = ExecutorBench(configuration)
    bench.goLive()
    let legs = bench.enter().legs
    bench.accept(legs)
    if isFlattening { bench.command(.flatten, .instrument, instrument: ExecutorBench.instrument) }
    var turn = bench.command(.panic, .firm).turn
    #expect(bench.books.flattenings.isEmpty)
    for leg in legs { bench.deliver(bench.report(leg, .canceled, status: .canceled)) }
    turn.append(bench.conclude())
    var hand = legs[0]
    hand.clOrdID = try #require(ClOrdIDText("hand"))
    hand.side = .buy
    bench.deliver(bench.trade(hand, lots: 5, id: 77, cum: 5, at: 10_000))
    bench.top(9_940, 9_942)
    turn.append(bench.conclude())
    turn.append(bench.quote(bids: [(9_900, 5)], asks: [(9_960, 5)]))
    turn.append(bench.ask(ExecutorBench.intent(2, price: 9_942, stop: 9_900, expireNanos: bench.expiry())))
    turn.append(bench.pass(seconds: 20))
    try bench.restart()
    turn.append(bench.goLiveAgain())
    turn.append(bench.pass(seconds: 20))
    #expect(turn.newOrders.isEmpty && bench.books.open.isEmpty)
    #expect(turn.alarms.contains(.unprotectedPosition))
    var resumed = bench.command(.resume, .firm).turn
    resumed.append(bench.pass(seconds: 1))
    #expect(!resumed.newOrders.isEmpty, "and goes on when one resumes")
  }

  @Test func theOrderToEndSurvivesACrashUntilAnotherSessionBegins() throws {
    let bench = ExecutorBench()
    bench.goLive()
    #expect(bench.command(.stop).outcome == .accepted)
    #expect(bench.books.isStopOrdered)
    try bench.restart()
    bench.goLiveAgain()
    #expect(bench.books.isStopOrdered && bench.quote(bids: [(9_998, 5)]).newOrders.isEmpty)
    try bench.restart()
    bench.conclude()
    bench.session(.startup)
    bench.goLiveAgain()
    #expect(!bench.books.isStopOrdered)
    #expect(bench.quote(bids: [(9_998, 5)]).newOrders.count == 1)
  }

  @Test func whoResumesTheAccountWithdrawsAnOrderToEndThatNoSessionFollowed() throws {
    let bench = ExecutorBench()
    bench.goLive()
    #expect(bench.command(.stop).outcome == .accepted)
    bench.pass(seconds: 1)
    #expect(bench.core.state == .finished)
    try bench.restart()
    bench.goLiveAgain()
    #expect(bench.quote(bids: [(9_998, 5)]).newOrders.isEmpty, "the order to end outlives the process")
    #expect(bench.pass(seconds: 11).alarms == [.noPermit], "and people are told")
    #expect(bench.command(.resume, .strategy, strategy: 11).outcome == .refused)
    let resumed = bench.command(.resume)
    #expect(resumed.outcome == .done && bench.core.state == .live)
    #expect(resumed.turn.newOrders.count == 1)
    #expect(bench.command(.resume).outcome == .refused, "once")
  }

  @Test func resumingOneOfTwoHaltsLeavesTheOther() {
    let bench = ExecutorBench()
    bench.goLive()
    bench.command(.halt, .strategy, strategy: 40)
    bench.command(.halt, .instrument, instrument: ExecutorBench.instrument)
    #expect(bench.command(.resume, .strategy, strategy: 40).outcome == .done)
    #expect(bench.books.halts.map(\.scope) == [.instrument(ExecutorBench.instrument)])
    #expect(bench.quote(bids: [(9_998, 5)]).newOrders.isEmpty)
  }

  @Test func aPanicThatIsToldAgainDoesNotEndTheFlattenThatFollowedIt() {
    let bench = ExecutorBench()
    bench.goLive()
    bench.accept(bench.enter().legs)
    let id = Correlation(high: 77, low: 1)
    #expect(bench.command(.panic, id: id).outcome == .done)
    #expect(bench.command(.flatten).outcome == .accepted)
    #expect(bench.command(.panic, name: "queen", id: id).outcome == .duplicate)
    #expect(bench.books.flattenings.count == 1)
    #expect(bench.command(.panic).outcome == .done)
    #expect(bench.books.flattenings.isEmpty, "one that a person gives anew ends it")
  }

  @Test func aHaltWithoutAPlaceHaltsTheAccountAndAWiderOneIsNeverRefused() {
    let bench = ExecutorBench()
    bench.goLive()
    for number in 1...UInt16(ExecutorBooks.mostHalts) {
      #expect(bench.command(.halt, .strategy, strategy: 1_000 + number).outcome == .done)
    }
    #expect(bench.books.halts.count == ExecutorBooks.mostHalts)
    #expect(bench.command(.halt, .strategy, strategy: 9).outcome == .done)
    #expect(bench.books.halts.last?.scope == .account(ExecutorBench.account))
    #expect(bench.command(.halt, .firm).outcome == .done)
    #expect(bench.books.halts.last?.scope == .firm)
  }

  @Test func aSnapshotKeepsPanicsAndTheOrderToEnd() throws {
    let bench = ExecutorBench()
    bench.goLive()
    bench.command(.panic, .instrument, instrument: ExecutorBench.instrument)
    bench.command(.stop)
    var reader = SnapshotReader(bench.savedState)
    let books = try ExecutorBooks(account: ExecutorBench.account, from: &reader)
    #expect(books == bench.books && books.isStopOrdered && books.panics.count == 1)
    #expect(try bench.rebuilt().books == bench.books)
  }
}
