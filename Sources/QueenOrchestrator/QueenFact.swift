import ActorKit
import Governance
import Wire

/// What happened to the session. Kinds are never reused.
public enum QueenFact: FactCoding {
  /// Kind 1. The session went to a state, at a wall time.
  case stateChanged(SessionCode, SessionCause, atNanos: Int64)
  /// Kind 2.
  case clockStarted(MarketClock)
  /// Kind 3.
  case halted(HaltScope, command: Correlation)
  /// Kind 4.
  case released(HaltScope, command: Correlation)
  /// Kind 5. Another command was carried out.
  case commanded(Correlation)
  /// Kind 6. A member was lost and came back in time.
  case interrupted(component: UInt16, atNanos: Int64)
  /// Kind 7. A member's loss counts.
  case degraded(component: UInt16, atNanos: Int64)
  /// Kind 8. A member whose loss counted is well again.
  case recovered(component: UInt16, atNanos: Int64)
  /// Kind 9. A younger executor asked for an account's permit. Read from older journals; `granted` says it
  /// now.
  case fenced(account: UInt16, epoch: UInt32)
  /// Kind 10. SHUTDOWN is over: nothing of the session is left to be done.
  case ended(atNanos: Int64)
  /// Kind 11. A run whose session had ended is continued by another session.
  case begun(atNanos: Int64)
  /// Kind 12. A permit was granted: for the record beside the executor's own.
  case granted(GrantedPermit)
  /// Kind 13. As halted, and no permit is granted but to cancel.
  case panicked(HaltScope, command: Correlation)
  /// Kind 14. As halted, and executors close what is open.
  case flattenOrdered(HaltScope, command: Correlation)

  public var kind: UInt16 {
    switch self {
    case .stateChanged: 1
    case .clockStarted: 2
    case .halted: 3
    case .released: 4
    case .commanded: 5
    case .interrupted: 6
    case .degraded: 7
    case .recovered: 8
    case .fenced: 9
    case .ended: 10
    case .begun: 11
    case .granted: 12
    case .panicked: 13
    case .flattenOrdered: 14
    }
  }

  public func encode(into writer: inout SnapshotWriter) {
    switch self {
    case .stateChanged(let state, let cause, let at):
      writer.write(state.rawValue)
      writer.write(cause.rawValue)
      writer.write(at)
    case .clockStarted(let clock): clock.write(to: &writer)
    case .halted(let scope, let command), .released(let scope, let command),
      .panicked(let scope, let command), .flattenOrdered(let scope, let command):
      scope.write(to: &writer)
      command.write(to: &writer)
    case .commanded(let command): command.write(to: &writer)
    case .interrupted(let component, let at), .degraded(let component, let at),
      .recovered(let component, let at):
      writer.write(component)
      writer.write(at)
    case .fenced(let account, let epoch):
      writer.write(account)
      writer.write(epoch)
    case .ended(let at), .begun(let at): writer.write(at)
    case .granted(let permit): permit.write(to: &writer)
    }
  }

  public init(kind: UInt16, from reader: inout SnapshotReader) throws(RestoreError) {
    switch kind {
    case 1:
      let state: SessionCode = try reader.readChoice("a state of the session")
      let cause: SessionCause = try reader.readChoice("a cause")
      self = .stateChanged(state, cause, atNanos: try reader.read())
    case 2: self = .clockStarted(try MarketClock(from: &reader))
    case 3, 4:
      let scope = try HaltScope(from: &reader)
      let command = try Correlation(from: &reader)
      self = kind == 3 ? .halted(scope, command: command) : .released(scope, command: command)
    case 5: self = .commanded(try Correlation(from: &reader))
    case 6, 7, 8:
      let component = try reader.read(UInt16.self)
      let at = try reader.read(Int64.self)
      self =
        kind == 6
        ? .interrupted(component: component, atNanos: at)
        : kind == 7
          ? .degraded(component: component, atNanos: at) : .recovered(component: component, atNanos: at)
    case 9:
      let account = try reader.read(UInt16.self)
      self = .fenced(account: account, epoch: try reader.read())
    case 10: self = .ended(atNanos: try reader.read())
    case 11: self = .begun(atNanos: try reader.read())
    case 12: self = .granted(try GrantedPermit(from: &reader))
    case 13, 14:
      let scope = try HaltScope(from: &reader)
      let command = try Correlation(from: &reader)
      self =
        kind == 13 ? .panicked(scope, command: command) : .flattenOrdered(scope, command: command)
    default: throw .unknownKind(kind)
    }
  }
}
