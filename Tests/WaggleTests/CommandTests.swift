import Colony
import JSON5
import Platform
import Testing
import Wire

/// The programs as people and scripts call them.
@Suite struct CommandTests {
  @Test func tenMistakesAreListedAtOnceWithTheirPlaces() throws {
    try withFakeColony { colony in
      var text = String(decoding: try FileSystem.read(colony.topologyPath, maxBytes: 1 << 20), as: UTF8.self)
      let mistakes = [
        ("mode: \"paper\"", "mode: \"papper\""), ("address: \"127.0.0.1\"", "address: \"here\""),
        ("tickSize: \"0.01\"", "tickSize: \"0\""), ("currency: \"USDT\"", "curency: \"USDT\""),
        ("priceCollarBps: 200", "priceCollarBps: 0"), ("number: 2, kind", "number: 0, kind"),
        ("inputs: [\"venue\"]", "inputs: [\"venu\"]"), ("kind: \"glft\"", "kind: 5"),
        ("executor: \"executor\"", "executor: \"queen\""), ("intensity: 3", "intensity: \"3\""),
      ]
      for (right, wrong) in mistakes {
        try #require(text.contains(right), "\(right)")
        text = text.replacingFirst(right, with: wrong)
      }
      let path = "\(colony.folder)/wrong.json5"
      try FileSystem.write(Array(text.utf8), to: path)
      let (status, output) = try runProgram("waggle", ["check", path])
      #expect(status == .exited(code: 78))
      let lines = output.split(separator: "\n").filter { $0.contains(": error: ") }
      #expect(lines.count >= 10, "\(output)")
      for line in lines {
        let rest = line.dropFirst(path.count + 1).split(separator: ":")
        #expect(line.hasPrefix("\(path):") && Int(rest[0]) != nil && Int(rest[1]) != nil, "\(line)")
      }
      let json = try runProgram("waggle", ["check", path, "--json"])
      let root = try JSON5Reader.read(json.output)
      #expect(root["runnable"]?.bool == false)
      #expect(root["problems"]?.elements?.count == lines.count)
      #expect(try runProgram("waggle", ["run", path]).status == .exited(code: 78))
    }
  }

  @Test func aGoodFileIsGood() throws {
    try withFakeColony { colony in
      let (status, output) = try runProgram("waggle", ["check", colony.topologyPath])
      #expect(status == .exited(code: 0))
      #expect(output.contains("can be run: colony 'fake', paper, 6 components on 1 host, accounts main"))
      #expect(output.contains("main: at most 200 orders and 64 trades of signals open"))
    }
  }

  @Test(arguments: [
    (["chek"], "did you mean 'check'?"), (["run"], "TOPOLOGY is missing"),
    (["run", "x", "--sped", "2"], "did you mean --speed?"), (["run", "/no/such.json5"], "/no/such.json5"),
    (["help", "rnu"], "did you mean 'run'?"), (["status", "--var", "nowhere"], "holds no run yet"),
    (["report", "--run", "/no/such"], "/no/such/manifest.json"),
    (["halt", "--topology", "a", "--run", "b", "--operator", "me"], "name two colonies"),
    (["rerun"], "RUNFOLDER is missing"), (["rerun", "/no/such"], "/no/such/manifest.json"),
  ])
  func wrongUsageIsExplained(words: [String], explanation: String) throws {
    let (status, output) = try runProgram("waggle", words)
    #expect(status == .exited(code: 64), "\(output)")
    #expect(output.contains(explanation), "\(output)")
  }

  @Test(arguments: [
    "run", "check", "status", "start", "set", "halt", "panic", "resume", "flatten", "stop", "report",
    "journal",
    "order", "simulate", "rerun",
  ])
  func everyCommandHasHelp(command: String) throws {
    let (status, output) = try runProgram("waggle", ["help", command])
    #expect(status == .exited(code: 0))
    #expect(output.hasPrefix("\(command): "))
    #expect(output.contains("usage: waggle \(command)"))
    #expect(try runProgram("waggle", [command, "--help"]).output == output)
    #expect(try runProgram("waggle", ["help"]).output.contains("  \(command) "))
  }

