import ActorKit
import Wire

/// Why a command was not carried out; the text goes back to who gave it.
public enum CommandRefusal: Error, Equatable, Sendable {
  case noScope(CommandKind)
  case notNamed(CommandKind)
  case noReason(CommandKind)
  case reasonTooLong(CommandKind, bytes: Int)
  case noId(CommandKind)
  case notOurs(HaltScope)
  case notLatched(HaltScope)
  case notHere(CommandKind)
  case notNow(String)
  /// What it asks for, and what would be allowed.
  case notAllowed(String)
}

extension CommandRefusal: CustomStringConvertible {
  public var description: String {
    switch self {
    case .noScope(let kind):
      "\(kind.name) needs a scope: firm, or account, strategy or instrument with its number"
    case .notNamed(let kind): "\(kind.name) needs the name of the operator"
    case .noReason(let kind): "\(kind.name) needs a reason"
    case .reasonTooLong(let kind, let bytes):
      "\(kind.name) needs a reason of at most \(CommandReason.longest) bytes; this one has \(bytes)"
    case .noId(let kind): "\(kind.name) needs an id (the correlation), so that it cannot happen twice"
    case .notOurs(let scope): "\(scope) is not known here"
    case .notLatched(let scope): "no halt of \(scope) is latched"
    case .notHere(let kind): "\(kind.name) is not a command for this component"
    case .notNow(let text), .notAllowed(let text): text
    }
  }
}

/// What a command that releases something must bring: a person, a reason and an id.
public func requireResponsibility(_ view: CommandView) throws(CommandRefusal) {
  let name = view.operatorName
  guard name.isWellFormed, !name.isEmpty else { throw .notNamed(view.kind) }
  guard !CommandReason.isTooLong(view) else {
    throw .reasonTooLong(view.kind, bytes: view.reason.byteCount)
  }
  guard view.reasonString.utf8.contains(where: { $0 > 0x20 }) else { throw .noReason(view.kind) }
  guard view.envelope.correlation != .none else { throw .noId(view.kind) }
}
