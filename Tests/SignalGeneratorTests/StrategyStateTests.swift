import ActorKit
import CoreTestKit
import SignalGenerator
import Strategies
import Testing
import Trading
import Wire

/// Counts the tops it has seen, and keeps the count over a restart.
struct Counting: Strategy {
  struct Parameters: StrategyParameters {
    /// Bytes that it adds to its state.
    @Fixed(0...100_000) var padding = 0
  }

  static let kind = "counting"
  static let inputs: Inputs = [.top("quoted")]
  static let stateVersion: UInt16 = 3

  private var tops: UInt64 = 0
  private var padding = 0

  init() {}

  mutating func on(
    _ input: Input, _ context: borrowing Context<Parameters>, _ out: inout Outputs
  ) throws(StrategyFault) {
    padding = context.parameters.padding
    if input.has(.top("quoted")) { tops += 1 }
    let level = QuoteLevel(offsetBps: Double(tops), quantity: try context.quantity(0.01, of: "quoted"))
    out.quote("quoted", QuoteLadder(bids: level, asks: level), around: .mid, validFor: .seconds(60))
  }

  func save(into state: inout SnapshotWriter) {
    state.write(tops)
    state.write([UInt8](repeating: 1, count: padding))
  }

  mutating func restore(from state: inout SnapshotReader) throws(RestoreError) {
    tops = try state.read()
    _ = try state.readBytes()
    guard tops < 1_000 else { throw .invalid("\(tops) tops") }
  }
}

/// The same in a layout of its own.
private struct Recounting: Strategy {
  typealias Parameters = Counting.Parameters
  static let kind = "counting"
  static let inputs: Inputs = [.top("quoted")]
  static let stateVersion: UInt16 = 4
  func on(_ input: Input, _ context: borrowing Context<Parameters>, _ out: inout Outputs) {}
}

/// What strategies find again after a restart.
@Suite struct StrategyStateTests {
  typealias Bench = SignalBench<StrategyList<Counting, BuiltInStrategies>>

  private func counting(maxAgeSeconds: Int64 = 60, padding: Double = 0) -> StrategyConfiguration {
    StrategyConfiguration(
      name: "s", number: 1, kind: "counting", instrument: 7, account: 1, parameters: [("padding", padding)],
      stateMaxAgeNanos: maxAgeSeconds * .nanosPerSecond)
  }

  /// It has seen as many tops, half a minute apart, and kept its state with each but the first.
  private func counted(_ tops: Int, _ configuration: StrategyConfiguration) throws -> Bench {
    let bench = try Bench([configuration])
    bench.ready()
    for _ in 1..<tops { next(bench) }
    return bench
  }

  @discardableResult
  private func next(_ bench: Bench) -> Turn {
    bench.bench.advance(nanos: 30 * .nanosPerSecond)
    bench.top(9_999.5, 10_000.5)
    return bench.bench.conclude()
  }

  /// What people are told of the start.
  private func news<Core: ActorCore>(_ bench: CoreBench<Core>) -> Turn {
    bench.advance(nanos: 2 * .nanosPerSecond)
    return bench.conclude()
  }

  private func offset(_ turn: Turn) -> Double? { turn.signals().last?.bids.first?.offsetBps }

  @Test func afterARestartItGoesOnWhereItWas() throws {
    let bench = try counted(3, counting())
    #expect(bench.counter("states.kept") == 2)
    let next = try Bench(restarting: bench, [counting()])
    #expect(next.counter("states.restored") == 1)
    #expect(offset(next.ready()) == 4)
    #expect(try bench.bench.rebuilt(on: Bench.core([counting()])).saved == bench.bench.savedState)
    let restored = try bench.bench.restored(on: Bench.core([counting()]))
    #expect(restored.savedState == bench.bench.savedState)
  }

  @Test func itIsKeptOnceInHalfAMinuteAndWhenTheSessionEnds() throws {
    let bench = try Bench([counting()])
    bench.ready()
    bench.bench.advance(nanos: 29 * .nanosPerSecond)
    bench.top(9_999, 10_000)
    #expect(bench.bench.conclude().facts.isEmpty)
    #expect(next(bench).facts.map(\.kind) == [4])
    bench.bench.advance(nanos: .nanosPerSecond)
    bench.top(9_999, 10_000)
    bench.session(.shutdown)
    #expect(bench.bench.conclude().facts.map(\.kind) == [4])
    #expect(bench.bench.conclude().facts.isEmpty)
  }

