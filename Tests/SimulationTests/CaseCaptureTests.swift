import OrderExecutor
import Testing
import Trading

/// The made-up captures themselves: a break-out is bought once, with its stop and its target, and books and
/// venue agree.
@Suite struct CaseCaptureTests {
  @Test func aBreakOutIsBoughtAndProtected() throws {
    var capture = CaseCapture()
    capture.snapshot(.around(60_000, quantity: 5))
    capture.quiet(around: 60_000, seconds: 8)
    capture.breakOut(from: 60_000)
    capture.quiet(around: 60_030, seconds: 5)
    let run = try CaseRun(CaseTopology(strategies: [CaseTopology.breakout()]), capture, seconds: 13)
    #expect(run.orders(.entry).count == 1)
    #expect(run.fills(.entry).map(\.quantity).reduce(.zero, +).isPositive)
    #expect(run.orders(.stopLoss).count == 1 && run.orders(.takeProfit).count == 1)
    #expect(run.position.isPositive)
    #expect(run.count("venue", "recording.malformed") == 0)
    #expect(run.report.isReconciled, "\(run.report.text)")
  }
}
