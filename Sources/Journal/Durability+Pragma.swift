// Who reads or writes a journal needs what it is made of and why it is refused.
@_exported import Records

extension Durability {
  /// How long SQLite waits for the disk in a commit.
  package var synchronousPragma: String {
    switch self {
    case .process: "PRAGMA synchronous = NORMAL"
    case .power: "PRAGMA synchronous = FULL"
    }
  }
}
