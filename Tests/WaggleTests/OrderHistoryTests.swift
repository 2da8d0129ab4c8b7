import Colony
import JSON5
import Platform
import Testing

/// `waggle order`, over the journals of a whole run.
@Suite struct OrderHistoryTests {
  @Test func anIntentIsFollowedThroughAllJournals() throws {
    try withFakeColony { colony in
      let run = try FakeRun(of: colony)
      try run.write(FakeRun.executorFacts, to: "executor")
      try run.write(FakeRun.venueFacts, to: "venue")
      for name in ["signal", "risk"] { try run.open(name).close() }
      let (status, output) = try runProgram(
        "waggle", ["order", "\(FakeRun.intent)", "--run", run.path, "--json"])
      #expect(status == .exited(code: 0), "\(output)")
      let json = try JSON5Reader.read(output)
      #expect(json["orders"]?.elements?.map(\.string) == ["\(FakeRun.order)"])
      let rows = json["rows"]?.elements ?? []
      #expect(
        rows.map { "\($0["component"]?.string ?? "") \($0["fact"]?.string ?? "")" } == [
          "executor intentAccepted", "venue accepted", "executor orderCreated", "executor orderAccepted",
        ])
      #expect(rows.map { $0["sincePreviousNanos"]?.integer } == [0, 0, 1_000, 1_000])
      let table = try runProgram("waggle", ["order", "\(FakeRun.order)", "--run", run.path])
      #expect(table.status == .exited(code: 0))
      #expect(
        table.output.hasPrefix("order \(FakeRun.order): 4 rows, 2.0 µs from the first"), "\(table.output)")
    }
  }

  @Test func aLiveColonyIsAskedAndWhatIsMissingIsSaid() throws {
    try withFakeColony { colony in
      let run = try FakeRun(of: colony)
      let held = try run.open("executor")
      try run.write(FakeRun.venueFacts, to: "venue")
      try run.open("risk").close()
      let owner = FakeOwner(FakeRun.executorFacts)
      let port = try FakeControlPort(colony.controlEndpoint("executor")) { owner.answer($0) }
      let (status, output) = try runProgram(
        "waggle", ["order", "\(FakeRun.order)", "--run", run.path], serving: [port])
      #expect(status == .exited(code: 1), "one journal is missing")
      #expect(output.contains("signal: journal \(run.journal("signal")): there is no such file"), "\(output)")
      #expect(output.contains("order \(FakeRun.order): 4 rows"), "\(output)")
      #expect(owner.requests.count == 2)
      try held.close()
    }
  }

  @Test func whatNobodyKnowsIsSaid() throws {
    try withFakeColony { colony in
      let run = try FakeRun(of: colony)
      for name in ["signal", "risk", "executor", "venue"] { try run.open(name).close() }
      let (status, output) = try runProgram("waggle", ["order", "\(FakeRun.order)", "--run", run.path])
      #expect(status == .exited(code: 1))
      #expect(
        output.contains(
          "no journal knows order \(FakeRun.order); looked into those of venue, signal, risk, executor"),
        "\(output)")
      let wrong = try runProgram("waggle", ["order", "42", "--run", run.path])
      #expect(wrong.status == .exited(code: 64))
      #expect(wrong.output.contains("24 characters beginning with W"))
    }
  }
}
