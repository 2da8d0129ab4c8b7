import ActorKit
import CoreTestKit
import Testing
import Trading
import VenueSimulator
import Wire

/// Our orders among themselves in a synthetic market where nobody else is near.
@Suite struct MatchingTests {
  @Test func theBetterPriceGoesFirstThenTheOlderOrder() {
    let venue = VenueBench.quiet()
    _ = venue.place(venue.order("low", .buy, 1, at: 99.90))
    _ = venue.place(venue.order("first", .buy, 1, at: 100))
    _ = venue.place(venue.order("second", .buy, 1, at: 100))
    let reports = venue.place(
      venue.order("take", .sell, 2.5, at: 99.90, account: 2), from: VenueBench.secondExecutor)
    #expect(
      reports.filter { $0.account == 1 }.map(\.gist) == [
        "first trade 1000@10000 filled 1000/0", "second trade 1000@10000 filled 1000/0",
        "low trade 500@9990 partiallyFilled 500/500",
      ])
    #expect(
      reports.filter { $0.account == 2 }.map(\.gist) == [
        "take new new 0/2500", "take trade 1000@10000 partiallyFilled 1000/1500",
        "take trade 1000@10000 partiallyFilled 2000/500", "take trade 500@9990 filled 2500/0",
      ])
  }

  @Test func aPartialFillRestsWithTheRest() {
    let venue = VenueBench.quiet()
    _ = venue.place(venue.order("rest", .sell, 0.4, at: 100))
    let taken = venue.place(
      venue.order("take", .buy, 1, at: 100, account: 2), from: VenueBench.secondExecutor)
    #expect(taken.last { $0.account == 2 }?.gist == "take trade 400@10000 partiallyFilled 400/600")
    #expect(venue.core.openOrders(account: 2).map(\.leavesQuantity.raw) == [Fixture.quantity(0.6)])
    let back = venue.place(venue.order("back", .sell, 0.6, at: 99.99))
    #expect(back.last { $0.account == 1 }?.gist == "back trade 600@10000 filled 600/0")
  }

  @Test func immediateOrCancelExpiresWithWhatIsLeft() {
    let venue = VenueBench.quiet()
    _ = venue.place(venue.order("rest", .sell, 0.4, at: 100))
    let taken = venue.place(
      venue.order("take", .buy, 1, at: 100, account: 2, .immediateOrCancel), from: VenueBench.secondExecutor)
    #expect(
      taken.filter { $0.account == 2 }.map(\.gist) == [
        "take new new 0/1000", "take trade 400@10000 partiallyFilled 400/600", "take expired expired 400/0",
      ])
    #expect(venue.core.openOrders(account: 2).isEmpty)
  }

  @Test func fillOrKillTakesAllOrNothing() {
    let venue = VenueBench.quiet()
    _ = venue.place(venue.order("rest", .sell, 0.4, at: 100))
    let refused = venue.place(venue.order("all", .buy, 0.5, at: 100, .fillOrKill))
    #expect(refused.map(\.gist) == ["all rejected rejected 0/0 fillOrKillNotFillable"])
    let taken = venue.place(
      venue.order("some", .buy, 0.4, at: 100, account: 2, .fillOrKill), from: VenueBench.secondExecutor)
    #expect(taken.last { $0.account == 2 }?.gist == "some trade 400@10000 filled 400/0")
  }

  @Test func postOnlyRefusesToTakeAndRestsOtherwise() {
    let venue = VenueBench.quiet()
    _ = venue.place(venue.order("rest", .sell, 1, at: 100))
    let refused = venue.place(venue.order("cross", .buy, 1, at: 100, .goodTillCancel, .postOnly))
    #expect(refused.map(\.gist) == ["cross rejected rejected 0/0 postOnlyWouldTake"])
    #expect(venue.counter("rejected.postOnlyWouldTake") == 1)
    let rested = venue.place(venue.order("behind", .buy, 1, at: 99.99, .goodTillCancel, .postOnly))
    #expect(rested.map(\.gist) == ["behind new new 0/1000"])
    let nonsense = venue.place(venue.order("both", .buy, 1, at: 99, .immediateOrCancel, .postOnly))
    #expect(nonsense.map(\.reason) == [.malformed])
  }

  @Test func aMarketOrderTakesTheBestAndExpiresWithTheRest() {
    let venue = VenueBench.recorded(bids: [(99, 1)], asks: [(100, 1), (101, 2)])
    let reports = venue.place(venue.order("market", .buy, 4, at: nil))
    #expect(
      reports.map(\.gist) == [
        "market new new 0/4000", "market trade 1000@10000 partiallyFilled 1000/3000",
        "market trade 2000@10100 partiallyFilled 3000/1000", "market expired expired 3000/0 noLiquidity",
      ])
    #expect(reports.first?.price == nil)
    let nothing = venue.place(venue.order("none", .buy, 1, at: nil))
    #expect(nothing.map(\.reason) == [.noLiquidity])
  }

  @Test func aReplaceKeepsItsPlaceOnlyWhenTheQuantityFalls() {
    let venue = VenueBench.quiet()
    _ = venue.place(venue.order("a", .buy, 1, at: 100))
    _ = venue.place(venue.order("b", .buy, 1, at: 100))
    #expect(venue.replace("a", by: "a2", 0.5, at: 100).map(\.gist) == ["a2 replaced new 0/500"])
    _ = venue.replace("b", by: "b2", 2, at: 100)
    _ = venue.place(venue.order("c", .buy, 1, at: 100))
    _ = venue.replace("a2", by: "a3", 0.6, at: 100)
    let reports = venue.place(
      venue.order("take", .sell, 10, at: 100, account: 2), from: VenueBench.secondExecutor)
    #expect(
      reports.filter { $0.account == 1 }.map(\.gist) == [
        "b2 trade 2000@10000 filled 2000/0", "c trade 1000@10000 filled 1000/0",
        "a3 trade 600@10000 filled 600/0",
      ])
  }

  @Test func aReplaceBelowWhatIsFilledEndsTheOrderAsFilled() {
    let venue = VenueBench.quiet()
    _ = venue.place(venue.order("a", .buy, 1, at: 100))
    _ = venue.place(
      venue.order("take", .sell, 0.75, at: 100, account: 2), from: VenueBench.secondExecutor)
    #expect(venue.replace("a", by: "a2", 0.7, at: 100).map(\.gist) == ["a2 replaced filled 750/0"])
    #expect(venue.core.openOrders(account: 1).isEmpty)
    #expect(venue.core.balance(account: 1, currency: Fixture.usdt)?.locked == .zero)
  }

  @Test func aReplaceThatCrossesTakes() {
    let venue = VenueBench.quiet()
    _ = venue.place(venue.order("ask", .sell, 1, at: 100.5, account: 2), from: VenueBench.secondExecutor)
    _ = venue.place(venue.order("bid", .buy, 1, at: 100))
    let reports = venue.replace("bid", by: "bid2", 1, at: 100.5).filter { $0.account == 1 }
    #expect(
      reports.map(\.gist) == ["bid2 replaced new 0/1000", "bid2 trade 1000@10050 filled 1000/0"])
    #expect(reports.last?.liquidity == .taker)
  }

  @Test func cancelSaysWhetherItCameInTime() {
    let venue = VenueBench.quiet()
    _ = venue.place(venue.order("a", .buy, 1, at: 100))
    let canceled = venue.cancel("a", as: "c1")
    #expect(canceled.map(\.gist) == ["a canceled canceled 0/0"])
    #expect(canceled.first?.requestClOrdID == Fixture.id("c1"))
    #expect(venue.cancel("a").map(\.gist) == ["a cancelRejected canceled 0/0 tooLateToCancel"])
    #expect(venue.cancel("never").map(\.reason) == [.unknownOrder])
    #expect(venue.cancel("a", account: 2).map(\.reason) == [.unknownOrder])
  }

  @Test func cancelAllEndsEverythingOfItsAccountOnly() {
    let venue = VenueBench.quiet()
    for id in ["a", "b", "c"] { _ = venue.place(venue.order(id, .buy, 1, at: 100)) }
    _ = venue.place(
      venue.order("other", .buy, 1, at: 100, account: 2), from: VenueBench.secondExecutor)
    let all = CancelAll(account: 1, requestNanos: venue.bench.now.wall, conditions: [])
    let operatorPeer = Peer(component: 0, link: .control, route: 99)
    venue.bench.deliver(from: operatorPeer) { all.encode(into: &$0) }
    venue.end()
    let turn = venue.run(2 * VenueBench.latency)
    #expect(turn.all(VenueReport.self, to: .reply(VenueBench.executor)).count == 3)
    #expect(venue.core.openOrders(account: 1).isEmpty)
    #expect(venue.core.openOrders(account: 2).count == 1)
  }

  @Test func aSilentExecutorsOrdersAreCancelled() {
    let venue = VenueBench.quiet()
    _ = venue.place(venue.order("a", .buy, 1, at: 100))
    let set = CancelAll(
      account: 1, requestNanos: venue.bench.now.wall, afterSilenceNanos: 3_000_000_000, conditions: [])
    venue.bench.deliver(from: VenueBench.executor) { set.encode(into: &$0) }
    venue.end()
    venue.run(2_900_000_000)
    #expect(venue.core.openOrders(account: 1).count == 1)
    #expect(venue.query("a").map(\.execType) == [.orderStatus])
    venue.run(2_900_000_000)
    #expect(venue.core.openOrders(account: 1).count == 1)
    let turn = venue.run(200_000_000)
    #expect(turn.all(VenueReport.self).map(\.execType) == [.canceled])
  }
}
