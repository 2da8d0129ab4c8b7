import ActorKit
import CoreTestKit
import Testing
import Trading
import VenueSimulator
import Wire

/// States, the connector's health, and coming back from the journal.
@Suite struct LifeTests {
  @Test func aRecordedMarketWaitsForItsSourceAndTheSession() {
    let venue = VenueBench(Fixture.configuration(.replay), clockRuns: false)
    let topic = Effects.Destination.topic(1)
    #expect(venue.core.topics.map(\.description) == ["venue.market.BTCUSDT.SIM.", "colony.connector.6."])
    #expect(venue.core.state == .starting)
    #expect(venue.everything.compactMap { $0.decoded(ConnectorHealth.self)?.state } == [.down])
    venue.bench.deliver(.sourceReady(firstMarketNanos: 123))
    let waiting = venue.end().all(ConnectorHealth.self, to: topic)
    #expect(waiting.map(\.state) == [.waiting])
    #expect(waiting.first?.firstMarketNanos == 123)
    #expect(venue.core.state == .ready)
    venue.startClock()
    #expect(venue.end().all(ConnectorHealth.self, to: topic).map(\.state) == [.up])
    #expect(venue.core.state == .live)
    venue.bench.deliver(.sourceEnded)
    #expect(venue.end().all(ConnectorHealth.self, to: topic).map(\.state) == [.endOfData])
    let since = venue.run(3_000_000_000).all(ConnectorHealth.self, to: topic)
    #expect(since.count == 3)
    #expect(Set(since.map(\.sinceNanos)).count == 1)
  }

  /// A feed that has subscribed after the first report would wait for the next, and the session for the feed.
  @Test func whileItsClockStandsAVenueTellsItsHealthSoonAgainAndThenNoMoreThanFourTimesASecond() {
    let venue = VenueBench(Fixture.configuration(.replay), clockRuns: false)
    venue.bench.deliver(.sourceReady(firstMarketNanos: 123))
    venue.end()
    #expect(venue.run(180_000_000).all(ConnectorHealth.self).count == 3)
    let later = venue.run(2_000_000_000).all(ConnectorHealth.self).count
    #expect((7...9).contains(later))
  }

  @Test func inShutdownItIsFinishedOnceNothingIsOpen() {
    let venue = VenueBench.quiet()
    _ = venue.place(venue.order("a", .buy, 1, at: 100))
    let session = SessionState(
      revision: 2, state: .shutdown, cause: .duration, permit: .cancel, halted: 0, degradations: 0,
      interruptions: 0, sinceNanos: 1, marketStartNanos: 1, wallStartNanos: 1, speedMilli: 1_000)
    venue.bench.deliver(from: Peer(component: 1, link: .stream)) { session.encode(into: &$0) }
    venue.end()
    #expect(venue.core.state == .live)
    _ = venue.cancel("a")
    #expect(venue.core.state == .finished)
  }

  /// A session with every kind of fact in it.
  private func eventful() -> VenueBench {
    let venue = VenueBench.recorded(bids: [(99, 5), (98, 10)], asks: [(101, 5), (102, 10)])
    _ = venue.place(venue.order("taken", .buy, 6, at: 102))
    _ = venue.place(venue.order("rest", .buy, 3, at: 99))
    _ = venue.market(.trade, trade: (99, 6, .sell))
    _ = venue.replace("rest", by: "rest2", 2.5, at: 99)
    _ = venue.place(venue.order("gone", .sell, 1, at: 105))
    _ = venue.cancel("gone")
    _ = venue.place(venue.order("ioc", .sell, 1, at: 100, .immediateOrCancel))
    _ = venue.place(venue.order("ask", .sell, 1, at: 104, account: 2), from: VenueBench.secondExecutor)
    let deadMan = CancelAll(
      account: 2, requestNanos: venue.bench.now.wall, afterSilenceNanos: 10_000_000_000, conditions: [])
    venue.bench.deliver(from: VenueBench.secondExecutor) { deadMan.encode(into: &$0) }
    venue.settle()
    return venue
  }

  @Test func theJournalRebuildsTheVenueExactly() throws {
    let venue = eventful()
    let rebuilt = try venue.bench.rebuilt(on: VenueSimulator(venue.core.configuration))
    #expect(CoreBench.savedState(of: rebuilt) == venue.bench.savedState)
    for account: UInt16 in [1, 2] {
      #expect(rebuilt.trades(account: account) == venue.core.trades(account: account))
      #expect(rebuilt.openOrders(account: account) == venue.core.openOrders(account: account))
      for currency in [Fixture.usdt, Fixture.btc] {
        let (left, right) = (
          rebuilt.balance(account: account, currency: currency),
          venue.core.balance(account: account, currency: currency)
        )
        #expect(left?.total == right?.total && left?.locked == right?.locked)
      }
    }
    #expect(rebuilt.trades(account: 1).count == 3)
  }

