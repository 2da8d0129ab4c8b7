import Platform
import Testing

/// What belongs to somebody else already: a port, an account.
@Suite(.serialized) struct OccupiedTests {
  @Test func anOccupiedPortEndsTheRunWithAMessage() async throws {
    let base = try FreePorts.base()
    // The feed's publishing port.
    let listener = try #require(TCPSocket.listening(at: base + 3))
    defer { listener.close() }
    try await withTestFolder { folder in
      let words = ["run", PackageFiles.topology("paper.json5"), "--port-base", "\(base)"]
      let result = try await Programs.run(
        "waggle", words + ["--var", "\(folder)/var"], in: folder, stateFolder: folder)
      #expect(result.code == 75, "\(result)")
      #expect(result.errors.contains("feed"), "\(result)")
      #expect(result.errors.contains("\(base + 3)"), "\(result)")
      #expect(try ProcessTable.entries(mentioning: folder).isEmpty)
    }
  }

  @Test func aSecondExecutorOfAnAccountIsRefused() async throws {
    try await withColony("paper.json5", []) { colony in
      try await colony.trading()
      let holder = try #require(try colony.components()["executor"])
      let words = [
        "--topology", colony.topologyPath, "--component", "executor", "--run", "\(colony.folder)/other",
        "--port-base", "\(colony.portBase)",
      ]
      let second = try await Programs.run(
        "waggle-executor", words, in: colony.folder, stateFolder: "\(colony.folder)/state")
      #expect(second.code == 75, "\(second)")
      #expect(second.errors.contains("process \(holder)"), "\(second)")
      #expect(second.errors.contains(try colony.runFolder()), "\(second)")
      // The first one goes on.
      try await colony.trading()
      #expect(try colony.components()["executor"] == holder)
      #expect(try await colony.command(["stop"]).code == 0)
      let result = try await colony.end()
      #expect(result.code == 0, "\(result)")
      #expect(try await colony.report()["restarts"]?["count"]?.integer == 0)
    }
  }
}
