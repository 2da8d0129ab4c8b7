import ActorKit
import CoreTestKit
import Testing
import Trading
import VenueSimulator
import Wire

/// The emergency brake: everything cancelled at the word of a caller from outside the colony.
@Suite struct OperatorCancelTests {
  private static let caller = Peer(component: 0, link: .control, route: 77)
  private static let request = Correlation(high: 8, low: 9)

  private func brake(
    _ venue: VenueBench, account: UInt16 = 1, instrument: UInt32? = nil, from peer: Peer = caller
  ) -> [SentMessage] {
    let command = CancelAll(
      envelope: Envelope(origin: 0, correlation: Self.request), account: account, instrument: instrument,
      requestNanos: venue.bench.now.wall, conditions: [])
    venue.bench.deliver(from: peer) { command.encode(into: &$0) }
    return venue.end().sent + venue.run(2 * VenueBench.latency).sent
  }

  /// How many orders an answer to the caller says are open.
  private func openOrders(_ sent: [SentMessage]) throws -> Int {
    let answers = sent.filter { $0.destination == .reply(Self.caller) }
    #expect(answers.count == 1)
    let answer = try #require(answers.first)
    let state = try #require(answer.decoded(AccountState.self))
    #expect(state.envelope.correlation == Self.request)
    #expect(state.parts == .openOrders)
    return answer.read { message in
      guard case .accountState(let view) = copy message else { return -1 }
      return view.openOrdersCount
    }
  }

  @Test func everythingIsCancelledAndTheCallerLearnsWhatIsLeft() throws {
    let venue = VenueBench.recorded(bids: [(99, 5)], asks: [(101, 5)])
    _ = venue.place(venue.order("limit", .buy, 1, at: 98))
    _ = venue.place(venue.stop("stop", .sell, 1, at: 90))
    _ = venue.place(venue.order("other", .buy, 1, at: 98, account: 2), from: VenueBench.secondExecutor)
    let sent = brake(venue)
    #expect(try openOrders(sent) == 0)
    let reports = sent.filter { $0.destination == .reply(VenueBench.executor) }
    #expect(
      reports.compactMap { $0.decoded(VenueReport.self)?.gist } == [
        "limit canceled canceled 0/0", "stop canceled canceled 0/0",
      ])
    #expect(venue.core.openOrders(account: 1).isEmpty)
    #expect(venue.core.openOrders(account: 2).count == 1)
  }

  @Test func itWorksWithTheExecutorDead() throws {
    let venue = VenueBench.recorded(bids: [(99, 5)], asks: [(101, 5)])
    _ = venue.place(venue.order("limit", .buy, 1, at: 98))
    let next = VenueBench(restarting: venue, epoch: 2)
    #expect(try openOrders(brake(next)) == 0)
    #expect(next.core.openOrders(account: 1).isEmpty)
    #expect(next.counter("reportsUnaddressed") == 1)
  }

  @Test func itWorksBeforeTheMarketBegins() throws {
    let venue = VenueBench.recorded(bids: [(99, 5)], asks: [(101, 5)])
    _ = venue.place(venue.order("limit", .buy, 1, at: 98))
    let next = VenueBench(venue.core.configuration, epoch: 2, clockRuns: false)
    next.bench = try venue.bench.restarted(on: VenueSimulator(venue.core.configuration))
    next.bench.now.market = 0
    next.bench.start(epoch: 2)
    #expect(try openOrders(brake(next)) == 0)
    #expect(next.core.openOrders(account: 1).isEmpty)
  }

  @Test func whatCameBeforeItIsCancelledWithIt() throws {
    let venue = VenueBench.quiet()
    venue.send(venue.order("underway", .buy, 1, at: 100))
    #expect(try openOrders(brake(venue)) == 0)
    #expect(venue.core.openOrders(account: 1).isEmpty)
    #expect(venue.counter("ordersAccepted") == 1)
  }

  @Test func anAnswerCountsAllThatIsLeftOfTheAccount() throws {
    let venue = VenueBench.quiet()
    _ = venue.place(venue.order("a", .buy, 1, at: 100))
    #expect(try openOrders(brake(venue, instrument: 9)) == 1)
    #expect(venue.counter("refused.unknownInstrument") == 1)
    #expect(try openOrders(brake(venue, instrument: 1)) == 0)
  }

  @Test func anUnknownAccountIsAnsweredToo() {
    let venue = VenueBench.quiet()
    let answers = brake(venue, account: 99).filter { $0.destination == .reply(Self.caller) }
    let report = answers.first?.decoded(VenueReport.self)
    #expect(answers.count == 1)
    #expect(report?.execType == .cancelRejected && report?.reason == .unknownAccount)
    #expect(report?.envelope.correlation == Self.request)
  }

  @Test func aFloodOfRequestsDoesNotKeepItOut() throws {
    let venue = VenueBench.quiet()
    for index in 0..<5_000 { venue.send(venue.order("n\(index)", .buy, 0.1, at: 100)) }
    var sent = brake(venue)
    for _ in 0..<10 { sent += venue.run(VenueBench.latency).sent }
    #expect(try openOrders(sent) == 0)
    #expect(venue.core.openOrders(account: 1).isEmpty)
  }

  @Test func theExecutorsOwnCancelIsAnsweredByItsReportsAlone() {
    let venue = VenueBench.quiet()
    _ = venue.place(venue.order("a", .buy, 1, at: 100))
    let sent = brake(venue, from: VenueBench.executor)
    #expect(sent.allSatisfy { $0.template != .accountState })
    #expect(sent.compactMap { $0.decoded(VenueReport.self)?.gist } == ["a canceled canceled 0/0"])
  }

  @Test func faultsSpareTheOperator() throws {
    let venue = VenueBench.quiet {
      $0.faults = AnswerFaults(lostReports: 1, lostRequests: 0, lostQueries: 1, queryLagNanos: 500_000_000)
    }
    _ = venue.place(venue.order("a", .buy, 1, at: 100))
    #expect(venue.core.openOrders(account: 1).count == 1)
    #expect(try openOrders(brake(venue)) == 0)
  }
}
