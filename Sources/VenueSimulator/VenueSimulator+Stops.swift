import ActorKit
import Trading
import Wire

// Stop orders: accepted, they wait outside the book; triggered, they are market orders.
extension VenueSimulator {
  /// Lets a stop wait, or work at once if the market has passed its stop price already.
  mutating func hold(
    _ order: VenueOrder, _ account: Int, _ index: Int, cause: Cause, at now: Instant,
    into effects: inout Effects
  ) {
    guard let stopPrice = order.stopPrice else {
      preconditionFailure("stop \(order.venueOrderId) without a stop price")
    }
    // Before the first trade the price at which it would trade stands for the last one.
    let reference = stops[index].lastPrice ?? bestPrice(order.side.opposite, index)
    if order.isTriggered || reference.map({ order.side.isStopMet(stopPrice, by: $0) }) == true {
      trigger(order, account, index, cause: cause, at: now, into: &effects)
    } else {
      stops[index].add(
        StopBook.Waiting(venueOrderId: order.venueOrderId, account: account, stopPrice: stopPrice), order.side
      )
    }
  }

  /// Brings back the stops that survived a restart. Those that the market has passed meanwhile work at once.
  mutating func resumeStops(_ index: Int, at now: Instant, into effects: inout Effects) {
    for (order, account) in survivors(index) where order.type == .stop {
      hold(
        order, account, index, cause: Cause(correlation: order.correlation), at: now, into: &effects)
    }
  }

  /// Lets all stops work whose trigger has been met, as far as one turn allows. What they trade may trigger
  /// others.
  mutating func runStops(_ index: Int, at now: Instant, into effects: inout Effects) {
    while !isOverBudget(effects), stops[index].hasDue { runStop(index, at: now, into: &effects) }
  }

  /// Lets the next stop work whose trigger has been met.
  mutating func runStop(_ index: Int, at now: Instant, into effects: inout Effects) {
    let stop = stops[index].takeDue()
    guard let order = ledger.accounts[stop.account].orders[stop.venueOrderId], order.status == .open else {
      preconditionFailure("stop \(stop.venueOrderId) waits and is not open")
    }
    let cause = Cause(correlation: order.correlation)
    trigger(order, stop.account, index, cause: cause, at: now, into: &effects)
  }

  /// Says that the trigger has been met and takes what there is. What finds nothing to trade with ends.
  private mutating func trigger(
    _ order: VenueOrder, _ account: Int, _ index: Int, cause: Cause, at now: Instant,
    into effects: inout Effects
  ) {
    if !order.isTriggered {
      let trigger = VenueFact.Trigger(
        account: order.account, venueOrderId: order.venueOrderId, eventNanos: clockNanos)
      record(.triggered(trigger), correlation: cause.correlation, into: &effects)
      counters.stopsTriggered += 1
      send(report(of: current(order, account), .triggered, cause: cause, at: now), account)
    }
    let working = current(order, account)
    do throws(OrderRejection) {
      try checkTriggered(working, account, index)
      match(working, account, index, cause: cause, at: now, into: &effects)
      guard current(order, account).status == .open else { return }
      let isReducing = fillable(current(order, account), account, index).isPositive
      let reason: RejectReason = isReducing ? .noLiquidity : .reduceOnlyWouldOpen
      end(working, account, .expired, reason, .expired, cause: cause, at: now, into: &effects)
    } catch {
      counters.reject(error.reason)
      end(working, account, .rejected, error.reason, .rejected, cause: cause, at: now, into: &effects)
    }
  }
}
