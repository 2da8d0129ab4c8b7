import Simulation
import Testing
import Trading
import Wire

/// What becomes of a position's stop and target when the session ends, and when a person panics.
@Suite struct SessionEndTests {
  private static func brokenOut(quietSeconds: Double) -> CaseCapture {
    var capture = CaseCapture()
    capture.snapshot(.around(60_000, quantity: 5))
    capture.quiet(around: 60_000, seconds: 8)
    capture.breakOut(from: 60_000)
    capture.quiet(around: 60_030, seconds: quietSeconds)
    return capture
  }

  @Test func theEndKeepsStopAndTargetAtTheVenue() throws {
    let run = try CaseRun(
      CaseTopology(strategies: [CaseTopology.breakout()]), Self.brokenOut(quietSeconds: 30), seconds: 17)
    #expect(run.position.isPositive && run.record.endedAsAsked == true)
    #expect(run.books.open.map(\.purpose).sorted { $0.rawValue < $1.rawValue } == [.stopLoss, .takeProfit])
    #expect(run.books.restingStops(in: 1) == run.position)
    #expect(run.report.isReconciled, "\(run.report.text)")
    #expect(run.report.openPositions.map(\.isProtected) == [true])
  }

  @Test func aGuardedStopDiesWithTheProcessAndThePositionIsToldAsUnprotected() throws {
    var topology = CaseTopology(strategies: [CaseTopology.breakout()])
    topology.venue["stopOrders"] = "false"
    let run = try CaseRun(topology, Self.brokenOut(quietSeconds: 30), seconds: 17)
    #expect(run.position.isPositive)
    #expect(run.report.openPositions.map(\.isProtected) == [false])
    #expect(run.report.openPositions.last?.text.hasPrefix("OPEN AND UNPROTECTED") == true)
  }

  @Test func theTopologyMayAskToCloseBeforeTheEnd() throws {
    var topology = CaseTopology(strategies: [CaseTopology.breakout()])
    topology.session["atEnd"] = "'flatten'"
    let run = try CaseRun(topology, Self.brokenOut(quietSeconds: 30), seconds: 17)
    #expect(run.fills(.entry).count > 0)
    #expect(run.position.isZero && run.books.open.isEmpty)
    #expect(run.report.openPositions.isEmpty && run.report.isReconciled, "\(run.report.text)")
  }

  @Test func afterAPanicNothingIsPlaced() throws {
    let run = try CaseRun(
      CaseTopology(strategies: [CaseTopology.breakout()]), Self.brokenOut(quietSeconds: 40), seconds: 38,
      commands: [SimulatedCommand(afterSeconds: 18, to: 5, .panic)])
    let place = try #require(run.facts.firstIndex { if case .panicLatched = $0 { true } else { false } })
    #expect(run.facts[..<place].contains { if case .orderCreated = $0 { true } else { false } })
    #expect(!run.facts[place...].contains { if case .orderCreated = $0 { true } else { false } })
    #expect(run.books.open.isEmpty && run.position.isPositive)
    #expect(run.report.openPositions.map(\.isProtected) == [false])
    #expect(run.report.isReconciled, "\(run.report.text)")
  }

  @Test func aResumeBringsTheProtectionBack() throws {
    let run = try CaseRun(
      CaseTopology(strategies: [CaseTopology.breakout()]), Self.brokenOut(quietSeconds: 40), seconds: 30,
      commands: [
        SimulatedCommand(afterSeconds: 18, to: 5, .panic), SimulatedCommand(afterSeconds: 24, to: 5, .resume),
      ])
    #expect(run.books.panics.isEmpty)
    #expect(run.books.restingStops(in: 1) == run.position && run.position.isPositive)
  }
}
