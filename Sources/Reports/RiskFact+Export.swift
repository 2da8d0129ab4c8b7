import ActorKit
import Governance
import RiskAdjuster

extension RiskFact: ExportedFact {
  enum Field: String, FactFieldName {
    case scope, account, strategy, instrument, command
    case intent, side, type, timeInForce, quantity, price, stopPrice, takeProfitPrice
    case outcome, reason, check, filledQuantity, averagePrice, expireNanos, origin
  }

  func show(in fields: inout FactFields<Field>) -> String {
    switch self {
    case .halted(let scope, let command), .released(let scope, let command):
      fields.set(.scope, scope.code)
      fields.set(.account, scope.account)
      fields.set(.strategy, scope.strategy)
      fields.set(.instrument, scope.instrument)
      fields.set(.command, command)
    case .intentAccepted(let intent): intent.show(in: &fields)
    case .intentEnded(let end): end.show(in: &fields)
    }
    return name
  }
}

private typealias Fields = FactFields<RiskFact.Field>

extension RiskIntent {
  fileprivate func show(in fields: inout Fields) {
    fields.set(.intent, intent)
    fields.set(.strategy, strategy)
    fields.set(.instrument, instrument)
    fields.set(.side, side)
    fields.set(.type, type)
    fields.set(.timeInForce, timeInForce)
    fields.set(.quantity, quantity)
    fields.set(.price, price)
    fields.set(.stopPrice, stopPrice)
    fields.set(.takeProfitPrice, takeProfitPrice)
    fields.set(.expireNanos, expireNanos)
    fields.set(.origin, origin)
  }
}

extension RiskIntentEnd {
  fileprivate func show(in fields: inout Fields) {
    fields.set(.intent, intent)
    fields.set(.instrument, instrument)
    fields.set(.outcome, outcome)
    fields.set(.reason, reason)
    fields.set(.check, check)
    fields.set(.filledQuantity, filledQuantity)
    fields.set(.averagePrice, averagePrice)
  }
}
