import ActorKit
import Governance

/// What risk keeps over restarts: halts, the commands that made or released them, and what it asked the
/// executor for once.
public enum RiskFact: FactCoding {
  /// Kind 1.
  case halted(HaltScope, command: Correlation)
  /// Kind 2.
  case released(HaltScope, command: Correlation)
  /// Kind 3. A signal passed: the order intent leaves with this.
  case intentAccepted(RiskIntent)
  /// Kind 4. Refused, or ended at the executor: the terminal report leaves with this. Exactly one for each
  /// signal.
  case intentEnded(RiskIntentEnd)

  public var kind: UInt16 {
    switch self {
    case .halted: 1
    case .released: 2
    case .intentAccepted: 3
    case .intentEnded: 4
    }
  }

  /// The word for logs and reports.
  public var name: String {
    switch self {
    case .halted: "halted"
    case .released: "released"
    case .intentAccepted: "intentAccepted"
    case .intentEnded: "intentEnded"
    }
  }

  public func encode(into writer: inout SnapshotWriter) {
    switch self {
    case .halted(let scope, let command), .released(let scope, let command):
      scope.write(to: &writer)
      command.write(to: &writer)
    case .intentAccepted(let intent): intent.write(to: &writer)
    case .intentEnded(let end): end.write(to: &writer)
    }
  }

  public init(kind: UInt16, from reader: inout SnapshotReader) throws(RestoreError) {
    switch kind {
    case 1, 2:
      let scope = try HaltScope(from: &reader)
      let command = try Correlation(from: &reader)
      self = kind == 1 ? .halted(scope, command: command) : .released(scope, command: command)
    case 3: self = .intentAccepted(try RiskIntent(from: &reader))
    case 4: self = .intentEnded(try RiskIntentEnd(from: &reader))
    default: throw .unknownKind(kind)
    }
  }
}
