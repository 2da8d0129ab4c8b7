import ActorKit
import HostKit
import Platform
import Wire

/// Nobody is mistaken for somebody else: commands name the colony they mean, answers the one that speaks.
extension Reactor {
  var colonyName: ColonyName { ColonyName(colony: configuration.colonyText, run: configuration.runText) }

  /// Refuses a command that is meant for others, or too late; the core never sees it.
  mutating func refuses(_ command: Command, _ envelope: Envelope, route: UInt32, at now: Instant) -> Bool {
    guard let reason = colonyName.refusal(of: command, atWallNanos: now.wall) else { return false }
    let text = "\(reason); this is component \(configuration.name) of \(colonyName)"
    log.warning("command", "\(command.kind.name) refused: \(text)")
    let result = CommandResult(
      envelope: Envelope(origin: 0, correlation: envelope.correlation), kind: command.kind, outcome: .refused,
      component: configuration.number, colony: colonyName.colony, run: colonyName.run)
    sendHostFrame(toRoute: route, at: now) { result.encode(into: &$0, text: text.utf8) }
    return true
  }

  /// A core's answer to a command with colony and run, which the core does not know, encoded anew into
  /// `hostFrames`. False for any other message.
  mutating func sign(_ frame: (offset: Int, count: Int)) -> Bool {
    guard let (result, text) = commandResult(frame) else { return false }
    stampHostFrame { result.encode(into: &$0, text: text.utf8) }
    return true
  }

  private func commandResult(_ frame: (offset: Int, count: Int)) -> (CommandResult, String)? {
    guard effects.frames.templateId(frameAt: frame.offset) == CommandResult.templateId,
      let view = CommandResultView(effects.frames.span(from: frame.offset, count: frame.count))
    else { return nil }
    var result = view.block
    result.colony = colonyName.colony
    result.run = colonyName.run
    return (result, view.textString)
  }
}
