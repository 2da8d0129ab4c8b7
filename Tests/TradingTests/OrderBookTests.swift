import Testing
import Trading

private func price(_ text: String) throws -> Price { try .parse(text) }
private func quantity(_ text: String) throws -> Quantity { try .parse(text) }

/// Bids 5, 8, 12 below 100 and asks 3, 4, 20 above, best first.
private func example() throws -> OrderBook {
  var book = OrderBook(capacity: 8)
  for (index, size) in ["5", "8", "12"].enumerated() {
    try book.apply(.buy, Price(raw: price("100").raw - Int64(index) * 10_000_000), quantity(size))
  }
  for (index, size) in ["3", "4", "20"].enumerated() {
    try book.apply(.sell, Price(raw: price("100.01").raw + Int64(index) * 10_000_000), quantity(size))
  }
  return book
}

@Test func theBestPricesComeFirstOnBothSides() throws {
  let book = try example()
  #expect(try book.bestBid == BookLevel(price: price("100"), quantity: quantity("5")))
  #expect(try book.bestAsk == BookLevel(price: price("100.01"), quantity: quantity("3")))
  #expect(try book.bid(at: 2) == BookLevel(price: price("99.98"), quantity: quantity("12")))
  #expect(try book.ask(at: 2) == BookLevel(price: price("100.03"), quantity: quantity("20")))
  #expect(book.bid(at: 3) == nil && book.ask(at: 3) == nil && book.bid(at: -1) == nil)
  #expect(book.depth(.buy) == 3 && book.depth(.sell) == 3)
  #expect(try book.quantity(.buy, price("99.99")) == quantity("8"))
  #expect(try book.quantity(.buy, price("99.995")) == .zero)
  #expect(try book.bids.depth(of: price("99.99")) == 1)
  #expect(try book.asks.depth(of: price("99.99")) == nil)
}

@Test func anUpdateSaysWhatItDid() throws {
  var book = try example()
  #expect(try book.apply(.buy, price("99.995"), quantity("1")) == .inserted(depth: 1))
  #expect(try book.apply(.buy, price("100.005"), quantity("1")) == .inserted(depth: 0))
  #expect(try book.apply(.buy, price("1"), quantity("1")) == .inserted(depth: 5))
  #expect(try book.apply(.sell, price("100.02"), quantity("9")) == .changed(depth: 1, from: quantity("4")))
  #expect(try book.apply(.sell, price("100.01"), .zero) == .deleted(depth: 0, from: quantity("3")))
  #expect(try book.apply(.sell, price("100.01"), .zero) == .unknownLevel)
  #expect(try book.apply(.sell, price("500"), .zero) == .unknownLevel)
  #expect(book.unknownDeletions == 2)
  #expect(try book.apply(.sell, price("100.02"), quantity("-1")) == .refusedNegative)
  #expect(try book.apply(.sell, price("77"), quantity("-1")) == .refusedNegative)
  #expect(try book.quantity(.sell, price("100.02")) == quantity("9"))
}

@Test func measuresOfTheTopAreThePublishedOnes() throws {
  let book = try example()
  #expect(try book.midTimesTwo == price("200.01").raw)
  #expect(book.mid == 100.005)
  #expect(try book.spread == price("0.01"))
  #expect(book.imbalance == 0.25)
  let weighted = try #require(book.imbalance(levels: 3))
  let plain = try #require(book.imbalance(levels: 3, decay: 1))
  #expect(abs(weighted - 0.054826586) < 1e-9)
  #expect(abs(plain - -0.038461538) < 1e-9)
  #expect(book.imbalance(levels: 1) == 0.25)
  #expect(book.imbalance(levels: 1_000_000) == book.imbalance(levels: 3))
  #expect(!book.isCrossed)
}

@Test func anEmptySideHasNoMeasures() throws {
  var book = OrderBook(capacity: 2)
  #expect(book.isEmpty && book.bestBid == nil && book.mid == nil && book.imbalance == nil)
  try book.apply(.buy, price("1"), quantity("1"))
  #expect(book.mid == nil && book.spread == nil && book.midTimesTwo == nil)
  #expect(book.imbalance(levels: 5) == nil && !book.isCrossed)
  book.apply(.sell, .max, Quantity(raw: 1))
  #expect(book.midTimesTwo == nil, "the sum does not fit")
}

@Test func crossedBooksAreToldAndLockedOnesAreNot() throws {
  var book = try example()
  try book.apply(.buy, price("100.01"), quantity("1"))
  #expect(try !book.isCrossed && book.spread == price("0"))
  try book.apply(.buy, price("100.02"), quantity("1"))
  #expect(book.isCrossed)
  #expect(try book.spread == price("-0.01"))
}

@Test func aFullSideKeepsTheBestAndCountsWhatItDrops() throws {
  var book = OrderBook(capacity: 3)
  for text in ["10", "11", "12"] { try book.apply(.buy, price(text), quantity("1")) }
  #expect(try book.apply(.buy, price("9"), quantity("1")) == .beyondCapacity)
  #expect(book.levelsDropped == 1 && book.depth(.buy) == 3)
  #expect(try book.apply(.buy, price("13"), quantity("1")) == .inserted(depth: 0))
  #expect(book.levelsDropped == 2 && book.depth(.buy) == 3)
  #expect(try book.bid(at: 2)?.price == price("11"))
  #expect(try book.apply(.buy, price("11.5"), quantity("1")) == .inserted(depth: 2))
  #expect(try book.bid(at: 2)?.price == price("11.5"))
  #expect(try book.apply(.buy, price("11.5"), quantity("2")) == .changed(depth: 2, from: quantity("1")))
  #expect(try book.apply(.buy, price("10"), .zero) == .unknownLevel)
  book.clear()
  #expect(book.isEmpty && book.levelsDropped == 0 && book.unknownDeletions == 0)
}

