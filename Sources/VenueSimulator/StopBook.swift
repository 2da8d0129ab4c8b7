import Trading

/// The stops of one instrument that wait for their trigger: ours alone, outside the book, invisible to all.
///
/// A stop is triggered by the last trade: a buy by a trade at its stop price or above, a sell by one at or
/// below. Quotes trigger nothing, as at venues that trigger by "last price"; so a recorded market that jumps
/// over a stop without a trade leaves it waiting for the next one.
///
/// Bound: the open orders of all accounts.
struct StopBook: Sendable {
  /// One stop.
  struct Waiting: Equatable, Sendable {
    var venueOrderId: UInt64
    /// Its account's index in the ledger.
    var account: Int
    var stopPrice: Price
  }

  /// Price of the last trade since this incarnation's market began.
  private(set) var lastPrice: Price?
  /// Nearest to the market first, at one price the oldest first: lowest buys, highest sells.
  private(set) var buys: [Waiting] = []
  private(set) var sells: [Waiting] = []
  /// Those whose trigger has been met, in the order in which they will work.
  private(set) var due: [Waiting] = []

  var hasDue: Bool { !due.isEmpty }

  /// Lets a stop wait behind all others at its price.
  mutating func add(_ stop: Waiting, _ side: Side) {
    if side == .buy {
      buys.insert(stop, at: buys.firstIndex { $0.stopPrice > stop.stopPrice } ?? buys.count)
    } else {
      sells.insert(stop, at: sells.firstIndex { $0.stopPrice < stop.stopPrice } ?? sells.count)
    }
  }

  /// Takes a stop out; it may not be here.
  mutating func remove(_ venueOrderId: UInt64) {
    buys.removeAll { $0.venueOrderId == venueOrderId }
    sells.removeAll { $0.venueOrderId == venueOrderId }
    due.removeAll { $0.venueOrderId == venueOrderId }
  }

  /// A trade: what it triggers is due.
  mutating func note(_ price: Price) {
    lastPrice = price
    let boughtCount = buys.firstIndex { !Side.buy.isStopMet($0.stopPrice, by: price) } ?? buys.count
    due += buys.prefix(boughtCount)
    buys.removeFirst(boughtCount)
    let soldCount = sells.firstIndex { !Side.sell.isStopMet($0.stopPrice, by: price) } ?? sells.count
    due += sells.prefix(soldCount)
    sells.removeFirst(soldCount)
  }

  /// The next that works; there must be one.
  mutating func takeDue() -> Waiting { due.removeFirst() }
}

extension Side {
  /// Whether a trade at `price` triggers a stop of this side.
  func isStopMet(_ stop: Price, by price: Price) -> Bool { self == .buy ? price >= stop : price <= stop }
}
