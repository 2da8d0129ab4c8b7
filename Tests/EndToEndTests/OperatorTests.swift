import Testing
import Wire

/// An operator's commands to a running colony.
@Suite(.serialized) struct OperatorTests {
  @Test func haltResumeFlattenAndStopDoWhatTheySay() async throws {
    try await withColony("paper.json5", []) { colony in
      try await colony.trading()
      try await expectTaken(colony, ["halt"])
      let halted = try await haltedOrders(colony)
      await pause(millis: 1_500)
      #expect(
        try colony.counters("executor")?["ordersSent"]?.integer == halted, "orders in spite of the halt")
      try await expectHaltOutlivesItsKeepers(colony)

      try await expectTaken(colony, ["resume"])
      try await colony.trading()
      try await colony.eventually("there is a position") { (try colony.position()?.position ?? 0) != 0 }

      // Without a halt the strategy would quote on at once.
      try await expectTaken(colony, ["halt"])
      try await expectTaken(colony, ["flatten"])
      try await colony.eventually("the position is closed") { try colony.position()?.position == 0 }
      _ = try await haltedOrders(colony)

      try await expectTaken(colony, ["stop"])
      try await expectEndedWell(colony)
    }
  }

  @Test func haltWorksWhileTheQueenIsDead() async throws {
    try await withColony("paper.json5", []) { colony in
      try await colony.trading()
      // A supervisor that stands still starts nobody again.
      try colony.signalSupervisor(19)
      try colony.kill("queen")
      let halt = try await colony.command(["halt"])
      let halted = try await haltedOrders(colony)
      await pause(millis: 1_000)
      let later = try colony.counters("executor")?["ordersSent"]?.integer
      try colony.signalSupervisor(18)
      #expect(halt.code == 0, "\(halt)")
      #expect(halt.output.contains("unreachable"), "\(halt)")
      #expect(later == halted, "orders in spite of the halt")

      // The halt stays when she is back, until it is taken back.
      try await colony.eventually("the queen is back") { try colony.session() == .live }
      await pause(millis: 1_000)
      #expect(try colony.counters("executor")?["ordersSent"]?.integer == halted)
      try await expectTaken(colony, ["resume"])
      try await colony.trading()
      try await expectTaken(colony, ["stop"])
      try await expectEndedWell(colony)
    }
  }

  @Test func interruptingTheRunEndsEveryProcess() async throws {
    try await withColony("paper.json5", []) { colony in
      try await colony.trading()
      #expect(try colony.processes().count >= 7)
      try colony.signalSupervisor(2)
      try await expectEndedWell(colony)
      let rest = try colony.processes().map(\.words)
      #expect(rest.isEmpty)
      let report = try await colony.report()
      #expect(report["endReason"]?.string == "operator")
    }
  }

  private func expectTaken(_ colony: RunningColony, _ words: [String]) async throws {
    let result = try await colony.command(words)
    #expect(result.code == 0, "\(result)")
  }

  /// Waits until nothing rests at the venue; the orders sent by then.
  private func haltedOrders(_ colony: RunningColony) async throws -> Int64 {
    try await colony.eventually("no order is open") {
      guard let position = try colony.position() else { return false }
      return position.workingBid == 0 && position.workingAsk == 0
    }
    return try #require(try colony.counters("executor")?["ordersSent"]?.integer)
  }

  /// Executor and risk keep the halt in their journals.
  private func expectHaltOutlivesItsKeepers(_ colony: RunningColony) async throws {
    for name in ["executor", "risk"] {
      let killed = try colony.kill(name)
      try await colony.eventually("\(name) is back") {
        guard let now = try colony.components()[name], now != killed else { return false }
        return try colony.counters(name) != nil
      }
    }
    try await colony.eventually("the session is LIVE again") { try colony.session() == .live }
    await pause(millis: 1_500)
    // Of the new incarnation.
    #expect(try colony.counters("executor")?["ordersSent"]?.integer == 0, "the halt was forgotten")
  }

  private func expectEndedWell(_ colony: RunningColony) async throws {
    let result = try await colony.end()
    #expect(result.code == 0, "\(result)")
    let report = try await colony.report()
    #expect(report["reconciled"]?.bool == true, "\(result)")
  }
}
