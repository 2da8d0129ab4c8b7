import ActorKit
import CoreTestKit
import OrderExecutor
import Testing
import Trading
import Wire

@Suite struct PermitTests {
  @Test func thePermitIsAskedForEveryFifthOfItsLife() {
    let bench = ExecutorBench()
    bench.goLive()
    let asked = bench.pass(seconds: 10).all(Permit.self)
    #expect((9...11).contains(asked.count), "asked \(asked.count) times in 10 s")
    #expect(asked.allSatisfy { $0.holderEpoch == 1 && $0.account == ExecutorBench.account })
  }

  @Test func aPermitOfNoLifeToSpeakOfIsNotAskedForWithoutEnd() {
    let bench = ExecutorBench()
    bench.goLive()
    bench.isQueenAlive = false
    let request = bench.pass(seconds: 1.1).all(Permit.self)[0]
    bench.grant(request, life: 1)
    bench.conclude()
    let asked = bench.pass(seconds: 1).all(Permit.self)
    #expect((50...101).contains(asked.count), "asked \(asked.count) times in 1 s")
  }

  @Test func withoutAPermitNothingIsSent() {
    let bench = ExecutorBench()
    bench.isQueenAlive = false
    bench.start()
    bench.conclude()
    bench.session(.live)
    bench.status(.live)
    bench.top(10_000, 10_002)
    bench.conclude()
    let turn = bench.quote(bids: [(9_999, 5)])
    #expect(turn.newOrders.isEmpty)
    #expect(turn.reports.map(\.execType) == [.denied])
    #expect(turn.reports.map(\.reason) == [.noPermit])
    #expect(bench.quote(bids: [(9_998, 5)]).reports.isEmpty, "the reason is the same")
    #expect(bench.counter("ordersDenied.noPermit") == 2)
  }

  @Test func anExpiredPermitReducesThenCancels() {
    let bench = ExecutorBench()
    bench.goLive()
    let bid = bench.quote(bids: [(9_999, 10)]).newOrders
    bench.accept(bid)
    bench.fill(bid[0], lots: 4, id: 1, cum: 4)
    bench.isQueenAlive = false
    bench.pass(seconds: 5.1)
    // The permit's life is over: what rests stays, only what closes the long position may be added.
    bench.target(bids: [(9_999, 6), (9_998, 5)], asks: [(10_003, 4)])
    let reduced = bench.conclude()
    #expect(reduced.newOrders.map(\.side) == [.sell])
    #expect(reduced.cancels.isEmpty)
    bench.accept(reduced.newOrders)
    bench.target(bids: [(9_999, 6)], asks: [(10_003, 5)])
    #expect(bench.conclude().newOrders.isEmpty, "one lot more would turn the position")
    // Twice its life: everything goes, without any message having come.
    let turn = bench.pass(seconds: 5)
    #expect(Set(turn.cancels.map(\.origClOrdID)) == Set([bid[0].clOrdID, reduced.newOrders[0].clOrdID]))
  }

  @Test func aNarrowerGrantActsAtOnce() {
    let bench = ExecutorBench()
    bench.goLive()
    bench.accept(bench.quote(bids: [(9_999, 10)]).newOrders)
    bench.grantedLevel = .cancel
    #expect(bench.pass(seconds: 1.1).cancels.count == 1)
  }

  @Test func aGrantForAnotherLifeOrFromTheFutureIsRefused() {
    let bench = ExecutorBench()
    bench.isQueenAlive = false
    bench.start()
    let request = bench.conclude().all(Permit.self)[0]
    var other = request
    other.holderEpoch = 99
    bench.grant(other)
    var future = request
    future.askedBootNanos += .nanosPerSecond
    bench.grant(future)
    var garbage = request
    garbage.askedBootNanos = .min
    bench.grant(garbage)
    bench.grant(request, life: -1)
    bench.grant(request, life: .max)
    bench.grant(request, level: .unrecognized)
    bench.conclude()
    #expect(bench.counter("refused.permit") == 6)
  }

  @Test func anOlderGrantDoesNotRenewTheLease() {
    let bench = ExecutorBench()
    bench.isQueenAlive = false
    bench.start()
    let first = bench.conclude().all(Permit.self)[0]
    let second = bench.pass(seconds: 1.1).all(Permit.self)[0]
    bench.grant(second, level: .cancel)
    bench.grant(first, level: .open)
    bench.session(.live)
    bench.status(.live)
    bench.top(10_000, 10_002)
    #expect(bench.quote(bids: [(9_999, 5)]).newOrders.isEmpty)
    #expect(bench.counter("refused.permit") == 1)
  }

  @Test(arguments: [SessionCode.startup, .ready, .failsafe, .shutdown])
  func outsideATradingSessionEverythingIsCancelled(_ code: SessionCode) {
    let bench = ExecutorBench()
    bench.goLive()
    bench.accept(bench.quote(bids: [(9_999, 10)]).newOrders)
    bench.session(code)
    #expect(bench.conclude().cancels.count == 1)
    #expect(bench.quote(bids: [(9_998, 10)]).newOrders.isEmpty)
  }

  @Test func aSuspendedProcessFindsItsPermitRunOut() {
    let bench = ExecutorBench()
    bench.goLive()
    // The clock jumps past the lease while a target lies in the inbox.
    bench.suspend(seconds: 12)
    let turn = bench.quoteWithoutQueen(bids: [(9_999, 10)])
    #expect(turn.newOrders.isEmpty)
  }

  @Test func anExecutorThatGetsNoPermitWhileTheSessionTradesSaysSoOnce() {
    let bench = ExecutorBench()
    bench.goLive()
    bench.isQueenAlive = false
    let turn = bench.pass(seconds: 60)
    #expect(turn.alarms == [.noPermit])
    bench.isQueenAlive = true
    bench.pass(seconds: 2)
    bench.isQueenAlive = false
    #expect(bench.pass(seconds: 60).alarms == [.noPermit], "a new episode")
  }
}
