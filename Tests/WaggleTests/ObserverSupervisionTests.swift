import Colony
import Testing

/// A relay under supervision: restarted like all others, but nobody's session ends with it.
@Suite struct ObserverSupervisionTests {
  @Test("A killed relay is started again")
  func restarted() throws {
    try withFakeColony(hasRelay: true) { colony in
      let (outcome, _) = try colony.supervise(forSeconds: 1, manners: ["relay": "once killed"])
      #expect(outcome.exitCode == 0, "\(outcome.message ?? "")")
      #expect(outcome.record.restarts.map(\.component) == ["relay"])
      #expect(
        outcome.record.ends.map(\.component) == [
          "venue", "feed", "executor", "risk", "signal", "queen", "relay",
        ])
    }
  }

  @Test("A relay that dies too often is left alone, and the session lasts as long as was asked")
  func leftAlone() throws {
    try withFakeColony(intensity: 2, hasRelay: true) { colony in
      let (outcome, _) = try colony.supervise(forSeconds: 3, manners: ["relay": "killed"])
      #expect(outcome.record.reason == "duration")
      #expect(outcome.record.restarts.map(\.component) == ["relay", "relay"])
      #expect(outcome.exitCode == 1)
      #expect(outcome.message == "not ended as asked: relay ended by signal 9 (SIGKILL)")
      #expect(outcome.record.ends.filter { !$0.endedAsAsked }.map(\.component) == ["relay"])
    }
  }

  @Test("A relay that a restart does not mend does not stop the session either", arguments: [64, 75, 78])
  func refused(code: Int32) throws {
    try withFakeColony(hasRelay: true) { colony in
      let (outcome, _) = try colony.supervise(manners: ["relay": "exit \(code)"])
      #expect(outcome.record.reason == "duration")
      #expect(outcome.record.restarts.isEmpty)
      #expect(outcome.message == "not ended as asked: relay exited with code \(code)")
    }
  }
}
