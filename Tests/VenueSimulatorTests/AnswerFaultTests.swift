import ActorKit
import CoreTestKit
import Testing
import Trading
import VenueSimulator
import Wire

/// A venue that answers badly: each fault does what it says, is counted, and comes from the seed.
@Suite struct AnswerFaultTests {
  private static let millisecond: Int64 = 1_000_000

  private func quiet(_ faults: AnswerFaults) -> VenueBench { VenueBench.quiet { $0.faults = faults } }

  private func late(_ millis: Int64) -> ClosedRange<Int64> {
    millis * Self.millisecond...millis * Self.millisecond
  }

  /// Sends so many orders, one a millisecond; the reports that come within a second.
  private func many(_ venue: VenueBench, _ count: Int = 60) -> [VenueReport] {
    var reports: [VenueReport] = []
    for index in 0..<count {
      venue.send(venue.order("n\(index)", .buy, 0.1, at: 100))
      reports += venue.end().all(VenueReport.self) + venue.run(Self.millisecond).all(VenueReport.self)
    }
    return reports + venue.run(1_000 * Self.millisecond).all(VenueReport.self)
  }

  @Test func aLostReportLeavesTheOrderWorking() {
    let venue = quiet(AnswerFaults(lostReports: 1))
    #expect(venue.place(venue.order("a", .buy, 1, at: 100)).isEmpty)
    #expect(venue.core.openOrders(account: 1).map(\.clOrdID) == [Fixture.id("a")])
    #expect(venue.counter("faults.lostReport") == 1)
  }

  @Test func someReportsAreLostAndTheirNumbersMissing() {
    let venue = quiet(AnswerFaults(seed: 3, lostReports: 0.3))
    let reports = many(venue)
    #expect(reports.count == 60 - Int(venue.counter("faults.lostReport")))
    #expect((8...30).contains(venue.counter("faults.lostReport")))
    #expect(reports.last.map { $0.reportSequence & 0xff } ?? 0 > UInt64(reports.count))
  }

  @Test func aLateReportIsOvertaken() {
    let venue = quiet(AnswerFaults(seed: 3, lateReports: 0.3, lateNanos: late(500)))
    let reports = many(venue)
    #expect(reports.count == 60)
    let lateOnes = Int(venue.counter("faults.lateReport"))
    #expect((8...30).contains(lateOnes))
    let numbers = reports.map(\.reportSequence)
    #expect(numbers.prefix(60 - lateOnes).elementsEqual(numbers.prefix(60 - lateOnes).sorted()))
    #expect(numbers.suffix(lateOnes).elementsEqual(numbers.suffix(lateOnes).sorted()))
    #expect(numbers != numbers.sorted())
  }

  @Test func aDuplicateReportIsTheSameTwice() {
    let venue = quiet(AnswerFaults(duplicateReports: 1, lateNanos: 1...50_000_000))
    venue.send(venue.order("a", .buy, 1, at: 100))
    venue.end()
    let reports = venue.run(100 * Self.millisecond).all(VenueReport.self)
    #expect(reports.count == 2)
    #expect(reports.first == reports.last)
    #expect(venue.counter("faults.duplicateReport") == 1)
    #expect(venue.counter("ordersAccepted") == 1)
  }

  @Test func reorderedReportsChangePlacesWithTheirNeighbours() {
    let venue = quiet(AnswerFaults(seed: 3, reorderedReports: 0.3))
    let numbers = many(venue).map { Int($0.reportSequence & 0xff) }
    #expect(numbers.count == 60)
    #expect(numbers != numbers.sorted())
    // Twenty milliseconds at one report each.
    #expect(numbers.enumerated().allSatisfy { abs($0.offset + 1 - $0.element) <= 21 })
  }

  @Test func aLostRequestNeverArrives() {
    let venue = quiet(AnswerFaults(lostRequests: 1))
    #expect(venue.place(venue.order("a", .buy, 1, at: 100)).isEmpty)
    #expect(venue.core.openOrders(account: 1).isEmpty)
    #expect(venue.query("a").map(\.execType) == [.unknownOrder])
    #expect(venue.counter("faults.lostRequest") == 1)
  }

