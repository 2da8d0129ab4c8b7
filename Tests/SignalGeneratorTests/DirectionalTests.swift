import ActorKit
import CoreTestKit
import SignalGenerator
import Strategies
import Testing
import Trading
import Vocabulary
import Wire

/// Gives a signal for every trade it sees, in the direction of its aggressor, and says what became of them.
struct Director: Strategy {
  struct Parameters: StrategyParameters {
    @Live(0...1_000_000) var stopBps = 10.0
    @Live(0...10) var rewardRisk = 2.0
    /// 1 enters by a limit at the trade's price.
    @Live(0...1) var limit = 0
    @Live(0...10) var signals = 1

    init() {}
  }

  static let kind = "director"
  static let isDirectional = true
  static let inputs: Inputs = [.trades("quoted"), .top("quoted"), .executions("quoted")]

  init() {}

  mutating func on(
    _ input: Input, _ context: borrowing Context<Parameters>, _ out: inout Outputs
  ) throws(StrategyFault) {
    let fills = context.executions.map { "\($0.purpose.name) \($0.signal?.low ?? 0)" }
    let ended = context.endedSignals.map {
      "\($0.outcome.name) \($0.reason.name) \($0.filledQuantity) \($0.averagePrice?.description ?? "-")"
    }
    let open = context.signals.map { "\($0.side?.description ?? "?") \($0.outcome?.name ?? "unheard")" }
    if !ended.isEmpty || !fills.isEmpty { out.alert("ended \(ended) fills \(fills) open \(open)") }
    guard let trade = try context.trades("quoted").first else { return }
    let instrument = try context.instrument("quoted")
    let sign = Double(trade.aggressor.sign)
    let distance = sign * trade.price.double * context.parameters.stopBps / 1e4
    guard let stop = instrument.priceFloor(fromDouble: trade.price.double - distance),
      let target = instrument.priceFloor(
        fromDouble: trade.price.double + distance * context.parameters.rewardRisk)
    else { throw .other("no prices") }
    out.plot("open", Double(context.signals.count))
    for _ in 0..<context.parameters.signals {
      out.signal(
        "quoted", trade.aggressor, entry: context.parameters.limit == 1 ? .limit(trade.price) : .market,
        stop: stop, takeProfit: target, confidence: 0.5, rewardRisk: context.parameters.rewardRisk,
        validFor: .seconds(2))
    }
  }
}

func director(_ settings: [(String, Double)] = [], number: UInt16 = 1) -> StrategyConfiguration {
  StrategyConfiguration(
    name: "director\(number)", number: number, kind: "director", instrument: 7, account: 1,
    parameters: settings)
}

extension SignalBench {
  /// What risk says about a signal.
  func report(
    _ intent: IntentID, _ outcome: IntentOutcome, filled: Double = 0, average: Double? = nil,
    reason: RejectReason = .none, check: RiskCheck = .none, unit: MeasureUnit = .none, measured: Int64? = nil,
    limit: Int64? = nil, account: UInt16 = 1, from: Peer? = nil
  ) {
    let message = IntentReport(
      envelope: Envelope(origin: 0), intentHigh: intent.high, intentLow: intent.low, account: account,
      strategy: intent.strategy, instrument: 7, outcome: outcome, reason: reason,
      filledQuantity: Self.quantity(filled), averagePrice: average.map(Self.price), check: check,
      unit: unit, measured: measured, limit: limit)
    bench.deliver(from: from ?? risk) { message.encode(into: &$0) }
  }

  /// The signals that a trade brings about.
  func signal(_ side: SideCode = .buy) -> [TradeSignal] {
    bench.advance(nanos: .nanosPerSecond)
    trade(10_000, side)
    return bench.conclude().all(TradeSignal.self)
  }
}

extension TradeSignal {
  var id: IntentID { IntentID(high: signalHigh, low: signalLow) }
}

@Suite struct DirectionalTests {
  typealias Bench = SignalBench<StrategyList<Director, BuiltInStrategies>>

  private func ready(_ settings: [(String, Double)] = []) throws -> Bench {
    let bench = try Bench([director(settings)])
    bench.ready()
    return bench
  }

