import Platform
import Testing

import Colony

/// Commands find what lives, from whatever folder they are called.
@Suite struct LivingColonyTests {
  /// A runtime directory of the test's own, with these colonies in its registry, and an ended run that is
  /// newer in the folder commands are called from.
  private func with(
    _ names: [String],
    _ body: (FakeColony, [FakeRun], ([String]) throws -> (ChildStatus?, String)) throws -> Void
  ) throws {
    try withFakeColony { colony in
      let runtime = "\(colony.folder)/runtime"
      try FileSystem.createDirectory("\(runtime)/waggle", mode: 0o700)
      let registry = ColonyRegistry(runtimeDirectory: "\(runtime)/waggle")
      let own = try #require(try ProcessIdentity.of(ProcessStats.ownPID))
      var runs: [FakeRun] = []
      for name in names {
        let run = try FakeRun(of: colony)
        runs.append(run)
        try registry.write(
          LivingColony(
            colony: name, run: String(run.path.split(separator: "/").last ?? ""), host: "local",
            mode: "paper", folder: run.path, topologyFile: colony.topologyPath,
            fingerprint: colony.topology.fingerprint, supervisor: own, startedNanos: 1, programs: []))
      }
      // Newer, and ended.
      _ = try FakeRun(of: colony)
      try body(colony, runs) { words in
        try self.call(words, in: colony.folder, runtime: runtime)
      }
    }
  }

  private func call(_ words: [String], in folder: String, runtime: String) throws -> (ChildStatus?, String) {
    let output = "\(folder)/said"
    try FileSystem.remove(output)
    let others = Environment.all().filter { !$0.hasPrefix("XDG_RUNTIME_DIR=") }
    let child = try ChildProcess(
      [try FileSystem.programDirectory() + "/waggle"] + words,
      environment: others + ["XDG_RUNTIME_DIR=\(runtime)"], output: .append(path: output),
      workingDirectory: folder, ownGroup: true)
    let status = child.wait(untilBootNanos: Clock.bootNanos() + patienceNanos)
    if status == nil { try child.send(signal: 9, toGroup: true) }
    return (status, String(decoding: try FileSystem.read(output, maxBytes: 1 << 20), as: UTF8.self))
  }

  @Test func theOneThatLivesIsMeantThoughAnEndedRunIsNewer() throws {
    try with(["fake"]) { _, runs, call in
      let (_, said) = try call(["status", "--json"])
      #expect(said.contains(runs[0].path), "\(said)")
      #expect(!said.contains("taking the newest run"), "\(said)")
    }
  }

  @Test func ofSeveralOneMustBeNamed() throws {
    try with(["fake", "fake"]) { _, runs, call in
      let ids = runs.map { String($0.path.split(separator: "/").last ?? "") }
      let (status, said) = try call(["halt", "--operator", "me"])
      #expect(status == .exited(code: 64), "\(said)")
      for id in ids { #expect(said.contains("--colony fake --run \(id)"), "\(said)") }
      let (_, named) = try call(["status", "--json", "--colony", "fake", "--run", ids[1]])
      #expect(named.contains(runs[1].path), "\(named)")
      let (none, other) = try call(["status", "--colony", "other"])
      #expect(none == .exited(code: 64), "\(other)")
    }
  }

  @Test func whereNoneLivesTheNewestRunIsTakenAndItIsSaid() throws {
    try with([]) { _, _, call in
      let (_, said) = try call(["status"])
      #expect(said.contains("taking the newest run, var/fake/"), "\(said)")
    }
  }
}
