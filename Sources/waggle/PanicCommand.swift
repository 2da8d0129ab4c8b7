import ActorKit
import Arguments
import Colony
import Console
import Platform
import Topology
import Wire

/// `waggle panic`: cancels every open order straight at the venues, whatever else is dead, and asks until
/// they say that none is left. It needs neither queen nor executor, opens no journal and writes no file.
enum PanicCommand {
  static func run(_ arguments: Arguments) throws(CommandFailure) -> Int32 {
    let reason = arguments.text("--reason") ?? "panic"
    let timeout = try timeout(arguments)
    let place = try ColonyPlace.find(arguments)
    let target = try CommandSending.target(arguments, place.topology)
    let accounts = place.topology.accounts.filter { target.account == nil || $0.number == target.account }
    try confirm(accounts, arguments)
    let latching = ControlRequest.command(
      .panic, on: target, operatorName: person(arguments), reason: reason, of: place.colonyName)
    var panic = try Panic(accounts, place)
    try panic.run(
      latching, to: CommandSending.recipients(of: .panic, target, place.topology),
      untilBootNanos: Clock.bootNanos() + timeout)
    Output.write(panic.halts.map { latchText($0, among: panic.halts) + "\n" }.joined())
    Output.write(panic.outcomes.map { $0.text + "\n" }.joined())
    let areClosed = try close(target, arguments, place)
    Output.write(try PanicPositions.ask(accounts, place, untilBootNanos: Clock.bootNanos() + 1_000_000_000))
    let isDone = panic.outcomes.allSatisfy(\.isConfirmed)
    if !isDone {
      Output.error(
        "waggle panic: not every venue confirmed that no order is open. Cancel there by hand, then compare "
          + "positions with `waggle report`")
    }
    return isDone && areClosed ? 0 : 1
  }

  /// Who latched it, and what it means that somebody did not.
  private static func latchText(
    _ answer: CommandSending.Answer, among answers: [CommandSending.Answer]
  ) -> String {
    let name = answer.component.name
    if answer.isTaken { return "\(name): panic latched (\(answer.outcome))" }
    let isQueenLatched = answers.contains { $0.component.kind == .queen && $0.isTaken }
    switch answer.component.kind {
    case .executor where isQueenLatched:
      return "\(name): panic \(answer.outcome); when it comes back the queen grants it cancels only"
    case .executor:
      return "\(name): panic \(answer.outcome), and the queen has not latched it: WHEN IT COMES BACK IT MAY "
        + "PLACE ORDERS. Call again once they are up"
    default: return "\(name): panic \(answer.outcome); call again once it is up"
    }
  }

  /// `--flatten`: closes what is open, through the executors, which alone know what is theirs.
  private static func close(
    _ target: ControlRequest.Target, _ arguments: Arguments, _ place: ColonyPlace
  ) throws(CommandFailure) -> Bool {
    guard arguments.has("--flatten") else { return true }
    let correlation = Correlation.random()
    let reason = arguments.text("--reason") ?? "panic"
    let executors = CommandSending.recipients(of: .flatten, target, place.topology)
      .filter { $0.kind == .executor }
    let answers = try CommandSending.ask(executors, place, timeoutNanos: 1_000_000_000) { executor in
      .command(
        .flatten, on: target, operatorName: person(arguments), reason: reason, correlation: correlation,
        of: place.colonyName(of: executor))
    }
    for answer in answers {
      let text = answer.result?.text ?? "positions are NOT closed: close them at the venue by hand"
      Output.write("\(answer.component.name): flatten \(answer.outcome): \(text)\n")
    }
    return answers.allSatisfy(\.isTaken)
  }

  /// Whoever it is: a missing or odd name must not stand in the way.
  private static func person(_ arguments: Arguments) -> NameText {
    let name = arguments.text("--operator") ?? Environment.value("USER") ?? Environment.value("LOGNAME") ?? ""
    guard let person = NameText(name.isEmpty ? "panic" : name) ?? NameText("panic") else {
      preconditionFailure("a short word of ASCII is a name")
    }
    return person
  }

  /// A person is asked once; a script says `--yes`.
  private static func confirm(_ accounts: [Account], _ arguments: Arguments) throws(CommandFailure) {
    guard !arguments.has("--yes") else { return }
    let names = accounts.map(\.name).joined(separator: ", ")
    guard Terminal.isTTY(0) else {
      throw CommandFailure(
        UsageError("panic cancels every order of \(names)", hint: "say --yes where nobody can be asked"))
    }
    _ = StandardError.write("Cancel every order of \(names)? Type yes: ")
    guard readLine() == "yes" else { throw CommandFailure(1, "nothing was done") }
  }

  private static func timeout(_ arguments: Arguments) throws(CommandFailure) -> Int64 {
    do throws(UsageError) {
      return Int64((try arguments.number("--timeout", in: 0.1...60) ?? 5) * 1e9)
    } catch {
      throw CommandFailure(error)
    }
  }
}
