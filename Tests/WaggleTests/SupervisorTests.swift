import Colony
import HostKit
import Platform
import Testing

/// Real child processes; each test has sockets and a folder of its own.
@Suite struct SupervisorTests {
  @Test func everythingStartsAndEndsAsAsked() throws {
    try withFakeColony { colony in
      let (outcome, run) = try colony.supervise()
      #expect(outcome.exitCode == 0, "\(outcome.message ?? "")")
      #expect(outcome.record.reason == "duration")
      #expect(outcome.record.restarts.isEmpty)
      #expect(outcome.record.kills.isEmpty)
      #expect(
        outcome.record.ends.map(\.component) == ["venue", "feed", "executor", "risk", "signal", "queen"])
      #expect(outcome.record.ends.allSatisfy { $0.status == "exited with code 0" && $0.endedAsAsked })
      #expect(outcome.record.liveNanos >= outcome.record.startedNanos)
      #expect(outcome.record.endedNanos > outcome.record.liveNanos)
      let written = try FileSystem.read(run.supervisorPath, maxBytes: 1 << 20)
      #expect(String(decoding: written, as: UTF8.self) == outcome.record.json)
      let output = try FileSystem.read(run.outputPath(of: "feed"), maxBytes: 1 << 20)
      #expect(String(decoding: output, as: UTF8.self) == "fake feed runs\n")
    }
  }

  @Test func aKilledComponentIsRestarted() throws {
    try withFakeColony { colony in
      let (outcome, _) = try colony.supervise(forSeconds: 1, manners: ["signal": "once killed"])
      #expect(outcome.exitCode == 0, "\(outcome.message ?? "")")
      #expect(outcome.record.restarts.map(\.component) == ["signal"])
      #expect(outcome.record.restarts.map(\.status) == ["ended by signal 9 (SIGKILL)"])
      #expect(outcome.record.endedAsAsked)
    }
  }

  @Test func oneDeathTooManyStopsTheSession() throws {
    try withFakeColony(intensity: 2) { colony in
      let (outcome, _) = try colony.supervise(forSeconds: 60, manners: ["risk": "killed"])
      #expect(outcome.exitCode == 1)
      #expect(outcome.record.restarts.count == 2)
      #expect(outcome.record.reason == "failure")
      #expect(outcome.message?.contains("risk ended by signal 9 (SIGKILL), more than 2 times") == true)
      // The others were not disturbed, and ended in good order.
      #expect(outcome.record.ends.filter { !$0.endedAsAsked }.map(\.component) == ["risk"])
    }
  }

  @Test(arguments: [64, 75, 78])
  func whatARestartDoesNotMendEndsTheRun(code: Int32) throws {
    try withFakeColony { colony in
      let (outcome, _) = try colony.supervise(manners: ["executor": "exit \(code)"])
      #expect(outcome.exitCode == code)
      #expect(outcome.record.restarts.isEmpty)
      #expect(outcome.message?.hasPrefix("executor exited with code \(code)\n") == true)
      #expect(outcome.message?.contains("it said: fake executor runs") == true)
    }
  }

  @Test func otherCodesAreDeaths() throws {
    try withFakeColony { colony in
      let (outcome, _) = try colony.supervise(forSeconds: 1, manners: ["feed": "once exit 74"])
      #expect(outcome.exitCode == 0, "\(outcome.message ?? "")")
      #expect(outcome.record.restarts.map(\.status) == ["exited with code 74"])
    }
  }

  @Test func whatHangsIsKilledAndCounted() throws {
    try withFakeColony { colony in
      var bounds = SupervisorBounds()
      bounds.terminate = 300_000_000
      let (outcome, _) = try colony.supervise(manners: ["feed": "hang"], bounds: bounds)
      #expect(outcome.exitCode == 1)
      #expect(outcome.record.kills == ["feed"])
      #expect(!outcome.record.endedAsAsked)
      #expect(outcome.message == "not ended as asked: feed ended by signal 9 (SIGKILL)")
    }
  }

  @Test func aDeafQueenIsPassedOver() throws {
    try withFakeColony { colony in
      var bounds = SupervisorBounds()
      bounds.queenAnswer = 300_000_000
      let (outcome, _) = try colony.supervise(manners: ["queen": "deaf"], bounds: bounds)
      #expect(outcome.exitCode == 1)
      #expect(outcome.message == "the queen does not answer: the executors are asked to cancel")
      // They took the command and were finished before anyone was ended.
      #expect(outcome.record.ends.allSatisfy { $0.endedAsAsked })
    }
  }

  @Test func whoNeverGoesLiveIsNamed() throws {
    try withFakeColony { colony in
      var bounds = SupervisorBounds()
      bounds.startup = 500_000_000
      let (outcome, _) = try colony.supervise(manners: ["queen": "quiet"], bounds: bounds)
      #expect(outcome.exitCode == 1)
      #expect(outcome.message?.hasPrefix("not LIVE after 0 s: ") == true)
      #expect(outcome.message?.contains("queen silent") == true)
    }
  }

  @Test func missingProgramsAreNamedBeforeAnythingStarts() throws {
    try withFakeColony { colony in
      try FileSystem.remove("\(colony.binaryFolder)/waggle-risk")
      let path = "\(colony.binaryFolder)/waggle-risk"
      #expect(throws: SupervisorError.programMissing(path: path)) { try colony.supervise() }
    }
  }
}

@Test func restartsComeLaterAndLaterWithinTheWindow() {
  var restarts = SupervisorRestarts(intensity: 7, windowNanos: 60_000_000_000)
  let millis: [Int64] = [50, 100, 200, 400, 800, 1000, 1000]
  for (index, delay) in millis.enumerated() {
    #expect(restarts.died(atBootNanos: Int64(index)) == .restart(afterNanos: delay * 1_000_000))
  }
  #expect(restarts.died(atBootNanos: 8) == .giveUp)
}

@Test func oldDeathsAreForgotten() {
  var restarts = SupervisorRestarts(intensity: 1, windowNanos: 100)
  #expect(restarts.died(atBootNanos: 0) == .restart(afterNanos: 50_000_000))
  #expect(restarts.died(atBootNanos: 100) == .restart(afterNanos: 50_000_000))
  #expect(restarts.died(atBootNanos: 199) == .giveUp)
}
