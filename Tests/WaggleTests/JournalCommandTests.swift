import ActorKit
import Colony
import JSON5
import OrderExecutor
import Platform
import Testing
import Topology

/// `waggle journal`, on the files of a run that has ended and on journals that somebody holds.
@Suite struct JournalCommandTests {
  // MARK: - Closed

  @Test func aSoundJournalIsVerifiedCheckByCheck() throws {
    try withRun { run in
      let (status, output) = try journal("verify", "executor", run)
      #expect(status == .exited(code: 0), "\(output)")
      let lines = output.split(separator: "\n")
      #expect(lines[0].contains("executor (executor) of colony fake, schema 2"))
      #expect(
        lines.dropFirst().map { $0.prefix(16) } == [
          "sound    bytes  ", "sound    end    ", "sound    facts  ", "sound    states ",
        ])
      #expect(try journal("verify", "venue", run).status == .exited(code: 0))
      // The file in its folder is the component's.
      let file = try runProgram("waggle", ["journal", "verify", run.journal("executor")])
      #expect(file.status == .exited(code: 0) && file.output.contains("sound    states"), "\(file.output)")
    }
  }

  @Test func aFileElsewhereIsVerifiedWithoutItsStates() throws {
    try withRun { run in
      try withTemporaryFolder { folder in
        let bytes = try FileSystem.read(run.journal("executor"), maxBytes: 1 << 24)
        try FileSystem.write(bytes, to: "\(folder)/other.journal")
        let (status, output) = try runProgram(
          "waggle", ["journal", "verify", "other.journal"], in: folder)
        #expect(status == .exited(code: 0), "\(output)")
        #expect(output.contains("skipped  states"), "\(output)")
      }
    }
  }

  @Test func aFlippedByteIsFound() throws {
    try withRun { run in
      var bytes = try FileSystem.read(run.journal("executor"), maxBytes: 1 << 24)
      // A word that only a fact holds.
      let word = Array("a, \"b\"".utf8)
      let place = try #require(bytes.indices.first { bytes[$0...].starts(with: word) })
      bytes[place] ^= 1
      try FileSystem.write(bytes, to: run.journal("executor"))
      let (status, output) = try journal("verify", "executor", run)
      #expect(status == .exited(code: 78))
      #expect(output.contains("damaged  bytes"), "\(output)")
      #expect(
        output.contains("damaged (turn 4: it does not fit the chain); keep the files"), "\(output)")
      // What comes before the damage is exported all the same.
      let export = try journal("export", "executor", run)
      #expect(export.status == .exited(code: 78))
      #expect(export.output.contains("\"seq\":3,") && !export.output.contains("\"seq\":4,"))
    }
  }

  @Test func everyRowIsExported() throws {
    try withRun { run in
      let (status, output) = try journal("export", "executor", run)
      #expect(status == .exited(code: 0))
      let objects = try output.split(separator: "\n").map { try JSON5Reader.read(String($0)) }
      #expect(objects.map { $0["seq"]?.integer } == [1, 2, 3, 4])
      #expect(objects.map { $0["fact"]?.string } == FakeRun.executorFacts.map(\.name))
      #expect(objects[1]["order"]?.string == "\(FakeRun.order)")
      #expect(objects[1]["intent"]?.string == "\(FakeRun.intent)")
      let some = try journal("export", "executor", run, ["--after", "1", "--limit", "2"])
      #expect(some.output == output.split(separator: "\n")[1...2].joined(separator: "\n") + "\n")
      #expect(try journal("export", "executor", run, ["--after", "4"]).output.isEmpty)

      let file = "\(run.path)/out.csv"
      for _ in 1...2 {
        let table = try journal("export", "executor", run, ["--format", "csv", "--output", file])
        #expect(table.status == .exited(code: 0) && table.output.isEmpty)
        let text = String(decoding: try FileSystem.read(file, maxBytes: 1 << 20), as: UTF8.self)
        #expect(text.hasPrefix("seq,epoch,atNanos,component,fact,correlation,order,"))
        #expect(text.contains(",\"a, \"\"b\"\"\","))
        #expect(text.split(separator: "\r\n").count == 5)
      }
    }
  }

  @Test func peopleAreShownALinePerFact() throws {
    try withRun { run in
      let (status, output) = try journal("show", "executor", run, ["--after", "2", "--limit", "1"])
      #expect(status == .exited(code: 0))
      let lines = output.split(separator: "\n")
      #expect(lines.count == 3)
      #expect(lines[2].hasPrefix("      3  2023-11-14T22:13:20."))
      #expect(lines[2].contains("  e1    orderAccepted     order=\(FakeRun.order) venueOrderId=1 "))
    }
  }

  @Test func kindsOfANewerBuildAreExportedAndSaid() throws {
    try withRun { run in
      var held = try run.open("executor")
      try held.record(kind: 999, [1, 0xFE])
      try held.close()
      let (status, output) = try journal("export", "executor", run, ["--after", "4"])
      #expect(status == .exited(code: 0))
      #expect(output.contains(#""fact":"unknown","kindNumber":999,"body":"01fe"}"#))
      #expect(output.contains("row 5 is of a kind that this build does not know, exported as 'unknown'"))
      let verify = try journal("verify", "executor", run)
      #expect(verify.status == .exited(code: 78))
      #expect(verify.output.contains("damaged  facts"))
      #expect(verify.output.contains("row 5: a fact of kind 999"))
    }
  }

  @Test(arguments: [
    (["journal", "look", "executor"], "one of verify, show, export"),
    (["journal", "export", "executor", "--format", "xml"], "one of jsonl, csv"),
    (["journal", "verify", "executor", "--limit", "1"], "waggle journal verify does not take --limit"),
    (["journal", "show", "x.journal", "--run", "y"], "leave --run out"),
    (["journal", "show", "/no/such.journal"], "there is no such file"),
    (["journal", "export"], "COMPONENT|FILE is missing"),
  ])
  func wrongUsageIsExplained(words: [String], explanation: String) throws {
    let (status, output) = try runProgram("waggle", words)
    #expect(status == .exited(code: 64), "\(output)")
    #expect(output.contains(explanation), "\(output)")
  }

  @Test func componentsMustExist() throws {
    try withRun { run in
      let (status, output) = try journal("show", "exekutor", run)
      #expect(status == .exited(code: 64))
      #expect(output.contains("no component 'exekutor' (it has venue, feed, signal"), "\(output)")
    }
  }

  // MARK: - Held by its owner

  /// Orders enough for several pages.
  private static let many: [ExecutorFact] = (1...300).map {
    .orderInDoubt(order: .init(account: 1, epoch: 1, counter: $0), request: nil)
  }

  @Test func aLiveJournalIsReadFromItsOwnerPageByPage() throws {
    try withOwner(FakeOwner(Self.many)) { run, owner, port in
      owner.loses = 200
      let (status, output) = try runProgram(
        "waggle", ["journal", "export", "executor", "--run", run.path], serving: [port])
      #expect(status == .exited(code: 0), "\(output)")
      let lines = output.split(separator: "\n")
      #expect(lines.count == 300)
      for (index, line) in lines.enumerated() {
        #expect(line.hasPrefix("{\"seq\":\(index + 1),\"epoch\":1,") && !line.contains("correlation"))
      }
      // A page, one with a hole, the rest of that one from the hole on.
      #expect(owner.requests.map(\.after) == [0, 128, 199])
      #expect(owner.requests.allSatisfy { $0.atMost <= 256 })

      let some = try runProgram(
        "waggle", ["journal", "export", "executor", "--run", run.path, "--after", "100", "--limit", "130"],
        serving: [port])
      #expect(some.output.split(separator: "\n") == Array(lines[100..<230]))
      let none = try runProgram(
        "waggle", ["journal", "export", "executor", "--run", run.path, "--after", "300"], serving: [port])
      #expect(none.status == .exited(code: 0) && none.output.isEmpty)
      // With the topology alone there is no file at all.
      let named = try runProgram(
        "waggle", ["journal", "export", "executor", "--topology", "\(run.path)/topology.json5"],
        serving: [port])
      #expect(named.output == output)
    }
  }

  @Test func aLiveJournalIsVerifiedAsFarAsItCan() throws {
    try withOwner(FakeOwner(Self.many)) { run, _, port in
      let (status, output) = try runProgram(
        "waggle", ["journal", "verify", run.journal("executor")], serving: [port])
      #expect(status == .exited(code: 0), "\(output)")
      #expect(output.contains("sound    order   rows 1 to 300 came without a hole"), "\(output)")
      #expect(output.contains("skipped  bytes   chain, seals and snapshots are in the file"), "\(output)")
    }
  }

  @Test("An owner that cannot read a row says so, and that is damage, not silence")
  func aRowThatItsOwnerCannotReadIsDamage() throws {
    let owner = FakeOwner(Self.many)
    owner.damaged = 200
    try withOwner(owner) { run, _, port in
      let (status, output) = try runProgram(
        "waggle", ["journal", "verify", run.journal("executor")], serving: [port])
      #expect(status == .exited(code: 78), "\(output)")
      #expect(output.contains("cannot read what follows row 199: turn 9 does not fit the chain"), "\(output)")
    }
  }

  @Test func anOwnerThatSaysNothingIsNotWaitedForForever() throws {
    let owner = FakeOwner(Self.many)
    owner.isDeaf = true
    try withOwner(owner) { run, _, port in
      let (status, output) = try runProgram(
        "waggle", ["journal", "show", "executor", "--run", run.path], serving: [port])
      #expect(status == .exited(code: 75), "\(output)")
      #expect(output.contains("holds \(run.journal("executor")), and the component at"), "\(output)")
      #expect(output.contains("gives no rows"))
    }
  }

  @Test func anOwnerThatIsNotThereIsSaid() throws {
    try withFakeColony { colony in
      let run = try FakeRun(of: colony)
      let held = try run.open("executor")
      let (status, output) = try runProgram("waggle", ["journal", "show", "executor", "--run", run.path])
      #expect(status == .exited(code: 75))
      #expect(output.contains("nobody is at"), "\(output)")
      try held.close()
    }
  }

  // MARK: -

  private func withRun(_ body: (FakeRun) throws -> Void) throws {
    try withFakeColony { colony in
      let run = try FakeRun(of: colony)
      try run.write(FakeRun.executorFacts, to: "executor")
      try run.write(FakeRun.venueFacts, to: "venue")
      try body(run)
    }
  }

  /// A run whose executor holds its journal and tells of it.
  private func withOwner(
    _ owner: FakeOwner, _ body: (FakeRun, FakeOwner, FakeControlPort) throws -> Void
  ) throws {
    try withFakeColony { colony in
      let run = try FakeRun(of: colony)
      let held = try run.open("executor")
      let port = try FakeControlPort(colony.controlEndpoint("executor")) { owner.answer($0) }
      try body(run, owner, port)
      try held.close()
    }
  }

  private func journal(
    _ action: String, _ component: String, _ run: FakeRun, _ more: [String] = []
  ) throws -> (status: ChildStatus?, output: String) {
    try runProgram("waggle", ["journal", action, component, "--run", run.path] + more)
  }
}
