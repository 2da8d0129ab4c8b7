import ActorKit
import Wire

/// A colony and one of its runs, as commands name whom they mean and answers who speaks.
public struct ColonyName: Sendable, Equatable {
  /// Empty for anyone.
  public var colony: NameText
  /// Empty for the one that lives.
  public var run: NameText

  public init(colony: NameText, run: NameText = NameText()) {
    self.colony = colony
    self.run = run
  }

  /// By the names as they stand in a topology and a registry; one that is no name counts as unknown.
  public init(named colony: String, run: String = "") {
    self.init(colony: NameText(colony) ?? NameText(), run: NameText(run) ?? NameText())
  }

  /// Of questions that anyone may answer.
  public static let anyone = ColonyName(colony: NameText())
}

extension ColonyName: CustomStringConvertible {
  public var description: String { "colony '\(colony)', run \(run.isEmpty ? "unknown" : "\(run)")" }
}

extension ColonyName {
  /// Why a command is not for this colony, or may not be acted on any more; nil when it may.
  ///
  /// Whoever is in a hurry may leave the colony empty: to halt the wrong one costs little. What starts money
  /// moving, moves it, or ends a session names its colony.
  package func refusal(of command: Command, atWallNanos now: Int64) -> String? {
    if let expiry = command.expiryNanos, now > expiry {
      return "the command has expired \(now.saturatingSubtract(expiry) / 1_000_000) ms ago"
    }
    if command.colony.isEmpty {
      guard command.needsColony else { return nil }
      return "\(command.kind.name) is taken only with the name of the colony it means (field 'colony')"
    }
    if command.colony != colony { return "the command is for colony '\(command.colony)'" }
    if !command.run.isEmpty, command.run != run { return "the command is for run \(command.run)" }
    return nil
  }
}

extension Command {
  fileprivate var needsColony: Bool {
    switch kind {
    case .status, .counters, .halt, .panic: false
    case .resume, .flatten, .stop, .start, .set, .unrecognized: true
    }
  }
}