  @Test func anOldStateIsRefusedAndTold() throws {
    let bench = try counted(3, counting())
    for seconds: Int64 in [61, -61] {
      bench.bench.now.wall += seconds * .nanosPerSecond
      let next = try Bench(restarting: bench, [counting()])
      bench.bench.now.wall -= seconds * .nanosPerSecond
      #expect(
        news(next.bench).alarms == [
          "strategy 's': begins anew, its kept state is refused: the record holds a state of \(seconds) s ago, "
            + "and none of more than 60 s counts"
        ])
      #expect(next.counter("states.refused") == 1)
      #expect(offset(next.ready()) == 1)
    }
  }

  @Test func aStateOfAnotherVersionIsRefusedAndTold() throws {
    let bench = try counted(3, counting())
    typealias Other = SignalBench<StrategyList<Recounting, NoStrategies>>
    var core = try Other.core([counting()])
    var reader = SnapshotReader(bench.bench.savedState)
    try core.restore(from: &reader)
    let other = CoreBench(core, at: bench.bench.now)
    other.start(epoch: 9)
    #expect(news(other).alarms.first?.hasSuffix("a state of version 3, not 4") == true)
  }

  @Test func aStateOfAnotherKindIsRefusedAndTold() throws {
    let bench = try counted(3, counting())
    var maker = glft()
    maker.stateMaxAgeNanos = .nanosPerSecond * 60
    let next = try Bench(restarting: bench, [maker])
    #expect(news(next.bench).alarms.first?.hasSuffix("of a 'counting', not of a 'glft'") == true)
  }

  @Test func aStateThatTheStrategyCannotReadIsRefusedAndTold() throws {
    let bench = try Bench([counting()])
    let bad = SignalFact.stateKept(
      KeptState(
        strategy: 1, strategyKind: "counting", version: 3, bytes: StateBytes([1, 2]),
        atNanos: bench.bench.now.wall))
    var core = try Bench.core([counting()])
    core.apply(bad)
    let next = CoreBench(core, at: bench.bench.now)
    next.start(epoch: 4)
    #expect(
      news(next).alarms.first?.contains("its kept state is refused: the record ends early") == true)
  }

  @Test func aStateThatIsTooLongIsNotKeptAndToldOnce() throws {
    let bench = try counted(1, counting(padding: 16_384))
    #expect(next(bench).alarms == ["strategy 's': its state of 16396 bytes is not kept; at most 16384"])
    let turn = next(bench)
    #expect(turn.alarms.isEmpty && turn.facts.isEmpty)
    #expect(bench.counter("states.tooLong") == 2 && bench.counter("states.kept") == 0)
  }

  @Test func theOldestStateMakesRoom() throws {
    var core = try Bench.core([counting()])
    let now = Instant.testStart.wall
    for strategy in 0..<UInt16(66) {
      core.apply(
        .stateKept(
          KeptState(
            strategy: 1 + strategy, strategyKind: "counting", version: 3, bytes: StateBytes([]), atNanos: now)
        ))
    }
    let bench = Bench(core: core)
    #expect(
      bench.counter("states.restored") == 0 && bench.counter("states.refused") == 0, "that of 1 is gone")
    var restored = try Bench.core([counting()])
    var reader = SnapshotReader(bench.bench.savedState)
    try restored.restore(from: &reader)
    #expect(restored.saved == bench.bench.savedState)
  }

  @Test func withAnAgeOfZeroNothingIsKeptAndNothingRestored() throws {
    let bench = try counted(3, counting(maxAgeSeconds: 0))
    #expect(bench.counter("states.kept") == 0)
    let kept = try counted(3, counting())
    let next = try Bench(restarting: kept, [counting(maxAgeSeconds: 0)])
    #expect(offset(next.ready()) == 1)
    #expect(next.counter("states.refused") == 0)
  }
}

extension SignalGenerator {
  fileprivate var saved: [UInt8] { CoreBench.savedState(of: self) }
}
