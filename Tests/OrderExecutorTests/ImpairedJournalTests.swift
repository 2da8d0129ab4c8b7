import ActorKit
import CoreTestKit
import OrderExecutor
import Testing
import Trading
import Wire

/// Without a journal that can be trusted: up, visible, able to cancel, not trading.
@Suite struct ImpairedJournalTests {
  private func impaired(_ prepare: (ExecutorBench) -> Void) -> (ExecutorBench, Turn) {
    let bench = ExecutorBench()
    prepare(bench)
    bench.start()
    bench.deliver(.journalImpaired(why: "the disk is full"))
    var turn = bench.conclude()
    bench.session(.live)
    bench.status(.live)
    bench.top(10_000, 10_002)
    turn.append(bench.conclude())
    return (bench, turn)
  }

  @Test func itIsQuarantinedAndSaysSo() {
    let (bench, turn) = impaired { _ in }
    #expect(bench.core.state == .quarantined)
    #expect(turn.alarms == [.journal])
    #expect(bench.quote(bids: [(9_999, 5)]).newOrders.isEmpty)
    let intent = bench.ask(ExecutorBench.intent(expireNanos: bench.expiry()))
    #expect(intent.newOrders.isEmpty)
    #expect(intent.intentEnds.map(\.outcome) == [.rejected])
    #expect(bench.command(.resume).outcome == .refused)
    // What no disk holds does not outlive the process, and is not called done.
    let halt = bench.command(.halt)
    #expect(halt.outcome == .accepted && halt.text.contains("ONLY UNTIL THIS PROCESS ENDS"))
    #expect(bench.pass(seconds: 30).newOrders.isEmpty)
  }

  @Test func whatRestsAtTheVenueIsCancelledThoughTheBooksAreEmpty() {
    let id = ClOrdID(account: ExecutorBench.account, epoch: 0, counter: 3)
    let (bench, turn) = impaired { bench in
      bench.venueOpenOrders = [
        AccountState.OpenOrder(
          clOrdID: ClOrdIDText(id), venueOrderId: 4, instrument: ExecutorBench.instrument, side: .buy,
          price: ticks(9_990).raw, orderQuantity: lots(5).raw, cumQuantity: 0, ordType: .limit)
      ]
    }
    #expect(turn.cancels.map(\.origClOrdID) == [ClOrdIDText(id)])
    #expect(bench.books.fillCount == 0, "nothing is booked into books that are not kept")
  }

  @Test func stopsAreLeftBecauseTheyCanOnlyClose() {
    let id = ClOrdID(account: ExecutorBench.account, epoch: 0, counter: 3)
    let (_, turn) = impaired { bench in
      bench.venueOpenOrders = [
        AccountState.OpenOrder(
          clOrdID: ClOrdIDText(id), venueOrderId: 4, instrument: ExecutorBench.instrument, side: .sell,
          price: 0, orderQuantity: lots(5).raw, cumQuantity: 0, ordType: .stop,
          stopPrice: ticks(9_950).raw)
      ]
    }
    #expect(turn.cancels.isEmpty)
  }

  @Test func ordersOfOthersAreLeftAlone() {
    let (_, turn) = impaired { bench in
      bench.venueOpenOrders = [
        AccountState.OpenOrder(
          clOrdID: ClOrdIDText(), venueOrderId: 4, instrument: ExecutorBench.instrument, side: .sell,
          price: ticks(10_010).raw, orderQuantity: lots(5).raw, cumQuantity: 0, ordType: .limit)
      ]
    }
    #expect(turn.cancels.isEmpty)
  }

  @Test func theFirstStartOfALiveAccountIsHalted() throws {
    var configuration = ExecutorBench.configuration()
    configuration.startsHalted = true
    let bench = ExecutorBench(configuration)
    bench.goLive()
    #expect(bench.books.halts.count == 1)
    #expect(bench.quote(bids: [(9_999, 5)]).newOrders.isEmpty)
    #expect(bench.command(.resume).outcome == .done)
    #expect(bench.quote(bids: [(9_998, 5)]).newOrders.count == 1)
    try bench.restart()
    #expect(bench.books.halts.isEmpty, "only a start without a journal counts as halted")
  }
}
