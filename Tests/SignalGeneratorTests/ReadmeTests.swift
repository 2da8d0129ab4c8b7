import ActorKit
import CoreTestKit
import Foundation
import SignalGenerator
import Strategies
import Testing
import Trading
import Wire

/// The directional strategy of the README, word for word.
struct Momentum: Strategy {
  struct Parameters: StrategyParameters {
    @Live(0.1...100) var triggerBps = 5.0
    @Live(1...1_000) var stopBps = 20.0
  }
  static let kind = "momentum"
  static let isDirectional = true
  static let inputs: Inputs = [.metrics("quoted"), .timer("look", .seconds(1))]
  private var last: Double?

  init() {}

  mutating func on(
    _ input: Input, _ context: borrowing Context<Parameters>, _ out: inout Outputs
  ) throws(StrategyFault) {
    guard input.has(.timer("look")), let mid = try context.metrics("quoted")?.mid.double else { return }
    defer { last = mid }
    guard let last, context.mayQuote, context.signals.isEmpty, context.isFlat,
      1e4 * (mid - last).magnitude > context.parameters.triggerBps * last
    else { return }
    let side: Side = mid > last ? .buy : .sell
    let risk = Double(side.sign) * mid * context.parameters.stopBps / 1e4
    guard let stop = Price(nearest: mid - risk), let target = Price(nearest: mid + 2 * risk) else { return }
    out.signal(
      "quoted", side, entry: .market, stop: stop, takeProfit: target, confidence: 0.5, rewardRisk: 2,
      validFor: .seconds(1))
  }
}

@Suite struct ReadmeTests {
  typealias Bench = SignalBench<StrategyList<Momentum, BuiltInStrategies>>

  @Test func theExampleStandsInTheReadmeWordForWord() throws {
    let file = URL(filePath: #filePath)
    let root = file.deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    let here = try String(contentsOf: file, encoding: .utf8)
    let begin = try #require(here.range(of: "struct Momentum: Strategy {"))
    let end = try #require(here.range(of: "\n}\n", range: begin.lowerBound..<here.endIndex))
    let readme = try String(contentsOf: root.appending(path: "README.md"), encoding: .utf8)
    #expect(readme.contains(here[begin.lowerBound..<end.upperBound]))
  }

  @Test(arguments: [(10_006.0, SideCode.buy), (9_994, .sell)]) func theExampleFollowsAMove(
    mid: Double, side: SideCode
  ) throws {
    let bench = try Bench([
      StrategyConfiguration(name: "example", number: 1, kind: "momentum", instrument: 7, account: 1)
    ])
    bench.ready()
    #expect(bench.bench.run(nanos: .nanosPerSecond).all(TradeSignal.self).isEmpty)
    bench.metrics(mid: mid)
    let signals = bench.bench.run(nanos: .nanosPerSecond).all(TradeSignal.self)
    #expect(signals.map(\.side) == [side] && signals.first?.rewardRisk == 2)
    #expect(bench.counter("faults") == 0)
  }
}