  @Test func anOrderFillsWhileItsCancelIsLate() {
    let venue = VenueBench.recorded(bids: [(99, 5)], asks: [(101, 5)]) {
      $0.faults = AnswerFaults(lateRequests: 1, lateNanos: late(100))
    }
    venue.send(venue.order("a", .buy, 1, at: 100))
    venue.end()
    #expect(venue.run(200 * Self.millisecond).all(VenueReport.self).map(\.execType) == [.new])
    #expect(venue.cancel("a").isEmpty)
    #expect(venue.market(.trade, trade: (99, 2, .sell)).map(\.execType) == [.trade])
    let reports = venue.run(200 * Self.millisecond).all(VenueReport.self)
    #expect(reports.map(\.gist) == ["a cancelRejected filled 1000/0 tooLateToCancel"])
    #expect(venue.counter("faults.lateRequest") == 2)
  }

  @Test func aRequestLaterThanItsWindowIsNotCarriedOut() {
    let venue = quiet(AnswerFaults(lateRequests: 1, lateNanos: late(100)))
    var order = venue.order("a", .buy, 1, at: 100)
    order.recvWindowNanos = 50 * Self.millisecond
    venue.send(order)
    venue.end()
    let reports = venue.run(200 * Self.millisecond).all(VenueReport.self)
    #expect(reports.map(\.reason) == [.outsideRecvWindow])
    #expect(venue.core.openOrders(account: 1).isEmpty)
  }

  @Test func aLostQueryIsNotAnswered() {
    let venue = quiet(AnswerFaults(lostQueries: 1))
    _ = venue.place(venue.order("a", .buy, 1, at: 100))
    #expect(venue.query("a").isEmpty)
    #expect(venue.counter("faults.lostQuery") == 1)
  }

  @Test func aRateLimitAnswerMeansNotCarriedOut() {
    let venue = quiet(AnswerFaults(rateLimitAnswers: 1))
    #expect(
      venue.place(venue.order("a", .buy, 1, at: 100)).map(\.gist) == ["a rejected rejected 0/0 rateLimit"])
    #expect(venue.cancel("a").map(\.gist) == ["a cancelRejected unrecognized 0/0 rateLimit"])
    #expect(venue.query("a").map(\.reason) == [.rateLimit])
    #expect(venue.core.openOrders(account: 1).isEmpty)
    #expect(venue.counter("faults.rateLimitAnswer") == 3)
  }

  @Test func anUnknownStatusIsNoAnswerAndHalfTheTimeAnOrder() {
    let venue = quiet(AnswerFaults(seed: 5, unknownStatusAnswers: 1))
    #expect(many(venue).isEmpty)
    #expect((15...45).contains(venue.core.openOrders(account: 1).count))
    #expect(venue.counter("faults.unknownStatus") == 60)
  }

  @Test func theFillsOfAnUnansweredOrderAreReported() {
    let venue = VenueBench.recorded(bids: [(99, 50)], asks: [(101, 50)]) {
      $0.faults = AnswerFaults(seed: 5, unknownStatusAnswers: 1)
    }
    var reports: [VenueReport] = []
    for index in 0..<20 { reports += venue.place(venue.order("n\(index)", .buy, 0.1, at: 101)) }
    #expect(reports.count == venue.core.trades(account: 1).count)
    #expect(reports.allSatisfy { $0.execType == .trade } && !reports.isEmpty)
  }

  @Test func anAcceptedOrderIsRejectedByTheVenueItself() throws {
    let venue = quiet(AnswerFaults(rejectAfterAccept: 1, lateNanos: late(100)))
    #expect(venue.place(venue.order("a", .buy, 1, at: 100)).map(\.execType) == [.new])
    let reports = venue.run(200 * Self.millisecond).all(VenueReport.self)
    #expect(reports.map(\.gist) == ["a rejected rejected 0/0 insufficientBalance"])
    #expect(venue.core.openOrders(account: 1).isEmpty)
    #expect(venue.core.balance(account: 1, currency: Fixture.usdt)?.locked == .zero)
    #expect(venue.query("a").map(\.gist) == ["a orderStatus rejected 0/0 insufficientBalance"])
    #expect(venue.counter("faults.rejectAfterAccept") == 1)
    let rebuilt = try venue.bench.rebuilt(on: VenueSimulator(venue.core.configuration))
    #expect(CoreBench.savedState(of: rebuilt) == venue.bench.savedState)
  }

  @Test func whatHasEndedBeforeIsNotRejected() {
    let venue = quiet(AnswerFaults(rejectAfterAccept: 1, lateNanos: late(100)))
    _ = venue.place(venue.order("a", .buy, 1, at: 100))
    _ = venue.cancel("a")
    #expect(venue.run(200 * Self.millisecond).all(VenueReport.self).isEmpty)
    #expect(venue.counter("faults.rejectAfterAccept") == 0)
  }
}

