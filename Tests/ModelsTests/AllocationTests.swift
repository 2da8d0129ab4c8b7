import LinearAlgebra
import Models
import Testing
import Trading

private func price(_ text: String) throws -> Price { try Price.parse(text) }
private func quantity(_ text: String) throws -> Quantity { try Quantity.parse(text) }
private func money(_ text: String) throws -> Money { try Money.parse(text) }
private func bps(_ text: String) throws -> Bps { try Bps.parse(text) }

private func trade(cost: String = "0", entry: String = "1.09", stop: String = "1.085") throws
  -> FixedFractional
{
  try FixedFractional(
    side: .buy, entry: price(entry), stop: price(stop), minimumDistance: price("0.0001"),
    costPerUnit: price(cost))
}

@Test func fixedFractionalIsDecimal() throws {
  // 1 % of 10 000 at 50 pips: 20 000 units, which binary arithmetic floors to 19 000 lots.
  #expect(100 / (1.09 - 1.085) < 20_000)
  let lot = try quantity("1000")
  #expect(try trade().quantity(budget: money("100"), lot: lot) == quantity("20000"))
  #expect(try trade(cost: "0.00012").quantity(budget: money("100"), lot: lot) == quantity("19000"))
  #expect(try trade().lossAtStop(quantity: quantity("20000")) == money("100"))
  #expect(try trade().quantity(budget: money("4.99"), lot: lot) == .zero)
  #expect(try trade().quantity(budget: money("-1"), lot: lot) == .zero)
  let short = try FixedFractional(
    side: .sell, entry: price("1.09"), stop: price("1.095"), minimumDistance: .zero,
    multiplier: quantity("10"),
    conversion: price("0.5"))
  #expect(try short.quantity(budget: money("100"), lot: lot) == quantity("4000"))
}

@Test func theLossAtTheStopNeverExceedsTheBudget() throws {
  var random = SystemlessGenerator(seed: 31)
  for round in 0..<2000 {
    let entry = Price(raw: Int64(random.next() >> 20) + 1000)
    let distance = Int64(random.next() % UInt64(entry.raw - 1)) + 1
    let budget = Money(raw: Int64(random.next() >> 12))
    let lot = Quantity(raw: Int64(random.next() >> 40) + 1)
    let trade = try FixedFractional(
      side: .buy, entry: entry, stop: Price(raw: entry.raw - distance), minimumDistance: .zero,
      costPerUnit: Price(raw: Int64(random.next() >> 50)))
    do throws(ModelError) {
      let quantity = try trade.quantity(budget: budget, lot: lot)
      #expect(try trade.lossAtStop(quantity: quantity) <= budget, "round \(round)")
      #expect(quantity.raw % lot.raw == 0, "round \(round)")
      if let more = quantity.adding(lot) {
        #expect(try trade.lossAtStop(quantity: more) >= budget, "round \(round): one lot more would fit too")
      }
    } catch {
      // Too large for the type: refused, not wrapped.
      #expect(error == .nonFinite("quantity") || error == .nonFinite("loss at the stop"), "round \(round)")
    }
  }
}

@Test func aStopMustBeAStop() throws {
  #expect(throws: ModelError.self) { try trade(stop: "1.09") }
  #expect(throws: ModelError.self) { try trade(stop: "1.10") }
  #expect(throws: ModelError.self) { try trade(stop: "1.08995") }
  #expect(throws: ModelError.self) { try trade(stop: "0") }
  #expect(throws: ModelError.self) { try trade(cost: "-1") }
  #expect(throws: ModelError.self) { try trade().quantity(budget: money("1"), lot: .zero) }
  #expect(throws: ModelError.self) { try trade().lossAtStop(quantity: quantity("-1")) }
  #expect(throws: ModelError.self) {
    try FixedFractional(
      side: .buy, entry: .max, stop: price("1"), minimumDistance: .zero, multiplier: .max, conversion: .max)
  }
}

