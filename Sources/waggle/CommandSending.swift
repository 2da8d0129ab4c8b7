import ActorKit
import Arguments
import Colony
import Console
import JSON5
import Platform
import Topology
import Trading
import Wire
import ZeroMQ

/// `waggle halt|resume|flatten|stop|start`: one command to all who must hear it, under one id.
enum CommandSending {
  /// What a component said, or that it said nothing.
  struct Answer {
    let component: Component
    let stage: ControlClient.Stage
    let result: ControlResult?

    /// `done`, `refused`, …; `unreachable` when nobody took the connection, `silent` when nobody answered.
    var outcome: String {
      if let result { return "\(result.outcome.name)" }
      return stage == .connecting ? "unreachable" : "silent"
    }

    var isTaken: Bool { result?.isTaken ?? false }
  }

  static func run(_ kind: CommandKind, _ arguments: Arguments) throws(CommandFailure) -> Int32 {
    let person = try person(arguments)
    let reason = try reason(kind, arguments)
    let timeout = try timeout(arguments)
    let place = try ColonyPlace.find(arguments)
    let target = try target(arguments, place.topology)
    let correlation = Correlation.random()
    func ask(_ components: [Component]) throws(CommandFailure) -> [Answer] {
      try CommandSending.ask(components, place, timeoutNanos: timeout) { component in
        .command(
          kind, on: target, operatorName: person, reason: reason, correlation: correlation,
          of: place.colonyName(of: component))
      }
    }
    var answers = try ask(recipients(of: kind, target, place.topology))
    if kind == .stop, answers.allSatisfy({ $0.result == nil }) {
      answers += try ask(place.topology.components(of: .executor))
    }
    let isTaken = answers.contains {
      $0.isTaken && ($0.component.kind == .queen || $0.component.kind == .executor)
    }
    let unconfirmed = kind == .halt ? answers.filter { $0.component.kind == .executor && !$0.isTaken } : []
    let text =
      arguments.has("--json")
      ? json(kind, answers, isTaken: isTaken, unconfirmed: unconfirmed) : table(answers)
    Output.write(text)
    if !isTaken { Output.error("waggle \(kind.name): nobody took the command") }
    for answer in unconfirmed { Output.error(warning(of: answer, place)) }
    return (isTaken && unconfirmed.isEmpty ? ExitCode.asAsked : .unreconciled).rawValue
  }

  /// An executor owns an account's orders: what it has not confirmed may still rest.
  private static func warning(of answer: Answer, _ place: ColonyPlace) -> String {
    let name = answer.component.name
    let account = answer.component.account ?? ""
    let process =
      livingProcess(of: answer.component, place).map { "`kill -9 \($0)`" }
      ?? "`kill -9` of its process"
    return "waggle halt: \(name), which owns the orders of account \(account), did not confirm "
      + "(\(answer.outcome)): THEY MAY STILL REST AT THE VENUE. If it hangs, \(process) is safe at any time; "
      + "give the halt again once it is back. Or `waggle panic --yes --account \(account)`, which cancels at "
      + "the venue without it"
  }

  /// A process that is there, of a component of this host.
  private static func livingProcess(of component: Component, _ place: ColonyPlace) -> Int32? {
    let process = place.living.flatMap(\.programs).first { $0.number == component.number }?.process
    do throws(FileError) {
      guard let process, try process.isAlive else { return nil }
      return process.pid
    } catch {
      // It only informs.
      return nil
    }
  }

  /// Asks everyone at once, each what is meant for it.
  static func ask(
    _ components: [Component], _ place: ColonyPlace, timeoutNanos: Int64,
    _ request: (Component) -> ControlRequest
  ) throws(CommandFailure) -> [Answer] {
    var clients: [ControlClient] = []
    do throws(ZeroMQError) {
      for component in components {
        clients.append(try ControlClient(request(component), to: place.controlEndpoint(of: component)))
      }
    } catch {
      throw CommandFailure(.environment, "\(error)")
    }
    ControlClient.run(clients, untilBootNanos: Clock.bootNanos() + timeoutNanos)
    return zip(components, clients).map { component, client in
      Answer(component: component, stage: client.stage, result: client.result)
    }
  }

  /// Whom a command concerns. A halt goes to all who keep a latch, each by itself, so that it works whoever
  /// is dead.
  static func recipients(
    of kind: CommandKind, _ target: ControlRequest.Target, _ topology: Topology
  ) -> [Component] {
    let executors = owners(.executor, target, topology)
    switch kind {
    case .halt, .resume, .panic: return executors + owners(.risk, target, topology) + [topology.queen]
    case .flatten: return executors + owners(.risk, target, topology) + [topology.queen]
    default: return [topology.queen]
    }
  }

