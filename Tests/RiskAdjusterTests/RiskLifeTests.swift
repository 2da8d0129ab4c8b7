import ActorKit
import CoreTestKit
import RiskAdjuster
import Testing
import Trading
import Wire

/// What is told when, over the life of a signal and of the process.
struct RiskLifeTests {
  private let quote = [RiskFixture.Level(10, "1")]

  @Test func aDecisionIsPublishedOnlyWhenVerdictOrCheckChanges() {
    let risk = RiskFixture()
    risk.ready()
    #expect(risk.decide(bids: quote).decisions.map(\.verdict) == [.accepted])
    #expect(risk.decide(bids: [.init(20, "1")]).decisions.isEmpty)
    #expect(risk.decide(bids: [.init(10, "6")]).decisions.map(\.check) == [.orderQuantity])
    #expect(risk.decide(bids: [.init(10, "7")]).decisions.isEmpty)
    #expect(risk.decide(bids: [.init(300, "7")]).decisions.map(\.check) == [.priceCollar])
    #expect(risk.counter("signals") == 5 && risk.counter("decisions") == 3)
    #expect(risk.counter("accepted") == 2 && risk.counter("reduced") == 2 && risk.counter("refused") == 1)
  }

  @Test func anExpiredSignalIsPulledOnce() {
    let risk = RiskFixture()
    risk.ready()
    #expect(risk.decide(bids: quote).bids.count == 1)
    risk.top("99.99", "100.01")
    let before = risk.bench.run(nanos: .nanosPerSecond - 1)
    #expect(before.all(TargetQuotes.self).isEmpty)
    let pulled = Outcome(risk.bench.run(nanos: 1))
    #expect(pulled.isPull && pulled.check == .expired)
    #expect(risk.bench.run(nanos: 10 * .nanosPerSecond).all(TargetQuotes.self).isEmpty)
    #expect(risk.counter("expired") == 1 && risk.counter("targets") == 2)
  }

  @Test func theFirstRefusalVoidsWhatAnEarlierIncarnationMayHaveLeft() {
    let risk = RiskFixture(limits: nil, epoch: 5)
    risk.ready()
    let first = risk.decide(bids: quote)
    #expect(first.isPull && first.targets[0].revision == 5 << 40 | 1)
    #expect(risk.decide(bids: quote).targets.isEmpty)
  }

  @Test func anEmptySignalPullsWhateverElseIsWrong() {
    let risk = RiskFixture()
    risk.ready()
    _ = risk.decide(bids: quote)
    risk.live(.failsafe, permit: .cancel, revision: 2)
    risk.signal(bids: [], lifeNanos: -1)
    #expect(Outcome(risk.bench.conclude()).isPull)
  }

  @Test func anOlderOrRepeatedSignalChangesNothing() {
    let risk = RiskFixture()
    risk.ready()
    risk.signal(bids: quote, revision: 9)
    risk.signal(bids: [.init(20, "1")], revision: 9)
    risk.signal(bids: [.init(30, "1")], revision: 8)
    #expect(Outcome(risk.bench.conclude()).bids == ["99.9 x 1"])
    #expect(risk.counter("dropped.late") == 2)
    // A new incarnation of the strategy's process begins anew.
    risk.signal(bids: [.init(40, "1")], revision: 1, epoch: 2)
    #expect(Outcome(risk.bench.conclude()).bids == ["99.6 x 1"])
  }

  @Test func onlyTheNewestSignalOfATurnIsDecidedOn() {
    let risk = RiskFixture()
    risk.ready()
    for offset in 10..<20 { risk.signal(bids: [.init(Double(offset), "1")]) }
    let outcome = Outcome(risk.bench.conclude())
    #expect(outcome.targets.count == 1 && outcome.bids == ["99.81 x 1"])
  }

  @Test func theAccountsStateIsToldEverySecond() {
    let risk = RiskFixture()
    risk.ready()
    // A jump is borne out by two further updates.
    for _ in 0..<3 { risk.market("49.99", "50.01") }
    risk.position("-3", workingAsk: "1")
    _ = risk.decide(bids: quote)
    let states = risk.bench.run(nanos: 3 * .nanosPerSecond).all(RiskState.self)
    #expect(states.count == 3)
    // Worst: 4 short at 50.
    #expect(states[0].grossNotional == money("200").raw && states[0].state == .normal)
    #expect(states[0].refused == 1 && states[0].halted == 0)
  }

