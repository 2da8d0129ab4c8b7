import ActorKit
import CoreTestKit
import Testing
import Trading
import VenueSimulator
import Wire

@Suite struct QueryTests {
  private func account(
    _ venue: VenueBench, _ parts: AccountParts, after sequence: UInt64 = 0,
    from peer: Peer = VenueBench.executor
  ) -> SentMessage? {
    let query = AccountQuery(account: 1, parts: parts, afterTradeSequence: sequence)
    venue.bench.deliver(from: peer) { query.encode(into: &$0) }
    let sent = venue.end().sent + venue.run(2 * VenueBench.latency).sent
    return sent.last { $0.template == .accountState && $0.destination == .reply(peer) }
  }

  @Test func moreOpenOrdersThanFitAreListedFromTheLastOneOn() throws {
    let venue = VenueBench.quiet { $0.maxOpenOrders = 400 }
    let count = 300
    for number in 1...count { _ = venue.place(venue.order("o\(number)", .buy, 1, at: 100)) }
    var listed: [UInt64] = []
    var answers = 0
    while answers < 3 {
      let query = AccountQuery(
        account: 1, parts: .openOrders, afterTradeSequence: 0, afterVenueOrderId: listed.last)
      venue.bench.deliver(from: VenueBench.executor) { query.encode(into: &$0) }
      let sent = venue.end().sent + venue.run(2 * VenueBench.latency).sent
      let answer = try #require(sent.last { $0.template == .accountState })
      answers += 1
      let isMore = answer.read { message -> Bool in
        guard case .accountState(let view) = copy message else { return false }
        for index in 0..<view.openOrdersCount { listed.append(view.openOrder(index).venueOrderId) }
        return view.parts.contains(.moreOrders)
      }
      if !isMore { break }
    }
    #expect(answers == 2 && listed.count == count && zip(listed, listed.dropFirst()).allSatisfy { $0 < $1 })
  }

  @Test func anOrderIsFoundOpenEndedOrNotAtAll() {
    let venue = VenueBench.recorded(bids: [(99, 5)], asks: [(101, 5)])
    _ = venue.place(venue.order("open", .buy, 1, at: 99))
    _ = venue.place(venue.order("done", .buy, 1, at: 101))
    _ = venue.place(venue.order("ioc", .buy, 1, at: 100, .immediateOrCancel))
    #expect(venue.query("open").map(\.gist) == ["open orderStatus new 0/1000"])
    #expect(venue.query("done").map(\.gist) == ["done orderStatus filled 1000/0"])
    #expect(venue.query("ioc").map(\.gist) == ["ioc orderStatus expired 0/0"])
    let unknown = venue.query("never")
    #expect(unknown.map(\.execType) == [.unknownOrder])
    #expect(unknown.map(\.reason) == [.unknownOrder], "nothing is forgotten yet")
    #expect(unknown.map(\.clOrdID) == [Fixture.id("never")])
  }

  @Test func aReplacedOrderAnswersToBothItsIds() {
    let venue = VenueBench.quiet()
    _ = venue.place(venue.order("a", .buy, 1, at: 100))
    _ = venue.replace("a", by: "b", 2, at: 100)
    let byOld = venue.query("a")
    #expect(byOld.map(\.clOrdID) == [Fixture.id("b")])
    #expect(byOld.map(\.requestClOrdID) == [Fixture.id("a")])
    #expect(venue.query("b").map(\.requestClOrdID) == [ClOrdIDText()])
    _ = venue.replace("b", by: "c", 3, at: 100)
    #expect(venue.query("a").map(\.execType) == [.unknownOrder])
  }

  @Test func endedOrdersAreForgottenInTheOrderInWhichTheyEnded() {
    let venue = VenueBench.quiet { $0.endedOrdersKept = 4 }
    for index in 0..<6 {
      _ = venue.place(venue.order("n\(index)", .buy, 1, at: 100))
      _ = venue.cancel("n\(index)")
    }
    #expect(venue.query("n1").map(\.execType) == [.unknownOrder])
    #expect(venue.query("n1").map(\.reason) == [.archived], "it may have been there")
    #expect(venue.query("n2").map(\.execType) == [.orderStatus])
    #expect(venue.query("n5").map(\.execType) == [.orderStatus])
  }

  @Test func whoAsksForTradesThatAreNoLongerListedIsToldSo() throws {
    let venue = VenueBench.recorded(bids: [(90, 5)], asks: (0..<9).map { (100 + Double($0) / 100, 0.1) }) {
      $0.tradesKept = 4
    }
    _ = venue.place(venue.order("sweep", .buy, 0.9, at: 110))
    for (after, first, isForgotten) in [
      (UInt64(0), UInt64(6), true), (4, 6, true), (5, 6, false), (7, 8, false),
    ] {
      let sent = try #require(account(venue, [.trades], after: after))
      let block = try #require(sent.decoded(AccountState.self))
      #expect(block.parts.contains(.tradesForgotten) == isForgotten && block.tradeSequence == 9)
      let found = sent.read { message -> UInt64? in
        guard case .accountState(let view) = copy message else { return nil }
        return view.trade(0).tradeSequence
      }
      #expect(found == first)
    }
    let end = try #require(account(venue, [.trades], after: 9)?.decoded(AccountState.self))
    #expect(!end.parts.contains(.tradesForgotten))
  }

