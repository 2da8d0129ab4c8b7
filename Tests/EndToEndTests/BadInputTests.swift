import Platform
import Testing

/// Mistakes of people and broken files: refused with a message, never a crash or a hang.
@Suite(.serialized) struct BadInputTests {
  /// A mistake: what stands in the right file, what in the wrong one, and where in it the complaint points.
  private struct Mistake {
    let right: String
    let wrong: String
    let mark: String

    init(_ right: String, _ wrong: String, mark: String? = nil) {
      self.right = right
      self.wrong = wrong
      self.mark = mark ?? wrong
    }
  }

  private static let mistakes = [
    Mistake("mode: \"paper\"", "mode: \"papr\"", mark: "\"papr\""),
    Mistake("durability: \"process\"", "durabilty: \"process\""),
    Mistake("tickSize: \"0.01\"", "tickSize: \"-0.01\"", mark: "\"-0.01\""),
    Mistake("takerFeeBps: \"5\"", "takerFeeBps: \"many\"", mark: "\"many\""),
    Mistake("maxOrderNotional: \"50000\"", "maxOrderNotional: \"0\"", mark: "\"0\""),
    Mistake("midPrice: \"60000\"", "midPrice: true", mark: "true"),
    Mistake("name: \"maker\", number: 1", "name: \"maker\", number: 0", mark: "0"),
    Mistake("gamma: 0.01,", "gama: 0.01,"),
    Mistake("levels: 3,", "levels: 99,"),
    Mistake("inputs: [\"feed\", \"signal\"]", "inputs: [\"feed\", \"sgnal\"]", mark: "\"sgnal\""),
  ]

  @Test func tenMistakesInATopologyAreListedWithTheirPlaces() async throws {
    var lines = try text(PackageFiles.topology("paper.json5")).split(
      separator: "\n", omittingEmptySubsequences: false
    ).map(String.init)
    var places: [String] = []
    for mistake in Self.mistakes {
      let row = try #require(lines.firstIndex { $0.contains(mistake.right) }, "\(mistake.right)")
      lines[row] = lines[row].replacing(mistake.right, with: mistake.wrong)
      let column = try #require(lines[row].firstRange(of: mistake.mark)).lowerBound
      places.append("\(row + 1):\(lines[row].distance(from: lines[row].startIndex, to: column) + 1)")
    }
    try await withTestFolder { folder in
      let path = "\(folder)/wrong.json5"
      try FileSystem.write(Array(lines.joined(separator: "\n").utf8), to: path)
      for words in [["check", path], ["run", path, "--var", "\(folder)/var"]] {
        let result = try await Programs.run("waggle", words, in: folder, stateFolder: folder)
        #expect(result.code == 78, "\(result)")
        let complaints = (result.output + result.errors).split(separator: "\n").filter {
          $0.contains(": error: ")
        }
        #expect(complaints.count == Self.mistakes.count, "\(result)")
        for place in places {
          #expect(complaints.contains { $0.hasPrefix("\(path):\(place): error: ") }, "\(place): \(result)")
        }
      }
      #expect(try !FileSystem.exists("\(folder)/var/paper"), "a run was begun")
    }
  }

  /// Strategies may live in programs of others, so `waggle check` leaves kinds it does not know to them.
  @Test func aStrategyTheProgramDoesNotHaveIsRefusedByIt() async throws {
    let right = try text(PackageFiles.topology("paper.json5"))
    try await withTestFolder { folder in
      let path = "\(folder)/unknown.json5"
      let wrong = right.replacing("kind: \"glft\"", with: "kind: \"gltf\"")
      try FileSystem.write(Array(wrong.utf8), to: path)
      try await withColony(path, []) { colony in
        let result = try await colony.end()
        #expect(result.code == 78, "\(result)")
        #expect(
          result.errors.contains("strategy 'maker': there is no kind 'gltf'; there are glft"), "\(result)")
        #expect(try colony.processes().isEmpty)
      }
      let words = ["simulate", path, "--for", "1"]
      let simulated = try await Programs.run("waggle", words, in: folder, stateFolder: folder)
      #expect(simulated.code == 78, "\(simulated)")
      #expect(simulated.errors.contains("there is no kind 'gltf'"), "\(simulated)")
    }
  }

  enum BadRecording: String, CaseIterable, Sendable {
    case cutShort, randomBytes, empty
  }

  @Test(arguments: BadRecording.allCases)
  func aRecordingThatCannotBeReadIsRefusedByName(_ kind: BadRecording) async throws {
    var random = SystemRandomNumberGenerator()
    let bytes: [UInt8]
    switch kind {
    case .cutShort:
      guard let files = try PackageFiles.recordings() else { return }
      bytes = Array(try FileSystem.read(files[0], maxBytes: 64 << 20).prefix(300_000))
    case .randomBytes: bytes = (0..<100_000).map { _ in UInt8.random(in: 0...255, using: &random) }
    case .empty: bytes = []
    }
    try await withTestFolder { folder in
      let path = "\(folder)/\(kind.rawValue).gz"
      try FileSystem.write(bytes, to: path)
      try await withColony("replay-binance-spot.json5", ["--data", path, "--speed", "1000"]) { colony in
        let result = try await colony.end()
        #expect(result.code == 78, "\(result)")
        #expect(result.errors.contains(path), "\(result)")
        #expect(try colony.processes().isEmpty)
      }
    }
  }
}
