import ActorKit
import CoreTestKit
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

  @Test func aHaltWithoutAPlaceHaltsTheAccountAndAWiderOneIsNeverRefused() {
    let bench = ExecutorBench()
    bench.goLive()
    for number in 1...UInt16(ExecutorBooks.mostHalts) {
      #expect(bench.command(.halt, .strategy, strategy: 1_000 + number).outcome == .done)
    }
    #expect(bench.books.halts.count == ExecutorBooks.mostHalts)
    #expect(bench.command(.halt, .strategy, strategy: 9).outcome == .done)
    #expect(bench.books.halts.last?.scope == .account)
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
