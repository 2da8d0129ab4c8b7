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
    let open = situation.books.outlines.count + legsToCome(situation.books) + legs
    guard open < situation.mostOpenOrders, situation.hasRoomForStop(of: wish.intent) else {
      return .openOrders
    }
    return nil
  }

  /// An order of ours that it would trade with, or one at its price that may or may not be there.
  private static func ownOrderInTheWay(
    of wish: OrderWish, in instrument: UInt32, _ books: ExecutorBooks
  ) -> Denial? {
    for order in books.outlines where order.instrument == instrument && order.type == .limit {
      if order.side != wish.side && order.crosses(wish.price) { return .selfTrade }
      if order.side == wish.side && order.price == wish.price && order.isInDoubt { return .inDoubt }
    }
    return nil
  }

  /// Room that is kept for the stops and targets of entries that still work: they must never find none.
  private static func legsToCome(_ books: ExecutorBooks) -> Int {
    books.intents.open.reduce(0) { $1.end == nil && $1.entry != nil ? $0 + $1.intent.legCount : $0 }
  }
}
