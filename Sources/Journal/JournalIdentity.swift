/// Whose history a journal holds. A journal opens only for the identity that created it.
public struct JournalIdentity: Equatable, Sendable, CustomStringConvertible {
  /// The colony's name, as the topology gives it.
  public let colony: String
  /// The component's name in the colony.
  public let component: String
  /// The component's kind: which core reads these rows.
  public let kind: String
  /// Version of the core's facts and state, from 1 upward. A journal written by a higher one is refused.
  public let schemaVersion: Int32

  public init(colony: String, component: String, kind: String, schemaVersion: Int32) {
    precondition(schemaVersion >= 1, "schema versions start at 1, got \(schemaVersion) for \(component)")
    self.colony = colony
    self.component = component
    self.kind = kind
    self.schemaVersion = schemaVersion
  }

  public var description: String { "\(component) (\(kind)) of colony \(colony), schema \(schemaVersion)" }

  /// The schema may move on with a new build; the other three never change.
  func isSameOwner(as other: JournalIdentity) -> Bool {
    colony == other.colony && component == other.component && kind == other.kind
  }
}