  private static func owners(
    _ kind: Component.Kind, _ target: ControlRequest.Target, _ topology: Topology
  ) -> [Component] {
    topology.components(of: kind).filter { component in
      let account = component.account.flatMap { topology.account(named: $0) }
      let isOfAccount = target.account == nil || target.account == account?.number
      let trades = topology.instruments(of: component).map(\.number)
      return isOfAccount && (target.instrument.map(trades.contains) ?? true)
    }
  }
}

// MARK: - Reading the command line

extension CommandSending {
  static func person(_ arguments: Arguments) throws(CommandFailure) -> NameText {
    let name = arguments.text("--operator") ?? UserName.current
    guard !name.isEmpty else {
      throw CommandFailure(UsageError("who commands?", hint: "--operator NAME"))
    }
    // Only a name that a person has given can be mended by that person.
    guard let text = NameText(name) ?? (arguments.has("--operator") ? nil : NameText(UserName.number)) else {
      throw CommandFailure(
        UsageError("the operator's name '\(name)' cannot be sent", hint: "at most 32 letters of ASCII"))
    }
    return text
  }

  /// A halt is not kept waiting for its reason; what starts money moving again is.
  static func reason(
    _ kind: CommandKind, _ arguments: Arguments
  ) throws(CommandFailure) -> String {
    if let reason = arguments.text("--reason"), !reason.isEmpty { return reason }
    guard kind != .resume, kind != .flatten else {
      throw CommandFailure(UsageError("why?", hint: "--reason TEXT; it is kept in the journals"))
    }
    return "operator"
  }

  static func timeout(_ arguments: Arguments) throws(CommandFailure) -> Int64 {
    do throws(UsageError) {
      return Int64((try arguments.number("--timeout", in: 0.1...60) ?? 3) * 1_000_000_000)
    } catch {
      throw CommandFailure(error)
    }
  }

  static func target(
    _ arguments: Arguments, _ topology: Topology
  ) throws(CommandFailure) -> ControlRequest.Target {
    var target = ControlRequest.Target()
    if let name = arguments.text("--account") {
      target.account = topology.account(named: name)?.number
      try require(target.account, "account", name, topology.accounts.map(\.name))
    }
    if let name = arguments.text("--strategy") {
      let strategies = topology.strategies
      target.strategy = strategies.first { $0.name == name }?.number
      try require(target.strategy, "strategy", name, strategies.map(\.name))
    }
    if let name = arguments.text("--instrument") {
      target.instrument = topology.instruments.first { $0.name.description == name }?.number
      try require(target.instrument, "instrument", name, topology.instruments.map(\.name.description))
    }
    return target
  }

  private static func require<Number>(
    _ number: Number?, _ what: String, _ name: String, _ known: [String]
  ) throws(CommandFailure) {
    guard number == nil else { return }
    throw CommandFailure(
      UsageError("the colony has no \(what) '\(name)'", hint: "it has \(known.joined(separator: ", "))"))
  }
}

// MARK: - Printing

extension CommandSending {
  private static func table(_ answers: [Answer]) -> String {
    answers.map { answer in
      let text = answer.result.map { ": \(printable($0.text))" } ?? ""
      return "\(answer.component.name): \(answer.outcome)\(text)\n"
    }.joined()
  }

  static func json(
    _ kind: CommandKind, _ answers: [Answer], isTaken: Bool, unconfirmed: [Answer] = []
  ) -> String {
    var json = JSONWriter(isPretty: true)
    json.beginObject()
    json.member("command", "\(kind.name)")
    json.member("taken", isTaken)
    if kind == .halt {
      // Owners of accounts whose orders may still rest.
      json.key("unconfirmed")
      json.beginArray()
      for answer in unconfirmed { json.value(answer.component.name) }
      json.endArray()
    }
    json.key("answers")
    json.beginArray()
    for answer in answers {
      json.beginObject()
      json.member("component", answer.component.name)
      json.member("outcome", answer.outcome)
      json.member("text", answer.result?.text ?? "")
      json.endObject()
    }
    json.endArray()
    json.endObject()
    return json.text + "\n"
  }
}

extension Topology {
  /// Of all signal components, by number.
  var strategies: [StrategySettings] {
    components.flatMap { component -> [StrategySettings] in
      if case .signal(let signal) = component.role { signal.strategies } else { [] }
    }
  }
}
