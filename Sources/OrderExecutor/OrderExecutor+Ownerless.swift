import ActorKit
import Trading
import Vocabulary
import Wire

// Positions of nobody's: dust, what was filled too much, what a person traded by hand.
extension OrderExecutor {
  /// Between two messages about one instrument, and between two orders that close it.
  private static let ownerlessPauseNanos: Int64 = .nanosPerSecond / 2

  /// Tells of what nobody owns as soon as the books show it, and closes it if that is the policy.
  mutating func decideOwnerless(at now: Instant, into effects: inout Effects) {
    guard reconciliation.isComplete else { return }
    for place in desks.indices {
      let ownerless = books.ownerless(in: desks[place].instrument.number)
      guard ownerless != desks[place].toldOwnerless || !ownerless.isZero else { continue }
      guard desks[place].nextOwnerlessBoot <= now.boot else {
        retry(atBoot: desks[place].nextOwnerlessBoot)
        continue
      }
      if ownerless != desks[place].toldOwnerless { tell(ownerless, place, at: now, into: &effects) }
      if configuration.closesOwnerless { closeOwnerless(ownerless, place, at: now, into: &effects) }
    }
  }

  private mutating func tell(
    _ ownerless: Quantity, _ place: Int, at now: Instant, into effects: inout Effects
  ) {
    desks[place].toldOwnerless = ownerless
    guard !ownerless.isZero else { return }
    desks[place].nextOwnerlessBoot = now.boot + Self.ownerlessPauseNanos
    let desk = desks[place]
    let isDust = isDust(ownerless, desk)
    let what = "\(ownerless) \(desk.instrument.name) of the position are of no strategy and no intent"
    let next =
      isDust
      ? "less than the venue takes as an order; it leaves with the next exit in its direction"
      : configuration.closesOwnerless ? "it is being closed" : "it is kept; close it by hand, or flatten"
    alarm(
      .ownerlessPosition, isDust ? .warning : .critical, instrument: desk.instrument.number,
      "\(what): \(next)", into: &effects)
  }

  /// One immediate-or-cancel order at a time, for no more than the position and no more than can fill.
  private mutating func closeOwnerless(
    _ ownerless: Quantity, _ place: Int, at now: Instant, into effects: inout Effects
  ) {
    let desk = desks[place]
    let number = desk.instrument.number
    guard !ownerless.isZero, !isClosing, books.cut == nil, mayReduce(number, at: now),
      let amount = ownerless.absolute()
    else {
      return
    }
    let side: Side = ownerless.isPositive ? .sell : .buy
    let isBusy = books.outlines.contains { $0.instrument == number && $0.purpose == .ownerless }
    let closable = books.closable(side, in: number) - fillable(side, in: number)
    let most = min(amount, closable, desk.instrument.maxQuantity ?? .max)
    let quantity = desk.instrument.roundDown(min(most, desk.caps?.maxOrderQuantity ?? most))
    guard !isBusy, quantity.isPositive,
      let price = exitLimit(side, desk: place, at: now, into: &effects),
      desk.instrument.validate(price, quantity) == nil
    else { return }
    let exit = Exit(purpose: .ownerless, side: side, quantity: quantity, price: price)
    guard sendExit(exit, desk: place, at: now, into: &effects) else { return }
    desks[place].nextOwnerlessBoot = now.boot + Self.ownerlessPauseNanos
    retry(atBoot: desks[place].nextOwnerlessBoot)
  }

  /// What legs on a side may fill beside another exit. The venue itself lets them close and never open where
  /// it has reduce-only orders. At most what there is to close, so that the difference cannot overflow.
  private func fillable(_ side: Side, in instrument: UInt32) -> Quantity {
    if configuration.venueHasReduceOnly { return .zero }
    let legs = books.openOrders {
      $0.instrument == instrument && $0.side == side && $0.purpose.isProtective
    }
    return min(sum(bundles(of: legs).map(\.mostFilled)), books.closable(side, in: instrument))
  }

  /// Less than the venue takes as an order at the present price; without one, less than its least quantity.
  func isDust(_ quantity: Quantity, _ desk: InstrumentDesk) -> Bool {
    guard let amount = quantity.absolute() else { return false }
    let whole = desk.instrument.roundDown(amount)
    guard let last = desk.price ?? desk.reference.lastConfirmed else {
      return whole < max(desk.instrument.minQuantity, desk.instrument.lotSize)
    }
    // The price need not lie on a tick.
    guard let price = desk.instrument.roundDown(last), price.isPositive else { return false }
    return desk.instrument.validate(price, whole) != nil
  }
}
