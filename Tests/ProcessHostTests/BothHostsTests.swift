import ActorKit
import CoreTestKit
import Foundation
import JournalStore
import Records
import Platform
import ProcessHost
import Simulation
import Testing
import Trading
import Wire

private let tickerWiring = Wiring(sessionClients: [Tally.number])
private let tallyWiring = Wiring(
  subscriptions: [
    .init(
      component: Ticker.number,
      prefixes: [
        HandMadeFrames.topic("market", "trade"), HandMadeFrames.topic("colony", "heartbeat"),
        HandMadeFrames.topic("colony", "sequences"),
      ])
  ], links: [.init(component: Ticker.number, hasSession: true)])

/// The same two actors, the same expectation, in processes' host and in virtual time.
@Suite struct BothHostsTests {
  private static let topic: Topic = {
    guard let topic = Topic("market", "trade", "TOY", "TEST") else { preconditionFailure("a topic") }
    return topic
  }()

  @Test func simulationDeliversEverythingOnceAndInOrder() throws {
    #expect(try Self.simulate() == .expected)
  }

  @Test func simulationKeepsWhatWasToldLazilyAmongTheOtherFacts() throws {
    var simulation = try Simulation(ToyCast(topic: Self.topic))
    try simulation.run(untilBoot: 10 * .nanosPerSecond) { $0.ticker.core.isDone }
    let facts = simulation.cast.ticker.facts
    #expect(facts.filter { $0.kind == 2 } == (1...Ticker.total).map { .published(id: $0) })
    #expect(facts.filter { $0.kind == 1 } == (1...Ticker.total).map { .echoed(id: $0) })
    // Each trade is told before its echo has come.
    #expect(facts.first == .published(id: 1) && facts.last == .echoed(id: Ticker.total))
  }

  @Test func simulationRepeatsItself() throws {
    #expect(try Self.simulate() == Self.simulate())
  }

