import ActorKit
import CoreTestKit
import Governance
import SignalGenerator
import Strategies
import Testing
import Trading
import Wire

extension SignalBench {
  /// A command at the control port, and what it is answered.
  func set(
    _ parameter: String, _ value: String, strategy: UInt16? = 1, kind: CommandKind = .set,
    person: String = "ann", reason: String = "wider", id: UInt64 = 7
  ) throws -> (outcome: CommandOutcome, text: String, turn: Turn) {
    let command = Command(
      envelope: Envelope(origin: 0, correlation: Correlation(high: 1, low: id)), kind: kind,
      scope: .strategy, strategy: strategy, operatorName: try #require(NameText(person)),
      subject: try #require(TopicText(parameter)), value: try #require(TopicText(value)))
    bench.deliver(from: Peer(component: 0, link: .control, route: 4)) {
      command.encode(into: &$0, reason: reason.utf8)
    }
    let turn = bench.conclude()
    let answers = turn.sent.compactMap { sent in
      sent.read { message -> (CommandOutcome, String)? in
        guard case .commandResult(let view) = copy message else { return nil }
        return (view.outcome, view.textString)
      }
    }
    let answer = try #require(answers.first)
    return (answer.0, answer.1, turn)
  }
}

/// Parameters that a person changes while the strategy runs.
@Suite struct LiveParameterTests {
  typealias Bench = SignalBench<BuiltInStrategies>

  private func quoting(_ settings: [(String, Double)] = []) throws -> Bench {
    let usual = [("minHalfSpreadBps", 5.0)].filter { ours in !settings.contains { $0.0 == ours.0 } }
    let bench = try Bench([glft(usual + settings)])
    bench.ready()
    return bench
  }

  @Test func aSetParameterCountsInTheSameTurn() throws {
    let bench = try quoting()
    let answer = try bench.set("minHalfSpreadBps", "8.5")
    #expect(answer.outcome == .done && answer.text == "minHalfSpreadBps of 'maker1' is 8.5, was 5")
    #expect(answer.turn.signals().map(\.bids) == [[.init(offsetBps: 8.5, quantity: Bench.quantity(0.01))]])
    #expect(bench.counter("parameters.set") == 1 && bench.counter("parameters.kept") == 1)
  }

  @Test func evenAChangeBelowTheRequoteThresholdGoesOut() throws {
    let bench = try quoting([("requoteThresholdBps", 50)])
    #expect(try bench.set("minHalfSpreadBps", "5.1").turn.signals().count == 1)
  }

  @Test func whoSetWhatWhenAndWhyIsJournaledUnderTheCommand() throws {
    let bench = try quoting()
    let fact = try #require(try bench.set("gamma", "2e-2", id: 9).turn.facts.first)
    #expect(fact.kind == 3 && fact.correlation == Correlation(high: 1, low: 9))
    var reader = SnapshotReader(fact.bytes)
    let setting = LiveSetting(
      strategy: 1, strategyKind: "glft", parameter: "gamma", value: "0.02", before: "0.01",
      operatorName: "ann", reason: "wider",
      atNanos: bench.bench.now.wall)
    #expect(try SignalFact(kind: 3, from: &reader) == .parameterSet(setting, command: fact.correlation))
  }

  @Test func theSameCommandAgainDoesNothing() throws {
    let bench = try quoting()
    _ = try bench.set("minHalfSpreadBps", "8")
    _ = try bench.set("minHalfSpreadBps", "6", id: 8)
    let again = try bench.set("minHalfSpreadBps", "8")
    #expect(again.outcome == .duplicate && again.turn.facts.isEmpty)
    let next = try Bench(restarting: bench, [glft([("minHalfSpreadBps", 5)])])
    #expect(try next.set("minHalfSpreadBps", "8").outcome == .duplicate)
    #expect(try next.set("", "", id: 10).text.contains("minHalfSpreadBps = 6;"))
  }

