import Platform
import Testing

/// The whole colony under faults from seeds (docs/SIMULATION.md): as many as two minutes have room for.
struct SeedsTests {
  /// In one process, so that others have a processor too. A debug build takes some fifteen times as long for
  /// one.
  #if DEBUG
    private static let last = 2
  #else
    private static let last = 12
  #endif

  @Test func noRuleBreaksInTheFirstSeeds() async throws {
    try await withTestFolder { folder in
      let topology = "\(PackageFiles.root)/topology/chaos.json5"
      let result = try await Programs.run(
        "waggle", ["seeds", topology, "--seeds", "1..\(Self.last)", "--all", "--jobs", "1"], in: folder,
        stateFolder: folder, forSeconds: 1_500)
      #expect(result.status == .exited(code: 0), "\(result.output)\(result.errors)")
      print(result.output)
    }
  }

  @Test func aRunIsDrawnAndItsFaultsAreThoseOfTheFile() async throws {
    try await withTestFolder { folder in
      let topology = "\(PackageFiles.root)/topology/chaos.json5"
      let faults = """
        { faultMillis: 4500, answers: false, clocks: false, faults: [
          { at: 4100, kind: "kill", component: "signal" },
          { at: 4200, kind: "pause", component: "venue", lasts: 600000 },
        ] }
        """
      try FileSystem.write(Array(faults.utf8), to: "\(folder)/faults.json5")
      let words = ["seeds", topology, "--seed", "3", "--faults", "faults.json5", "--trace", "seed.html"]
      let result = try await Programs.run(
        "waggle", words, in: folder, stateFolder: folder, forSeconds: 1_500)
      #expect(result.status == .exited(code: 0), "\(result.output)\(result.errors)")
      #expect(result.output.contains("struck: kill 1, pause 1\n"))
      let page = try FileSystem.read("\(folder)/seed.html", maxBytes: 1 << 26)
      let text = String(decoding: page, as: UTF8.self)
      #expect(text.contains("<canvas") && text.contains("4100 ms: kill 3"))
    }
  }

  @Test(arguments: [
    (["--seeds", "1..2", "--seed", "1"], "--seed is of one seed"),
    (["--seeds", "1..2", "--trace", "x.html"], "--trace is of one seed"),
    (["--seeds", "1..2", "--plan"], "--plan is of one seed"), (["--all"], "--all is of a campaign"),
    (["--seed", "1", "--jobs", "2"], "--jobs is of a campaign"),
    (["--seed", "1", "--stop-after", "2"], "--stop-after is of a campaign"),
    (["--plan", "--trace", "x.html"], "--trace draws a run"), (["--seeds=-1..5"], "a seed is not negative"),
    (["--minutes", "1", "--faults", "good.json5"], "--minutes does not go with good.json5"),
    (["--faults", "bad.json5"], "bad.json5:1:3: a file of faults has no key 'quakes'"),
    (["--faults", "none.json5"], "docs/SIMULATION.md"),
  ]) func whatWouldBePassedOverIsRefused(_ words: [String], _ reason: String) async throws {
    try await withTestFolder { folder in
      try FileSystem.write(Array("{ quakes: 1 }".utf8), to: "\(folder)/bad.json5")
      try FileSystem.write(Array("{ faultMillis: 5000 }".utf8), to: "\(folder)/good.json5")
      let topology = "\(PackageFiles.root)/topology/chaos.json5"
      let result = try await Programs.run(
        "waggle", ["seeds", topology] + words, in: folder, stateFolder: folder)
      #expect(result.status == .exited(code: 64), "\(result)")
      #expect(result.errors.contains(reason) && !result.errors.contains("examples are in"), "\(result)")
    }
  }

  @Test func aPlanIsToldWithoutARun() async throws {
    try await withTestFolder { folder in
      let faults = "{ durability: \"power\", faults: [{ at: 4100, kind: \"power\", component: \"risk\" }] }"
      try FileSystem.write(Array(faults.utf8), to: "\(folder)/faults.json5")
      let words = ["seeds", "\(PackageFiles.root)/topology/chaos.json5", "--seed", "3", "--plan"]
      let result = try await Programs.run(
        "waggle", words + ["--faults", "faults.json5"], in: folder, stateFolder: folder)
      #expect(result.status == .exited(code: 0), "\(result)")
      for line in ["plan of seed 3:", "durability power", "venue takes: ", "venue answers: ", "clocks: "] {
        #expect(result.output.contains(line), "\(result)")
      }
      #expect(result.output.hasSuffix("faults: 1\n  4100 ms: power risk\n"), "\(result)")
    }
  }

