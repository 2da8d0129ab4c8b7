import Trading

/// What decisions ask of every open order, in plain numbers: copied without counting references.
package struct OrderOutline: Equatable, Sendable {
  package let id: ClOrdID
  package let strategy: UInt16
  package let instrument: UInt32
  package let side: Side
  package let purpose: OrderPurpose
  package let type: OrderType
  /// Limit price; the stop price of a stop order.
  package let price: Price
  /// The intent that it carries out or protects.
  package let intent: IntentID?
  /// The most that may still be executed.
  package let worstCaseOpen: Quantity
  /// The venue may still work on it; else only fills from before its end are awaited.
  let isWorking: Bool
  let isAccepted: Bool
  let isCancelPending: Bool
  package let isInDoubt: Bool

  package init(_ order: OwnOrder) {
    id = order.id
    strategy = order.strategy
    instrument = order.instrument
    side = order.side
    purpose = order.purpose
    type = order.type
    price = order.price
    intent = order.intent
    worstCaseOpen = order.worstCaseOpen
    isWorking = order.state.isOpen
    isAccepted = order.state.isAccepted
    isCancelPending = order.isCancelPending
    isInDoubt = order.status == .inDoubt
  }

  /// Whether an order on the other side at this price would trade with it.
  package func crosses(_ other: Price) -> Bool { side == .buy ? price >= other : price <= other }
}
