import ActorKit
import CoreTestKit
import Testing
import Trading
import VenueSimulator
import Wire

/// Reduce-only orders close and never open; of a pair one takes from the other what it fills.
@Suite struct ReduceOnlyTests {
  private func long(_ change: (inout VenueSimulator.Configuration) -> Void = { _ in }) -> VenueBench {
    let venue = VenueBench.recorded(bids: [(99, 50)], asks: [(101, 50)], change)
    _ = venue.place(venue.order("open", .buy, 10, at: 101, .immediateOrCancel))
    return venue
  }

  private func target(_ venue: VenueBench, _ id: String, _ quantity: Double, at price: Double) -> NewOrder {
    venue.order(id, .sell, quantity, at: price, .goodTillCancel, .reduceOnly)
  }

  private func stop(_ venue: VenueBench, _ id: String, _ quantity: Double, at price: Double) -> NewOrder {
    var stop = venue.stop(id, .sell, quantity, at: price)
    stop.execInst = .reduceOnly
    return stop
  }

  private func position(_ venue: VenueBench) -> Int64? {
    venue.core.position(account: 1, instrument: 1).map { $0.raw / 100_000 }
  }

  @Test func withNothingToReduceItIsRefused() {
    let venue = VenueBench.recorded(bids: [(99, 50)], asks: [(101, 50)])
    #expect(venue.place(target(venue, "t", 1, at: 102)).map(\.reason) == [.reduceOnlyWouldOpen])
    #expect(venue.place(stop(venue, "s", 1, at: 98)).map(\.reason) == [.reduceOnlyWouldOpen])
  }

  @Test func targetAndStopTogetherCloseOnce() {
    let venue = long()
    _ = venue.place(stop(venue, "s", 10, at: 98))
    _ = venue.place(target(venue, "t", 10, at: 102))
    #expect(
      venue.market(.trade, trade: (103, 100, .buy)).map(\.gist) == [
        "t trade 10000@10200 filled 10000/0", "s expired expired 0/0 reduceOnlyWouldOpen",
      ])
    #expect(venue.market(.trade, trade: (97, 100, .sell)).isEmpty)
    #expect(position(venue) == 0)
  }

  @Test func targetsThatAddUpToMoreThanThePositionCloseOnlyIt() {
    let venue = long()
    _ = venue.place(target(venue, "a", 7, at: 102))
    _ = venue.place(target(venue, "b", 7, at: 103))
    _ = venue.place(target(venue, "c", 7, at: 104))
    #expect(
      venue.market(.trade, trade: (105, 100, .buy)).map(\.gist) == [
        "a trade 7000@10200 filled 7000/0", "b trade 3000@10300 partiallyFilled 3000/4000",
        "b expired expired 3000/0 reduceOnlyWouldOpen", "c expired expired 0/0 reduceOnlyWouldOpen",
      ])
    #expect(position(venue) == 0)
  }

  @Test func whatOtherOrdersCloseIsGoneForThem() {
    let venue = long()
    _ = venue.place(target(venue, "t", 10, at: 102))
    _ = venue.place(venue.order("hand", .sell, 6, at: 99, .immediateOrCancel))
    #expect(
      venue.market(.trade, trade: (102.5, 100, .buy)).map(\.gist) == [
        "t trade 4000@10200 partiallyFilled 4000/6000", "t expired expired 4000/0 reduceOnlyWouldOpen",
      ])
    #expect(position(venue) == 0)
  }

  @Test func whatCrossesTakesOnlyThePosition() {
    let venue = long()
    #expect(
      venue.place(target(venue, "t", 15, at: 99)).map(\.gist) == [
        "t new new 0/15000", "t trade 10000@9900 partiallyFilled 10000/5000",
        "t expired expired 10000/0 reduceOnlyWouldOpen",
      ])
    #expect(position(venue) == 0)
  }

  @Test func anotherAccountIsOnlySoldWhatItMay() {
    let venue = VenueBench.quiet()
    _ = venue.place(venue.order("b", .buy, 5, at: 100))
    _ = venue.place(
      venue.order("other", .sell, 3, at: 100, account: 2, .immediateOrCancel), from: VenueBench.secondExecutor
    )
    _ = venue.cancel("b")
    _ = venue.place(target(venue, "a", 2, at: 100))
    _ = venue.place(target(venue, "b2", 2, at: 100))
    _ = venue.place(venue.order("plain", .sell, 2, at: 100.1))
    let taken = venue.place(
      venue.order("take", .buy, 6, at: 100.1, account: 2), from: VenueBench.secondExecutor)
    #expect(
      taken.filter { $0.account == 2 }.map(\.gist) == [
        "take new new 0/6000", "take trade 2000@10000 partiallyFilled 2000/4000",
        "take trade 1000@10000 partiallyFilled 3000/3000", "take trade 2000@10010 partiallyFilled 5000/1000",
      ])
    #expect(position(venue) == -2_000, "what was no reduce-only order opened")
  }

  @Test func aVenueWithoutReduceOnlyRefusesIt() {
    let venue = long { $0.capabilities.execInsts.remove(.reduceOnly) }
    #expect(venue.place(target(venue, "t", 1, at: 102)).map(\.reason) == [.malformed])
  }

  @Test func aReduceOnlyOrderNeverDoesMoreAfterARestart() {
    let venue = long()
    _ = venue.place(target(venue, "t", 10, at: 102))
    _ = venue.place(target(venue, "u", 10, at: 103))
    let next = VenueBench(restarting: venue, epoch: 2)
    next.bench.deliver(.sourceReady(firstMarketNanos: nil))
    _ = next.market(.snapshot, bids: [(99, 5)], asks: [(101, 5)])
    _ = next.market(.trade, trade: (105, 100, .buy))
    #expect(position(next) == 0)
    #expect(next.core.openOrders(account: 1).isEmpty)
  }
}

