import Trading
import Wire

/// What the venue shows in one whole answer, all its pages, while a cut is not made good.
struct CutAnswer: Sendable {
  var listed: [AccountState.OpenOrder]
  /// Trades that make sense and are booked already, oldest first: of an order that shows up only now, because
  /// lists lag, they are its executions.
  var booked: [BookedFill] = []
  /// Those that are not booked yet.
  var unbooked: [BookedFill] = []

  /// Trades that were booked before and are asked for once more; older ones belong to no order that may
  /// still show up.
  static let mostRepeated: UInt64 = 200

  /// The executions of an order that were booked while nobody knew it: no more than it is for.
  func executions(of id: ClOrdID, _ instrument: UInt32, _ side: Side, upTo quantity: Quantity)
    -> [TakenExecution]
  {
    var left = quantity
    var executions: [TakenExecution] = []
    for fill in booked
    where fill.order == id && fill.side == side && fill.key.instrument == instrument
      && fill.quantity <= left
    {
      left -= fill.quantity
      executions.append(
        TakenExecution(execution: fill.key.execution, quantity: fill.quantity, price: fill.price))
    }
    return executions
  }
}

/// An order that only the lost turns knew.
struct LostOrder: Sendable {
  let id: ClOrdID
  let instrument: UInt32
  let side: Side
  let isStop: Bool
  /// Limit; of a stop its stop price.
  let price: Price
  let quantity: Quantity
  /// What may still be filled, as the venue lists it; zero of one that is not listed.
  let rest: Quantity
  let venueOrderId: UInt64?
  /// Booked before it was known.
  var executions: [TakenExecution] = []

  /// As the venue lists it; nil for what makes no sense.
  init?(_ listed: AccountState.OpenOrder, _ id: ClOrdID) {
    guard let side = Side(listed.side), listed.orderQuantity > 0 else { return nil }
    (self.id, self.side, instrument) = (id, side, listed.instrument)
    isStop = listed.ordType == .stop
    price = Price(raw: isStop ? listed.stopPrice ?? listed.price : listed.price)
    quantity = Quantity(raw: listed.orderQuantity)
    rest = listed.rest
    venueOrderId = listed.venueOrderId
  }

  /// The entry of an intent that is not listed any more, as its trades show it.
  init(_ id: ClOrdID, entryOf intent: AcceptedIntent, at price: Price) {
    (self.id, self.price, instrument, side) = (id, price, intent.instrument, intent.side)
    (quantity, rest) = (intent.quantity, .zero)
    (isStop, venueOrderId) = (false, nil)
  }
}

extension AccountState.OpenOrder {
  /// What may still be filled of it, by what the venue says, which may be absurd.
  var rest: Quantity {
    let left = orderQuantity.subtractingReportingOverflow(max(cumQuantity, 0))
    return left.overflow ? .zero : Quantity(raw: max(left.partialValue, 0))
  }
}

/// What an order of lost turns can only have been, and for which intent.
struct CutProof: Sendable {
  let purpose: OrderPurpose
  let intent: IntentID
}
