import Platform
import Testing

/// A run of one mode is never gone on with in another.
@Suite struct RunBindingTests {
  private func makeLive(_ colony: FakeColony) throws {
    let bytes = try FileSystem.read(colony.topologyPath, maxBytes: 1 << 20)
    let text = String(decoding: bytes, as: UTF8.self)
      .replacing("mode: \"paper\"", with: "mode: \"live\"")
      .replacing("currency: \"USDT\"", with: "currency: \"USDT\", live: true")
      .replacing("colony: \"fake\"", with: "colony: \"fake\", durability: \"power\"")
    try FileSystem.write(Array(text.utf8), to: colony.topologyPath)
  }

  @Test(arguments: [[], ["--resume", "latest"]])
  func aLiveSessionDoesNotGoOnWithAPaperRun(words: [String]) throws {
    try withFakeColony { colony in
      let run = try FakeRun(of: colony)
      func files() throws -> [String] {
        try FileSystem.list(run.path).filter { $0 != "supervisor.lock" }
      }
      let before = try files()
      try makeLive(colony)
      let (status, output) = try runProgram("waggle", ["run"] + colony.arguments(words))
      #expect(status == .exited(code: 78), "\(output)")
      for word in ["bound to mode paper", "main (simulated)", "mode live", "main (live)", "--new-run"] {
        #expect(output.contains(word), "\(output)")
      }
      // Nothing of the run has been touched but its lock.
      #expect(try files() == before)
    }
  }

  @Test func resumingAndBeginningAreTwoThings() throws {
    try withFakeColony { colony in
      let words = ["run"] + colony.arguments(["--resume", "latest", "--new-run"])
      let (status, output) = try runProgram("waggle", words)
      #expect(status == .exited(code: 64), "\(output)")
    }
  }
}