/// Queries that lag and lines that go down.
@Suite struct AnswerFaultTimeTests {
  private static let millisecond: Int64 = 1_000_000

  private func accountState(_ venue: VenueBench) throws -> (orders: Int, trades: Int, total: UInt64) {
    let query = AccountQuery(account: 1, parts: [.openOrders, .trades], afterTradeSequence: 0)
    venue.bench.deliver(from: VenueBench.executor) { query.encode(into: &$0) }
    let sent = venue.end().sent + venue.run(2 * VenueBench.latency).sent
    let state = try #require(sent.last { $0.template == .accountState })
    return state.read { message in
      guard case .accountState(let view) = copy message else { return (-1, -1, 0) }
      return (view.openOrdersCount, view.tradesCount, view.tradeSequence)
    }
  }

  @Test func aLaggingQueryDoesNotKnowTheNewest() throws {
    let venue = VenueBench.recorded(bids: [(99, 5)], asks: [(101, 5)]) {
      $0.faults = AnswerFaults(queryLagNanos: 400 * Self.millisecond)
    }
    _ = venue.place(venue.order("old", .buy, 1, at: 98))
    venue.run(500 * Self.millisecond)
    _ = venue.place(venue.order("new", .buy, 1, at: 101))
    _ = venue.cancel("old")
    #expect(venue.query("new").map(\.execType) == [.unknownOrder])
    #expect(venue.query("old").map(\.ordStatus) == [.new])
    #expect(try accountState(venue) == (1, 0, 0))
    venue.run(500 * Self.millisecond)
    #expect(venue.query("new").map(\.ordStatus) == [.filled])
    #expect(venue.query("old").map(\.ordStatus) == [.canceled])
    #expect(try accountState(venue) == (0, 1, 1))
    #expect(venue.counter("faults.laggingQuery") == 3)
  }

