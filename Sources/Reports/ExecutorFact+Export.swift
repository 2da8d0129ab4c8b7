import OrderExecutor
import Trading

extension ExecutorFact: ExportedFact {
  enum Field: String, FactFieldName {
    case order, request, intent, execution, strategy, instrument, side, timeInForce, purpose, type, isPostOnly
    case price, quantity, stopPrice, takeProfitPrice, fee, feeCurrency, liquidity, tradeSequence
    case venueOrderId, cause, outcome, reason, isProven, cumQuantity, filledQuantity, averagePrice
    case scope, `operator`, haltNanos, atWallNanos, command, commandKind, adoptedNanos, through, executions
    case level, askedNanos, askedBootNanos, lifeNanos, openOrders
    case eventNanos, expireNanos, requestNanos, recvWindowNanos, origin, lineage, partner
  }

  func show(in fields: inout FactFields<Field>) -> String {
    switch self {
    case .orderCreated(let order): order.show(in: &fields)
    case .cancelRequested(let order, let request, let requestNanos):
      fields.set(.order, order)
      fields.set(.request, request)
      fields.set(.requestNanos, requestNanos)
    case .orderAccepted(let order, let venueOrderId, let eventNanos):
      fields.set(.order, order)
      fields.set(.venueOrderId, venueOrderId)
      fields.set(.eventNanos, eventNanos)
    case .filled(let fill): fill.show(in: &fields)
    case .orderEnded(let end): end.show(in: &fields)
    case .orderInDoubt(let order, let request):
      fields.set(.order, order)
      fields.set(.request, request)
    case .orderNotPlaced(let order, let isProven):
      fields.set(.order, order)
      fields.set(.isProven, isProven)
    case .haltLatched(let halt), .haltReleased(let halt), .panicLatched(let halt): halt.show(in: &fields)
    case .flattenBegun(let instrument, let atNanos, let operatorName):
      fields.set(.instrument, instrument)
      fields.set(.atWallNanos, atNanos)
      fields.set(.operator, operatorName)
    case .flattenEnded(let instrument, let outcome):
      fields.set(.instrument, instrument)
      fields.set(.outcome, outcome)
    case .commandSeen(let command, let kind, let outcome):
      fields.set(.command, command)
      fields.set(.commandKind, kind)
      fields.set(.outcome, outcome)
    case .cancelRejected(let order, let request, let reason):
      fields.set(.order, order)
      fields.set(.request, request)
      fields.set(.reason, reason)
    case .orderAdopted(let order): order.show(in: &fields)
    case .tradesConfirmed(let through, let fills):
      fields.set(.through, through)
      fields.set(.executions, list: fills.map(\.shown))
    case .intentAccepted(let intent): intent.show(in: &fields)
    case .intentEnded(let end): end.show(in: &fields)
    case .stopTriggered(let intent, let price, _):
      fields.set(.intent, intent)
      fields.set(.price, price)
    case .protectionEnded(let intent, let cause):
      fields.set(.intent, intent)
      fields.set(.cause, cause)
    case .permitTaken(let permit): permit.show(in: &fields)
    case .booksAgreed(_, let openOrders): fields.set(.openOrders, openOrders)
    case .journalBegan(let lineage): fields.set(.lineage, lineage)
    case .ordersLinked(let order, let partner):
      fields.set(.order, order)
      fields.set(.partner, partner)
    case .stopOrdered(let atNanos, let operatorName):
      fields.set(.atWallNanos, atNanos)
      fields.set(.operator, operatorName)
    case .stopReleased(let atNanos): fields.set(.atWallNanos, atNanos)
    }
    return name
  }
}

private typealias Fields = FactFields<ExecutorFact.Field>

extension CreatedOrder {
  fileprivate func show(in fields: inout Fields) {
    fields.set(.order, id)
    fields.set(.strategy, strategy)
    fields.set(.instrument, instrument)
    fields.set(.side, side)
    fields.set(.timeInForce, timeInForce)
    fields.set(.purpose, purpose)
    fields.set(.type, type)
    fields.set(.price, price)
    fields.set(.quantity, quantity)
    fields.set(.intent, intent)
    fields.set(.requestNanos, requestNanos)
    fields.set(.recvWindowNanos, recvWindowNanos)
    fields.set(.origin, origin)
  }
}

extension BookedFill {
  fileprivate func show(in fields: inout Fields) {
    fields.set(.execution, key.execution)
    fields.set(.instrument, key.instrument)
    fields.set(.order, order)
    fields.set(.side, side)
    fields.set(.price, price)
    fields.set(.quantity, quantity)
    fields.set(.fee, fee)
    fields.set(.feeCurrency, feeCurrency)
    fields.set(.liquidity, liquidity)
    fields.set(.tradeSequence, tradeSequence)
    fields.set(.eventNanos, eventNanos)
  }
}

extension FillKey {
  /// An element of a list.
  fileprivate var shown: [FactField] {
    var fields = Fields()
    fields.set(.instrument, instrument)
    fields.set(.execution, execution)
    return fields.list
  }
}

extension OrderEnd {
  fileprivate func show(in fields: inout Fields) {
    fields.set(.order, order)
    fields.set(.cause, cause)
    fields.set(.reason, reason)
    fields.set(.cumQuantity, cumQuantity)
    fields.set(.eventNanos, eventNanos)
  }
}

extension AdoptedOrder {
  fileprivate func show(in fields: inout Fields) {
    fields.set(.order, id)
    fields.set(.instrument, instrument)
    fields.set(.side, side)
    fields.set(.price, price)
    fields.set(.quantity, quantity)
    fields.set(.venueOrderId, venueOrderId)
    fields.set(.adoptedNanos, atNanos)
  }
}

extension Halt {
  fileprivate func show(in fields: inout Fields) {
    switch scope {
    case .firm: fields.set(.scope, "firm")
    case .account: fields.set(.scope, "account")
    case .strategy(let number):
      fields.set(.scope, "strategy")
      fields.set(.strategy, number)
    case .instrument(let number):
      fields.set(.scope, "instrument")
      fields.set(.instrument, number)
    }
    fields.set(.operator, operatorName)
    fields.set(.reason, reason)
    fields.set(.haltNanos, atNanos)
  }
}

extension AcceptedIntent {
  fileprivate func show(in fields: inout Fields) {
    fields.set(.intent, id)
    fields.set(.strategy, strategy)
    fields.set(.instrument, instrument)
    fields.set(.side, side)
    fields.set(.type, type)
    fields.set(.timeInForce, timeInForce)
    fields.set(.isPostOnly, isPostOnly)
    fields.set(.quantity, quantity)
    fields.set(.price, price)
    fields.set(.stopPrice, stopPrice)
    fields.set(.takeProfitPrice, takeProfitPrice)
    fields.set(.expireNanos, expireNanos)
  }
}

extension IntentEnd {
  fileprivate func show(in fields: inout Fields) {
    fields.set(.intent, id)
    fields.set(.outcome, outcome)
    fields.set(.reason, reason)
    fields.set(.filledQuantity, filledQuantity)
    fields.set(.averagePrice, averagePrice)
  }
}

extension TakenPermit {
  fileprivate func show(in fields: inout Fields) {
    fields.set(.level, level)
    fields.set(.askedNanos, askedNanos)
    fields.set(.askedBootNanos, askedBootNanos)
    fields.set(.lifeNanos, lifeNanos)
  }
}
