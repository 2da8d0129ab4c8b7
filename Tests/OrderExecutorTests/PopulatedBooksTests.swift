import ActorKit
import CoreTestKit
import OrderExecutor
import Testing
import Trading
import Wire

/// Books with something of everything in them, at many moments of a busy life: a snapshot holds it all, and a
/// process that comes back with one does what one does that read the whole journal.
@Suite struct PopulatedBooksTests {
  /// A life of orders and intents in all states; `look` is called after each step.
  private func live(_ bench: ExecutorBench, _ look: (String) throws -> Void) rethrows {
    bench.goLive()
    bench.deliver(.sessionOpened(component: ExecutorBench.risk, peerEpoch: 1))
    bench.conclude()
    let quotes = bench.quote(
      bids: [(9_999, 10), (9_998, 10), (9_997, 10)], asks: [(10_003, 10), (10_004, 5), (10_005, 5)]
    ).newOrders
    try look("orders without an answer")
    bench.accept(Array(quotes[0...3]))
    bench.deliver(bench.report(quotes[4], .rejected, status: .rejected, reason: .marketClosed))
    bench.conclude()
    try look("accepted, refused, and one still without an answer")
    bench.fill(quotes[0], lots: 4, id: 1, cum: 4)
    bench.fill(quotes[3], lots: 10, id: 2, cum: 10)
    try look("filled in part and as a whole")
    bench.deliver(bench.report(quotes[1], .canceled, status: .canceled, cum: 3))
    bench.conclude()
    try look("an end that overtook its fills")
    bench.deliver(bench.trade(quotes[1], lots: 3, id: 3, cum: 3))
    bench.conclude()
    let cancels = bench.quote(bids: [(9_999, 6)]).cancels
    try look("cancels on their way")
    bench.venueOpenOrders = [bench.listed(quotes[0], cum: 4), bench.listed(quotes[2])]
    bench.pass(seconds: 5.1)
    try look("a cancel in doubt")
    if let cancel = cancels.first { bench.confirm(cancel, quotes[2]) }
    bench.pass(seconds: 5.1)
    try look("an order in doubt")
    bench.deliver(
      .notSent(
        component: ExecutorBench.venue, template: .newOrder, correlation: lastRequest(of: bench),
        reason: .noPeer))
    bench.conclude()
    try look("an order that never left")
    try liveWithIntents(bench, look)
  }

  private func lastRequest(of bench: ExecutorBench) -> Correlation {
    bench.quote(bids: [(9_990, 1)]).newOrders.last?.envelope.correlation ?? .none
  }

  private func liveWithIntents(_ bench: ExecutorBench, _ look: (String) throws -> Void) rethrows {
    bench.quote()
    bench.ask(ExecutorBench.intent(1, stop: 10_050, expireNanos: bench.expiry()))
    try look("an intent refused at the door")
    bench.accept(bench.enter(2).legs)
    try look("a position with stop and target")
    let entry = bench.ask(ExecutorBench.intent(3, expireNanos: bench.expiry())).newOrders
    try look("an entry without an answer")
    bench.accept(entry)
    if let entry = entry.first { bench.accept(bench.fill(entry, lots: 4, id: 30, cum: 4).newOrders) }
    try look("an entry filled in part, with its legs")
    bench.status(.stale)
    bench.ask(ExecutorBench.intent(4, expireNanos: bench.expiry()))
    try look("an intent that waits for a market")
    bench.status(.live)
    bench.top(10_000, 10_002)
    bench.conclude()
    let (_, legs) = bench.enter(5, stop: 9_999)
    for leg in legs where leg.ordType == .stop {
      bench.deliver(bench.report(leg, .rejected, status: .rejected, reason: .marketClosed))
    }
    bench.top(9_999, 10_001)
    bench.conclude()
    #expect(bench.books.intents.open.contains { $0.isStopTriggered })
    try look("a stop that the executor guards and the market has reached")
    bench.command(.halt, .strategy, strategy: 99)
    bench.command(.halt, .instrument, instrument: 4_000)
    bench.command(.resume, .strategy, strategy: 99)
    try look("halts, one of them released")
    bench.command(.flatten, .instrument, instrument: ExecutorBench.instrument)
    #expect(!bench.books.flattenings.isEmpty)
    try look("a position being closed")
    bench.pass(seconds: 1)
    try look("a position being closed, a second later")
  }

  @Test func aSnapshotHoldsEverything() throws {
    let bench = ExecutorBench()
    try live(bench) { step in
      let restored = try bench.booksFromSnapshot()
      #expect(restored == bench.books, "\(step)")
      #expect(CoreBench.savedState(of: try bench.rebuilt()) == bench.savedState, "\(step)")
      var writer = SnapshotWriter()
      restored.write(to: &writer)
      var original = SnapshotWriter()
      bench.books.write(to: &original)
      #expect(writer.bytes == original.bytes, "\(step)")
    }
  }

  /// The same inputs after a restart have the same effects, whichever way the process got its books.
  @Test func fromASnapshotAndFromTheJournalTheSameIsDone() throws {
    let bench = ExecutorBench()
    try live(bench) { step in
      let turns = try [true, false].map { try goOn(bench.revived(fromSnapshot: $0)) }
      #expect(turns[0].facts == turns[1].facts, "\(step)")
      #expect(turns[0].sent == turns[1].sent, "\(step)")
    }
  }

  private func goOn(_ bench: ExecutorBench) -> Turn {
    var all = bench.goLiveAgain()
    bench.deliver(.sessionOpened(component: ExecutorBench.risk, peerEpoch: 1))
    all.append(bench.pass(seconds: 3))
    // A repeated intent, a new one, a market that goes where stops are, another target.
    for counter: UInt64 in [1, 2, 3, 9] {
      all.append(bench.ask(ExecutorBench.intent(counter, expireNanos: bench.expiry())))
    }
    all.append(bench.quote(bids: [(9_998, 5)], asks: [(10_004, 5)]))
    bench.top(9_940, 9_942)
    all.append(bench.conclude())
    all.append(bench.pass(seconds: 12))
    all.append(bench.command(.halt, .account).turn)
    all.append(bench.pass(seconds: 2))
    return all
  }
}