  @Test func aQueryLagsByNoMoreThanItsLag() {
    let venue = VenueBench.quiet { $0.faults = AnswerFaults(queryLagNanos: 100 * Self.millisecond) }
    for index in 0..<100 {
      _ = venue.place(venue.order("n\(index)", .buy, 0.1, at: 100))
      venue.run(5 * Self.millisecond)
      // Sixteen orders and queries take more than the lag.
      if index >= 16 { #expect(venue.query("n\(index - 16)").map(\.execType) == [.orderStatus]) }
    }
  }

  @Test func whileTheLineIsDownNothingArrivesAndNothingLeaves() {
    let venue = VenueBench.quiet {
      $0.faults = AnswerFaults(
        seed: 9, disconnectsPerMinute: 60,
        disconnectNanos: 200 * Self.millisecond...400 * Self.millisecond)
      $0.maxOpenOrders = 256
    }
    var answered = 0
    for index in 0..<200 {
      venue.send(venue.order("n\(index)", .buy, 0.1, at: 100))
      venue.end()
      answered += venue.run(50 * Self.millisecond).all(VenueReport.self).count
    }
    let requests = venue.counter("faults.droppedRequest")
    let reports = venue.counter("faults.droppedReport")
    #expect(venue.counter("faults.disconnect") > 2)
    #expect(requests > 10 && answered > 50)
    #expect(venue.counter("ordersAccepted") == 200 - requests)
    #expect(Int64(answered) == 200 - requests - reports)
  }

  @Test func aDownLineIsSilenceToTheDeadMansSwitch() {
    let venue = VenueBench.quiet {
      $0.faults = AnswerFaults(
        disconnectsPerMinute: 600, disconnectNanos: 30_000 * Self.millisecond...30_000 * Self.millisecond)
    }
    _ = venue.place(venue.order("a", .buy, 1, at: 100))
    for _ in 0..<200 {
      let renewal = CancelAll(
        account: 1, requestNanos: venue.bench.now.wall, afterSilenceNanos: 2_000_000_000, conditions: [])
      venue.bench.deliver(from: VenueBench.executor) { renewal.encode(into: &$0) }
      venue.end()
      venue.run(50 * Self.millisecond)
    }
    #expect(venue.counter("faults.droppedRequest") > 100)
    #expect(venue.core.openOrders(account: 1).isEmpty)
  }
}

/// Faults as a function of the seed.
@Suite struct FaultSeedTests {
  private func run(_ faults: AnswerFaults) -> [VenueReport] {
    let venue = VenueBench.quiet { $0.faults = faults }
    for index in 0..<80 { _ = venue.place(venue.order("n\(index)", .buy, 0.1, at: 100)) }
    venue.run(2_000_000_000)
    return venue.everything.compactMap { $0.decoded(VenueReport.self) }
  }

  private let mixed = AnswerFaults(
    seed: 4, lostReports: 0.1, lateReports: 0.1, duplicateReports: 0.1, reorderedReports: 0.1,
    lostRequests: 0.1, lateRequests: 0.1, rateLimitAnswers: 0.1, unknownStatusAnswers: 0.1,
    rejectAfterAccept: 0.1, lateNanos: 1_000_000...900_000_000, disconnectsPerMinute: 60)

  @Test func oneSeedMakesTheSameFaultsAnotherMakesOthers() {
    #expect(run(mixed) == run(mixed))
    var other = mixed
    other.seed = 5
    #expect(run(mixed) != run(other))
  }

  @Test func oneMoreKindOfFaultLeavesTheOthersWhereTheyWere() {
    let lost = AnswerFaults(seed: 4, lostReports: 0.3)
    var more = lost
    more.lostQueries = 0.5
    #expect(run(lost) == run(more))
  }

  @Test func withoutFaultsTheSeedMeansNothing() {
    #expect(run(AnswerFaults(seed: 1)) == run(AnswerFaults(seed: 2)))
    #expect(AnswerFaults(seed: 2).isEmpty)
  }

  @Test func impossibleFaultsSayWhy() {
    func problem(_ change: (inout AnswerFaults) -> Void) -> String? {
      var faults = AnswerFaults()
      change(&faults)
      return Fixture.configuration(.synthetic(Fixture.quietMarket)) { $0.faults = faults }.problem
    }
    #expect(problem { _ in } == nil)
    #expect(problem { $0.lostReports = 1.5 }?.contains("probability 1.5 of lostReport") == true)
    #expect(problem { $0.lostQueries = -.infinity }?.contains("lostQuery") == true)
    #expect(problem { $0.lateRequests = .nan }?.contains("lateRequest") == true)
    #expect(problem { $0.queryLagNanos = 500_000_001 }?.contains("query lag") == true)
    #expect(problem { $0.disconnectsPerMinute = 601 }?.contains("disconnects a minute") == true)
    #expect(problem { $0.lateNanos = 0...5 }?.contains("late or down") == true)
    #expect(problem { $0.disconnectNanos = 1...60_000_000_001 }?.contains("late or down") == true)
  }
}
