import ActorKit
import CoreTestKit
import Foundation
import OrderExecutor
import RiskAdjuster
import Testing
import Trading
import Vocabulary
import Wire

/// Every check of the executor reaches risk, and through it the signal component, under its own name.
@Suite struct CheckTests {
  /// Those that hold quotes back.
  static let ofQuotes: [RiskCheck] = [
    .quarantined, .noLimits, .haltLatched, .closing, .noPermit, .staleMarketData, .unpriced, .notReady,
    .riskMisinformed, .priceCollar, .orderQuantity, .position, .minimumSize, .selfTrade, .inDoubt,
    .openOrders, .messageRate,
  ]
  /// Those that end an intent.
  static let ofIntents: [RiskCheck] = [
    .quarantined, .noLimits, .haltLatched, .closing, .noPermit, .expired, .unknownAccount, .unknownInstrument,
    .malformed, .lostTurns, .tickSize, .lotSize, .priceCollar, .orderQuantity, .position, .minimumSize,
    .stopDistance, .stopSize, .openIntents,
  ]
  /// Those that an intent waits for.
  static let thatMayPass: [RiskCheck] = [
    .staleMarketData, .unpriced, .notReady, .riskMisinformed, .selfTrade, .inDoubt, .openOrders, .messageRate,
  ]

  @Test(arguments: ofQuotes) func aQuoteHeldBackNamesItsCheckToRiskAndToEverybody(_ check: RiskCheck) throws {
    let bench = try bench(heldBackBy: check)
    let before = bench.counter("ordersDenied.\(check.name)")
    let price: Int64 = check == .selfTrade ? 10_001 : 9_999
    let turn = bench.quote(bids: [(price, check == .minimumSize ? 2 : 10)])
    #expect(turn.newOrders.isEmpty)
    let denied = turn.reports.filter { $0.execType == .denied }
    #expect(denied.map(\.check) == [check] && denied.map(\.ordStatus) == [.denied])
    #expect((denied.first?.unit == MeasureUnit.none) == (denied.first?.measured == nil))
    #expect(!denied.contains { $0.reason == .hardCap || $0.reason == .none })
    #expect(turn.reportsToRisk.filter { $0.execType == .denied } == denied)
    #expect(bench.counter("ordersDenied.\(check.name)") == before + 1)
    let risk = risk()
    hand(turn, .executionReport, to: risk)
    risk.conclude()
    var counters = CounterReport()
    risk.core.report(into: &counters)
    #expect(counters["denied.\(check.name)"] == 1)
  }

  @Test(arguments: ofIntents) func anEndedIntentNamesItsCheckAsFarAsTheSignalComponent(
    _ check: RiskCheck
  ) throws {
    let bench = try bench(heldBackBy: check)
    let turn = bench.ask(intent(for: check, bench))
    #expect(turn.newOrders.isEmpty)
    #expect(turn.intentEnds.map(\.check) == [check])
    #expect(!turn.intentEnds.contains { $0.reason == .hardCap || $0.reason == .none })
    let ends = try ends(in: turn)
    #expect(ends.map(\.check) == [check] && ends.map(\.reason) == turn.intentEnds.map(\.reason))
    // Risk of this account does not answer for another.
    guard check != .unknownAccount else { return }
    let risk = risk()
    hand(turn, .intentReport, to: risk)
    let told = risk.conclude()
    let toSignal = told.all(IntentReport.self, to: .durable(component: ExecutorBench.signal))
    #expect(toSignal.map(\.check) == [check] && toSignal.map(\.reason) == turn.intentEnds.map(\.reason))
    #expect(toSignal.map(\.unit) == ends.map(\.unit))
    #expect(toSignal.map { $0.measured ?? 0 } == ends.map(\.measured))
    #expect(toSignal.map { $0.limit ?? 0 } == ends.map(\.limit))
    #expect(told.facts.count == 1)
    for fact in told.facts {
      var reader = SnapshotReader(fact.bytes)
      guard case .intentEnded(let end) = try RiskFact(kind: fact.kind, from: &reader) else {
        Issue.record("not an end")
        continue
      }
      #expect(end.check == check && end.unit == ends[0].unit && end.limit == ends[0].limit)
    }
  }

