import Platform
import Testing

/// A real run whose arrivals were kept, given to its programs once more.
@Suite(.serialized) struct RerunEndToEndTests {
  private static let components = ["executor", "feed", "queen", "risk", "signal", "venue"]

  @Test func whatARunWasGivenMakesItsProgramsDoTheSameAgain() async throws {
    try await withColony("paper.json5", ["--for", "5", "--keep-arrivals"]) { colony in
      #expect(try await colony.end().code == 0)
      let folder = try colony.runFolder()
      let result = try await Self.rerun(folder, colony)
      #expect(result.code == 0, "\(result)")
      let lines = result.output.split(separator: "\n")
      #expect(lines.count == Self.components.count, "\(result)")
      for (line, component) in zip(lines, Self.components) {
        #expect(line.hasPrefix("\(component) epoch 1: turns ") && line.contains(", equal; hash "), "\(line)")
      }
      try await Self.expectDamageToBeTold(folder, colony)
    }
  }

  @Test func aProgramThatWasKilledIsRepeatedInBothOfItsLives() async throws {
    try await withColony("paper.json5", ["--for", "8", "--keep-arrivals"]) { colony in
      try await colony.trading()
      try colony.kill("risk")
      _ = try await colony.end()
      let result = try await Self.rerun(try colony.runFolder(), colony, ["--component", "risk"])
      #expect(result.code == 0, "\(result)")
      let lines = result.output.split(separator: "\n")
      #expect(lines.count == 2, "\(result)")
      #expect(
        lines.first?.contains("risk epoch 1: ") == true && lines.last?.contains("risk epoch 2: ") == true)
      #expect(lines.first?.contains("the file has no end: its program was killed") == true, "\(result)")
    }
  }

  private static func expectDamageToBeTold(_ folder: String, _ colony: RunningColony) async throws {
    let path = "\(folder)/risk.1.arrivals"
    var bytes = try FileSystem.read(path, maxBytes: 64 << 20)
    bytes[bytes.count / 2] ^= 4
    try FileSystem.write(bytes, to: path)
    let result = try await rerun(folder, colony, ["--component", "risk"])
    #expect(result.code == 1, "\(result)")
    #expect(result.output.contains("equal, and then no more: \(path), at byte "), "\(result)")
    try FileSystem.remove(path)
    let missing = try await rerun(folder, colony)
    #expect(missing.code == 1, "\(missing)")
    #expect(
      missing.output.contains("risk epoch 1: not compared: the folder has no file of that start"),
      "\(missing)")
    let none = try await rerun(folder, colony, ["--component", "nobody"])
    #expect(none.code == 64 && none.errors.contains("the colony has no component 'nobody'"), "\(none)")
  }

  private static func rerun(
    _ folder: String, _ colony: RunningColony, _ words: [String] = []
  ) async throws -> ProgramResult {
    try await Programs.run(
      "waggle", ["rerun", folder] + words, in: colony.folder, stateFolder: "\(colony.folder)/state")
  }
}