@Test func aSnapshotIsLoadedWholeOrNotAtAll() throws {
  func level(_ raw: Int64, _ size: Int64) -> BookLevel {
    BookLevel(price: Price(raw: raw), quantity: Quantity(raw: size))
  }
  var book = OrderBook(capacity: 3)
  try book.load(.buy, bestFirst: [level(12, 1), level(11, 2), level(10, 3), level(9, 4)])
  try book.load(.sell, bestFirst: [level(13, 1), level(15, 2)])
  #expect(book.levelsDropped == 1)
  #expect((0..<4).map { book.bid(at: $0)?.price.raw } == [12, 11, 10, nil])
  #expect((0..<3).map { book.ask(at: $0)?.price.raw } == [13, 15, nil])
  #expect(throws: BookError.notSorted(index: 1)) {
    try book.load(.sell, bestFirst: [level(15, 1), level(13, 1)])
  }
  #expect(book.asks.isEmpty)
  #expect(throws: BookError.notSorted(index: 1)) {
    try book.load(.buy, bestFirst: [level(5, 1), level(5, 1)])
  }
  #expect(throws: BookError.quantityNotPositive(index: 0)) { try book.load(.buy, bestFirst: [level(5, 0)]) }
  #expect(book.bids.isEmpty)
  try book.load(.buy, bestFirst: [])
  #expect(book.bids.isEmpty)
}

@Test func extremePricesKeepTheirOrder() {
  var book = OrderBook(capacity: 4)
  for raw in [Int64.min, -1, 0, .max] {
    book.apply(.buy, Price(raw: raw), Quantity(raw: 1))
    book.apply(.sell, Price(raw: raw), Quantity(raw: 1))
  }
  #expect((0..<4).map { book.bid(at: $0)?.price.raw } == [.max, 0, -1, .min])
  #expect((0..<4).map { book.ask(at: $0)?.price.raw } == [.min, -1, 0, .max])
}

/// A side of a book as a plain dictionary, trimmed to the best `capacity` prices after each update.
private struct NaiveSide {
  let side: Side
  let capacity: Int
  var quantities: [Int64: Int64] = [:]

  var bestFirst: [Int64] { quantities.keys.sorted { side == .buy ? $0 > $1 : $0 < $1 } }

  mutating func apply(_ price: Int64, _ quantity: Int64) -> BookChange {
    guard quantity >= 0 else { return .refusedNegative }
    let before = bestFirst
    if let depth = before.firstIndex(of: price), let previous = quantities[price] {
      quantities[price] = quantity == 0 ? nil : quantity
      let from = Quantity(raw: previous)
      return quantity == 0 ? .deleted(depth: depth, from: from) : .changed(depth: depth, from: from)
    }
    guard quantity > 0 else { return .unknownLevel }
    quantities[price] = quantity
    let after = bestFirst
    if after.count > capacity, let worst = after.last {
      quantities[worst] = nil
      if worst == price { return .beyondCapacity }
    }
    return .inserted(depth: after.firstIndex(of: price) ?? -1)
  }
}

@Test(arguments: [(UInt64(1), 4, 12), (2, 64, 100), (3, 64, 2_000), (4, 1, 3), (5, 300, 400)])
func theBookAgreesWithANaiveDictionary(seed: UInt64, capacity: Int, prices: UInt64) {
  var random = SplitMix64(seed: seed)
  var book = OrderBook(capacity: capacity)
  var naive = [NaiveSide(side: .buy, capacity: capacity), NaiveSide(side: .sell, capacity: capacity)]
  var drift: Int64 = 0
  for round in 0..<4_000 {
    // The market wanders, so that the window of levels wanders through its block too.
    drift += Int64(random.below(3)) - 1 + (round % 1_000 < 500 ? 1 : -1)
    let side: Side = random.below(2) == 0 ? .buy : .sell
    let price = Int64(random.below(prices)) + drift
    let quantity = random.below(3) == 0 ? 0 : Int64(random.below(100)) - 2
    let expected = naive[side == .buy ? 0 : 1].apply(price, quantity)
    let change = book.apply(side, Price(raw: price), Quantity(raw: quantity))
    let context: Comment = "seed \(seed), round \(round): \(side) \(quantity) @ \(price)"
    #expect(change == expected, context)
    if round % 50 == 0 || change != expected {
      for (index, side) in [book.bids, book.asks].enumerated() {
        let held = (0..<side.count).compactMap { side[$0] }
        #expect(held.map(\.price.raw) == naive[index].bestFirst, context)
        #expect(
          held.map(\.quantity.raw) == naive[index].bestFirst.map { naive[index].quantities[$0] }, context)
        #expect(held.allSatisfy { side.quantity(at: $0.price) == $0.quantity }, context)
      }
    }
    if change != expected { break }
  }
}

@Test func booksWithTheSameLevelsAreEqualHoweverTheyGotThere() throws {
  var upwards = OrderBook(capacity: 100)
  var downwards = OrderBook(capacity: 100)
  for raw in 1...Int64(100) { upwards.apply(.buy, Price(raw: raw), Quantity(raw: raw)) }
  for raw in (1...Int64(100)).reversed() { downwards.apply(.buy, Price(raw: raw), Quantity(raw: raw)) }
  #expect(upwards == downwards)
  downwards.apply(.buy, Price(raw: 50), Quantity(raw: 1))
  #expect(upwards != downwards)
}