  @Test(arguments: thatMayPass) func anIntentWaitsForWhatMayPass(_ check: RiskCheck) throws {
    let bench = try bench(heldBackBy: check)
    let turn = bench.ask(intent(for: check, bench))
    #expect(turn.newOrders.isEmpty && turn.intentEnds.isEmpty)
    #expect(bench.books.intents.open.map(\.end) == [nil])
  }

  /// Told again, the end is the same; so it is after a restart.
  @Test(arguments: [false, true]) func theCheckIsKept(isFromSnapshot: Bool) throws {
    let bench = try bench(heldBackBy: .orderQuantity)
    let end = bench.ask(intent(for: .orderQuantity, bench)).intentEnds
    #expect(bench.ask(intent(for: .orderQuantity, bench)).intentEnds == end)
    let revived = try bench.revived(fromSnapshot: isFromSnapshot)
    revived.goLiveAgain()
    #expect(revived.ask(intent(for: .orderQuantity, bench)).intentEnds.map(\.check) == [.orderQuantity])
    let kept = try #require(revived.books.intents[ExecutorBench.intentID(1)]?.end)
    #expect(kept.unit == .quantity && kept.measured == lots(10).raw && kept.limit == lots(5).raw)
  }

  /// Of several the first in the order is named: too far away, and too large.
  @Test func theFirstInTheOrderIsNamed() {
    let bench = ExecutorBench(ExecutorBench.configuration(maxOrderLots: 5, maxPositionLots: 5, collarBps: 0))
    bench.goLive()
    let denied = bench.quote(bids: [(9_999, 10)]).reports.filter { $0.execType == .denied }
    #expect(denied.map(\.check) == [.priceCollar])
    #expect(denied.first?.unit == .milliBps && denied.first?.measured == 1_999 && denied.first?.limit == 0)
  }

  @Test func theDocumentSaysWhichTheExecutorMakesAndWhichMayPass() throws {
    let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent()
    let text = try String(contentsOf: root.appending(path: "docs/CHECKS.md"), encoding: .utf8)
    let rows = text.split(separator: "\n").filter { $0.hasPrefix("| ") }.map { row in
      row.split(separator: "|").map { $0.trimmingCharacters(in: .whitespaces) }
    }.filter { $0[1] == "executor" || $0[1] == "both" }
    let names = Set(rows.map { $0[0].trimmingCharacters(in: ["*"]) })
    #expect(names == Set((Self.ofQuotes + Self.ofIntents).map { "\($0.name)" }))
    let marked = Set(rows.map { $0[0] }.filter { $0.hasSuffix("*") })
    #expect(marked == Set(Self.thatMayPass.map { "\($0.name)*" }))
  }
}

// What brings a check about.
extension CheckTests {
  private func bench(heldBackBy check: RiskCheck) throws -> ExecutorBench {
    let bench = ExecutorBench(try configuration(for: check))
    if check == .openIntents {
      fillUp(bench)
      return bench
    }
    bench.goLive()
    switch check {
    case .quarantined: bench.deliver(.journalImpaired(why: "the disk is full"))
    case .haltLatched: bench.command(.halt)
    case .closing:
      let order = bench.quote(bids: [(9_999, 10)]).newOrders[0]
      bench.accept([order])
      bench.fill(order, lots: 10, id: 1, cum: 10)
      bench.quote()
      // The halt that comes with it is named before it.
      bench.command(.flatten)
      bench.command(.resume)
    case .noPermit:
      bench.grantedLevel = .cancel
      bench.pass(seconds: 6)
    case .staleMarketData: bench.status(.stale)
    case .unpriced: bench.status(.suspect)
    case .notReady: bench.deliver(.peerSilent(component: ExecutorBench.venue))
    case .riskMisinformed:
      bench.deliver(
        .notSent(
          component: ExecutorBench.risk, template: .positionChanged, correlation: .none,
          reason: .backPressured))
    case .lostTurns: bench.deliver(.journalCut(turns: 2))
    case .selfTrade: bench.accept(others(bench, asks: [(10_001, 5)]))
    case .inDoubt:
      _ = others(bench, bids: [(9_999, 5)])
      bench.pass(seconds: 10.1)
    case .openOrders: bench.accept(others(bench, bids: [(9_990, 5)]))
    case .messageRate: bench.accept(others(bench, bids: (0..<10).map { (9_990 - $0, 1) }))
    default: break
    }
    bench.conclude()
    return bench
  }