  @Test(arguments: [
    ("minHalfSpreadBps", "1001", "'minHalfSpreadBps' is 1001.0, but must be from 0.0 to 1000.0"),
    ("minHalfSpreadBps", "-1", "must be from 0.0 to 1000.0"),
    ("minHalfSpreadBps", "nan", "'nan' is no finite decimal number; 0 to 1000"),
    ("gamma", "inf", "'inf' is no finite decimal number; 1e-06 to 10 1/bps per lot"),
    ("gamma", "1e999", "is no finite decimal number"), ("gamma", "0x1p-4", "is no finite decimal number"),
    ("gamma", "", "is no finite decimal number"), ("gamma", "1,5", "is no finite decimal number"),
    ("gamma", "1 ", "is no finite decimal number"), ("gamma", "1e", "is no finite decimal number"),
    ("levels", "2.5", "'levels' is 2.5, but must be a whole number"),
    ("levels", "1e300", "must be a whole number"),
    ("eigenvector", "1", "'eigenvector' is set once, in the topology; while it runs, gamma, k, a,"),
    ("gama", "1", "there is no parameter 'gama'; there are gamma, k, a,"),
  ])
  func whatIsNotAllowedIsRefusedAndSaysWhatWouldBe(key: String, value: String, words: String) throws {
    let bench = try quoting()
    let answer = try bench.set(key, value)
    #expect(answer.outcome == .refused && answer.text.contains(words), "\(answer.text)")
    #expect(answer.turn.facts.isEmpty && answer.turn.signals().isEmpty)
    #expect(bench.counter("commands.refused") == 1 && bench.counter("parameters.kept") == 0)
  }

  @Test func anotherStrategyOrCommandIsRefused() throws {
    let bench = try quoting()
    for strategy: UInt16? in [2, nil] {
      let answer = try bench.set("gamma", "1", strategy: strategy)
      #expect(answer.outcome == .refused && answer.text == "set needs a strategy that runs here: maker1 (1)")
    }
    let halt = try bench.set("", "", kind: .halt)
    #expect(halt.outcome == .refused && halt.text == "halt is not a command for this component")
  }

  @Test func whoDoesNotSayWhoAndWhyIsRefused() throws {
    let bench = try quoting()
    #expect(try bench.set("gamma", "1", person: "").text == "set needs the name of the operator")
    #expect(try bench.set("gamma", "1", reason: " ").text == "set needs a reason")
    #expect(try bench.set("gamma", "1", reason: String(repeating: "a", count: 1_025)).outcome == .refused)
    #expect(bench.counter("parameters.kept") == 0)
  }

  @Test func allAreToldWithWhatIsAllowedAndWhoSetThem() throws {
    let bench = try quoting()
    _ = try bench.set("gamma", "0.05")
    bench.bench.advance(nanos: 90 * .nanosPerSecond)
    let answer = try bench.set("", "", person: "", reason: "", id: 8)
    #expect(answer.outcome == .done && answer.turn.facts.isEmpty)
    let lines = answer.text.split(separator: "\n")
    #expect(lines.count == 12)
    #expect(
      lines.first
        == "gamma = 0.05; 1e-06 to 10 1/bps per lot; topology 0.01; set to 0.05 by ann 90 s ago")
    #expect(lines.contains("minHalfSpreadBps = 5; 0 to 1000; topology 5"))
    #expect(!answer.text.contains("eigenvector"))
  }

  @Test func afterARestartTheStrategyDecidesByWhatWasSet() throws {
    let bench = try quoting()
    _ = try bench.set("minHalfSpreadBps", "8.5")
    let configuration = glft([("minHalfSpreadBps", 5)])
    let restored = try bench.bench.restored(on: Bench.core([configuration]))
    restored.start(epoch: 5)
    #expect(CoreBench.savedState(of: restored.core) == bench.bench.savedState)
    let next = try Bench(restarting: bench, [configuration])
    #expect(next.ready().signals().last?.bids.first?.offsetBps == 8.5)
  }

