import Trading

/// What decisions ask of every open order, in plain numbers: copied without counting references.
package struct OrderOutline: Equatable, Sendable {
  let id: ClOrdID
  let strategy: UInt16
  let instrument: UInt32
  let side: Side
  let purpose: OrderPurpose
  let type: OrderType
  /// Limit price; the stop price of a stop order.
  let price: Price
  /// The intent that it carries out or protects.
  let intent: IntentID?
  /// The most that may still be executed.
  let worstCaseOpen: Quantity
  /// The venue may still work on it; else only fills from before its end are awaited.
  let isWorking: Bool
  let isAccepted: Bool
  let isCancelPending: Bool
  let isInDoubt: Bool

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
  func crosses(_ other: Price) -> Bool { side == .buy ? price >= other : price <= other }
}
