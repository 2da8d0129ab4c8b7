import ActorKit
import CoreTestKit
import OrderExecutor
import Testing
import Trading
import Wire

/// What lies between the executor and its neighbours: risk's window, the venue's dead-man switch, the time
/// of origin.
@Suite struct LinkTests {
  private func live() -> ExecutorBench {
    let bench = ExecutorBench()
    bench.isVenueAnswering = true
    bench.deliver(.sessionOpened(component: ExecutorBench.risk, peerEpoch: 1))
    bench.goLive()
    return bench
  }

  private func missed(_ bench: ExecutorBench) {
    bench.deliver(
      .notSent(
        component: ExecutorBench.risk, template: .positionChanged, correlation: .none, reason: .backPressured)
    )
  }

  @Test func aVenueThatBeganAnewIsAskedAtOnceAboutWhatItHadNotAnswered() {
    let bench = ExecutorBench()
    bench.goLive()
    let orders = bench.quote(bids: [(9_999, 5)]).newOrders
    bench.accept(orders)
    #expect(bench.quote().cancels.count == 1)
    bench.venueOpenOrders = [bench.listed(orders[0])]
    bench.deliver(.streamRestarted(sender: ExecutorBench.venue))
    let turn = bench.conclude()
    #expect(turn.all(AccountQuery.self).count == 1)
    #expect(turn.cancels.map(\.origClOrdID) == [orders[0].clOrdID], "listed as open, so cancelled again")
  }

  @Test func aQuestionThatFoundNoLinkIsPutAgainSoon() {
    let bench = ExecutorBench()
    bench.isVenueAnswering = false
    bench.start()
    let query = bench.conclude().all(AccountQuery.self)[0]
    bench.deliver(
      .notSent(
        component: ExecutorBench.venue, template: .accountQuery,
        correlation: Correlation(
          high: query.envelope.correlationHigh, low: query.envelope.correlationLow), reason: .noPeer))
    bench.conclude()
    #expect(bench.pass(seconds: 0.03).all(AccountQuery.self).count == 1)
  }

  private func acknowledge(_ report: AccountReport, _ bench: ExecutorBench) {
    bench.deliver(
      .acknowledged(
        component: ExecutorBench.risk, template: .accountReport, correlation: report.envelope.correlation))
  }

  @Test func afterAReportThatDidNotLeaveNothingOpensUntilRiskHasTakenTheWholeTruthIn() {
    let bench = live()
    let first = bench.quote(bids: [(9_999, 5)]).newOrders
    bench.accept(first)
    bench.fill(first[0], lots: 5, id: 1, cum: 5)
    bench.deliver(.sessionOpened(component: ExecutorBench.risk, peerEpoch: 1))
    let early = bench.conclude().all(AccountReport.self)[0]
    missed(bench)
    // What was told before is not the whole truth any more.
    acknowledge(early, bench)
    #expect(bench.quote(bids: [(9_998, 5)]).newOrders.isEmpty)
    #expect(bench.counter("ordersDenied.riskMisinformed") == 1)
    #expect(bench.quote(bids: [(9_998, 5)], asks: [(10_003, 5)]).newOrders.map(\.side) == [.sell])
    let truth = bench.pass(seconds: 0.25).all(AccountReport.self)
    #expect(truth.count == 1)
    #expect(bench.pass(seconds: 2).newOrders.isEmpty, "told is not taken in")
    acknowledge(truth[0], bench)
    #expect(bench.conclude().newOrders.map(\.side) == [.buy])
  }

  @Test func fillsAreCountedByInstrument() {
    let bench = live()
    let orders = bench.quote(bids: [(9_999, 5)]).newOrders
    bench.accept(orders)
    let turn = bench.fill(orders[0], lots: 2, id: 1, cum: 2)
    #expect(turn.all(PositionChanged.self).last?.fillSequence == 1)
    bench.deliver(.sessionOpened(component: ExecutorBench.risk, peerEpoch: 1))
    var told: [UInt64?] = []
    for sent in bench.conclude().sent where sent.destination == ExecutorBench.toRisk {
      sent.read { message in
        guard case .accountReport(let view) = copy message else { return }
        told += (0..<view.positionsCount).map { view.position($0).fillSequence }
      }
    }
    #expect(told == [1])
  }

  @Test func whatRiskMissedIsMadeUpForByTheWholeTruth() {
    let bench = live()
    #expect(bench.pass(seconds: 1).all(AccountReport.self).isEmpty)
    missed(bench)
    missed(bench)
    #expect(bench.conclude().all(AccountReport.self).isEmpty)
    #expect(bench.pass(seconds: 0.25).all(AccountReport.self).count == 1)
    #expect(bench.pass(seconds: 1).all(AccountReport.self).isEmpty)
    // The report itself found no place: again, and not in a spin.
    missed(bench)
    bench.conclude()
    #expect(bench.pass(seconds: 0.3).all(AccountReport.self).count == 1)
  }

  @Test func aClosedSessionIsNotKnockedAt() {
    let bench = live()
    bench.deliver(.sessionClosed(component: ExecutorBench.risk))
    missed(bench)
    #expect(bench.pass(seconds: 2).all(AccountReport.self).isEmpty)
    bench.deliver(.sessionOpened(component: ExecutorBench.risk, peerEpoch: 2))
    #expect(bench.conclude().all(AccountReport.self).count == 1)
  }

  @Test func theVenuesDeadManSwitchIsSetBeforeTheFirstOrderAndRenewedWhileOrdersAreOpen() {
    let bench = ExecutorBench()
    bench.isVenueAnswering = true
    bench.start()
    let first = bench.pass(seconds: 1).all(CancelAll.self, to: .link(component: ExecutorBench.venue))
    #expect(first.map(\.afterSilenceNanos) == [10 * .nanosPerSecond])
    #expect(first.first?.instrument == nil && first.first?.account == ExecutorBench.account)
    bench.session(.live)
    bench.status(.live)
    bench.top(10_000, 10_002)
    bench.conclude()
    #expect(bench.pass(seconds: 8).all(CancelAll.self).isEmpty)
    bench.accept(bench.quote(bids: [(9_999, 10)]).newOrders)
    #expect((4...6).contains(bench.pass(seconds: 10).all(CancelAll.self).count))
  }

  @Test func onlyWhatATargetCausesAtOnceHasItsOrigin() {
    let bench = live()
    let turn = bench.quote(bids: [(9_999, 10)])
    #expect(turn.newOrders.map(\.envelope.origin) == [77])
    bench.accept(turn.newOrders)
    // The fill makes room; the order for it comes of the fill, not of the target's market event.
    let filled = bench.fill(turn.newOrders[0], lots: 10, id: 1, cum: 10)
    #expect(filled.all(ExecutionReport.self).allSatisfy { $0.envelope.origin == 0 })
    let again = bench.quote(bids: [(9_998, 10)])
    bench.accept(again.newOrders)
    bench.status(.stale)
    #expect(bench.conclude().cancels.map(\.envelope.origin) == [0])
  }
}