/// A stop and a target linked by the venue.
@Suite struct PairTests {
  private func long(_ change: (inout VenueSimulator.Configuration) -> Void = { _ in }) -> VenueBench {
    let venue = VenueBench.recorded(bids: [(99, 50), (97, 50)], asks: [(101, 50)]) {
      $0.capabilities.orderLists.insert(.pair)
      $0.capabilities.execInsts.remove(.reduceOnly)
      change(&$0)
    }
    _ = venue.place(venue.order("open", .buy, 10, at: 101, .immediateOrCancel))
    return venue
  }

  private func linked(_ order: NewOrder, to id: String) -> NewOrder {
    var linked = order
    linked.linkedClOrdID = Fixture.id(id)
    return linked
  }

  private func paired(_ venue: VenueBench) {
    _ = venue.place(venue.stop("s", .sell, 10, at: 98))
    let target = linked(venue.order("t", .sell, 10, at: 102), to: "s")
    #expect(venue.place(target).map(\.execType) == [.new])
  }

  @Test func whatTheTargetFillsIsTakenFromTheStop() {
    let venue = long()
    paired(venue)
    _ = venue.market(.trade, trade: (103, 4, .buy))
    let filled = 10_000 - (venue.core.position(account: 1, instrument: 1)?.raw ?? 0) / 100_000
    #expect(venue.query("s").map(\.leavesQuantity) == [(10_000 - filled) * 100_000])
    _ = venue.market(.trade, trade: (97.5, 100, .sell))
    #expect(venue.core.position(account: 1, instrument: 1)?.raw == 0)
    #expect(venue.core.openOrders(account: 1).isEmpty)
  }

  @Test func theStopTakesTheTargetAway() {
    let venue = long()
    paired(venue)
    #expect(
      venue.market(.trade, trade: (98, 1, .sell)).map(\.gist) == [
        "s triggered triggered 0/10000", "s trade 10000@9900 filled 10000/0", "t canceled canceled 0/0",
      ])
  }

  @Test func whatCannotBeLinkedIsRefused() {
    let venue = long()
    func reason(_ order: NewOrder, to id: String) -> [RejectReason] {
      venue.place(linked(order, to: id)).map(\.reason)
    }
    #expect(reason(venue.order("t", .sell, 10, at: 102), to: "none") == [.unknownOrder])
    _ = venue.place(venue.stop("s", .sell, 5, at: 98))
    #expect(reason(venue.order("t", .sell, 6, at: 102), to: "s") == [.malformed], "larger")
    #expect(reason(venue.order("t", .buy, 5, at: 90), to: "s") == [.unknownOrder], "the other side")
    #expect(reason(venue.stop("t", .sell, 5, at: 97), to: "s") == [.malformed], "two stops")
    #expect(reason(venue.order("t", .sell, 5, at: 102), to: "s") == [.none])
    #expect(reason(venue.order("u", .sell, 5, at: 102), to: "s") == [.malformed], "in a pair already")
    #expect(venue.replace("t", by: "v", 9, at: 103).map(\.reason) == [.malformed])
    let none = VenueBench.recorded(bids: [(99, 50)], asks: [(101, 50)])
    _ = none.place(none.stop("s", .sell, 5, at: 98))
    #expect(none.place(linked(none.order("t", .sell, 5, at: 102), to: "s")).map(\.reason) == [.malformed])
  }

  @Test func factsAndSnapshotRebuildPairsExactly() throws {
    let venue = long()
    paired(venue)
    _ = venue.market(.trade, trade: (103, 4, .buy))
    let rebuilt = try venue.bench.rebuilt(on: VenueSimulator(venue.core.configuration))
    #expect(CoreBench.savedState(of: rebuilt) == venue.bench.savedState)
    #expect(rebuilt.openOrders(account: 1) == venue.core.openOrders(account: 1))
    #expect(rebuilt.openOrders(account: 1).allSatisfy { $0.pairedWith != nil })
    var restored = VenueSimulator(venue.core.configuration)
    var reader = SnapshotReader(venue.bench.savedState)
    try restored.restore(from: &reader)
    try reader.finish()
    #expect(restored.openOrders(account: 1) == venue.core.openOrders(account: 1))
  }
}
