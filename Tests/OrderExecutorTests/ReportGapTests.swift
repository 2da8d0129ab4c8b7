import CoreTestKit
import OrderExecutor
import Testing
import Trading
import Wire

/// A report that never comes is missed by its number, and what it told of is asked for within half a second:
/// a position must not wait for its stop until the next routine comparison.
@Suite struct ReportGapTests {
  private let bench: ExecutorBench
  private let entry: NewOrder

  init() throws {
    bench = ExecutorBench()
    bench.goLive()
    entry = try #require(
      bench.ask(ExecutorBench.intent(target: nil, expireNanos: bench.expiry())).newOrders.first)
    deliver(bench.report(entry, .new), number: 1)
    bench.conclude()
  }

  private func deliver(_ report: VenueReport, number: UInt64) {
    var report = report
    report.reportSequence = number
    bench.deliver(report)
  }

  @Test func aLostFillHasItsStopWithinHalfASecond() {
    // Number 2 tells of it and gets lost; number 3 is of another order.
    _ = bench.trade(entry, lots: 10, id: 1, cum: 10)
    deliver(bench.report(entry, .new), number: 3)
    bench.conclude()
    #expect(bench.pass(seconds: 0.4).newOrders.map(\.ordType) == [.stop])
  }

  @Test(arguments: [.max, 1 << 40 | 1] as [UInt64]) func aWildNumberDoesNotHideALostReport(_ wild: UInt64) {
    deliver(bench.report(entry, .new), number: wild)
    #expect(bench.conclude().accountQueries.isEmpty && bench.pass(seconds: 0.2).accountQueries.isEmpty)
    _ = bench.trade(entry, lots: 10, id: 1, cum: 10)
    deliver(bench.report(entry, .new), number: 3)
    bench.conclude()
    #expect(bench.pass(seconds: 0.4).newOrders.map(\.ordType) == [.stop])
  }

  @Test func oneThatIsOnlyLateCostsNoQuestion() {
    let fill = bench.trade(entry, lots: 10, id: 1, cum: 10)
    deliver(bench.report(entry, .new), number: 3)
    bench.conclude()
    bench.pass(seconds: 0.04)
    deliver(fill, number: 2)
    #expect(bench.conclude().newOrders.map(\.ordType) == [.stop])
    #expect(bench.pass(seconds: 2).accountQueries.isEmpty)
  }

  @Test func anAnswerFromBeforeTheReportIsAskedForAgainAndNotForEver() {
    bench.isVenueAnswering = false
    deliver(bench.report(entry, .new), number: 3)
    bench.conclude()
    var asked: [AccountQuery] = []
    for _ in 0..<50 {
      let queries = bench.pass(seconds: 0.1).accountQueries
      asked += queries
      // None of the answers says that it shows the account after report 2.
      for query in queries { bench.answer(query) }
      bench.conclude()
    }
    #expect((3...5).contains(asked.count), "\(asked.count) in five seconds")
  }
}
