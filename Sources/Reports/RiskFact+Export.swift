import ActorKit
import Governance
import RiskAdjuster

extension RiskFact: ExportedFact {
  enum Field: String, FactFieldName {
    case scope, account, strategy, instrument, command
  }

  func show(in fields: inout FactFields<Field>) -> String {
    switch self {
    case .halted(let scope, let command):
      show(scope, command, in: &fields)
      return "halted"
    case .released(let scope, let command):
      show(scope, command, in: &fields)
      return "released"
    }
  }

  private func show(_ scope: HaltScope, _ command: Correlation, in fields: inout FactFields<Field>) {
    fields.set(.scope, scope.code)
    fields.set(.account, scope.account)
    fields.set(.strategy, scope.strategy)
    fields.set(.instrument, scope.instrument)
    fields.set(.command, command)
  }
}
