import ActorKit
import CoreTestKit
import RiskAdjuster
import Testing
import Trading
import Wire

/// What the executor tells of refusals and fills, and what follows where it tells too little.
struct ExecutorTruthTests {
  private func rejects(of risk: RiskFixture) -> [String] {
    var report = CounterReport()
    risk.bench.core.report(into: &report)
    return report.entries.filter { $0.name.hasPrefix("rejects") || $0.name.hasPrefix("denied") }
      .map { "\($0.name) \($0.value)" }
  }

  @Test func refusalsAreCountedByCause() {
    let risk = RiskFixture()
    risk.ready()
    #expect(rejects(of: risk) == ["rejects 0"])
    for _ in 0..<2 { risk.execution(.rejected, .rejected, id: "A", reason: .rateLimit) }
    // Of an older executor, which has no word for its check, and of one of a later version.
    risk.execution(.denied, .denied, id: "", reason: .hardCap, check: .unrecognized)
    risk.execution(.denied, .denied, id: "", reason: .riskRefused, check: .position)
    risk.execution(.cancelRejected, .new, id: "B", reason: .tooLateToCancel)
    risk.execution(.canceled, .canceled, id: "C")
    #expect(
      rejects(of: risk)
        == [
          "rejects 5", "denied.position 1", "rejects.tooLateToCancel 1", "rejects.rateLimit 2",
          "rejects.hardCap 1",
        ])
  }

  /// A component shows at most so many counters, and the host adds some of its own.
  @Test func allCausesTogetherLeaveTheHostRoomForItsCounters() {
    let risk = RiskFixture()
    risk.ready()
    for reason in RejectReason.allCases { risk.execution(.rejected, .rejected, id: "A", reason: reason) }
    for check in RiskCheck.allCases where check != .none && check != .unrecognized {
      risk.execution(.denied, .denied, id: "", reason: .riskRefused, check: check)
    }
    let rejects = rejects(of: risk)
    let all = RejectReason.allCases.count + RiskCheck.allCases.count - 2
    #expect(rejects.first == "rejects \(all)")
    #expect(rejects.count == 18 && rejects.last == "rejects.other \(all - 16)")
    var report = CounterReport()
    risk.bench.core.report(into: &report)
    #expect(report.entries.count + 20 <= CounterReport.maxCount)
  }

  /// An executor of a schema below 3 counts the fills of the account, which says nothing of an instrument's.
  @Test func nothingIsOpenedOnAPositionWhoseFillsNobodyCounts() {
    let risk = RiskFixture()
    risk.live()
    risk.market()
    risk.openSession()
    risk.report(position: "1", countsByInstrument: false)
    risk.bench.conclude()
    let opening = risk.decide(bids: [.init(10, "1")])
    #expect(opening.verdict == .refused && opening.check == .stalePosition)
    // What only closes may pass, as far as it does.
    let closing = risk.decide(asks: [.init(10, "2")])
    #expect(closing.verdict == .reduced && closing.check == .stalePosition)
    #expect(closing.asks == ["100.1 x 1"])
    // A position that is told later does not say which fills it holds either.
    risk.position("1", fills: 9)
    risk.fillsSeen = 9
    #expect(risk.decide(bids: [.init(11, "1")]).check == .stalePosition)
    // A session with one that does count ends it.
    risk.openSession(executorEpoch: 2)
    risk.report(position: "1", fills: 9)
    #expect(risk.decide(bids: [.init(12, "1")]).verdict == .accepted)
  }

  /// Whoever runs the colony may begin to listen after the session has opened.
  @Test func anExecutorThatDoesNotCountFillsByInstrumentIsToldOfEveryTenSeconds() {
    let risk = RiskFixture()
    risk.live()
    risk.market()
    risk.openSession()
    risk.report(countsByInstrument: false)
    func alarms(_ seconds: Int64) -> [AlarmCode] {
      risk.bench.run(nanos: seconds * .nanosPerSecond).all(Alarm.self).map(\.code)
    }
    #expect(alarms(2) == [.sessionRefused])
    #expect(alarms(20) == [.sessionRefused, .sessionRefused])
    risk.openSession(executorEpoch: 2)
    risk.report()
    #expect(alarms(20) == [])
    risk.openSession(executorEpoch: 3)
    risk.report(countsByInstrument: false)
    #expect(alarms(2) == [.sessionRefused])
  }

  @Test func noIntentIsCarriedOnToAnExecutorThatDoesNotCountFills() {
    let risk = RiskFixture()
    risk.live()
    risk.market()
    risk.openSession()
    risk.report(countsByInstrument: false)
    risk.bench.conclude()
    risk.trade(1)
    let turn = risk.bench.conclude()
    #expect(turn.all(OrderIntent.self).isEmpty)
    #expect(turn.all(RiskDecision.self).map(\.check) == [.stalePosition])
  }
}