  #if !DEBUG
    /// Limits that let no order through: the colony comes up, and never trades.
    @Test func aFailureIsNamedMadeSmallerAndRepeated() async throws {
      try await withTestFolder { folder in
        let chaos = try FileSystem.read("\(PackageFiles.root)/topology/chaos.json5", maxBytes: 1 << 20)
        let idle = String(decoding: chaos, as: UTF8.self).replacing(
          "maxOrderNotional: \"50000\"", with: "maxOrderNotional: \"1\"")
        try FileSystem.write(Array(idle.utf8), to: "\(folder)/idle.json5")
        let faults = "{ faultMillis: 5000, faults: [{ at: 4100, kind: \"kill\", component: \"signal\" }] }"
        try FileSystem.write(Array(faults.utf8), to: "\(folder)/faults.json5")
        let first = try await Programs.run(
          "waggle", ["seeds", "idle.json5", "--seed", "3", "--faults", "faults.json5"], in: folder,
          stateFolder: folder, forSeconds: 900)
        #expect(first.status == .exited(code: 1), "\(first.errors)")
        #expect(first.output.contains("BROKEN live at"))
        #expect(first.output.contains("the same rule breaks with 0 faults"))
        let small = ["seeds", "idle.json5", "--seed", "3", "--faults", "seed-3.faults.json5"]
        let again = try await Programs.run(
          "waggle", small, in: folder, stateFolder: folder, forSeconds: 900)
        #expect(again.output.contains("BROKEN live at"))
        #expect(again.output.contains("nothing smaller breaks the same rule"))
        #expect(try FileSystem.list(folder).filter { $0.hasPrefix("seed-3") } == ["seed-3.faults.json5"])
      }
    }
  #endif
}

/// A campaign that is cut off, from outside or by the clock. One after the other: each takes all the
/// processors there are, and what waits for it would wait for all of them.
@Suite(.serialized) struct SeedCampaignTests {
  /// A campaign of many short seeds in a folder of its own, and what it said when it had ended.
  private func campaign(
    _ words: [String], _ act: (ChildProcess, _ workers: () throws -> [Int32]) async throws -> Void
  ) async throws -> (status: ChildStatus?, said: String) {
    try await withTestFolder { folder in
      let faults = "\(folder)/faults.json5"
      try FileSystem.write(Array("{ faultMillis: 4100, faults: [] }".utf8), to: faults)
      try FileSystem.createDirectory("\(folder)/tmp")
      let topology = "\(PackageFiles.root)/topology/chaos.json5"
      let all = ["seeds", topology, "--seeds", "1..1000", "--jobs", "2", "--faults", faults] + words
      let child = try ChildProcess(
        [try Programs.path("waggle")] + all,
        environment: Environment.all().filter { !$0.hasPrefix("TMPDIR=") } + ["TMPDIR=\(folder)/tmp"],
        output: .append(path: "\(folder)/out"), workingDirectory: folder, ownGroup: true)
      func workers() throws -> [Int32] {
        try ProcessTable.entries(mentioning: faults).filter { $0.words.contains("--worker") }.map(\.processID)
      }
      try await act(child, workers)
      let status = await Programs.end(of: child, forSeconds: 600)
      if status == nil { try child.send(signal: 9) }
      #expect(try workers().isEmpty)
      #expect(try FileSystem.list("\(folder)/tmp").isEmpty)
      return (status, try text("\(folder)/out"))
    }
  }

  private func waitForTwo(_ workers: () throws -> [Int32]) async throws -> [Int32] {
    for _ in 0..<3_000 {
      let found = try workers()
      if found.count == 2 { return found }
      await pause(millis: 10)
    }
    Issue.record("the campaign has no two workers")
    return []
  }

  @Test(arguments: [2, 15, 1]) func aSignalEndsItAndNothingStaysBehind(_ signal: Int32) async throws {
    let (status, said) = try await campaign(["--all"]) { child, workers in
      _ = try await waitForTwo(workers)
      try child.send(signal: signal)
    }
    #expect(status == .exited(code: 128 + signal), "\(said)")
    #expect(said.contains("of 1000 seeds") && said.contains("ENDED by signal \(signal)"), "\(said)")
  }

  @Test(arguments: [15, 9]) func aWorkerKilledByAStrangerIsAFailure(_ signal: Int32) async throws {
    let (status, said) = try await campaign([]) { _, workers in
      let found = try await waitForTwo(workers)
      await pause(millis: 500)
      // SIGTERM asks a worker to end, which this one was not to be asked.
      if let first = found.first { ProcessTable.send(signal: signal, to: first) }
    }
    #expect(status == .exited(code: 1), "\(said)")
    #expect(said.contains("FAILED "), "\(said)")
  }

  @Test func whatHasBegunWhenTheTimeIsUpIsFinished() async throws {
    let (status, said) = try await campaign(["--stop-after", "0.1"]) { _, _ in }
    #expect(status == .exited(code: 0), "\(said)")
    let last = said.split(separator: "\n").last { $0.contains("of 1000 seeds") }
    #expect(last.map { !$0.hasPrefix("0 of") } == true && !said.contains("not finished"), "\(said)")
  }
}
