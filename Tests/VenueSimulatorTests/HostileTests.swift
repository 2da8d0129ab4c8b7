import ActorKit
import CoreTestKit
import Testing
import Trading
import VenueSimulator
import Wire

/// What a broken or hostile peer may send is refused with a reason and counted, and changes nothing.
@Suite struct HostileTests {
  @Test func ordersWithImpossibleFieldsAreRefused() {
    let venue = VenueBench.quiet()
    let saved = venue.bench.savedState
    let good = venue.order("a", .buy, 1, at: 100)
    var cases: [(NewOrder, RejectReason)] = []
    func bad(_ reason: RejectReason, _ change: (inout NewOrder) -> Void) {
      var order = good
      change(&order)
      cases.append((order, reason))
    }
    bad(.malformed) { $0.side = .unrecognized }
    bad(.malformed) { $0.ordType = .unrecognized }
    bad(.malformed) { $0.timeInForce = .unrecognized }
    bad(.malformed) { $0.price = nil }
    bad(.malformed) { $0.clOrdID = ClOrdIDText() }
    bad(.malformed) { $0.execInst = ExecInst(rawValue: 0x80) }
    bad(.unknownInstrument) { $0.instrument = 9 }
    bad(.quantityNotOnLot) { $0.quantity = .min }
    bad(.quantityNotOnLot) { $0.quantity = .max }
    bad(.malformed) { $0.quantity = .max - .max % 100_000 }
    bad(.priceNotOnTick) { $0.price = .max }
    bad(.malformed) {
      $0.price = .max - .max % 10_000_000
      $0.quantity = .max - .max % 100_000
    }
    bad(.outsideRecvWindow) { $0.recvWindowNanos = -1 }
    bad(.outsideRecvWindow) { $0.recvWindowNanos = .max }
    bad(.outsideRecvWindow) { $0.requestNanos = .min }
    for (order, reason) in cases { #expect(venue.place(order).map(\.reason) == [reason], "\(order)") }
    #expect(venue.bench.savedState == saved)
    #expect(venue.place(good).map(\.execType) == [.new])
  }

  @Test func strangersAreTurnedAway() {
    let venue = VenueBench.quiet()
    var order = venue.order("a", .buy, 1, at: 100)
    order.account = 99
    venue.send(order)
    let turn = venue.end()
    #expect(turn.all(VenueReport.self, to: .reply(VenueBench.executor)).map(\.reason) == [.unknownAccount])
    #expect(venue.counter("refused.unknownAccount") == 1)
    venue.send(venue.order("b", .buy, 1, at: 100), from: VenueBench.secondExecutor)
    #expect(venue.settle().map(\.reason) == [.unknownAccount])
    #expect(venue.counter("refused.notTheExecutor") == 1)
    venue.send(venue.order("c", .buy, 1, at: 100), from: Peer(component: 11, link: .stream))
    #expect(venue.settle().isEmpty)
    #expect(venue.counter("refused.wrongLink") == 1)
    #expect(venue.core.openOrders(account: 1).isEmpty)
  }

  @Test func otherMessagesAreCounted() {
    let venue = VenueBench.quiet()
    let trade = Trade(
      instrument: 1, eventNanos: 1, tradeId: 1, price: 1, quantity: 1, aggressor: .buy, condition: .market)
    venue.bench.deliver(from: VenueBench.executor) { trade.encode(into: &$0) }
    #expect(venue.settle().isEmpty)
    #expect(venue.counter("refused.wrongMessage") == 1)
  }

  @Test func marketDataThatCannotBeIsDropped() {
    let venue = VenueBench.recorded(bids: [(99, 5)], asks: [(101, 5)])
    let before = venue.everything.count
    venue.market(.delta, bids: [(-1, 5)])
    venue.market(.delta, asks: [(100, -5)])
    venue.market(.snapshot, bids: [(98, 1), (99, 1)], asks: [(101, 1)])
    venue.market(.snapshot, bids: [(99, 0)], asks: [(101, 1)])
    venue.market(.trade, trade: (99, 0, .sell))
    venue.market(.trade, trade: (0, 1, .sell))
    venue.market(.trade, trade: (99, 1, .unrecognized))
    venue.market(.ticker, bids: [(99, 1), (98, 1)])
    venue.market(.unrecognized)
    venue.market(.delta, bids: [(99, 1)], at: -5)
    #expect(venue.counter("refused.badMarketData") == 10)
    #expect(venue.everything[before...].allSatisfy { $0.destination != .topic(0) })
    // A frame from the far future counts as now.
    venue.market(.delta, bids: [(98, 1)], at: .max)
    #expect(venue.place(venue.order("a", .buy, 1, at: 99)).map(\.eventNanos).allSatisfy { $0 < .max / 2 })
  }

  @Test func marketDataComesFromTheSourceAlone() {
    let venue = VenueBench.recorded(bids: [(99, 5)], asks: [(101, 5)])
    let fake = VenueMarketData(
      instrument: 1, kind: .trade, aggressor: .sell, eventNanos: venue.bench.now.market, price: 1,
      quantity: 1, condition: .market)
    venue.bench.deliver(from: VenueBench.executor) { writer in
      fake.encode(
        into: &writer, bidsCount: 0, bids: { _ in .init(price: 0, quantity: 0) }, asksCount: 0,
        asks: { _ in .init(price: 0, quantity: 0) })
    }
    venue.settle()
    #expect(venue.counter("refused.wrongLink") == 1)
  }

  @Test func aFloodOfRequestsIsCutOff() {
    let venue = VenueBench.quiet { $0.orderLatencyNanos = 1_000_000_000 }
    for index in 0..<5_000 { venue.send(venue.order("n\(index)", .buy, 0.1, at: 100)) }
    venue.end()
    #expect(venue.counter("refused.tooManyRequests") == 904)
    let turn = venue.run(2_000_000_000)
    #expect(turn.all(VenueReport.self).count { $0.execType == .new } == 200)
    #expect(venue.counter("rejected.tooManyOrders") == 4_096 - 200)
  }

  @Test func snapshotRequestsForOtherTopicsAreRefused() {
    let venue = VenueBench.quiet()
    let peer = Peer(component: 3, link: .control, route: 8)
    for text in ["venue.market.OTHER.SIM.", "nonsense", ""] {
      let request = SnapshotRequest(topic: TopicText(text) ?? TopicText())
      venue.bench.deliver(from: peer) { request.encode(into: &$0) }
    }
    #expect(venue.end().sent.isEmpty)
    #expect(venue.counter("refused.malformed") == 3)
  }
}
