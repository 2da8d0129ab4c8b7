import Testing
import Trading

private func exposure(_ position: String, buys: String = "0", sells: String = "0") throws -> WorstCaseExposure
{
  try WorstCaseExposure(position: .parse(position), workingBuys: .parse(buys), workingSells: .parse(sells))
}

private func passes(_ exposure: WorstCaseExposure, _ side: Side, _ quantity: String) throws -> Bool {
  try exposure.isWithin(
    .parse("2500"), of: .parse("100000"), mark: .parse("100"), after: side, .parse(quantity))
}

@Test func theResultingPositionCountsNotTheOrder() throws {
  #expect(try !passes(exposure("200"), .buy, "100"), "30 % after an order of 10 %")
  #expect(try !passes(exposure("200", buys: "40"), .buy, "60"), "30 % with what already works")
  #expect(try passes(exposure("200"), .buy, "50"), "exactly 25 %")
  #expect(try !passes(exposure("200"), .buy, "50.00000001"))
  #expect(try passes(exposure("200"), .sell, "300"), "10 % short after an order of 30 %")
  #expect(try passes(exposure("200"), .sell, "250"))
  #expect(
    try passes(exposure("200", buys: "1000"), .sell, "250"), "the other side's orders do not help or hurt")
}

@Test func aReducingOrderNeverOpensTheOtherSide() throws {
  #expect(try exposure("200").onlyReduces(.sell, .parse("200")))
  #expect(try !exposure("200").onlyReduces(.sell, .parse("200.00000001")))
  #expect(try !exposure("200", sells: "150").onlyReduces(.sell, .parse("51")))
  #expect(try exposure("200", sells: "150").onlyReduces(.sell, .parse("50")))
  #expect(try exposure("-200").onlyReduces(.buy, .parse("1")))
  #expect(try !exposure("-200").onlyReduces(.sell, .parse("1")))
  #expect(try !exposure("0").onlyReduces(.sell, .parse("1")))
}

@Test func withoutValidNumbersNothingPasses() throws {
  let flat = try exposure("0")
  let (limit, equity, mark, one) = try (
    Bps.parse("2500"), Money.parse("100000"), Price.parse("100"), Quantity.parse("1")
  )
  #expect(flat.isWithin(limit, of: equity, mark: mark, after: .buy, one))
  #expect(!flat.isWithin(limit, of: .zero, mark: mark, after: .buy, one))
  #expect(!flat.isWithin(limit, of: -equity, mark: mark, after: .buy, one))
  #expect(!flat.isWithin(limit, of: equity, mark: .zero, after: .buy, one))
  #expect(!flat.isWithin(limit, of: equity, mark: -mark, after: .buy, one))
  #expect(!flat.isWithin(-limit, of: equity, mark: mark, after: .buy, one))
  #expect(!flat.isWithin(limit, of: equity, mark: mark, after: .buy, .zero))
  #expect(!flat.isWithin(limit, of: equity, mark: mark, after: .buy, -one))
}

@Test func exposureHoldsAtTheEdgeOfTheRange() throws {
  let full = WorstCaseExposure(position: .max, workingBuys: .max, workingSells: .max)
  #expect(full.position(after: .buy) == nil)
  #expect(full.position(after: .sell, Quantity(raw: 1)) == nil)
  #expect(full.position(after: .sell) == .zero)
  #expect(!full.isWithin(.max, of: .max, mark: .max, after: .buy, Quantity(raw: 1)))
  // The largest quantity and the largest equity are the same number, so the mark may be the largest fraction:
  // 2^63 - 1 units of 1e-10.
  let large = try exposure("0")
  #expect(try large.isWithin(.max, of: .max, mark: .parse("922337203.685477580"), after: .buy, .max))
  #expect(try !large.isWithin(.max, of: .max, mark: .parse("922337203.685477581"), after: .buy, .max))
  #expect(!large.isWithin(.max, of: .max, mark: .max, after: .buy, .max))
}
