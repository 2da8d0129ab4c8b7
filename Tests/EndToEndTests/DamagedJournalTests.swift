import JSON5
import Platform
import Testing

/// What a running colony makes of an executor whose journal has been damaged.
@Suite(.serialized) struct DamagedJournalTests {
  @Test func theExecutorComesBackToCancelAndNothingElse() async throws {
    try await withColony("paper.json5", []) { colony in
      try await colony.trading()
      // Its supervisor must not restart it before the damage is done.
      try colony.signalSupervisor(19)
      try colony.kill("executor")
      try await colony.eventually("the executor is dead") {
        try colony.components()["executor"] == nil
      }
      try damage(try colony.runFolder() + "/executor.journal")
      try colony.signalSupervisor(18)
      try await colony.eventually("the executor is quarantined") {
        try await state(of: "executor", in: colony) == "quarantined"
      }
      try await colony.eventually("it has cancelled what rested") {
        try colony.counters("executor")?["cancels"]?.integer ?? 0 > 0
      }
      #expect(try colony.counters("executor")?["ordersSent"]?.integer == 0)
      #expect(try colony.counters("executor")?["alarms.journal"]?.integer == 1)
      let panic = try await colony.call("waggle", ["panic", "--yes"])
      #expect(panic.code == 0, "\(panic)")
    }
  }

  /// Bytes in the middle of the file and of its log.
  private func damage(_ path: String) throws {
    for file in [path, path + "-wal"] where try FileSystem.exists(file) {
      var bytes = try FileSystem.read(file, maxBytes: 256 << 20)
      guard bytes.count > 4_096 else { continue }
      for place in stride(from: bytes.count / 2, to: bytes.count, by: 512) { bytes[place] ^= 0x5A }
      try FileSystem.write(bytes, to: file)
    }
  }

  private func state(of component: String, in colony: RunningColony) async throws -> String? {
    let result = try await colony.call("waggle", ["status", "--json"])
    let status = try JSON5Reader.read(result.output)
    return status["components"]?.elements?.first { $0["name"]?.string == component }?["status"]?["state"]?
      .string
  }
}