  @Test func overridesThatMeanNothingStartNothing() throws {
    try withFakeColony { colony in
      let (status, output) = try runProgram("waggle", ["run"] + colony.arguments(["--speed", "2"]))
      #expect(status == .exited(code: 64))
      #expect(output.contains("a paper session runs at the speed of the clock"))
      #expect(try !FileSystem.exists("\(colony.folder)/var"))
      let data = try runProgram("waggle", ["run"] + colony.arguments(["--data", "/no/such.gz"]))
      #expect(data.status == .exited(code: 64))
      #expect(data.output.contains("--data /no/such.gz: there is no such file"))
      let bound = try runProgram("waggle", ["run"] + colony.arguments(["--arrivals-megabytes", "5"]))
      #expect(bound.status == .exited(code: 64))
      #expect(bound.output.contains("of use only with --keep-arrivals"))
      #expect(try !FileSystem.exists("\(colony.folder)/var"))
    }
  }

  /// Components of a fake colony without a supervisor; ended when the body is done.
  private func with(
    _ names: [String], of colony: FakeColony, _ body: () throws -> Void
  ) throws {
    let children = try names.map { name in
      try ChildProcess(
        ["\(colony.binaryFolder)/waggle-\(name)", "--topology", colony.topologyPath, "--component", name],
        output: .append(path: "\(colony.folder)/\(name).out"), ownGroup: true)
    }
    let result = Result {
      for name in names {
        let runs = try wait {
          try FileSystem.read("\(colony.folder)/\(name).out", maxBytes: 1 << 16).starts(with: "fake".utf8)
        }
        try #require(runs, "\(name) does not start")
      }
      try body()
    }
    for child in children { try child.send(signal: 9) }
    for child in children { _ = child.wait(untilBootNanos: Clock.bootNanos() + patienceNanos) }
    try result.get()
  }

