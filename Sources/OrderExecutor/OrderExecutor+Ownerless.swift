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
    guard !ownerless.isZero, !isClosing, mayReduce(number, at: now), let amount = ownerless.absolute() else {
      return
    }
    let side: Side = ownerless.isPositive ? .sell : .buy
    // Without reduce-only orders what protects the rest may fill beside it.
    let isBusy = books.open.contains { $0.instrument == number && $0.purpose == .ownerless }
    let most = min(amount, books.closable(side, in: number), desk.instrument.maxQuantity ?? .max)
    let quantity = desk.instrument.roundDown(min(most, desk.caps?.maxOrderQuantity ?? most))
    guard !isBusy, let price = exitLimit(side, desk: place, at: now, into: &effects),
      desk.instrument.validate(price, quantity) == nil,
      bucket.take(for: .cancel, atNanos: now.boot)
    else { return }
    desks[place].nextOwnerlessBoot = now.boot + Self.ownerlessPauseNanos
    retry(atBoot: desks[place].nextOwnerlessBoot)
    let created = CreatedOrder(
      id: nextID(), strategy: 0, instrument: number, side: side, timeInForce: .ioc, purpose: .ownerless,
      price: price, quantity: quantity, requestNanos: now.wall,
      recvWindowNanos: configuration.recvWindowNanos, origin: 0, correlation: .none)
    noteExit(created.id, side, desk: place, at: now)
    send(created, .reduceOnly, at: now, into: &effects)
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
