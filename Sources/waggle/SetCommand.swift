import Arguments
import Colony
import Console
import Platform
import Topology
import Wire

/// `waggle set`: tells or changes the live parameters of a strategy.
enum SetCommand {
  static func run(_ arguments: Arguments) throws(CommandFailure) -> Int32 {
    let reason = try CommandSending.reason(.set, arguments)
    let timeout = try CommandSending.timeout(arguments)
    let (subject, value) = try assignment(arguments.operands)
    // Who only looks need not be named.
    let person = subject.isEmpty ? NameText() : try CommandSending.person(arguments)
    let place = try ColonyPlace.find(arguments)
    let (component, strategy) = try owner(of: arguments.operands[0], place.topology)
    let answers = try CommandSending.ask([component], place, timeoutNanos: timeout) { component in
      .command(
        .set, on: .init(strategy: strategy.number), operatorName: person, reason: reason,
        of: place.colonyName(of: component), subject: subject, value: value)
    }
    let isTaken = answers.allSatisfy(\.isTaken)
    Output.write(
      arguments.has("--json") ? CommandSending.json(.set, answers, isTaken: isTaken) : text(answers))
    return (isTaken ? ExitCode.asAsked : .unreconciled).rawValue
  }

  /// Key and value as they are sent; both empty to be told.
  private static func assignment(
    _ words: [String]
  ) throws(CommandFailure) -> (subject: TopicText, value: TopicText) {
    guard words.count != 2 else {
      throw CommandFailure(UsageError("VALUE is missing", hint: "waggle set \(words[0]) \(words[1]) VALUE"))
    }
    guard words.count > 2 else { return (TopicText(), TopicText()) }
    guard let subject = TopicText(words[1]), let value = TopicText(words[2]), !subject.isEmpty else {
      throw CommandFailure(
        UsageError("KEY and VALUE cannot be sent", hint: "each at most 64 letters of ASCII, and a KEY"))
    }
    return (subject, value)
  }

  private static func owner(
    of name: String, _ topology: Topology
  ) throws(CommandFailure) -> (component: Component, strategy: StrategySettings) {
    for component in topology.components(of: .signal) {
      guard case .signal(let role) = component.role else { continue }
      if let strategy = role.strategies.first(where: { $0.name == name }) { return (component, strategy) }
    }
    let known = topology.strategies.map(\.name).joined(separator: ", ")
    throw CommandFailure(UsageError("the colony has no strategy '\(name)'", hint: "it has \(known)"))
  }

  /// What was taken is told as it came, line by line.
  private static func text(_ answers: [CommandSending.Answer]) -> String {
    answers.map { answer in
      guard let result = answer.result else { return "\(answer.component.name): \(answer.outcome)\n" }
      let lines = result.text.split(separator: "\n").map { printable(String($0)) }.joined(separator: "\n")
      return answer.isTaken ? "\(lines)\n" : "\(answer.component.name): \(answer.outcome): \(lines)\n"
    }.joined()
  }
}