  @Test func aSignalIsJournaledAndGoesDurablyToTheAccountsRisk() throws {
    let bench = try ready()
    bench.bench.advance(nanos: 1)
    bench.trade(10_000)
    let turn = bench.bench.conclude()
    let sent = try #require(turn.addressed(TradeSignal.self).first)
    #expect(sent.destination == .durable(component: 8))
    let id = IntentID(component: 3, strategy: 1, epoch: 3, counter: 1)
    #expect(sent.message.id == id && sent.message.envelope.correlation == id.correlation)
    #expect(turn.facts.map(\.kind) == [1] && turn.facts[0].correlation == id.correlation)
    let signal = sent.message
    #expect(signal.side == .buy && signal.entryPrice == nil && signal.instrument == 7)
    #expect(signal.stopPrice == Bench.price(9_990) && signal.takeProfitPrice == Bench.price(10_020))
    #expect(signal.confidence == 0.5 && signal.rewardRisk == 2)
    #expect(signal.expireNanos == bench.bench.now.wall + 2 * .nanosPerSecond)
    #expect(signal.eventNanos > 0 && signal.envelope.origin > 0)
  }

  @Test func idsCountFromOneInEachEpoch() throws {
    let bench = try ready([("limit", 1)])
    #expect(bench.signal().map(\.id.low) == [1])
    #expect(bench.signal(.sell).map(\.id.low) == [2])
    let next = try Bench(restarting: bench, [director()], epoch: 4)
    next.ready()
    let again = next.signal()
    #expect(again.map(\.id) == [IntentID(component: 3, strategy: 1, epoch: 4, counter: 1)])
  }

