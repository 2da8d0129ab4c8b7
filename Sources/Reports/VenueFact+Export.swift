import Trading
import VenueSimulator

extension VenueFact: ExportedFact {
  enum Field: String, FactFieldName {
    case account, instrument, venueOrderId, clOrdID, execution, side, type, timeInForce, isPostOnly
    case isReduceOnly, price, quantity, fee, liquidity, tradeSequence, status, reason, priority
    case afterSilenceNanos, eventNanos, transactNanos, stopPrice, sparesStops, partner
  }

  func show(in fields: inout FactFields<Field>) -> String {
    switch self {
    case .accepted(let order):
      order.show(in: &fields)
      return "accepted"
    case .trade(let trade):
      trade.show(in: &fields)
      return "trade"
    case .ended(let ending):
      fields.set(.account, ending.account)
      fields.set(.venueOrderId, ending.venueOrderId)
      fields.set(.status, ending.status)
      fields.set(.reason, ending.reason)
      fields.set(.eventNanos, ending.eventNanos)
      return "ended"
    case .replaced(let replacement):
      replacement.show(in: &fields)
      return "replaced"
    case .deadManSet(let deadMan):
      fields.set(.account, deadMan.account)
      fields.set(.instrument, deadMan.instrument)
      fields.set(.afterSilenceNanos, deadMan.afterSilenceNanos)
      fields.set(.sparesStops, deadMan.sparesStops)
      return "deadManSet"
    case .triggered(let trigger):
      fields.set(.account, trigger.account)
      fields.set(.venueOrderId, trigger.venueOrderId)
      fields.set(.eventNanos, trigger.eventNanos)
      return "triggered"
    case .paired(let pair):
      fields.set(.account, pair.account)
      fields.set(.venueOrderId, pair.venueOrderId)
      fields.set(.partner, pair.partner)
      fields.set(.eventNanos, pair.eventNanos)
      return "paired"
    }
  }
}

private typealias Fields = FactFields<VenueFact.Field>

extension VenueOrder {
  fileprivate func show(in fields: inout Fields) {
    fields.set(.account, account)
    fields.set(.instrument, instrument)
    fields.set(.venueOrderId, venueOrderId)
    fields.set(.clOrdID, clOrdID)
    fields.set(.side, side)
    fields.set(.type, type)
    fields.set(.timeInForce, timeInForce)
    fields.set(.isPostOnly, isPostOnly)
    fields.set(.isReduceOnly, isReduceOnly)
    fields.set(.price, price)
    fields.set(.quantity, quantity)
    if type == .stop { fields.set(.stopPrice, stopPrice) }
  }
}

extension VenueTrade {
  fileprivate func show(in fields: inout Fields) {
    fields.set(.account, account)
    fields.set(.tradeSequence, tradeSequence)
    fields.set(.execution, ExecID(high: execHigh, low: execLow))
    fields.set(.clOrdID, clOrdID)
    fields.set(.venueOrderId, venueOrderId)
    fields.set(.instrument, instrument)
    fields.set(.side, side)
    fields.set(.liquidity, liquidity)
    fields.set(.price, price)
    fields.set(.quantity, quantity)
    fields.set(.fee, fee)
    fields.set(.eventNanos, eventNanos)
    fields.set(.transactNanos, transactNanos)
  }
}

extension VenueFact.Replacement {
  fileprivate func show(in fields: inout Fields) {
    fields.set(.account, account)
    fields.set(.venueOrderId, venueOrderId)
    fields.set(.clOrdID, clOrdID)
    fields.set(.price, price)
    fields.set(.quantity, quantity)
    fields.set(.priority, priority)
    fields.set(.eventNanos, eventNanos)
  }
}
