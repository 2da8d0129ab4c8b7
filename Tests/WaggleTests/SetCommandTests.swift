import JSON5
import Testing
import Wire

/// `waggle set`, with a signal generator played by the test.
@Suite struct SetCommandTests {
  /// What the signal generator was asked.
  private final class Heard {
    var commands: [(command: Command, reason: String)] = []
  }

  private func port(
    _ colony: FakeColony, _ heard: Heard, _ outcome: CommandOutcome, _ text: String
  ) throws -> FakeControlPort {
    try FakeControlPort(colony.controlEndpoint("signal")) { message in
      guard case .command(let view) = copy message else { return [] }
      heard.commands.append((view.block, view.reasonString))
      let result = CommandResult(
        envelope: Envelope(origin: 0, correlation: view.envelope.correlation), kind: view.kind,
        outcome: outcome, component: 3)
      return [frame { result.encode(into: &$0, text: text.utf8) }]
    }
  }

  private func words(_ colony: FakeColony, _ words: [String]) -> [String] {
    ["set"] + words + ["--topology", colony.topologyPath, "--operator", "me", "--timeout", "5"]
  }

  @Test func keyAndValueGoToTheProgramOfTheStrategy() throws {
    try withFakeColony { colony in
      let heard = Heard()
      let port = try port(colony, heard, .done, "gamma of 'maker' is 0.02, was 0.01")
      let (status, output) = try runProgram(
        "waggle", words(colony, ["maker", "gamma", "2e-2", "--reason", "news"]), serving: [port])
      #expect(status == .exited(code: 0))
      #expect(output == "gamma of 'maker' is 0.02, was 0.01\n")
      let (command, reason) = try #require(heard.commands.first)
      #expect(heard.commands.count == 1 && command.kind == .set && command.scope == .strategy)
      #expect(command.strategy == 1 && "\(command.operatorName)" == "me" && reason == "news")
      #expect("\(command.subject)" == "gamma" && "\(command.value)" == "2e-2")
      #expect("\(command.colony)" == "fake")
    }
  }

  @Test func withoutAKeyEveryLineOfTheAnswerIsPrinted() throws {
    try withFakeColony { colony in
      let heard = Heard()
      let port = try port(colony, heard, .done, "gamma = 1; 0 to 2\nk = 2; 0 to 3")
      let told = try runProgram("waggle", words(colony, ["maker"]), serving: [port])
      #expect(told.status == .exited(code: 0) && told.output == "gamma = 1; 0 to 2\nk = 2; 0 to 3\n")
      #expect(heard.commands.allSatisfy { $0.command.subject.isEmpty && $0.command.value.isEmpty })
      let json = try runProgram("waggle", words(colony, ["maker", "--json"]), serving: [port])
      let root = try JSON5Reader.read(json.output)
      #expect(root["command"]?.string == "set" && root["taken"]?.bool == true)
      #expect(root["answers"]?.elements?.first?["text"]?.string == "gamma = 1; 0 to 2\nk = 2; 0 to 3")
    }
  }

  @Test func whatIsRefusedOrUnheardFails() throws {
    try withFakeColony { colony in
      let port = try port(colony, Heard(), .refused, "'gamma' is 11.0, but must be from 0.0 to 10.0")
      let refused = try runProgram("waggle", words(colony, ["maker", "gamma", "11"]), serving: [port])
      #expect(refused.status == .exited(code: 1))
      #expect(refused.output == "signal: refused: 'gamma' is 11.0, but must be from 0.0 to 10.0\n")
    }
    try withFakeColony { colony in
      let silent = try runProgram(
        "waggle",
        [
          "set", "maker", "gamma", "1", "--topology", colony.topologyPath, "--operator", "me", "--timeout",
          "0.3",
        ])
      #expect(silent.status == .exited(code: 1) && silent.output == "signal: unreachable\n")
    }
  }

  @Test(arguments: [
    (["maker", "gamma"], "VALUE is missing"), ([], "STRATEGY is missing"),
    (["taker", "gamma", "1"], "the colony has no strategy 'taker' (it has maker)"),
    (["maker", "γ", "1"], "KEY and VALUE cannot be sent"),
    (["maker", String(repeating: "k", count: 65), "1"], "KEY and VALUE cannot be sent"),
    (["maker", "gamma", "1", "2"], "'2' is one word too many"),
  ])
  func wrongUsageIsExplained(words: [String], explanation: String) throws {
    try withFakeColony { colony in
      let (status, output) = try runProgram("waggle", self.words(colony, words))
      #expect(status == .exited(code: 64) && output.contains(explanation), "\(output)")
    }
  }
}
