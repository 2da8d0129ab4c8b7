import ActorKit
import Trading
import Wire

/// The last gate before the venue for whatever may open: a pure function of what is known.
enum PreTradeGate {
  /// The first thing that speaks against an order; nil when it may pass. The permit is looked at here, at the
  /// time that the order will carry as its own. `legs` are the orders that it will need when it is filled.
  static func denial(
    of wish: OrderWish, legs: Int, _ situation: Situation, at now: Instant
  ) -> Denial? {
    let state = situation.markets[wish.instrument]
    let number = state.instrument.number
    let level = situation.permit(at: now)
    guard level == .open || level == .reduce else { return .noPermit }
    guard let caps = state.caps else { return .noCaps }
    guard let top = state.usableTop else { return .staleData }
    guard let reference = state.price else { return .unpriced }
    if let refusal = state.instrument.validate(wish.price, wish.quantity) { return Denial(refusal) }
    guard wish.quantity <= caps.maxOrderQuantity else { return .orderQuantity }
    let age = now.boot - top.boot
    guard caps.collar.refusal(wish.side, wish.price, reference: reference, ageNanos: age) == nil else {
      return .collar
    }
    let exposure = situation.books.exposure(in: number)
    guard let worst = exposure.position(after: wish.side, wish.quantity) else { return .position }
    guard wish.side == .buy ? worst <= caps.maxPosition : worst.raw >= 0 - caps.maxPosition.raw else {
      return .position
    }
    if level == .reduce && !exposure.onlyReduces(wish.side, wish.quantity) { return .noPermit }
    if situation.risk.isMisinformed && !exposure.onlyReduces(wish.side, wish.quantity) { return .unheard }
    if let denial = ownOrderInTheWay(of: wish, in: number, situation.books) { return denial }
    // Room is kept for the stops and targets of entries that still work: they must never find none.
    let open = situation.books.outlines.count + situation.books.intents.legsToCome + legs
    return open < situation.configuration.maxOpenOrders ? nil : .openOrders
  }

  /// An order of ours that it would trade with, or one at its price that may or may not be there.
  private static func ownOrderInTheWay(
    of wish: OrderWish, in instrument: UInt32, _ books: ExecutorBooks
  ) -> Denial? {
    for order in books.orders.inTheWay(of: wish.side, at: wish.price, in: instrument) {
      if order.side != wish.side && order.crosses(wish.price) { return .selfTrade }
      if order.side == wish.side && order.price == wish.price && order.isInDoubt { return .inDoubt }
    }
    return nil
  }
}
