import ActorKit
import CoreTestKit
import OrderExecutor
import Testing
import Trading
import Wire

/// A permit that was granted to reduce, and a session that does not trade, leave nothing that opens.
@Suite struct GrantedReduceTests {
  private func resting() -> (bench: ExecutorBench, entry: NewOrder, quotes: [NewOrder]) {
    let bench = ExecutorBench()
    bench.goLive()
    let entry = bench.ask(
      ExecutorBench.intent(price: 9_990, expireNanos: bench.expiry())
    ).newOrders[0]
    bench.accept([entry])
    let quotes = bench.quote(bids: [(9_995, 5)], asks: [(10_005, 5)]).newOrders
    bench.accept(quotes)
    return (bench, entry, quotes)
  }

  @Test func grantedItEntriesAndQuotesThatOpenAreTakenBack() {
    let (bench, entry, quotes) = resting()
    bench.grantedLevel = .reduce
    let turn = bench.pass(seconds: 2)
    #expect(Set(turn.cancels.map(\.origClOrdID)) == Set(([entry] + quotes).map(\.clOrdID)))
    #expect(turn.newOrders.isEmpty)
  }

  @Test func grantedItQuotesThatCloseStay() {
    let (bench, entry, quotes) = resting()
    bench.fill(quotes[0], lots: 5, id: 3, cum: 5)
    bench.target(asks: [(10_005, 5)])
    bench.conclude()
    bench.grantedLevel = .reduce
    let turn = bench.pass(seconds: 2)
    #expect(turn.cancels.map(\.origClOrdID) == [entry.clOrdID])
  }

  @Test func runOutToItWhatRestsStaysForAnotherLife() {
    let (bench, _, _) = resting()
    bench.isQueenAlive = false
    #expect(bench.pass(seconds: 5.5).cancels.isEmpty)
  }

  @Test func aFailsafeTakesEntriesBackAndALateFillHasItsStopAndItsTarget() {
    let (bench, entry, quotes) = resting()
    bench.grantedLevel = .reduce
    bench.session(.failsafe)
    var turn = bench.conclude()
    #expect(Set(turn.cancels.map(\.origClOrdID)) == Set(([entry] + quotes).map(\.clOrdID)))
    turn = bench.pass(seconds: 2)
    turn.append(bench.fill(entry, lots: 10, id: 9, cum: 10))
    #expect(turn.newOrders.map(\.ordType) == [.stop, .limit])
    bench.accept(turn.newOrders)
    #expect(!bench.pass(seconds: 5).alarms.contains(.unprotectedPosition))
  }
}
