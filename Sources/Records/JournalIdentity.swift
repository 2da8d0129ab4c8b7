/// Whose history a journal holds. A journal opens only for the identity that created it.
public struct JournalIdentity: Equatable, Sendable, CustomStringConvertible {
  /// The colony's name, as the topology gives it.
  public let colony: String
  /// The component's name in the colony.
  public let component: String
  /// The component's kind: which core reads these rows.
  public let kind: String
  /// Version of the core's facts and state, from 1 upward. A journal of any other is refused.
  public let schemaVersion: Int32
  /// The session's mode, as the topology gives it: orders of a paper session are no orders of a live one.
  public let mode: String
  /// The account whose orders and positions these are, and whether its money is real; empty for components
  /// that serve none.
  public let account: String

  public init(
    colony: String, component: String, kind: String, schemaVersion: Int32, mode: String = "",
    account: String = ""
  ) {
    precondition(schemaVersion >= 1, "schema versions start at 1, got \(schemaVersion) for \(component)")
    self.colony = colony
    self.component = component
    self.kind = kind
    self.schemaVersion = schemaVersion
    self.mode = mode
    self.account = account
  }

  public var description: String { "\(component) (\(kind)) of colony \(colony), schema \(schemaVersion)" }

  /// What it is bound to besides its owner: "mode paper, account main (simulated)".
  public var binding: String {
    let accountText = account.isEmpty ? "no account" : "account \(account)"
    return "mode \(mode.isEmpty ? "unknown" : mode), \(accountText)"
  }

  package func isSameBinding(as other: JournalIdentity) -> Bool {
    mode == other.mode && account == other.account
  }

  package func isSameOwner(as other: JournalIdentity) -> Bool {
    colony == other.colony && component == other.component && kind == other.kind
  }
}
