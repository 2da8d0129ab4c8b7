import ActorKit
import Trading
import Wire

// Orders that may do less than they say: reduce-only ones, and those of a pair.
extension VenueSimulator {
  /// How much of an order may trade now: what is open of it, and of a reduce-only one only as much as there
  /// is to close.
  func fillable(_ order: VenueOrder, _ account: Int, _ index: Int) -> Quantity {
    guard order.isReduceOnly else { return order.leavesQuantity }
    return min(order.leavesQuantity, ledger.accounts[account].closable(order.side, index))
  }

  /// As much of a fill as both orders may trade at this moment; nil for nothing.
  func allowed(_ fill: Fill, taker: Taker?, _ index: Int) -> Fill? {
    var allowed = fill
    if fill.isOurs {
      allowed.quantity = min(allowed.quantity, fillable(fill.venueOrderId, fill.account, index))
    }
    if let taker {
      allowed.quantity = min(allowed.quantity, fillable(taker.venueOrderId, taker.account, index))
    }
    return allowed.quantity.isPositive ? allowed : nil
  }

  private func fillable(_ venueOrderId: UInt64, _ account: Int, _ index: Int) -> Quantity {
    guard let order = ledger.accounts[account].orders[venueOrderId] else {
      preconditionFailure("a fill for order \(venueOrderId), which is not known")
    }
    return fillable(order, account, index)
  }

  /// Ends the reduce-only orders that have nothing left to reduce: none of them waits for a position to come.
  mutating func endSpent(_ index: Int, at now: Instant, into effects: inout Effects) {
    let instrument = configuration.instruments[index].number
    for account in ledger.accounts.indices {
      let spent = ledger.accounts[account].openIds.compactMap { ledger.accounts[account].orders[$0] }.filter {
        $0.isReduceOnly && $0.instrument == instrument
          && ledger.accounts[account].closable($0.side, index).isZero
      }
      for order in spent {
        withdraw(order, into: &effects)
        end(
          order, account, .expired, .reduceOnlyWouldOpen, .expired,
          cause: Cause(correlation: order.correlation), at: now, into: &effects)
      }
    }
  }

  /// From a reduce-only order that was met for more than it could trade the book has taken too much: what is
  /// open of it rests again, behind the others at its price.
  mutating func restAgain(_ met: [Fill], _ index: Int, into effects: inout Effects) {
    for fill in met where fill.isOurs {
      guard let order = ledger.accounts[fill.account].orders[fill.venueOrderId], order.isReduceOnly,
        order.status == .open, order.leavesQuantity != resting(order, index)
      else { continue }
      withdraw(order, into: &effects)
      rest(order, order.leavesQuantity, fill.account, index, into: &effects)
    }
  }

  private func resting(_ order: VenueOrder, _ index: Int) -> Quantity {
    recorded.isEmpty
      ? synthetic[index].book.leaves(of: order.venueOrderId, order.side)
      : recorded[index].leaves(of: order.venueOrderId, order.side)
  }

  /// Links an order to the one it named.
  mutating func pair(
    _ order: VenueOrder, _ partner: VenueOrder, cause: Cause, into effects: inout Effects
  ) {
    let pair = VenueFact.Pair(
      account: order.account, venueOrderId: order.venueOrderId, partner: partner.venueOrderId,
      eventNanos: clockNanos)
    record(.paired(pair), correlation: cause.correlation, into: &effects)
  }

  /// An order of a pair was filled, and the ledger has taken that from the other: so does the book, and one
  /// of which nothing is left ends.
  mutating func takeFromPartner(
    of order: VenueOrder, _ account: Int, _ index: Int, at now: Instant, into effects: inout Effects
  ) {
    guard let id = order.pairedWith, let partner = ledger.accounts[account].orders[id],
      partner.status == .open
    else { return }
    guard partner.leavesQuantity.isZero else {
      if partner.type == .limit { reduce(partner, index, into: &effects) }
      return
    }
    withdraw(partner, into: &effects)
    end(
      partner, account, .canceled, .none, .canceled, cause: Cause(correlation: partner.correlation), at: now,
      into: &effects)
  }
}
