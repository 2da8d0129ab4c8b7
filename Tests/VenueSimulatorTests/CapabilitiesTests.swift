import ActorKit
import CoreTestKit
import Testing
import Trading
import VenueSimulator
import Vocabulary
import Wire

/// The venue tells what it can, and does no more than that.
@Suite struct CapabilitiesTests {
  private func answers(_ venue: VenueBench, _ parts: AccountParts) -> [SentMessage] {
    let query = AccountQuery(
      envelope: Envelope(origin: 0, correlation: Correlation(high: 5, low: 6)), account: 1, parts: parts,
      afterTradeSequence: 0)
    venue.bench.deliver(from: VenueBench.executor) { query.encode(into: &$0) }
    return (venue.end().sent + venue.run(2 * VenueBench.latency).sent).filter {
      $0.template == .accountState || $0.template == .venueCapabilities
    }
  }

  @Test func itTellsWhatItCanBeforeTheAccountAndOnlyWhenAsked() throws {
    let venue = VenueBench.quiet {
      $0.capabilities.orderTypes.remove(.stop)
      $0.maxOpenOrders = 7
    }
    let told = answers(venue, [.positions, .capabilities])
    #expect(told.map(\.template) == [.venueCapabilities, .accountState])
    #expect(told.allSatisfy { $0.destination == .reply(VenueBench.executor) })
    let message = try #require(told[0].decoded(Wire.VenueCapabilities.self))
    #expect(message.account == 1 && message.envelope.correlation == Correlation(high: 5, low: 6))
    let decoded = Trading.VenueCapabilities(message)
    let value = try #require(decoded)
    #expect(!value.hasStops && value.hasReduceOnly && value.counts.openOrders == 7)
    #expect(told[1].decoded(AccountState.self)?.parts == [.positions, .capabilities])
    #expect(answers(venue, .positions).map(\.template) == [.accountState])
  }

  @Test func ordersOfKindsItDoesNotTakeAreMalformed() {
    let venue = VenueBench.recorded(bids: [(99, 5)], asks: [(101, 5)]) {
      $0.capabilities.orderTypes = .limit
      $0.capabilities.timesInForce = .gtc
      $0.capabilities.execInsts = []
    }
    for order in [
      venue.order("m", .buy, 1, at: nil, .immediateOrCancel),
      venue.order("i", .buy, 1, at: 99, .immediateOrCancel),
      venue.order("f", .buy, 1, at: 99, .fillOrKill),
      venue.order("p", .buy, 1, at: 99, .goodTillCancel, .postOnly),
      venue.order("r", .buy, 1, at: 99, .goodTillCancel, .reduceOnly), venue.stop("s", .sell, 1, at: 98),
    ] {
      #expect(venue.place(order).map(\.reason) == [.malformed], "\(order.clOrdID)")
    }
    #expect(venue.place(venue.order("a", .buy, 1, at: 99)).map(\.execType) == [.new])
  }

  /// What a change of the quantity alone does: accepted or not, before or behind the order that came later.
  @Test(arguments: [
    (Trading.VenueCapabilities.Amend.none, false, true), (.losesPriority, true, false),
    (.keepsPriority, true, true),
  ])
  func aChangeCostsWhatItSays(_ amend: Trading.VenueCapabilities.Amend, _ isTaken: Bool, _ isFirst: Bool) {
    let venue = VenueBench.quiet { $0.capabilities.amend = amend }
    _ = venue.place(venue.order("a", .buy, 2, at: 100))
    _ = venue.place(venue.order("b", .buy, 1, at: 100))
    let report = venue.replace("a", by: "c", 1, at: 100)
    #expect(report.map(\.execType) == [isTaken ? .replaced : .cancelRejected])
    let fill = venue.place(
      venue.order("x", .sell, 1, at: 100, account: 2, .immediateOrCancel), from: VenueBench.secondExecutor
    ).first { $0.account == 1 && $0.execType == .trade }
    #expect(fill?.clOrdID == Fixture.id(isFirst ? (isTaken ? "c" : "a") : "b"))
  }

  private func set(_ venue: VenueBench, seconds: Int64) {
    let command = CancelAll(
      account: 1, requestNanos: venue.bench.now.wall, afterSilenceNanos: seconds * 1_000_000_000,
      conditions: .sparesStops)
    venue.bench.deliver(from: VenueBench.executor) { command.encode(into: &$0) }
    venue.settle()
  }

  @Test func aSwitchIsTakenWithinItsBoundsOnly() {
    let venue = VenueBench.quiet {
      $0.capabilities.deadMan = Trading.VenueCapabilities.DeadMan(
        shortestNanos: 2_000_000_000, longestNanos: 4_000_000_000, kills: .working)
    }
    _ = venue.place(venue.order("a", .buy, 1, at: 99.5))
    set(venue, seconds: 1)
    set(venue, seconds: 5)
    #expect(venue.run(6_000_000_000).all(VenueReport.self).isEmpty)
    set(venue, seconds: 2)
    #expect(venue.run(3_000_000_000).all(VenueReport.self).map(\.execType) == [.canceled])
  }

  @Test func oneThatTakesStopsSparesNone() {
    let venue = VenueBench.recorded(bids: [(99, 5)], asks: [(101, 5)]) {
      $0.capabilities.deadMan?.kills = [.working, .stops]
    }
    _ = venue.place(venue.stop("s", .sell, 1, at: 98))
    set(venue, seconds: 1)
    #expect(venue.run(2_000_000_000).all(VenueReport.self).map(\.gist) == ["s canceled canceled 0/0"])
  }

  @Test func withoutASwitchNothingIsCancelled() {
    let venue = VenueBench.quiet { $0.capabilities.deadMan = nil }
    _ = venue.place(venue.order("a", .buy, 1, at: 99.5))
    set(venue, seconds: 1)
    #expect(venue.run(3_000_000_000).all(VenueReport.self).isEmpty)
  }
}
