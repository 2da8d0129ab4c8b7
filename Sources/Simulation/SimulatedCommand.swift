import ActorKit
import Wire

/// A command that a person gives in the middle of a simulated session.
public struct SimulatedCommand: Sendable {
  /// After LIVE, virtual time, ns; ≥ 0.
  public var afterNanos: Int64
  /// The component whose control port it goes to.
  public var component: UInt16
  public var kind: CommandKind
  public var scope: Scope
  public var account: UInt16?
  public var instrument: UInt32?

  public init(
    afterSeconds seconds: Int64, to component: UInt16, _ kind: CommandKind, _ scope: Scope = .firm,
    account: UInt16? = nil, instrument: UInt32? = nil
  ) {
    precondition((0...31_536_000).contains(seconds), "a command \(seconds) s after LIVE")
    afterNanos = seconds * .nanosPerSecond
    self.component = component
    self.kind = kind
    self.scope = scope
    self.account = account
    self.instrument = instrument
  }

  /// The command as it goes to the control port; each of a session's has an id of its own.
  func message(number: UInt64) -> Command {
    guard let operatorName = NameText("simulation") else { preconditionFailure("a name is ASCII") }
    return Command(
      envelope: Envelope(origin: 0, correlation: Correlation(high: 2, low: number)), kind: kind,
      scope: scope, account: account, instrument: instrument, operatorName: operatorName)
  }
}
