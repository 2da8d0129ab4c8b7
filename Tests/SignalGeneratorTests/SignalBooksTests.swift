import ActorKit
import CoreTestKit
import SignalGenerator
import Strategies
import Testing
import Trading
import Vocabulary
import Wire

/// Signals over the death of the process.
@Suite struct SignalBooksTests {
  typealias Bench = SignalBench<StrategyList<Director, BuiltInStrategies>>

  private func withThree() throws -> (Bench, [IntentID]) {
    let bench = try Bench([director([("limit", 1)])])
    bench.ready()
    let ids = (0..<3).flatMap { _ in bench.signal() }.map(\.id)
    bench.report(ids[1], .partiallyFilled, filled: 0.5, average: 10_000)
    bench.bench.conclude()
    return (bench, ids)
  }

  @Test func afterARestartTheStrategySeesItsOpenSignals() throws {
    let (bench, ids) = try withThree()
    let next = try Bench(restarting: bench, [director()])
    next.ready()
    next.report(ids[0], .canceled)
    let alarm = try #require(next.bench.conclude().alarms.first)
    #expect(alarm.hasSuffix("ended [\"canceled none 0 -\"] fills [] open [\"buy unheard\"]"))
    // Ended before the restart.
    next.report(ids[1], .partiallyFilled)
    #expect(next.bench.conclude().facts.isEmpty)
    #expect(next.counter("intents.late") == 1)
  }

  @Test func aSnapshotHoldsWhatTheFactsMade() throws {
    let (bench, _) = try withThree()
    let saved = bench.bench.savedState
    let rebuilt = try bench.bench.rebuilt(on: Bench.core([director()]))
    #expect(CoreBench.savedState(of: rebuilt) == saved)
    var restored = try Bench.core([director()])
    var reader = SnapshotReader(saved)
    try restored.restore(from: &reader)
    #expect(CoreBench.savedState(of: restored) == saved)
  }

  @Test func aDamagedSnapshotIsRefusedWherever() throws {
    let (bench, _) = try withThree()
    let saved = bench.bench.savedState
    for count in 0..<saved.count {
      var core = try Bench.core([director()])
      var reader = SnapshotReader(Array(saved[..<count]))
      #expect(throws: RestoreError.self) { try core.restore(from: &reader) }
    }
    var core = try Bench.core([director()])
    var reader = SnapshotReader([9, 0] + saved.dropFirst(2))
    #expect(throws: RestoreError.unknownVersion(9)) { try core.restore(from: &reader) }
  }

  @Test func anOpenSignalThatTheJournalLostIsShownUntilItEnds() throws {
    let bench = try Bench([director()], epoch: 9)
    bench.ready()
    let lost = IntentID(component: 3, strategy: 1, epoch: 8, counter: 4)
    bench.bench.deliver(.sessionOpened(component: 8, peerEpoch: 1))
    bench.report(lost, .working)
    bench.report(lost, .working, filled: 0.1)
    bench.bench.conclude()
    #expect(bench.counter("intents.adopted") == 1)
    let given = try #require(bench.signal().first?.id)
    bench.report(given, .canceled)
    let alarm = try #require(bench.bench.conclude().alarms.first)
    #expect(alarm.hasSuffix("open [\"? working\"]"))
    // Its end is recorded once, although a newer signal has been given since.
    bench.report(lost, .filled, filled: 0.1, average: 10_000)
    bench.report(lost, .filled, filled: 0.1, average: 10_000)
    #expect(bench.bench.conclude().facts.map(\.kind) == [6])
    #expect(try SignalEndFact.last(bench.bench.facts).intent == lost)
    #expect(bench.counter("intents.late") == 1)
  }

  @Test func theEndOfASignalThatTheJournalLostIsRecordedOnce() throws {
    let bench = try Bench([director()], epoch: 9)
    bench.ready()
    let lost = IntentID(component: 3, strategy: 1, epoch: 8, counter: 4)
    bench.report(lost, .expired)
    bench.report(lost, .expired)
    #expect(bench.bench.conclude().facts.map(\.kind) == [6])
  }

  @Test func whatOnlyRiskRemembersIsForgottenWhenItIsAboutToTellAnew() throws {
    let bench = try Bench([director()], epoch: 9)
    bench.ready()
    for counter: UInt64 in 1...6 {
      bench.report(IntentID(component: 3, strategy: 1, epoch: 8, counter: counter), .working)
    }
    #expect(bench.counter("intents.adopted") == 4 && bench.counter("intents.late") == 2)
    bench.bench.conclude()
    #expect(bench.signal().isEmpty)
    bench.bench.deliver(.sessionOpened(component: 8, peerEpoch: 2))
    #expect(bench.signal().count == 1)
  }

  @Test func everyFactIsReadBackAsItWasWritten() throws {
    let intent = IntentID(component: 65_534, strategy: 7, epoch: .max, counter: .max)
    let facts: [SignalFact] = [
      .signalIssued(
        IssuedSignal(
          intent: intent, strategy: 7, instrument: .max, side: .sell, entryPrice: Price(raw: 5),
          stopPrice: Price(raw: .max), takeProfitPrice: Price(raw: 1), expireNanos: .max, atNanos: 3)),
      .signalIssued(
        IssuedSignal(
          intent: intent, strategy: 0, instrument: 1, side: .buy, entryPrice: nil, stopPrice: nil,
          takeProfitPrice: nil, expireNanos: 0, atNanos: .min)),
      .signalEnded(
        SignalEnd(
          intent: intent, outcome: .partiallyFilled, reason: .backPressured, check: .rewardRisk,
          filledQuantity: .max, averagePrice: Price(raw: 9), atNanos: 1)),
      .signalEnded(SignalEnd(intent: intent, outcome: .expired, reason: .none, atNanos: 1)),
      .parameterSet(
        LiveSetting(
          strategy: 7, strategyKind: "glft", parameter: "gamma", value: "1e-06", before: "",
          operatorName: "ann", reason: "é",
          atNanos: .max), command: Correlation(high: 1, low: .max)),
      .stateKept(
        KeptState(strategy: .max, strategyKind: "x", version: 2, bytes: StateBytes([0, 255]), atNanos: .min)),
      .restoreRefused(strategy: 7, parameter: "gamma", reason: "no"),
      .stateKept(KeptState(strategy: 0, strategyKind: "", version: 0, bytes: StateBytes([]), atNanos: 0)),
    ]
    for fact in facts {
      var writer = SnapshotWriter()
      fact.encode(into: &writer)
      var reader = SnapshotReader(writer.bytes)
      #expect(try SignalFact(kind: fact.kind, from: &reader) == fact)
      try reader.finish()
    }
    var nothing = SnapshotReader([])
    #expect(throws: RestoreError.unknownKind(7)) { _ = try SignalFact(kind: 7, from: &nothing) }
  }
}