  @Test func colonyDeliversEverythingOnceAndInOrder() throws {
    let folder = try FileSystem.temporaryDirectory("waggle-toys")
    defer { #expect(throws: Never.self) { try FileSystem.remove(folder) } }
    let outcome = try Self.runColony(in: folder)
    #expect(outcome == .expected)
    let journal = try StoreReader.open(path: "\(folder)/ticker.journal")
    // What was told lazily too, the last of it at the stop.
    let facts = try Self.facts(of: journal)
    #expect(facts.count == 2 * Int(Ticker.total))
    #expect(facts.filter { $0.kind == 2 } == (1...Ticker.total).map { .published(id: $0) })
    #expect(throws: Never.self) { try journal.verify() }
  }

  @Test func aRestartedColonyActorHasItsFactsAgain() throws {
    let folder = try FileSystem.temporaryDirectory("waggle-toys")
    defer { #expect(throws: Never.self) { try FileSystem.remove(folder) } }
    _ = try Self.runColony(in: folder)
    let again = try Reactor(
      Self.tickerConfiguration(folder), core: Ticker(topic: Self.topic),
      stop: StopSignals())
    #expect(again.core.echoes == Array(1...Ticker.total))
    #expect(again.epoch == 2)
  }

  private static func simulate() throws -> ToyOutcome {
    var simulation = try Simulation(ToyCast(topic: topic))
    try simulation.run(untilBoot: 10 * .nanosPerSecond) { $0.ticker.core.isDone }
    return ToyOutcome(echoes: simulation.cast.ticker.core.echoes, seen: simulation.cast.tally.core.seen)
  }

  private static func facts(of journal: borrowing StoreReader) throws -> [Ticker.Fact] {
    var bodies: [(UInt16, [UInt8])] = []
    try journal.forEachRow(after: 0, limit: .max) { (row, body) throws(JournalError) in
      bodies.append((row.kind, body.copiedBytes()))
    }
    return try bodies.map { kind, body in
      var reader = SnapshotReader(body)
      return try Ticker.Fact(kind: kind, from: &reader)
    }
  }

  private static func tickerConfiguration(_ folder: String) -> HostConfiguration {
    HostConfiguration(
      colony: "toys", name: "ticker", number: Ticker.number, publishEndpoint: "ipc://\(folder)/a.pub",
      controlEndpoint: "ipc://\(folder)/a.ctl", wiring: tickerWiring, runFolder: folder)
  }

  private static func tallyConfiguration(_ folder: String) -> HostConfiguration {
    HostConfiguration(
      colony: "toys", name: "tally", number: Tally.number, publishEndpoint: "ipc://\(folder)/b.pub",
      controlEndpoint: "ipc://\(folder)/b.ctl",
      wiring: tallyWiring,
      peers: [
        Ticker.number: .init(publish: "ipc://\(folder)/a.pub", control: "ipc://\(folder)/a.ctl")
      ], runFolder: folder)
  }

  /// Each reactor on a thread of its own, as each would be alone in its process.
  private static func runColony(in folder: String) throws -> ToyOutcome {
    let tickerDone = DispatchSemaphore(value: 0)
    let tallyDone = DispatchSemaphore(value: 0)
    let results = Results()
    let topic = topic
    Thread.detachNewThread {
      results.run {
        var reactor = try Reactor(
          tickerConfiguration(folder), core: Ticker(topic: topic),
          stop: StopSignals())
        try reactor.run()
        results.set(echoes: reactor.core.echoes)
      }
      tickerDone.signal()
    }
    Thread.detachNewThread {
      results.run {
        var reactor = try Reactor(
          tallyConfiguration(folder), core: StoppingTally(),
          stop: StopSignals())
        try reactor.run()
        results.set(seen: reactor.core.tally.seen)
      }
      tallyDone.signal()
    }
    // Generous: a shared machine may stall for seconds. A hang still fails the test instead of blocking it.
    try #require(tickerDone.wait(timeout: .now() + 60) == .success)
    try #require(tallyDone.wait(timeout: .now() + 60) == .success)
    try results.check()
    return results.outcome
  }
}

/// The tally, ending by itself once the ticker has gone after the last echo.
private struct StoppingTally: ActorCore {
  typealias Fact = NoFact
  static let kind = Tally.kind
  var tally = Tally()
  var isPeerGone = false

  var topics: [Topic] { tally.topics }
  var state: ComponentState { tally.state }
  var nextWake: Wake { tally.nextWake }
  mutating func start(epoch: UInt32, at now: Instant, into effects: inout Effects) {}
  mutating func receive(_ message: Inbound, from peer: Peer, at now: Instant, into effects: inout Effects) {
    tally.receive(message, from: peer, at: now, into: &effects)
  }
  mutating func receive(_ event: LinkEvent, at now: Instant, into effects: inout Effects) {
    tally.receive(event, at: now, into: &effects)
    if case .peerSilent = event { isPeerGone = true }
  }
  mutating func wake(at now: Instant, into effects: inout Effects) {}
  mutating func conclude(at now: Instant, into effects: inout Effects) {
    tally.conclude(at: now, into: &effects)
    if isPeerGone { effects.stop(because: "the ticker has gone") }
  }
  mutating func apply(_ fact: NoFact) {}
  func save(into writer: inout SnapshotWriter) {}
  mutating func restore(from reader: inout SnapshotReader) throws(RestoreError) {}
  func report(into counters: inout CounterReport) { tally.report(into: &counters) }
}

private struct ToyCast: SimulatedCast {
  var ticker: SimulatedActor<Ticker>
  var tally: SimulatedActor<Tally>
  let plans: [ActorPlan]

  init(topic: Topic) {
    let tickerPlan = ActorPlan(name: "ticker", number: Ticker.number, wiring: tickerWiring, keepsFacts: true)
    let tallyPlan = ActorPlan(name: "tally", number: Tally.number, wiring: tallyWiring)
    ticker = SimulatedActor(Ticker(topic: topic), tickerPlan)
    tally = SimulatedActor(Tally(), tallyPlan)
    plans = [tickerPlan, tallyPlan]
  }

  mutating func start(_ node: Int, in turn: inout SimulatedTurn) {
    if node == 0 { ticker.start(in: &turn) } else { tally.start(in: &turn) }
  }
  mutating func take(_ node: Int, _ delivery: Delivery, in turn: inout SimulatedTurn) {
    if node == 0 { ticker.take(delivery, in: &turn) } else { tally.take(delivery, in: &turn) }
  }
  mutating func take(_ node: Int, _ event: LinkEvent, in turn: inout SimulatedTurn) {
    if node == 0 { ticker.take(event, in: &turn) } else { tally.take(event, in: &turn) }
  }
  mutating func finish(_ node: Int, in turn: inout SimulatedTurn) {
    if node == 0 { ticker.finish(in: &turn) } else { tally.finish(in: &turn) }
  }
  mutating func beat(_ node: Int, in turn: inout SimulatedTurn) {
    if node == 0 { ticker.beat(in: &turn) } else { tally.beat(in: &turn) }
  }
  func nextWakeBoot(_ node: Int, at time: VirtualTime) -> Int64 {
    node == 0 ? ticker.nextWakeBoot(at: time) : tally.nextWakeBoot(at: time)
  }
}

/// What the two threads bring back.
private final class Results: @unchecked Sendable {
  private let lock = NSLock()
  private var echoes: [UInt64] = []
  private var seen: [UInt64] = []
  private var failure: (any Error)?

  func run(_ body: () throws -> Void) {
    do { try body() } catch { lock.withLock { failure = error } }
  }
  func set(echoes: [UInt64]) { lock.withLock { self.echoes = echoes } }
  func set(seen: [UInt64]) { lock.withLock { self.seen = seen } }
  func check() throws { try lock.withLock { if let failure { throw failure } } }
  var outcome: ToyOutcome { lock.withLock { ToyOutcome(echoes: echoes, seen: seen) } }
}