  private func configuration(for check: RiskCheck) throws -> OrderExecutor.Configuration {
    var configuration = ExecutorBench.configuration()
    switch check {
    case .noLimits: configuration.caps = []
    case .priceCollar: configuration = ExecutorBench.configuration(collarBps: 0)
    case .orderQuantity: configuration = ExecutorBench.configuration(maxOrderLots: 5)
    case .position: configuration = ExecutorBench.configuration(maxPositionLots: 5)
    case .openOrders: configuration = ExecutorBench.configuration(maxOpenOrders: 1)
    case .messageRate:
      let rate = MessageRate(perSecond: 1, burst: 8, cancelReserve: 4)
      configuration = ExecutorBench.configuration(rate: rate)
    case .minimumSize: configuration.instruments = [try ExecutorBench.sampleWith(minQuantity: lots(5))]
    case .stopSize:
      configuration.instruments = [try ExecutorBench.sampleWith(minNotional: ticks(10_000) * lots(10))]
    default: break
    }
    return configuration
  }

  /// Another strategy's quotes, as they are sent.
  private func others(
    _ bench: ExecutorBench, bids: [(Int64, Int64)] = [], asks: [(Int64, Int64)] = []
  ) -> [NewOrder] {
    bench.target(bids: bids, asks: asks, strategy: 12)
    return bench.conclude().newOrders
  }

  /// As many intents as are taken on, none of which can be carried out yet.
  private func fillUp(_ bench: ExecutorBench) {
    bench.start()
    bench.conclude()
    for counter in 0..<UInt64(IntentBook.mostOpen) {
      let intent = ExecutorBench.intent(1 + counter, expireNanos: bench.expiry())
      bench.deliver(from: ExecutorBench.fromRisk) { intent.encode(into: &$0) }
    }
    bench.conclude()
  }

  private func intent(for check: RiskCheck, _ bench: ExecutorBench) -> OrderIntent {
    let counter = check == .openIntents ? UInt64(IntentBook.mostOpen) + 1 : 1
    var intent = ExecutorBench.intent(
      counter, lots: check == .minimumSize ? 2 : 10, price: check == .inDoubt ? 9_999 : 10_002,
      stop: check == .stopDistance ? 10_050 : 9_950,
      expireNanos: check == .expired ? bench.now().wall : bench.expiry())
    switch check {
    case .unknownAccount: intent.account += 1
    case .unknownInstrument: intent.instrument += 1
    case .malformed: intent.ordType = .market
    case .tickSize: intent.price = ticks(10_002).raw + 1
    case .lotSize: intent.quantity += 1
    default: break
    }
    return intent
  }
}

// Where it goes.
extension CheckTests {
  private func risk() -> CoreBench<RiskAdjuster> {
    let risk = CoreBench(
      RiskAdjuster(
        RiskAdjuster.Configuration(
          component: ExecutorBench.risk, executorComponent: ExecutorBench.executor,
          account: ExecutorBench.account, instruments: [ExecutorBench.sample],
          strategies: [ExecutorBench.strategy], signalComponents: [ExecutorBench.signal], limits: nil,
          maxDataAgeNanos: .nanosPerSecond)))
    risk.start(epoch: 1)
    return risk
  }

  /// The messages of a kind that the executor has for risk.
  private func hand(_ turn: Turn, _ template: Template, to risk: CoreBench<RiskAdjuster>) {
    let ways = [ExecutorBench.toRisk, ExecutorBench.surelyToRisk]
    for sent in turn.sent where sent.template == template && ways.contains(sent.destination) {
      risk.deliver(sent.frame, from: Peer(component: ExecutorBench.executor, link: .session))
    }
  }

  private func ends(in turn: Turn) throws -> [IntentEnd] {
    try turn.facts.compactMap { fact in
      var reader = SnapshotReader(fact.bytes)
      guard case .intentEnded(let end) = try ExecutorFact(kind: fact.kind, from: &reader) else { return nil }
      return end
    }
  }
}