  @Test func whatIsAllowedNoMoreIsLeftOutAndTold() throws {
    typealias Old = SignalBench<StrategyList<Wide, NoStrategies>>
    typealias New = SignalBench<StrategyList<Narrow, NoStrategies>>
    let strategy = StrategyConfiguration(name: "s", number: 1, kind: "ranged", instrument: 7, account: 1)
    let old = try Old([strategy])
    _ = try old.set("width", "50")
    var core = try New.core([strategy])
    var reader = SnapshotReader(old.bench.savedState)
    try core.restore(from: &reader)
    let bench = CoreBench(core)
    bench.start(epoch: 4)
    let turn = bench.conclude()
    #expect(turn.facts.map(\.kind) == [5] && turn.alarms.isEmpty, "who listens needs a moment")
    bench.advance(nanos: 2 * .nanosPerSecond)
    #expect(
      bench.conclude().alarms == [
        "strategy 's': what was set by ann is not taken: 'width' is 50.0, but must be from 0.0 to 5.0"
      ])
    #expect(CoreBench.savedState(of: bench.core) == old.bench.savedState, "it may be allowed again")
  }

  @Test func whatWasSetForAnotherKindIsNotTaken() throws {
    let bench = try quoting()
    _ = try bench.set("gamma", "0.05")
    let trend = StrategyConfiguration(name: "trend", number: 1, kind: "breakout", instrument: 7, account: 1)
    let next = try Bench(restarting: bench, [trend])
    next.bench.advance(nanos: 2 * .nanosPerSecond)
    #expect(
      next.bench.conclude().alarms.first?.hasSuffix("'gamma' was set for a 'glft', and this is a 'breakout'")
        == true)
  }

  @Test func noMoreAreKeptThanThereIsRoomFor() throws {
    func setting(_ index: Int) -> SignalFact {
      let parameter = index == 0 ? "gamma" : "k"
      return .parameterSet(
        LiveSetting(
          strategy: UInt16(1 + index), strategyKind: "glft", parameter: parameter, value: "0.5", before: "",
          operatorName: "ann",
          reason: "", atNanos: 0), command: Correlation(high: 2, low: UInt64(index + 1)))
    }
    var core = try Bench.core([glft()])
    for index in 0..<1_025 { core.apply(setting(index)) }
    let bench = Bench(core: core)
    bench.ready()
    #expect(bench.counter("parameters.kept") == 1_024)
    let refused = try bench.set("k", "0.6")
    #expect(
      refused.text == "1024 parameters are set already; no more are kept" && refused.outcome == .refused)
    #expect(try bench.set("gamma", "0.6", id: 8).text == "gamma of 'maker1' is 0.6, was 0.5")
    var restored = try Bench.core([glft()])
    var reader = SnapshotReader(bench.bench.savedState)
    try restored.restore(from: &reader)
    #expect(CoreBench.savedState(of: restored) == bench.bench.savedState)
  }

  @Test func theExactQuotesFollowAParameterThatWasSet() throws {
    let bench = try quoting([("eigenvector", 1), ("minHalfSpreadBps", 0)])
    let before = try #require(try bench.set("gamma", "0.01").turn.signals().first?.bids.first?.offsetBps)
    let after = try #require(try bench.set("gamma", "1", id: 8).turn.signals().first?.bids.first?.offsetBps)
    #expect(after != before)
  }

  @Test func aSnapshotOfTheVersionBeforeIsRead() throws {
    var core = try Bench.core([glft()])
    // Version 1, no signal ever, none open.
    var reader = SnapshotReader([1, 0, 0, 0, 0, 0, 0])
    try core.restore(from: &reader)
    #expect(CoreBench.savedState(of: core) == CoreBench.savedState(of: try Bench.core([glft()])))
  }

  @Test func moreThanAStrategyMayHaveIsAMistake() throws {
    let strategy = StrategyConfiguration(name: "s", number: 1, kind: "many", instrument: 7, account: 1)
    let configuration = SignalGeneratorConfiguration(
      component: 3, feedComponent: 2, executors: [.init(component: 5, account: 1)],
      instruments: [try Bench.bitcoin()], strategies: [strategy])
    #expect(
      SignalGenerator<StrategyList<Many, NoStrategies>>.problems(in: configuration) == [
        "strategy 's': the live parameter "
          + "'aNameThatIsSoLongThatNoCommandOfAnyoneCouldEverCarryItToTheStrategy0'; its name may have 64 bytes"
      ])
  }
}

private struct Wide: Strategy {
  struct Parameters: StrategyParameters {
    @Live(0...100) var width = 1.0
  }
  static let kind = "ranged"
  static let inputs: Inputs = [.top("quoted")]
  func on(_ input: Input, _ context: borrowing Context<Parameters>, _ out: inout Outputs) {}
}

private struct Narrow: Strategy {
  struct Parameters: StrategyParameters {
    @Live(0...5) var width = 1.0
  }
  static let kind = "ranged"
  static let inputs: Inputs = [.top("quoted")]
  func on(_ input: Input, _ context: borrowing Context<Parameters>, _ out: inout Outputs) {}
}

private struct Many: Strategy {
  struct Parameters: StrategyParameters {
    @Live(0...5) var aNameThatIsSoLongThatNoCommandOfAnyoneCouldEverCarryItToTheStrategy0 = 1.0
  }
  static let kind = "many"
  static let inputs: Inputs = [.top("quoted")]
  func on(_ input: Input, _ context: borrowing Context<Parameters>, _ out: inout Outputs) {}
}
