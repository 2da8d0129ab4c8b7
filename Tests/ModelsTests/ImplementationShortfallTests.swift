import Models
import Testing
import Trading

private func price(_ text: String) throws -> Price { try Price.parse(text) }
private func quantity(_ text: String) throws -> Quantity { try Quantity.parse(text) }

@Test func implementationShortfallOfTheReference() throws {
  var order = try ImplementationShortfall(
    side: .buy, quantity: quantity("1000"), decisionPrice: price("99.9"), arrivalPrice: price("100"))
  #expect(order.averagePrice == nil)
  try order.fill(quantity: quantity("300"), price: price("100.1"), fee: Money.parse("1.5"))
  try order.fill(quantity: quantity("500"), price: price("100.25"), fee: Money.parse("2.5"))
  let costs = try order.costs(endPrice: price("100.6"))
  #expect(costs.delay == (try Notional.parse("100")))
  #expect(costs.execution == (try Notional.parse("155")))
  #expect(costs.opportunity == (try Notional.parse("120")))
  #expect(costs.fees == (try Notional.parse("4")))
  #expect(costs.total == (try Notional.parse("379")))
  expectClose(costs.totalBps, 37.937938)
  expectClose(order.averagePrice, 100.19375, relative: 1e-12)
}

@Test func againstTheArrivalPriceAloneAndForASell() throws {
  var buy = try ImplementationShortfall(
    side: .buy, quantity: quantity("1000"), decisionPrice: price("100"), arrivalPrice: price("100"))
  var sell = try ImplementationShortfall(
    side: .sell, quantity: quantity("1000"), decisionPrice: price("100"), arrivalPrice: price("100"))
  for (lots, paid, received) in [("300", "100.1", "99.9"), ("500", "100.25", "99.75")] {
    try buy.fill(quantity: quantity(lots), price: price(paid))
    try sell.fill(quantity: quantity(lots), price: price(received))
  }
  try buy.fill(quantity: quantity("1"), price: price("100"), fee: Money.parse("4"))
  let costs = try buy.costs(endPrice: price("100.6"))
  // 155 + 199 · 0.6 + 4; with the full 200 unfilled it would be the 27.9 bps of the reference.
  expectClose(costs.totalBps, 27.84, relative: 1e-12)
  let mirrored = try sell.costs(endPrice: price("99.4"))
  let (execution, opportunity) = (try Notional.parse("155"), try Notional.parse("120"))
  #expect(mirrored.execution == execution && mirrored.opportunity == opportunity)
}

@Test func shortfallRefusesWhatDidNotHappen() throws {
  #expect(throws: ModelError.self) {
    try ImplementationShortfall(
      side: .buy, quantity: .zero, decisionPrice: price("1"), arrivalPrice: price("1"))
  }
  #expect(throws: ModelError.self) {
    try ImplementationShortfall(
      side: .buy, quantity: quantity("1"), decisionPrice: .zero, arrivalPrice: price("1"))
  }
  var order = try ImplementationShortfall(
    side: .buy, quantity: quantity("10"), decisionPrice: price("1"), arrivalPrice: price("1"))
  let before = order
  #expect(throws: ModelError.self) { try order.fill(quantity: quantity("10.1"), price: price("1")) }
  #expect(throws: ModelError.self) { try order.fill(quantity: quantity("-1"), price: price("1")) }
  #expect(throws: ModelError.self) { try order.fill(quantity: quantity("1"), price: .zero) }
  #expect(order == before)
  #expect(throws: ModelError.self) { try order.costs(endPrice: price("-1")) }
  // The largest amounts the types hold neither wrap nor trap.
  var huge = try ImplementationShortfall(
    side: .sell, quantity: .max, decisionPrice: .max, arrivalPrice: price("1"))
  try huge.fill(quantity: .max, price: .max)
  expectClose(try huge.costs(endPrice: .max).totalBps, 0, absolute: 1e-6)
}