@Test func drawdownScalesTheBudget() throws {
  let scale = try DrawdownScale(soft: bps("500"), hard: bps("1000"))
  let rows = [
    ("0", 1.0, "100"), ("500", 1, "100"), ("600", 0.8, "80"), ("750", 0.5, "50"), ("900", 0.2, "20"),
  ]
  for (drawdown, factor, budget) in rows {
    expectClose(try scale.factor(drawdown: bps(drawdown).ratio), factor, absolute: 1e-15)
    #expect(try scale.scaled(money("100"), drawdown: bps(drawdown)) == money(budget))
  }
  #expect(try scale.scaled(money("100"), drawdown: bps("1000")) == .zero)
  #expect(try scale.scaled(money("-100"), drawdown: .zero) == .zero)
  #expect(try scale.factor(drawdown: 0.12) == 0)
  #expect(throws: ModelError.self) { try scale.factor(drawdown: .nan) }
  #expect(throws: ModelError.self) { try scale.scaled(money("1"), drawdown: bps("-1")) }
  #expect(throws: ModelError.self) { try DrawdownScale(soft: bps("500"), hard: bps("500")) }
  #expect(throws: ModelError.self) { try DrawdownScale(soft: bps("-1"), hard: bps("500")) }
  #expect(throws: ModelError.self) { try DrawdownScale(soft: bps("1"), hard: bps("10001")) }
}

private func correlations(_ rho12: Double = 0.85, _ rho23: Double = 0.45, _ rho13: Double = 0) throws
  -> Matrix
{
  try Matrix(rows: [[1, rho12, rho13], [rho12, 1, rho23], [rho13, rho23, 1]])
}

@Test func jointRiskOfTheReference() throws {
  let matrix = try CorrelationMatrix(correlations())
  expectClose(try matrix.jointRisk(losses: [100, 100, 100]), 236.643191)
  expectClose(try matrix.scale(losses: [100, 100, 100], cap: 200), 0.845154)
  #expect(try matrix.scale(losses: [100, 100, 100], cap: 300) == 1)
  #expect(try matrix.scale(losses: [0, 0, 0], cap: 0) == 1)
  // The same signal twice: the plain sum.
  let same = try CorrelationMatrix(Matrix(rows: [[1, 1], [1, 1]]))
  expectClose(try same.jointRisk(losses: [30, 70]), 100, relative: 1e-14)
  let weights = try matrix.equalRiskContribution()
  expectClose(weights, [0.447902, 0.348597, 0.504219])
  expectClose(try matrix.jointRisk(losses: weights), 1, relative: 1e-13)
}

@Test func equalRiskContributionsAreEqual() throws {
  var random = SystemlessGenerator(seed: 77)
  for round in 0..<50 {
    // A random correlation matrix from factors, so positive semi-definite by construction.
    let count = 2 + Int(random.next() % 8)
    let loadings = (0..<count).map { _ in (0..<3).map { _ in random.normal() } }
    var matrix = Matrix(rowCount: count, columnCount: count)
    for i in 0..<count {
      for j in 0..<count {
        let dot = (0..<3).reduce(0) { $0 + loadings[i][$1] * loadings[j][$1] } + (i == j ? 1 : 0)
        let norms = [i, j].map { k in loadings[k].reduce(1) { $0 + $1 * $1 }.squareRoot() }
        matrix[i, j] = i == j ? 1 : dot / (norms[0] * norms[1])
      }
    }
    let weights = try CorrelationMatrix(matrix).equalRiskContribution()
    let image = matrix * weights
    for (weight, product) in zip(weights, image) {
      #expect(weight > 0 && agrees(weight * product, 1 / Double(count), relative: 1e-9), "round \(round)")
    }
  }
}

@Test func impossibleCorrelationsAreRefusedOrShrunk() throws {
  let impossible = try correlations(0.9, 0.9, 0)
  expectClose(try impossible.symmetricEigenvalues()[0], -0.2728, absolute: 5.1e-5)
  #expect(throws: ModelError.self) { try CorrelationMatrix(impossible) }
  let (repaired, shrinkage) = try CorrelationMatrix.shrunk(impossible)
  expectClose(try repaired.matrix.symmetricEigenvalues()[0], 1e-6, absolute: 1e-12)
  expectClose(shrinkage, (0.2727922 + 1e-6) / 1.2727922, absolute: 1e-7)
  let (kept, none) = try CorrelationMatrix.shrunk(correlations())
  let plain = try correlations()
  #expect(none == 0 && kept.matrix == plain)
  expectClose(try kept.matrix.symmetricEigenvalues()[0], 0.0382, absolute: 5.1e-5)
  #expect(throws: ModelError.self) { try CorrelationMatrix(correlations(1.1)) }
  #expect(throws: ModelError.self) { try CorrelationMatrix(correlations(.nan)) }
  #expect(throws: ModelError.self) { try CorrelationMatrix(Matrix(rows: [[2, 0], [0, 1]])) }
  #expect(throws: ModelError.self) { try CorrelationMatrix(Matrix(rows: [[1, 0.5], [0.4, 1]])) }
  #expect(throws: ModelError.self) { try CorrelationMatrix(Matrix(rows: [[1, 0.5]])) }
  #expect(throws: ModelError.self) { try kept.jointRisk(losses: [1, 2]) }
  #expect(throws: ModelError.self) { try kept.jointRisk(losses: [1, 2, -3]) }
  #expect(throws: ModelError.self) { try kept.scale(losses: [1, 2, 3], cap: .nan) }
}