  @Test func haltWorksWithTheQueenDead() throws {
    try withFakeColony { colony in
      try with(["executor"], of: colony) {
        let words = [
          "halt", "--topology", colony.topologyPath, "--operator", "me", "--reason", "test", "--timeout", "1",
        ]
        let (status, output) = try runProgram("waggle", words)
        #expect(status == .exited(code: 0), "\(output)")
        #expect(
          output == "executor: accepted: executor took halt: test\nrisk: unreachable\nqueen: unreachable\n")
        let json = try JSON5Reader.read(runProgram("waggle", words + ["--json"]).output)
        #expect(json["taken"]?.bool == true)
        #expect(
          json["answers"]?.elements?.map { $0["outcome"]?.string } == [
            "accepted", "unreachable", "unreachable",
          ])
      }
    }
  }

  @Test("A halt that the owner of an account did not confirm fails, and says what may rest and what to do")
  func aHaltThatTheOwnerDidNotConfirmFails() throws {
    try withFakeColony { colony in
      try with(["queen", "risk"], of: colony) {
        let words = ["halt", "--topology", colony.topologyPath, "--operator", "me", "--timeout", "1"]
        let (status, output) = try runProgram("waggle", words)
        #expect(status == .exited(code: 1), "\(output)")
        #expect(
          output.contains("executor, which owns the orders of account main, did not confirm (unreachable)"),
          "\(output)")
        #expect(output.contains("THEY MAY STILL REST AT THE VENUE"), "\(output)")
        #expect(output.contains("`waggle panic --yes --account main`"), "\(output)")
        let json = try runProgram("waggle", words + ["--json"])
        #expect(json.status == .exited(code: 1) && json.output.contains("\"unconfirmed\""), "\(json.output)")
      }
    }
  }

  @Test("Who halts need not say who, even where the environment names nobody")
  func aHaltNeedsNoName() throws {
    try withFakeColony { colony in
      try with(["executor"], of: colony) {
        let words = ["halt", "--topology", colony.topologyPath, "--timeout", "1"]
        let program = try FileSystem.programDirectory() + "/waggle"
        let output = "\(colony.folder)/nameless.out"
        let child = try ChildProcess(
          ["/usr/bin/env", "-u", "USER", "-u", "LOGNAME", program] + words, output: .append(path: output),
          ownGroup: true)
        let status = child.wait(untilBootNanos: Clock.bootNanos() + patienceNanos)
        let text = String(decoding: try FileSystem.read(output, maxBytes: 1 << 16), as: UTF8.self)
        #expect(status == .exited(code: 0), "\(text)")
      }
    }
  }

  @Test("Status says below its table why a component does not do all its work")
  func statusSaysWhy() throws {
    try withFakeColony { colony in
      let port = try FakeControlPort(colony.controlEndpoint("executor")) { message in
        guard case .command(let view) = copy message else { return [] }
        let result = CommandResult(
          envelope: Envelope(origin: 0, correlation: view.envelope.correlation), kind: view.kind,
          outcome: .done, component: 5)
        let text = """
          {"component": "executor", "state": "quarantined", "journalImpaired": "three traps\\u001b[2J",
           "alarms": [{"severity": "critical", "code": "reconciliationDifference",
           "atNanos": 1723161253000000000, "text": "position 1, the venue has 2"}]}
          """
        return [frame { result.encode(into: &$0, text: text.utf8) }]
      }
      let (_, output) = try runProgram(
        "waggle", ["status", "--topology", colony.topologyPath], serving: [port])
      #expect(
        output.contains("executor: its journal cannot be trusted or written: three traps [2J"), "\(output)")
      #expect(
        output.contains(
          "executor is quarantined: 23:54:13Z critical reconciliationDifference: position 1, the venue has 2"),
        "\(output)")
    }
  }

  @Test func aCommandNobodyTakesFails() throws {
    try withFakeColony { colony in
      let place = ["--topology", colony.topologyPath, "--operator", "me", "--timeout", "0.3"]
      let halt = try runProgram("waggle", ["halt"] + place)
      #expect(halt.status == .exited(code: 1))
      #expect(halt.output.contains("nobody took the command"))
      // Risk alone does not stop orders.
      try with(["risk"], of: colony) {
        let alone = try runProgram("waggle", ["halt"] + place)
        #expect(alone.status == .exited(code: 1))
      }
    }
  }

  @Test func stopFallsBackOnTheExecutors() throws {
    try withFakeColony { colony in
      try with(["executor"], of: colony) {
        let (status, output) = try runProgram(
          "waggle",
          ["stop", "--topology", colony.topologyPath, "--operator", "me", "--timeout", "1"])
        #expect(status == .exited(code: 0), "\(output)")
        #expect(output == "queen: unreachable\nexecutor: accepted: executor took stop: operator\n")
      }
    }
  }

  @Test func scopesMustExist() throws {
    try withFakeColony { colony in
      for (option, known) in [("account", "main"), ("strategy", "maker"), ("instrument", "BTCUSDT.SIM")] {
        let (status, output) = try runProgram(
          "waggle", ["halt", "--topology", colony.topologyPath, "--operator", "me", "--\(option)", "other"])
        #expect(status == .exited(code: 64))
        #expect(output.contains("the colony has no \(option) 'other' (it has \(known))"), "\(output)")
      }
    }
  }

  @Test func statusTellsWhoAnswers() throws {
    try withFakeColony { colony in
      try with(["feed"], of: colony) {
        let (status, output) = try runProgram(
          "waggle", ["status", "--json", "--topology", colony.topologyPath])
        #expect(status == .exited(code: 1))
        let root = try JSON5Reader.read(output)
        #expect(root["components"]?.elements?.count == 6)
        #expect(
          root["components"]?.elements?.map { $0["outcome"]?.string } == [
            "unreachable", "done", "unreachable", "unreachable", "unreachable", "unreachable",
          ])
      }
    }
  }

  @Test func theMonitorShowsWhatIsPublished() throws {
    try withFakeColony { colony in
      try with(["feed", "queen"], of: colony) {
        let place = ["--once", "--topology", colony.topologyPath]
        let table = try runProgram("waggle-monitor", place)
        #expect(table.status == .exited(code: 0))
        #expect(
          table.output.contains("colony fake (paper)") && table.output.contains("  LIVE (none)"),
          "\(table.output)")
        #expect(table.output.contains("feed              live"), "\(table.output)")
        #expect(table.output.contains("venue             not heard"), "\(table.output)")
        let json = try runProgram("waggle-monitor", place + ["--json", "--topic", "colony.session."])
        let lines = json.output.split(separator: "\n")
        #expect(lines.count > 2)
        for line in lines {
          let message = try JSON5Reader.read(String(line))
          #expect(message["topic"]?.string == "colony.session.")
          #expect(message["message"]?.string == "SessionState")
        }
      }
    }
  }
}

extension String {
  fileprivate func replacingFirst(_ piece: String, with replacement: String) -> String {
    let parts = split(separator: piece, maxSplits: 1, omittingEmptySubsequences: false)
    return parts.joined(separator: replacement)
  }
}