  @Test func everySignalEndsOnceWhateverIsRepeated() throws {
    let bench = try ready()
    let id = try #require(bench.signal().first?.id)
    bench.report(id, .accepted)
    bench.report(id, .working, filled: 0.001)
    #expect(bench.bench.conclude().facts.isEmpty)
    bench.report(id, .filled, filled: 0.002, average: 10_001)
    bench.report(id, .filled, filled: 0.002, average: 10_001)
    bench.report(id, .working)
    let turn = bench.bench.conclude()
    #expect(turn.facts.map(\.kind) == [6] && turn.facts[0].correlation == id.correlation)
    #expect(
      turn.alarms == ["strategy 'director1': ended [\"filled none 0.002 10001\"] fills [] open []"])
    bench.report(id, .rejected)
    #expect(bench.bench.conclude().facts.isEmpty)
    #expect(bench.counter("intents.issued") == 1 && bench.counter("intents.ended.filled") == 1)
    #expect(bench.counter("intents.late") == 3 && bench.counter("intents.ended.rejected") == 0)
  }

  @Test(arguments: IntentOutcome.terminal) func everyOutcomeIsShownAndCounted(outcome: IntentOutcome) throws {
    let bench = try ready()
    let id = try #require(bench.signal().first?.id)
    bench.report(id, outcome, reason: .riskRefused, check: .tradeBudget)
    let turn = bench.bench.conclude()
    #expect(turn.alarms.first?.contains("[\"\(outcome.name) riskRefused 0 -\"]") == true)
    #expect(bench.counter("intents.ended.\(outcome.name)") == 1)
    let end = try SignalEndFact.last(bench.bench.facts)
    #expect(end.outcome == outcome && end.check == .tradeBudget && end.intent == id)
  }

  @Test func aStrategySeesItsOpenSignalsAndHowTheyStand() throws {
    let bench = try ready()
    let first = try #require(bench.signal(.buy).first?.id)
    let second = try #require(bench.signal(.sell).first?.id)
    bench.report(first, .working)
    _ = try #require(bench.signal(.buy).first)
    bench.report(second, .canceled)
    let alarm = try #require(bench.bench.conclude().alarms.first)
    #expect(alarm.hasSuffix("open [\"buy working\", \"buy unheard\"]"))
  }

  @Test func atMostFourAreOpenForAStrategy() throws {
    let bench = try ready()
    var ids: [IntentID] = []
    for _ in 0..<4 { ids += bench.signal().map(\.id) }
    #expect(ids.count == 4)
    #expect(bench.signal().isEmpty)
    #expect(bench.counter("faults") == 1)
    bench.report(ids[2], .expired)
    bench.bench.conclude()
    #expect(bench.signal().count == 1)
  }

  @Test func twoInOneRunAreAFaultAndNoneGoesOut() throws {
    let bench = try ready([("signals", 2)])
    #expect(bench.signal().isEmpty)
    #expect(bench.counter("faults") == 1)
  }

  @Test func withoutARiskThatListensASignalIsAFault() throws {
    let bench = try Bench([director()], risks: [])
    bench.ready()
    bench.trade(10_000)
    let turn = bench.bench.conclude()
    #expect(turn.all(TradeSignal.self).isEmpty)
    #expect(turn.alarms.first?.contains("no risk of account 1 listens") == true)
  }

  @Test func aStopOnTheWrongSideOfTheMidIsAFault() throws {
    let bench = try ready([("stopBps", 1)])
    // The trade lies 5 bps above the mid, its stop still 4 above.
    bench.top(9_994.5, 9_995.5)
    #expect(bench.signal(.buy).isEmpty)
    #expect(bench.counter("faults") == 1)
    #expect(bench.signal(.sell).isEmpty)
    #expect(bench.counter("faults") == 2)
  }

  @Test(arguments: [SessionCode.ready, .shutdown, .failsafe]) func noneGoesOutUnlessTheSessionTrades(
    code: SessionCode
  ) throws {
    let bench = try ready()
    bench.session(code)
    #expect(bench.signal().isEmpty)
    #expect(bench.counter("intents.blocked") == 1 && bench.counter("intents.issued") == 0)
    #expect(bench.bench.facts.isEmpty)
  }

  @Test func noneGoesOutOnStaleDataOrAnUnknownPosition() throws {
    let bench = try ready()
    bench.status(.stale)
    #expect(bench.signal().isEmpty)
    bench.status(.live)
    bench.bench.deliver(.streamRestarted(sender: 5))
    #expect(bench.signal().isEmpty)
    bench.position(0)
    #expect(bench.signal().count == 1)
  }

  @Test func aSignalThatCouldNotBeQueuedEndsRejected() throws {
    let bench = try ready()
    let id = try #require(bench.signal().first?.id)
    let event = LinkEvent.notSent(
      component: 8, template: .tradeSignal, correlation: id.correlation, reason: .backPressured)
    bench.bench.deliver(event)
    bench.bench.deliver(event)
    let turn = bench.bench.conclude()
    #expect(turn.facts.map(\.kind) == [6])
    #expect(turn.alarms.first?.contains("rejected backPressured") == true)
  }

  @Test func reportsOfOthersChangeNothing() throws {
    let bench = try ready()
    let id = try #require(bench.signal().first?.id)
    bench.report(id, .filled, from: Peer(component: 8, link: .stream))
    bench.report(id, .filled, from: Peer(component: 9, link: .session))
    bench.report(id, .filled, account: 2)
    #expect(bench.counter("unexpected") == 3)
    bench.report(IntentID(component: 4, strategy: 1, epoch: 3, counter: 1), .filled)
    bench.report(id, .filled, filled: -1)
    bench.report(id, .filled, average: -1)
    #expect(bench.counter("malformed") == 3)
    #expect(bench.bench.conclude().facts.isEmpty)
  }

  @Test func fillsTellWhatTheirOrderWasFor() throws {
    let bench = try ready()
    let id = try #require(bench.signal().first?.id)
    let report = ExecutionReport(
      envelope: Envelope(origin: 0), account: 1, strategy: 1, instrument: 7, clOrdID: ClOrdIDText(),
      execType: .trade, ordStatus: .filled, side: .buy, ordType: .limit, timeInForce: .immediateOrCancel,
      reason: .none, price: Bench.price(10_000), orderQuantity: 1, cumQuantity: 1, leavesQuantity: 0,
      lastQuantity: 1, lastPrice: Bench.price(10_000), liquidity: .taker, fillSequence: 1, eventNanos: 1,
      purpose: .entry, intentHigh: id.high, intentLow: id.low, check: .none, unit: .none)
    bench.bench.deliver(from: bench.executor) { report.encode(into: &$0) }
    #expect(bench.bench.conclude().alarms.first?.contains("fills [\"entry 1\"]") == true)
  }
}

/// The last signalEnded among the facts.
enum SignalEndFact {
  static func last(_ facts: [RecordedFact]) throws -> SignalEnd {
    let fact = try #require(facts.last { $0.kind == 6 })
    var reader = SnapshotReader(fact.bytes)
    guard case .signalEnded(let end) = try SignalFact(kind: 2, from: &reader) else {
      throw RestoreError.unknownKind(2)
    }
    return end
  }
}