@Test func marginCapsWhatOpensAndNothingElse() throws {
  let cap = try MarginCap(
    equity: money("10000"), buffer: bps("2000"), used: money("3000"), reservedForWorking: .zero, leverage: 5)
  let (lot, at) = (try quantity("1"), try price("50"))
  #expect(cap.available == (try money("5000")))
  #expect(try cap.openingQuantity(price: at, lot: lot) == quantity("500"))
  func admissible(_ side: Side, _ order: String, _ position: String) throws -> Quantity {
    try cap.admissible(
      side: side, quantity: quantity(order), position: quantity(position), price: at, lot: lot)
  }
  #expect(try admissible(.buy, "700", "0") == quantity("500"))
  #expect(try admissible(.sell, "9000", "9000") == quantity("9000"))
  #expect(try admissible(.sell, "10000", "9000") == quantity("9500"))
  #expect(try admissible(.sell, "10", "-5") == quantity("10"))
  let broke = try MarginCap(
    equity: money("-5"), buffer: .zero, used: .zero, reservedForWorking: .zero, leverage: 5)
  #expect(try broke.openingQuantity(price: at, lot: lot) == .zero)
  #expect(throws: ModelError.self) {
    try MarginCap(
      equity: money("1"), buffer: bps("10001"), used: .zero, reservedForWorking: .zero, leverage: 1)
  }
  #expect(throws: ModelError.self) {
    try MarginCap(
      equity: money("1"), buffer: .zero, used: money("-1"), reservedForWorking: .zero, leverage: 1)
  }
  #expect(throws: ModelError.self) {
    try MarginCap(equity: money("1"), buffer: .zero, used: .zero, reservedForWorking: .zero, leverage: 0)
  }
  #expect(throws: ModelError.self) { try cap.openingQuantity(price: .zero, lot: lot) }
  #expect(throws: ModelError.self) {
    try cap.admissible(side: .buy, quantity: .zero, position: .zero, price: at, lot: lot)
  }
  #expect(throws: ModelError.self) {
    try cap.admissible(side: .buy, quantity: lot, position: .min, price: at, lot: lot)
  }
}

@Test func threeAccountsShareASignalAsInTheReference() throws {
  let scale = try DrawdownScale(soft: bps("500"), hard: bps("1000"))
  let accounts = [("10000", "100", "200"), ("25000", "250", "750"), ("10000", "60", "0")]
  let budgets = try accounts.map { equity, remaining, drawdown in
    try RiskBudget.perTrade(
      equity: money(equity), fraction: bps("100"), budgetRemaining: money(remaining), dailyLossRoom: .max,
      scale: scale, drawdown: bps(drawdown))
  }
  #expect(budgets == (try ["100", "125", "60"].map { try money($0) }))
  let trade = try trade(cost: "0.00012")
  let wanted = try budgets.map { try trade.quantity(budget: $0, lot: Quantity(raw: 1)) }
  let losses = try wanted.map { try trade.lossAtStop(quantity: $0).double }
  let k = try CorrelationMatrix(correlations()).scale(losses: losses, cap: 200)
  expectClose(k, 0.836059)
  let lot = try quantity("1000")
  let final = wanted.map { quantity -> Quantity in
    let raw = Int64(Double(quantity.raw) * k)
    return Quantity(raw: raw - raw % lot.raw)
  }
  #expect(final == (try ["16000", "20000", "9000"].map { try quantity($0) }))
  #expect(
    try RiskBudget.perTrade(
      equity: .zero, fraction: bps("100"), budgetRemaining: .max, dailyLossRoom: .max, scale: scale,
      drawdown: .zero) == .zero)
}
