import Trading

/// The best bid and ask an instrument's prices are made from.
struct BestQuote: Equatable {
  var bid: BookLevel?
  var ask: BookLevel?

  /// Both sides there and the bid below the ask: a market.
  var isWhole: Bool {
    guard let bid, let ask else { return false }
    return bid.price < ask.price
  }

  /// The best bid at or above the best ask.
  var isCrossed: Bool {
    guard let bid, let ask else { return false }
    return bid.price >= ask.price
  }

  /// The middle, for models; nil unless both sides are there. Halves before adding, which cannot overflow.
  var mid: Double? {
    guard let bid, let ask else { return nil }
    return bid.price.double / 2 + ask.price.double / 2
  }

  /// The middle exactly, an odd unit of 1e-9 rounded down; nil unless both sides are there.
  var midPrice: Price? {
    guard let bid, let ask else { return nil }
    return Price(raw: Int64((Int128(bid.price.raw) + Int128(ask.price.raw)) >> 1))
  }
}
