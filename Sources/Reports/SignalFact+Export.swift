import SignalGenerator

extension SignalFact: ExportedFact {
  enum Field: String, FactFieldName {
    case intent, strategy, instrument, side, entryPrice, stopPrice, takeProfitPrice
    case outcome, reason, check, filledQuantity, averagePrice, expireNanos
  }

  func show(in fields: inout FactFields<Field>) -> String {
    switch self {
    case .signalIssued(let signal):
      fields.set(.intent, signal.intent)
      fields.set(.strategy, signal.strategy)
      fields.set(.instrument, signal.instrument)
      fields.set(.side, signal.side)
      fields.set(.entryPrice, signal.entryPrice)
      fields.set(.stopPrice, signal.stopPrice)
      fields.set(.takeProfitPrice, signal.takeProfitPrice)
      fields.set(.expireNanos, signal.expireNanos)
    case .signalEnded(let end):
      fields.set(.intent, end.intent)
      fields.set(.outcome, end.outcome)
      fields.set(.reason, end.reason)
      fields.set(.check, end.check)
      fields.set(.filledQuantity, end.filledQuantity)
      fields.set(.averagePrice, end.averagePrice)
    }
    return name
  }
}
