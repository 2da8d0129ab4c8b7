import Platform
import Testing

/// The whole colony under faults from seeds (docs/SIMULATION.md): as many as two minutes have room for.
struct SeedsTests {
  /// A debug build takes some fifteen times as long for one.
  #if DEBUG
    private static let last = 2
  #else
    private static let last = 24
  #endif

  @Test func noRuleBreaksInTheFirstSeeds() async throws {
    try await withTestFolder { folder in
      let topology = "\(PackageFiles.root)/topology/chaos.json5"
      let result = try await Programs.run(
        "waggle", ["seeds", topology, "--seeds", "1..\(Self.last)", "--all"], in: folder,
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
      }
    }
  #endif
}
