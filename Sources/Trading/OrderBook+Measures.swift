extension OrderBook {
  /// The best bid is above the best ask: the book is wrong, or two venues' data are mixed.
  @inlinable public var isCrossed: Bool {
    guard let bid = bestBid, let ask = bestAsk else { return false }
    return bid.price > ask.price
  }

  /// Best ask minus best bid, negative when crossed; nil when a side is empty or on overflow.
  @inlinable public var spread: Price? {
    guard let bid = bestBid, let ask = bestAsk else { return nil }
    return ask.price.subtracting(bid.price)
  }

  /// Best bid plus best ask in units of `Price`: twice the mid, which needs no rounding. Nil when a side is
  /// empty or the sum overflows.
  @inlinable public var midTimesTwo: Int64? {
    guard let bid = bestBid, let ask = bestAsk else { return nil }
    return bid.price.adding(ask.price)?.raw
  }

  /// The middle between the best prices, for models; nil when a side is empty.
  @inlinable public var mid: Double? {
    guard let twice = midTimesTwo else { return nil }
    return Double(twice) / (2 * Double(Price.scale))
  }

  /// (bid - ask) / (bid + ask) of the quantities at the best prices, in [-1, 1], positive when bids outweigh;
  /// nil when a side is empty.
  @inlinable public var imbalance: Double? {
    guard let bid = bestBid, let ask = bestAsk else { return nil }
    let (bids, asks) = (bid.quantity.double, ask.quantity.double)
    return (bids - asks) / (bids + asks)
  }

  /// The imbalance of the first `levels` of each side, each level weighing `decay` times the one before (1
  /// for equal weights). In [-1, 1]; a side with fewer levels counts with those it has. Nil when a side is
  /// empty.
  @inlinable public func imbalance(levels: Int, decay: Double = OrderBook.usualDecay) -> Double? {
    precondition(levels > 0, "an imbalance needs at least one level, not \(levels)")
    precondition(
      decay > 0 && decay <= 1, "the weight of a level is (0, 1] times the one before, not \(decay)")
    guard !bids.isEmpty, !asks.isEmpty else { return nil }
    var difference = 0.0
    var sum = 0.0
    var weight = 1.0
    for depth in 0..<Swift.min(levels, Swift.max(bids.count, asks.count)) {
      let bid = bid(at: depth)?.quantity.double ?? 0
      let ask = ask(at: depth)?.quantity.double ?? 0
      difference += weight * (bid - ask)
      sum += weight * (bid + ask)
      weight *= decay
    }
    return difference / sum
  }

  /// e^-0.5: a level counts about 0.61 of the one before it.
  @inlinable public static var usualDecay: Double { 0.606_530_659_712_633_4 }
}
