import Models
import Testing

@Test func imbalanceOfTheReferenceBook() throws {
  expectClose(try Imbalance.bidShare(bidSize: 5, askSize: 3), 0.625, relative: 1e-15)
  expectClose(try Imbalance.signed(bidSize: 5, askSize: 3), 0.25, relative: 1e-15)
  let (bids, asks) = ([5.0, 8, 12], [3.0, 4, 20])
  expectClose(try Imbalance.depth(bidSizes: bids, askSizes: asks), 0.054826586, absolute: 5e-10)
  expectClose(
    try Imbalance.depth(bidSizes: bids, askSizes: asks, decayPerLevel: 0), -0.038461538, absolute: 5e-10)
}

@Test func aSideWithFewerLevelsCountsAsEmptyThere() throws {
  #expect(try Imbalance.depth(bidSizes: [1], askSizes: []) == 1)
  #expect(
    try Imbalance.depth(bidSizes: [1], askSizes: [1, 2])
      == Imbalance.depth(bidSizes: [1, 0], askSizes: [1, 2]))
}

@Test func weightedMidsOfThePublishedRows() throws {
  // Bank of America, 1 March 2011: the rows printed in the author's notebook of Stoikov 2018.
  for (bidSize, askSize, share, price) in [
    (20.0, 471.0, 0.040733, 14.330407), (25, 148, 0.144509, 14.331445), (31, 95, 0.246032, 14.332460),
  ] {
    expectClose(try Imbalance.bidShare(bidSize: bidSize, askSize: askSize), share)
    let weighted = try WeightedMid.price(bid: 14.33, bidSize: bidSize, ask: 14.34, askSize: askSize)
    expectClose(weighted, price)
  }
  expectClose(try WeightedMid.mid(bid: 14.33, ask: 14.34), 14.335, relative: 1e-15)
}

@Test func booksThatSayNothingAreRefused() {
  for bad in [Double.nan, .infinity, -1] {
    #expect(throws: ModelError.self) { try Imbalance.signed(bidSize: bad, askSize: 1) }
    #expect(throws: ModelError.self) { try Imbalance.signed(bidSize: 1, askSize: bad) }
    #expect(throws: ModelError.self) { try Imbalance.depth(bidSizes: [1, bad], askSizes: [1]) }
    #expect(throws: ModelError.self) { try Imbalance.depth(bidSizes: [1], askSizes: [1, bad]) }
    #expect(throws: ModelError.self) { try Imbalance.depth(bidSizes: [1], askSizes: [1], decayPerLevel: bad) }
    #expect(throws: ModelError.self) { try WeightedMid.mid(bid: bad, ask: 1) }
    #expect(throws: ModelError.self) { try WeightedMid.mid(bid: 1, ask: bad) }
  }
  #expect(throws: ModelError.self) { try Imbalance.signed(bidSize: 0, askSize: 0) }
  #expect(throws: ModelError.self) { try Imbalance.depth(bidSizes: [], askSizes: []) }
  #expect(throws: ModelError.self) { try WeightedMid.mid(bid: 1.01, ask: 1) }
  #expect(throws: ModelError.self) { try WeightedMid.price(bid: 1, bidSize: 0, ask: 2, askSize: 0) }
}
