import JSON5
import Platform
import Testing

/// What a running colony makes of an executor whose journal has lost its last turns.
@Suite(.serialized) struct CutJournalTests {
  /// A log whose end is lost above the commit mark, as a power loss leaves it, while the venue went on.
  @Test func theExecutorTakesOverWhatTheLostTurnsDidAndTradesAgain() async throws {
    try await withColony("paper.json5", []) { colony in
      try await colony.trading()
      // Its supervisor must not restart it before the log is cut.
      try colony.signalSupervisor(19)
      try await loseTheEnd(of: try colony.runFolder() + "/executor.journal", colony)
      try colony.signalSupervisor(18)
      try await colony.eventually("the cut is made good") {
        try colony.counters("executor")?["alarms.journal"]?.integer == 2
      }
      let counters = try #require(try colony.counters("executor"))
      let found =
        (counters["ordersTakenOver"]?.integer ?? 0) + (counters["fillsOfTheCut"]?.integer ?? 0)
      #expect(found > 0, "\(counters)")
      try await colony.eventually("it trades again") {
        try colony.counters("executor")?["ordersSent"]?.integer ?? 0 > 5
      }
      let show = try await colony.call("waggle", ["status", "--json"])
      let components = try JSON5Reader.read(show.output)["components"]?.elements ?? []
      let executor = components.first { $0["name"]?.string == "executor" }
      #expect(executor?["status"]?["state"]?.string == "live", "\(show)")
    }
  }

  /// Ends the executor within one generation of its log, and makes what came after the mark unreadable.
  private func loseTheEnd(of path: String, _ colony: RunningColony) async throws {
    // A checkpoint comes after 256 frames.
    try await colony.eventually("the log is young") { try LogFrames(path + "-wal").count < 100 }
    let mark = try FileSystem.read(path + "-mark", maxBytes: 1 << 16)
    let before = try LogFrames(path + "-wal")
    try await colony.eventually("the log has grown") {
      let now = try LogFrames(path + "-wal")
      return now.salt != before.salt || now.count >= before.count + 20
    }
    guard try LogFrames(path + "-wal").salt == before.salt else {
      return try await loseTheEnd(of: path, colony)
    }
    try colony.kill("executor")
    try await colony.eventually("the executor is dead") { try colony.components()["executor"] == nil }
    var log = try LogFrames(path + "-wal")
    try #require(log.salt == before.salt, "a checkpoint came between two looks and the kill")
    log.damage(from: before.count)
    try FileSystem.write(log.bytes, to: path + "-wal")
    try FileSystem.write(mark, to: path + "-mark")
  }
}

/// The frames of a write-ahead log that belong to its present generation.
private struct LogFrames {
  private static let frameBytes = 24 + 4_096
  private(set) var bytes: [UInt8]
  let salt: [UInt8]
  let count: Int

  init(_ path: String) throws {
    let bytes = try FileSystem.read(path, maxBytes: 64 << 20)
    let salt = bytes.count >= 32 ? Array(bytes[16..<24]) : []
    var count = 0
    while 32 + (count + 1) * Self.frameBytes <= bytes.count {
      let place = 32 + count * Self.frameBytes + 8
      guard Array(bytes[place..<place + 8]) == salt else { break }
      count += 1
    }
    (self.bytes, self.salt, self.count) = (bytes, salt, count)
  }

  mutating func damage(from first: Int) {
    for frame in first..<count { bytes[32 + frame * Self.frameBytes + 1_000] ^= 0x5A }
  }
}
