import Models
import Testing
import Trading

@Test func drawdownOfTheReferenceEquity() throws {
  let expected = [0, 0, 0.019048, 0, 0.1, 0.081818, 0.136364, 0, 0.2]
  var drawdown = try Drawdown(value: 100)
  for (value, fall) in zip([100.0, 105, 103, 110, 99, 101, 95, 120, 96], expected) {
    try drawdown.update(value: value)
    expectClose(drawdown.sinceInception, fall)
    #expect(drawdown.ofSession == drawdown.sinceInception)
  }
}

@Test func aWithdrawalIsNoLoss() throws {
  var account = try UnitisedValue(equity: 100)
  var drawdown = try Drawdown(value: account.value)
  for (equity, flow) in [(110.0, 0.0), (90, -20)] {
    try account.update(equity: equity, flow: flow)
    try drawdown.update(value: account.value)
  }
  #expect(drawdown.sinceInception < 1e-15)
  // Deposits neither: 100, 105, then 20 more, then a fall to 115 is one of 8 %.
  var other = try UnitisedValue(equity: 100)
  var fall = try Drawdown(value: 1)
  for (equity, flow, value) in [(105.0, 0.0, 1.05), (125, 20, 1.05), (115, 0, 0.966)] {
    try other.update(equity: equity, flow: flow)
    try fall.update(value: other.value)
    expectClose(other.value, value)
  }
  expectClose(fall.sinceInception, 0.08, relative: 1e-12)
}

@Test func sessionAndDayHavePeaksOfTheirOwnAndSurviveARestart() throws {
  var drawdown = try Drawdown(value: 100)
  try drawdown.update(value: 90)
  drawdown.beginSession()
  try drawdown.update(value: 95)
  drawdown.beginDay()
  try drawdown.update(value: 85.5)
  expectClose(drawdown.sinceInception, 0.145, relative: 1e-12)
  expectClose(drawdown.ofSession, 0.1, relative: 1e-12)
  expectClose(drawdown.ofDay, 0.1, relative: 1e-12)
  let restored = try Drawdown(peaks: drawdown.peaks, value: drawdown.value)
  #expect(restored == drawdown)
  #expect(throws: ModelError.self) {
    try Drawdown(peaks: .init(inception: 1, session: 2, day: 1), value: 1)
  }
  #expect(throws: ModelError.self) {
    try Drawdown(peaks: .init(inception: .nan, session: 1, day: 1), value: 1)
  }
}

@Test func valuesThatAreNoneAreRefusedAndNothingChanges() throws {
  var account = try UnitisedValue(equity: 100)
  var drawdown = try Drawdown(value: 100)
  let (accountBefore, drawdownBefore) = (account, drawdown)
  for bad in [Double.nan, .infinity, 0, -5] {
    #expect(throws: ModelError.self) { try account.update(equity: bad) }
    #expect(throws: ModelError.self) { try drawdown.update(value: bad) }
    #expect(throws: ModelError.self) { try UnitisedValue(equity: bad) }
    #expect(throws: ModelError.self) { try UnitisedValue(units: bad, value: 1) }
    #expect(throws: ModelError.self) { try Drawdown(value: bad) }
  }
  #expect(throws: ModelError.self) { try account.update(equity: 0, flow: -100) }
  #expect(throws: ModelError.self) { try account.update(equity: 100, flow: .nan) }
  #expect(throws: ModelError.self) { try account.update(equity: 100, flow: 100) }
  #expect(account == accountBefore && drawdown == drawdownBefore)
}

@Test func leverageOfTheReferenceBook() throws {
  let equity = try Money.parse("100000")
  let book = try [("200", "100"), ("-300", "50"), ("100", "120")].map { quantity, price in
    try Price.parse(price) * Quantity.parse(quantity)
  }
  let leverage = try Leverage(exposures: book, equity: equity)
  expectClose(leverage.grossRatio, 0.47, relative: 1e-12)
  expectClose(leverage.netRatio, 0.17, relative: 1e-12)
  for (limit, gross, net) in [
    ("4700", true, true), ("4699.999999", false, true), ("1700", false, true), ("1699.999999", false, false),
    ("-1", false, false),
  ] {
    let limit = try Bps.parse(limit)
    #expect(leverage.isGrossWithin(limit) == gross && leverage.isNetWithin(limit) == net, "\(limit)")
  }
  for poor in ["0", "-1"] {
    #expect(throws: ModelError.self) { try Leverage(exposures: book, equity: Money.parse(poor)) }
  }
  #expect(throws: ModelError.self) { try Leverage(exposures: [.max, .max], equity: equity) }
  #expect(throws: ModelError.self) { try Leverage(exposures: [.min], equity: equity) }
}

@Test func concentrationIsTheWorstCaseAfterTheOrder() throws {
  // Equity 100 000, 200 shares at 100, limit 25 %: what counts is the position after all that works and the
  // order.
  let (equity, mark, limit) = (try Money.parse("100000"), try Price.parse("100"), try Bps.parse("2500"))
  func passes(_ side: Side, _ order: String, working: String = "0") throws -> Bool {
    let exposure = WorstCaseExposure(
      position: try Quantity.parse("200"), workingBuys: try Quantity.parse(working), workingSells: .zero)
    return exposure.isWithin(limit, of: equity, mark: mark, after: side, try Quantity.parse(order))
  }
  #expect(try !passes(.buy, "100"))
  #expect(try !passes(.buy, "60", working: "40"))
  #expect(try passes(.buy, "50"))
  #expect(try passes(.sell, "250"))
  #expect(try passes(.sell, "300"))
}
