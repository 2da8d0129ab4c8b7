/// Why an account's fence could not be taken.
public enum AccountFenceError: Error, Equatable, Sendable {
  /// Another executor trades this account on this host. `holder` is nil when its note cannot be read.
  case heldByAnother(path: String, holder: FenceHolder?)
  /// The file there is not a fence.
  case notAFence(path: String, what: String)
  /// The folder or file cannot be written.
  case unwritable(path: String, what: String)
}

extension AccountFenceError {
  init(_ error: JournalError, path: String) {
    switch error {
    case .heldByAnother:
      self = .heldByAnother(path: path, holder: FenceHolder.read(beside: path))
    case .notAJournal(_, let what), .corrupt(_, _, let what):
      self = .notAFence(path: path, what: what)
    case .unwritable(_, let what), .storage(_, _, _, let what):
      self = .unwritable(path: path, what: what)
    case .missing, .foreign, .newer, .older:
      self = .unwritable(path: path, what: error.description)
    }
  }
}

extension AccountFenceError: CustomStringConvertible {
  public var description: String {
    switch self {
    case .heldByAnother(let path, let holder?):
      return "fence \(path): the account is traded by process \(holder.processID), run \(holder.runFolder), "
        + "since \(holder.sinceNanos) ns UTC; stop that executor first"
    case .heldByAnother(let path, nil):
      return "fence \(path): the account is traded by another process on this host; stop that executor first"
    case .notAFence(let path, let what):
      return
        "fence \(path): the file is not a fence (\(what)); when no executor trades the account, move it away"
    case .unwritable(let path, let what):
      return "fence \(path): cannot be written (\(what)); check that the folder exists and who may write it"
    }
  }
}
