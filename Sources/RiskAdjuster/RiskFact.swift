import ActorKit
import Governance

/// What risk keeps over restarts: halts, and the commands that made or released them.
public enum RiskFact: FactCoding {
  /// Kind 1.
  case halted(HaltScope, command: Correlation)
  /// Kind 2.
  case released(HaltScope, command: Correlation)

  public var kind: UInt16 {
    switch self {
    case .halted: 1
    case .released: 2
    }
  }

  public func encode(into writer: inout SnapshotWriter) {
    switch self {
    case .halted(let scope, let command), .released(let scope, let command):
      scope.write(to: &writer)
      command.write(to: &writer)
    }
  }

  public init(kind: UInt16, from reader: inout SnapshotReader) throws(RestoreError) {
    guard kind == 1 || kind == 2 else { throw .unknownKind(kind) }
    let scope = try HaltScope(from: &reader)
    let command = try Correlation(from: &reader)
    self = kind == 1 ? .halted(scope, command: command) : .released(scope, command: command)
  }
}