  @Test func aSavedStateRestoresExactly() throws {
    let venue = eventful()
    var restored = VenueSimulator(venue.core.configuration)
    var reader = SnapshotReader(venue.bench.savedState)
    try restored.restore(from: &reader)
    try reader.finish()
    #expect(CoreBench.savedState(of: restored) == venue.bench.savedState)
    #expect(
      restored.balance(account: 1, currency: Fixture.usdt)?.locked
        == venue.core.balance(account: 1, currency: Fixture.usdt)?.locked)
  }

  @Test func aDamagedStateIsRefusedWithoutATrap() {
    let good = eventful().bench.savedState
    for length in stride(from: 0, to: good.count, by: 7) {
      var venue = VenueSimulator(Fixture.configuration(.replay))
      var reader = SnapshotReader(Array(good[..<length]))
      #expect(throws: RestoreError.self) { try venue.restore(from: &reader) }
    }
    var random = SplitMix64(seed: 5)
    for _ in 0..<300 {
      var bytes = good
      bytes[Int(random.below(UInt64(bytes.count)))] ^= UInt8(1 + random.below(255))
      var venue = VenueSimulator(Fixture.configuration(.replay))
      var reader = SnapshotReader(bytes)
      // Whatever it makes of it, it lives: either it refuses or it holds a state.
      do throws(RestoreError) { try venue.restore(from: &reader) } catch { continue }
    }
  }

  @Test func afterARestartOpenOrdersWaitForTheRecordingAndGoOn() throws {
    let venue = VenueBench.recorded(bids: [(99, 5)], asks: [(101, 5)])
    let first = venue.bench.now.market
    _ = venue.place(venue.order("a", .buy, 2, at: 99))
    venue.run(2_000_000_000)
    let next = VenueBench(restarting: venue, epoch: 2)
    next.bench.deliver(.sourceReady(firstMarketNanos: first))
    let restart = next.bench.now.market
    // The source begins again; what is past does not fill the order a second time, nor take new ones.
    #expect(next.market(.snapshot, bids: [(99, 3)], asks: [(101, 5)], at: first).isEmpty)
    #expect(next.market(.trade, trade: (90, 9, .sell), at: first + 1).isEmpty)
    #expect(next.place(next.order("b", .buy, 1, at: 99)).map(\.reason) == [.marketClosed])
    #expect(next.market(.trade, trade: (99, 1, .sell), at: restart).isEmpty)
    // It stands behind the three that are displayed now.
    #expect(
      next.market(.trade, trade: (99, 4, .sell)).map(\.gist) == [
        "a trade 1000@9900 partiallyFilled 1000/1000"
      ])
    #expect(next.place(next.order("b", .buy, 1, at: 99)).map(\.reason) == [.none])
    #expect(next.cancel("a").map(\.gist) == ["a canceled canceled 1000/0"])
  }

  @Test func reportNumbersAndTradeIdsRiseOverARestart() throws {
    let venue = VenueBench.recorded(bids: [(99, 5)], asks: [(101, 5)])
    let before = venue.place(venue.order("a", .buy, 2, at: 101))
    let next = VenueBench(restarting: venue, epoch: 2)
    next.bench.deliver(.sourceReady(firstMarketNanos: nil))
    next.market(.snapshot, bids: [(99, 5)], asks: [(101, 5)])
    let after = next.place(next.order("b", .buy, 2, at: 101))
    #expect(before.map(\.reportSequence) == [1 << 40 | 1, 1 << 40 | 2])
    #expect(after.map(\.reportSequence) == [2 << 40 | 1, 2 << 40 | 2])
    #expect(before.last?.execLow == 1 && after.last?.execLow == 2)
    #expect(after.last?.venueOrderId == 2)
  }

  @Test func aFillAfterARestartWaitsForTheExecutorToCall() throws {
    let venue = VenueBench.recorded(bids: [(99, 5)], asks: [(101, 5)])
    _ = venue.place(venue.order("a", .buy, 2, at: 99))
    let next = VenueBench(restarting: venue, epoch: 2)
    next.bench.deliver(.sourceReady(firstMarketNanos: nil))
    next.market(.snapshot, bids: [(99, 5)], asks: [(101, 5)])
    #expect(next.market(.trade, trade: (98, 1, .sell)).isEmpty)
    #expect(next.counter("reportsUnaddressed") == 1)
    #expect(next.query("a").map(\.gist) == ["a orderStatus partiallyFilled 1000/1000"])
    #expect(next.market(.trade, trade: (98, 1, .sell)).map(\.ordStatus) == [.filled])
  }
}

extension VenueBench {
  /// The venue died and came back with its journal.
  convenience init(restarting old: VenueBench, epoch: UInt32) {
    let start = Instant.testStart
    self.init(old.core.configuration, epoch: epoch, clockRuns: false)
    do { bench = try old.bench.restarted(on: VenueSimulator(old.core.configuration)) } catch {
      preconditionFailure("the journal cannot be read: \(error)")
    }
    bench.start(epoch: epoch)
    let session = SessionState(
      revision: 9, state: .live, cause: .none, permit: .open, halted: 0, degradations: 0, interruptions: 0,
      sinceNanos: bench.now.wall, marketStartNanos: start.market, wallStartNanos: start.wall,
      speedMilli: 1_000)
    bench.deliver(from: Peer(component: 1, link: .stream)) { session.encode(into: &$0) }
    end()
  }
}
