import ActorKit
import CoreTestKit
import SignalGenerator
import Strategies
import Testing
import Wire

/// Quotes are pulled once when something they rest on ends, and come back when it does.
@Suite struct PullTests {
  typealias Bench = SignalBench<BuiltInStrategies>

  /// Breaks something, expects one pull and no second, mends it, expects quotes again.
  private func expectPull(
    _ reason: String, _ place: SourceLocation = #_sourceLocation, break spoil: (Bench) throws -> Void,
    mend: (Bench) throws -> Void
  ) throws {
    let bench = try Bench([glft()])
    #expect(bench.ready().signals().last?.bids.count == 1, sourceLocation: place)
    let before = bench.counter("pulls.\(reason)") ?? 0
    try spoil(bench)
    let pulled = bench.bench.conclude().signals()
    #expect(pulled.map(\.bids.count) == [0] && pulled.map(\.asks.count) == [0], sourceLocation: place)
    #expect(bench.counter("pulls.\(reason)") == before + 1, sourceLocation: place)
    bench.top(9_998, 9_999)
    bench.metrics(mid: 9_998.5)
    #expect(bench.bench.conclude().signals().isEmpty, sourceLocation: place)
    try mend(bench)
    bench.metrics()
    #expect(bench.bench.conclude().signals().map(\.bids.count) == [1], sourceLocation: place)
  }

  @Test(arguments: [SessionCode.startup, .ready, .failsafe, .shutdown])
  func withoutASessionThatTrades(state: SessionCode) throws {
    try expectPull("session", break: { $0.session(state) }, mend: { $0.session(.live) })
  }

  @Test func aDegradedSessionStillQuotes() throws {
    let bench = try Bench([glft()])
    bench.ready()
    bench.session(.degraded)
    bench.top(9_990, 9_991)
    #expect(bench.bench.conclude().signals().map(\.bids.count) == [1])
  }

  @Test(arguments: [
    (FeedState.stale, "dataStale"), (.ended, "dataStale"), (.suspect, "dataSuspect"),
    (.syncing, "dataMissing"),
  ])
  func whenTheDataCannotBeTrusted(state: FeedState, reason: String) throws {
    try expectPull(reason, break: { $0.status(state) }, mend: { $0.status(.live) })
  }

  @Test func whenAStatusMayHaveBeenMissed() throws {
    let topic = try #require(Topic("market", "status", "BTCUSDT", "SIM"))
    try expectPull(
      "dataMissing", break: { $0.bench.deliver(.streamGap(sender: 2, topic: topic)) },
      mend: { $0.status(.live) })
  }

  @Test func whenTheFeedIsNotHeard() throws {
    try expectPull(
      "dataStale", break: { $0.bench.deliver(.peerSuspect(component: 2)) },
      mend: { $0.bench.deliver(.peerHeard(component: 2, epoch: 1)) })
  }

  @Test func whenTheFeedBeganAnew() throws {
    try expectPull(
      "dataMissing", break: { $0.bench.deliver(.streamRestarted(sender: 2)) },
      mend: {
        $0.status(.live)
        $0.top(9_999.5, 10_000.5)
      })
  }

  @Test func whenTheExecutorIsNotHeard() throws {
    try expectPull(
      "executorSilent", break: { $0.bench.deliver(.peerSilent(component: 5)) },
      mend: { $0.bench.deliver(.peerHeard(component: 5, epoch: 1)) })
  }

  @Test func whenThePositionIsNotKnown() throws {
    let topic = try #require(Topic("execution", "position", "1", "BTCUSDT", "SIM"))
    try expectPull(
      "positionUnknown", break: { $0.bench.deliver(.streamGap(sender: 5, topic: topic)) },
      mend: { $0.position(0) })
    try expectPull(
      "positionUnknown", break: { $0.bench.deliver(.streamRestarted(sender: 5)) },
      mend: { $0.position(0) })
  }

  @Test func aSideOfTheBestQuoteMissingPullsTheReference() throws {
    let bench = try Bench([glft()])
    bench.ready()
    bench.bench.advance(nanos: 1)
    bench.top(9_999.5, nil)
    #expect(bench.bench.conclude().signals().map(\.bids.count) == [0])
    #expect(bench.counter("pulls.dataMissing") == 1)
  }

  @Test func whatAnEarlierIncarnationMayHaveLeftIsPulledFirst() throws {
    let bench = try Bench([glft()])
    let signals = bench.bench.conclude().signals()
    #expect(signals.map(\.bids.count) == [0])
    #expect(bench.bench.conclude().signals().isEmpty)
    #expect(bench.counter("pulls.session") == 1)
  }

  @Test func quotesComeBackWithoutNewDataWhenTheSessionDoes() throws {
    let bench = try Bench([glft()])
    bench.ready()
    bench.session(.ready)
    bench.bench.conclude()
    bench.session(.live)
    #expect(bench.bench.conclude().signals().map(\.bids.count) == [1])
  }

  @Test func positionsOfOthersAreRefused() throws {
    let bench = try Bench([glft()])
    bench.session(.live)
    bench.status(.live)
    bench.top(9_999.5, 10_000.5)
    bench.metrics()
    bench.position(0, account: 9)
    bench.position(0, from: Peer(component: 4, link: .stream))
    bench.position(0, from: Peer(component: 5, link: .control))
    bench.bench.conclude()
    #expect(bench.counter("unknown") == 1)
    #expect(bench.counter("unexpected") == 2)
    #expect(bench.counter("signals") == 0)
  }

  @Test func itIsReadyWhenFeedAndExecutorHaveSpoken() throws {
    let bench = try Bench([glft()])
    bench.bench.conclude()
    #expect(bench.bench.core.state == .starting)
    bench.status(.syncing)
    bench.bench.conclude()
    #expect(bench.bench.core.state == .starting)
    bench.position(0)
    bench.bench.conclude()
    #expect(bench.bench.core.state == .ready)
    bench.session(.live)
    bench.bench.conclude()
    #expect(bench.bench.core.state == .live)
    bench.session(.shutdown)
    #expect(bench.bench.core.state == .finished)
  }
}
