import Platform
import Testing

/// Programs killed at random while they trade: nothing is lost, nothing is doubled (docs/CHAOS.md).
@Suite(.serialized) struct ChaosTests {
  private static let folder = "\(PackageFiles.root)/scripts"

  /// A checker that finds nothing proves nothing, nor does a cut link through which something passes, nor a
  /// list of mutants that no longer fits the sources, nor a slope that is reckoned wrong.
  @Test(arguments: [
    "chaos/test_checker.py", "chaos/test_proxy.py", "mutants/test_mutants.py", "bench/test_memory.py",
  ])
  func itsToolsAreTested(_ name: String) async throws {
    let result = try await python(["/usr/bin/env", "python3", "\(Self.folder)/\(name)"], seconds: 300)
    #expect(result.status == .exited(code: 0), "\(result.output)")
  }

  @Test func fiftyKillsLoseAndDoubleNothing() async throws {
    try await drill("chaos/chaos.py", ["--kills", "50"], seconds: 1_200)
  }

  /// A second executor on the host, one without the journal elsewhere, a hung one that goes on after another
  /// has taken over: at most one ever trades. The short form hangs for fourteen seconds.
  @Test func anAccountTakenOverIsTradedByOneExecutorOnly() async throws {
    try await drill("chaos/takeover.py", ["--seconds", "14"], seconds: 600)
  }

  /// Runs a drill with a colony of its own; it ends with exit code 0 when nothing was violated.
  private func drill(_ name: String, _ words: [String], seconds: Int64) async throws {
    guard let python = try await PackageFiles.python(with: "zmq") else {
      if Environment.value("CI") == "true" { Issue.record("no pyzmq; scripts/test.sh installs it") }
      return
    }
    let binaries = try FileSystem.programDirectory()
    let common = [
      "--binaries", binaries, "--port-base", "\(try FreePorts.base())",
      "--seed", Environment.value("WAGGLE_SEED") ?? "\(UInt32.random(in: .min ... .max))",
    ]
    // A machine that is busy with other colonies measures those.
    await ColonyTurns.shared.takeAll()
    do {
      let program = [python, "\(Self.folder)/\(name)"]
      let result = try await self.python(program + words + common, seconds: seconds)
      #expect(result.status == .exited(code: 0), "\(result.output)")
      print(result.output)
      await ColonyTurns.shared.giveAll()
    } catch {
      await ColonyTurns.shared.giveAll()
      throw error
    }
  }

  /// Runs a Python program to its end. One that takes too long is asked to clean up behind itself, then killed.
  private func python(
    _ words: [String], seconds: Int64
  ) async throws -> (status: ChildStatus?, output: String) {
    try await withTestFolder { folder in
      let output = "\(folder)/output"
      let child = try ChildProcess(words, output: .append(path: output), ownGroup: true)
      var status = await Programs.end(of: child, forSeconds: seconds)
      for signal: Int32 in [15, 9] where status == nil {
        try child.send(signal: signal, toGroup: signal == 9)
        if await Programs.end(of: child, forSeconds: 60) != nil { status = .signaled(signal: signal) }
      }
      return (status, try text(output))
    }
  }
}
