import JSON5
import Testing

/// What `kill -9` of a component does to a running session.
@Suite(.serialized) struct KilledComponentTests {
  @Test func aKilledSignalComesBackAndNobodyElseRestarts() async throws {
    try await withColony("paper.json5", []) { colony in
      try await colony.trading()
      let before = try colony.components()
      #expect(Set(before.keys) == ["venue", "feed", "signal", "risk", "executor", "queen", "relay"])
      let killed = try colony.kill("signal")
      try await colony.eventually("signal is back") {
        try colony.components()["signal"].map { $0 != killed } ?? false
      }
      try await colony.trading()
      var after = try colony.components()
      after["signal"] = killed
      #expect(after == before, "somebody else is a new process")
      let report = try await endedWell(colony)
      #expect(report["restarts"]?["count"]?.integer == 1)
      #expect(report["restarts"]?["byComponent"]?["signal"]?.integer == 1)
    }
  }

  @Test func everyComponentMayBeKilledInOneSession() async throws {
    let names = ["feed", "relay", "risk", "queen", "executor", "venue"]
    try await withColony("paper.json5", []) { colony in
      try await colony.trading()
      for name in names {
        let killed = try colony.kill(name)
        try await colony.eventually("\(name) is back") {
          try colony.components()[name].map { $0 != killed } ?? false
        }
        // Orders go out again: everybody has found everybody.
        try await colony.trading()
      }
      let report = try await endedWell(colony)
      let restarts = report["restarts"]?["byComponent"]?.members ?? []
      #expect(Set(restarts.map(\.key)) == Set(names))
      #expect(restarts.allSatisfy { $0.value.integer == 1 }, "\(restarts)")
    }
  }

  /// Ends the session and gives its report: it traded, ended as asked, and the books reconcile.
  private func endedWell(_ colony: RunningColony) async throws -> SyntaxNode {
    let stop = try await colony.command(["stop"])
    #expect(stop.code == 0, "\(stop)")
    let result = try await colony.end()
    #expect(result.code == 0, "\(result)")
    let report = try await colony.report()
    #expect(report["reconciled"]?.bool == true, "\(result.output)")
    #expect(report["fills"]?.integer ?? 0 > 0)
    #expect(report["endedAsAsked"]?.bool == true)
    return report
  }
}