  @Test func theStateIsAnsweredToWhoAsks() {
    let risk = RiskFixture()
    risk.ready()
    let peer = Peer(component: 9, link: .control, route: 4)
    let request = SnapshotRequest(
      envelope: Envelope(origin: 0, correlation: Correlation(high: 1, low: 2)),
      topic: Topic("risk", "state", "3")!.text)
    risk.bench.deliver(from: peer) { request.encode(into: &$0) }
    let answers = risk.bench.conclude().all(RiskState.self, to: .snapshot(topic: 0, peer))
    #expect(answers.count == 1 && answers[0].envelope.correlationLow == 2)
  }

  @Test func theComponentsStateFollowsItsInputs() {
    let risk = RiskFixture()
    #expect(risk.bench.core.state == .starting)
    risk.openSession()
    risk.bench.conclude()
    #expect(risk.bench.core.state == .starting)
    risk.report()
    risk.bench.conclude()
    #expect(risk.bench.core.state == .ready)
    risk.live()
    risk.market()
    _ = risk.decide(bids: quote)
    #expect(risk.bench.core.state == .live)
    risk.bench.deliver(.sessionClosed(component: RiskFixture.executor))
    risk.bench.conclude()
    #expect(risk.bench.core.state == .degraded)
    risk.openSession(executorEpoch: 2)
    risk.report()
    risk.bench.conclude()
    risk.live(.shutdown, permit: .cancel, revision: 2)
    #expect(risk.bench.core.state == .stopping)
    risk.bench.conclude()
    #expect(risk.bench.core.state == .finished)
  }

  @Test func messagesFromTheWrongPlaceAreCountedAndChangeNothing() {
    let risk = RiskFixture()
    risk.ready()
    risk.signal(bids: quote, link: .control)
    risk.positionRaw(quantity("9").raw, from: 8)
    risk.positionRaw(quantity("9").raw, account: 4)
    risk.positionRaw(quantity("9").raw, instrument: 99)
    risk.report(position: "9", from: 8)
    risk.top("1", "2", instrument: 99)
    #expect(risk.bench.conclude().all(TargetQuotes.self).isEmpty)
    #expect(risk.counter("dropped.unexpected") == 1 && risk.counter("dropped.wrongSender") == 2)
    #expect(risk.counter("dropped.wrongAccount") == 1 && risk.counter("dropped.unknownInstrument") == 2)
    #expect(risk.decide(bids: quote).verdict == .accepted)
  }

  @Test func signalsOfMoreStrategiesThanAreKeptAreDropped() {
    let risk = RiskFixture()
    risk.ready()
    for strategy in 1...UInt16(1_025) { risk.signal(bids: [], strategy: strategy) }
    risk.bench.conclude()
    #expect(risk.counter("dropped.tooMany") == 1 && risk.counter("accepted") == 1_024)
  }

  /// Whatever comes, in whatever order: nothing traps, and no target breaks the limits.
  @Test(arguments: 1...40 as ClosedRange<UInt64>)
  func anyMessageAtAnyTimeIsSurvived(_ seed: UInt64) {
    let risk = RiskFixture()
    risk.ready()
    var random = SplitMix64(seed: seed)
    let links: [Peer.Link] = [.stream, .link, .session, .control, .source]
    let extremes: [Int64] = [.min, .min + 1, -1, 0, 1, 500_000_000, .max - 1, .max]
    for step in 0..<300 {
      let template = Template.allCases[Int(random.below(UInt64(Template.allCases.count)))]
      let peer = Peer(component: UInt16(random.below(6)), link: links[Int(random.below(5))], route: 1)
      let sample = random.next()
      risk.bench.deliver(from: peer) { WireSamples.encode(template, seed: sample, into: &$0) }
      let extreme = extremes[Int(random.below(8))]
      if step % 11 == 0 { risk.positionRaw(extreme, workingBid: extremes[Int(random.below(8))]) }
      if step % 11 == 5 { risk.position("2", workingBid: "1") }
      let offset = step % 4 == 0 ? Double(bitPattern: random.next()) : Double(random.below(600)) - 300
      risk.signal(bids: [.init(offset, raw: extreme)], asks: [.init(abs(offset), "1")])
      if step % 7 == 0 { risk.bench.advance(nanos: 50 * .nanosPerMilli) }
      if step % 5 == 0 { risk.live(revision: UInt64(step) + 2, epoch: .max) }
      if step % 5 == 1 { risk.market() }
      guard step % 3 == 0 else { continue }
      for level in Outcome(risk.bench.conclude()).levels {
        #expect(level.quantity > 0 && level.quantity <= quantity("5").raw, "seed \(seed), step \(step)")
        #expect(level.quantity % quantity("0.001").raw == 0, "seed \(seed), step \(step)")
        #expect(level.price >= price("98").raw && level.price <= price("102").raw, "seed \(seed)")
      }
    }
  }
}
