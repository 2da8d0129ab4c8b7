import Trading
import Vocabulary
import Wire

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
