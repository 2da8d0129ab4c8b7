import JSON5
import Platform
import Testing

/// Ctrl-C and SIGTERM, sent to a real `waggle run`.
@Suite struct SupervisorSignalTests {
  /// Starts a run, waits until it says `LIVE`, lets `body` act, and gives its record and what it printed.
  private func run(
    _ environment: [String] = [], _ body: (ChildProcess, _ printed: () throws -> String) throws -> Void
  ) throws -> (record: SyntaxNode, printed: String, queenSaid: String, status: ChildStatus?) {
    try withFakeColony { colony in
      let output = "\(colony.folder)/output"
      let program = try FileSystem.programDirectory() + "/waggle"
      let child = try ChildProcess(
        [program, "run"] + colony.arguments([]), environment: Environment.all() + environment,
        output: .append(path: output), ownGroup: true)
      func printed() throws -> String {
        String(decoding: try FileSystem.read(output, maxBytes: 1 << 20), as: UTF8.self)
      }
      let isLive = try wait { try printed().contains("session LIVE") }
      let said = try printed()
      #expect(isLive, "\(said)")
      try body(child, printed)
      let status = child.wait(untilBootNanos: Clock.bootNanos() + patienceNanos)
      if status == nil { try child.send(signal: 9, toGroup: true) }
      let latest = try FileSystem.read("\(colony.folder)/var/fake/latest", maxBytes: 100)
      let run = String(decoding: latest.dropLast(), as: UTF8.self)
      let folder = "\(colony.folder)/var/fake/\(run)"
      let record = try FileSystem.read("\(folder)/supervisor.json", maxBytes: 1 << 20)
      let queenSaid = try FileSystem.read("\(folder)/queen.out", maxBytes: 1 << 20)
      return (
        try JSON5Reader.read(bytes: record), try printed(), String(decoding: queenSaid, as: UTF8.self), status
      )
    }
  }

  @Test(arguments: [2, 15, 1])
  func oneSignalStopsInGoodOrder(signal: Int32) throws {
    let (record, printed, queenSaid, status) = try run { child, _ in try child.send(signal: signal) }
    #expect(status != nil)
    #expect(record["reason"]?.string == "operator", "\(printed)")
    #expect(record["endedAsAsked"]?.bool == true, "\(printed)")
    // Under load a component may be asked to end before it reads signals; then it dies of the signal, which
    // is as good.
    #expect(queenSaid == "fake queen runs\nqueen took stop: operator\n")
  }

  @Test func aStopFromElsewhereEndsTheRunInGoodOrder() throws {
    let (record, printed, queenSaid, status) = try run { child, printed in
      // The run is known by its folder, as `run` said.
      let folder = try #require(printed().split(separator: "run folder ").last?.split(separator: "\n").first)
      let (status, said) = try runProgram(
        "waggle",
        ["stop", "--run", String(folder), "--operator", "me", "--reason", "enough", "--timeout", "30"])
      #expect(status == .exited(code: 0), "\(said)")
    }
    #expect(status != nil)
    #expect(queenSaid == "fake queen runs\nqueen took stop: enough\n")
    #expect(["finished", "none"].contains(record["reason"]?.string), "\(printed)")
    #expect(record["endedAsAsked"]?.bool == true, "\(printed)")
  }

  @Test func theSecondSignalDoesNotWaitForTheSession() throws {
    let (record, printed, _, status) = try run(["FAKE_QUEEN=deaf"]) { child, printed in
      try child.send(signal: 2)
      let isStopping = try wait { try printed().contains("stopping (operator)") }
      #expect(isStopping)
      try child.send(signal: 2)
    }
    #expect(status != nil)
    #expect(printed.contains("ending all components now"), "\(printed)")
    #expect(!printed.contains("the queen does not answer"), "\(printed)")
    #expect(record["endedAsAsked"]?.bool == true, "\(printed)")
  }

  @Test func theThirdSignalKills() throws {
    let (record, printed, _, status) = try run(["FAKE_QUEEN=deaf", "FAKE_FEED=hang"]) { child, printed in
      for words in ["stopping (operator)", "ending all components now", "feed does not end: killed"] {
        try child.send(signal: 2)
        let isSaid = try wait { try printed().contains(words) }
        #expect(isSaid, "\(words)")
      }
    }
    #expect(status == .exited(code: 1))
    let kills = record["kills"]?.elements?.map(\.string) ?? []
    #expect(kills.contains("feed"), "\(printed)")
    #expect(record["endedAsAsked"]?.bool == false)
  }
}