  @Test func anAccountShowsWhatWasAskedFor() throws {
    let venue = VenueBench.recorded(bids: [(99, 5)], asks: [(101, 5)])
    _ = venue.place(venue.order("done", .buy, 1, at: 101))
    _ = venue.place(venue.order("open", .buy, 2, at: 99))
    let everything = try #require(account(venue, [.balances, .positions, .openOrders, .trades]))
    let block = try #require(everything.decoded(AccountState.self))
    #expect(block.parts == [.balances, .positions, .openOrders, .trades])
    #expect(block.tradeSequence == 1)
    #expect(block.reportSequence == 1 << 40 | 3)
    everything.read { message in
      guard case .accountState(let view) = copy message else { return }
      // 101 and 5 bp of it are paid, 198 and 5 bp of it are held.
      #expect(view.balancesCount == 2)
      #expect(view.balance(1).total == 10_000_000_000_000 - 10_100_000_000 - 5_050_000)
      #expect(view.balance(1).locked == 19_800_000_000 + 9_900_000)
      #expect(view.position(0).position == Fixture.quantity(1))
      #expect(view.openOrdersCount == 1)
      #expect(view.openOrder(0).clOrdID == Fixture.id("open"))
      #expect(view.tradesCount == 1)
      #expect(view.trade(0).fee == 5_050_000)
      #expect(view.trade(0).tradeSequence == 1)
    }
    let balances = try #require(account(venue, [.balances]))
    #expect(balances.decoded(AccountState.self)?.tradeSequence == 1)
    balances.read { message in
      guard case .accountState(let view) = copy message else { return }
      #expect(view.tradesCount == 0 && view.openOrdersCount == 0 && view.positionsCount == 0)
    }
  }

  @Test func tradesComeInPagesWithoutAHole() throws {
    let venue = VenueBench.recorded(bids: [(90, 5)], asks: (0..<450).map { (100 + Double($0) / 100, 0.1) })
    _ = venue.place(venue.order("sweep", .buy, 45, at: 110))
    var sequences: [UInt64] = []
    var after: UInt64 = 0
    for page in 1...3 {
      let sent = try #require(account(venue, [.trades], after: after))
      #expect(sent.frame.count <= FrameWriter.maxFrame)
      let block = try #require(sent.decoded(AccountState.self))
      #expect(block.parts.contains(.more) == (page < 3))
      sequences += sent.read { message -> [UInt64] in
        guard case .accountState(let view) = copy message else { return [] }
        return (0..<view.tradesCount).map { view.trade($0).tradeSequence }
      }
      after = block.tradeSequence
    }
    #expect(sequences == Array(1...450))
    let end = try #require(account(venue, [.trades], after: after))
    #expect(end.decoded(AccountState.self)?.tradeSequence == 450)
    let beyond = try #require(account(venue, [.trades], after: .max - 1))
    #expect(beyond.decoded(AccountState.self)?.tradeSequence == 450)
  }

  @Test func anOperatorsQueryDoesNotTakeTheReportsAway() throws {
    let venue = VenueBench.quiet()
    let stranger = Peer(component: 0, link: .control, route: 77)
    _ = try #require(account(venue, [.openOrders], from: stranger))
    venue.send(venue.order("a", .buy, 1, at: 100))
    venue.end()
    let turn = venue.run(2 * VenueBench.latency)
    #expect(turn.all(VenueReport.self, to: .reply(VenueBench.executor)).count == 1)
    #expect(turn.all(VenueReport.self, to: .reply(stranger)).isEmpty)
  }

  @Test func theFullestAccountFitsInOneMessage() throws {
    let venue = VenueBench.recorded(bids: [(90, 5)], asks: (0..<300).map { (100 + Double($0) / 100, 0.1) }) {
      $0.maxOpenOrders = 256
      $0.instruments = (1...512).compactMap(Fixture.instrument(number:))
    }
    _ = venue.place(venue.order("sweep", .buy, 30, at: 110))
    for index in 0..<256 {
      venue.send(venue.order("n\(index)", .buy, 0.1, at: 80))
      venue.end()
    }
    venue.run(3 * VenueBench.latency)
    #expect(venue.core.openOrders(account: 1).count == 256)
    let full = try #require(account(venue, [.balances, .positions, .openOrders, .trades]))
    #expect(full.frame.count <= FrameWriter.maxFrame)
    full.read { message in
      guard case .accountState(let view) = copy message else { return }
      #expect(view.openOrdersCount == 256 && view.positionsCount == 512 && view.tradesCount == 200)
    }
  }
}

extension Fixture {
  static func instrument(number: Int) -> Instrument? {
    guard number > 1 else { return instrument }
    do {
      return try Instrument(
        number: UInt32(number), name: InstrumentName("N\(number).SIM"), base: btc, quote: usdt,
        tickSize: instrument.tickSize, lotSize: instrument.lotSize)
    } catch { preconditionFailure("\(error)") }
  }
}
