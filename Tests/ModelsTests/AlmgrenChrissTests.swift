import Models
import Testing

/// Table 1 of the paper: X = 1e6, T = 5 days, N = 5, σ = 0.95 $/√day (30 % a year at $50), ε half of an
/// eighth, γ and η a spread per 10 % and per 1 % of daily volume.
private func paper() throws -> AlmgrenChriss {
  try AlmgrenChriss(
    shares: 1e6, horizon: 5, periods: 5, volatility: 0.95, fixedCost: 0.0625, permanentImpact: 2.5e-7,
    temporaryImpact: 2.5e-6)
}

@Test func almgrenChrissResultsOfTable1() throws {
  let rows: [(Double, Double, [Double], [Double], Double, Double)] = [
    (
      2e-6, 0.846297, [428598.85, 182932.81, 76295.72, 27643.38],
      [571401.15, 245666.03, 106637.09, 48652.34, 27643.38], 1140715.17, 449367.65
    ),
    (
      1e-6, 0.607076, [541955.55, 289854.22, 147897.49, 62141.80],
      [458044.45, 252101.34, 141956.73, 85755.69, 62141.80], 911226.99, 603430.67
    ),
    (0, 0, [800000, 600000, 400000, 200000], [200000, 200000, 200000, 200000, 200000], 662500, 1040672.86),
    (
      -2e-7, 0, [910056.44, 750948.58, 534768.64, 277946.28],
      [89943.56, 159107.85, 216179.94, 256822.36, 277946.28], 717958.10, 1258654.32
    ),
  ]
  for (lambda, urgency, holdings, trades, cost, deviation) in rows {
    let plan = try paper().trajectory(riskAversion: lambda)
    expectClose(plan.urgency, urgency)
    expectClose(Array(plan.holdings[1...4]), holdings, absolute: 0.0051)
    expectClose(plan.trades, trades, absolute: 0.0051)
    expectClose(plan.expectedCost, cost, absolute: 0.0051)
    expectClose(plan.standardDeviation, deviation, absolute: 0.0051)
  }
}

@Test func theHyperbolicFormOfTheTradesAndOfTheCostAgree() throws {
  // Eq. 18 for the trades and eq. 20 for E and V, which never sum over the plan.
  let model = try paper()
  for lambda in [1e-7, 1e-6, 5e-6] {
    let plan = try model.trajectory(riskAversion: lambda)
    let (k, tau, total) = (plan.urgency, model.period, model.horizon)
    func hyperbolic(_ x: Double) throws -> (sinh: Double, cosh: Double) {
      let (up, down) = (try exponential(x), try exponential(-x))
      return ((up - down) / 2, (up + down) / 2)
    }
    let whole = try hyperbolic(k * total)
    for (index, trade) in plan.trades.enumerated() {
      let middle = try hyperbolic(k * (total - (Double(index) + 0.5) * tau))
      let expected = 2 * (try hyperbolic(k * tau / 2).sinh) / whole.sinh * middle.cosh * model.shares
      expectClose(trade, expected, relative: 1e-10)
    }
    let step = try hyperbolic(k * tau)
    let half = try hyperbolic(k * tau / 2)
    let x2 = model.shares * model.shares
    let cost =
      model.permanentImpact * x2 / 2 + model.fixedCost * model.shares + model.adjustedImpact * x2
      * (half.sinh / half.cosh)
      * (tau * (try hyperbolic(2 * k * total).sinh) + 2 * total * step.sinh)
      / (2 * tau * tau * whole.sinh * whole.sinh)
    expectClose(plan.expectedCost, cost, relative: 1e-10)
    let variance =
      0.5 * 0.95 * 0.95 * x2
      * (tau * whole.sinh * (try hyperbolic(k * (total - tau)).cosh) - total * step.sinh)
      / (whole.sinh * whole.sinh * step.sinh)
    expectClose(plan.variance, variance, relative: 1e-10)
  }
}

@Test func theFrontierIsConvexAndEveryPlanOptimal() throws {
  let model = try paper()
  let aversions = [1e-7, 3e-7, 1e-6, 3e-6, 1e-5]
  let frontier = try model.frontier(riskAversions: aversions)
  for (left, right) in zip(frontier, frontier.dropFirst()) {
    #expect(right.expectedCost > left.expectedCost && right.variance < left.variance)
  }
  for (lambda, plan) in zip(aversions, frontier) {
    let best = plan.expectedCost + lambda * plan.variance
    for index in 1...4 {
      for nudge in [-500.0, 500] {
        var holdings = plan.holdings
        holdings[index] += nudge
        let cost = try model.cost(ofHoldings: holdings)
        #expect(cost.expected + lambda * cost.variance > best)
      }
    }
  }
}

@Test func leastValueAtRiskOfThePaper() throws {
  let (lambda, plan) = try paper().leastValueAtRisk(
    quantile: 1.645, riskAversionBetween: 1e-8, and: 1e-4)
  expectClose(try plan.valueAtRisk(quantile: 1.645), 1_877_206.7, absolute: 0.051)
  expectClose(lambda, 1.694e-6, absolute: 5e-10)
  // The reference minimised on a grid of λ; the flat minimum leaves E and the deviation known to 0.03 %.
  expectClose(plan.expectedCost, 1_078_670.5, relative: 3e-4)
  expectClose(plan.standardDeviation, 485_432.3, relative: 3e-4)
  let straight = try paper().trajectory(riskAversion: 0)
  expectClose(try straight.valueAtRisk(quantile: 1.645), 2_374_406.9, absolute: 0.051)
}

@Test func everythingAtOnceAndWholeShares() throws {
  let atOnce = try paper().cost(ofHoldings: [1e6, 0, 0, 0, 0, 0])
  expectClose(atOnce.expected, 2_562_500, relative: 1e-12)
  #expect(atOnce.variance == 0)
  let trades = try paper().trajectory(riskAversion: 1e-6).wholeTrades()
  #expect(trades == [458044, 252102, 141957, 85755, 62142])
  #expect(trades.reduce(0, +) == 1_000_000)
}

@Test func driftHoldsOntoTheOptimalPosition() throws {
  // Eq. 25 gives 11 080 shares for the parameters of table 1; section 4.1's text misses a factor of ten.
  let model = try paper()
  expectClose(try model.optimum(1e-6, 0.02), 11_080.33, absolute: 0.0051)
  let plan = try model.trajectory(riskAversion: 1e-6, drift: 0.02)
  let plain = try model.trajectory(riskAversion: 1e-6)
  // Eq. 26 by hand for the middle of the plan: plain + (1 − (x₂ + x₃)/X) x̄, as both shares mirror each
  // other.
  let expected = plain.holdings[2] + (1 - (plain.holdings[2] + plain.holdings[3]) / 1e6) * 11_080.3324099723
  expectClose(plan.holdings[2], expected, relative: 1e-9)
}

@Test func extremesStayFiniteOrAreRefused() throws {
  let model = try paper()
  let greedy = try model.trajectory(riskAversion: 1e6)
  #expect(greedy.holdings[1] < 1 && greedy.holdings.allSatisfy(\.isFinite))
  #expect(throws: ModelError.self) { try model.trajectory(riskAversion: -1) }
  #expect(throws: ModelError.self) { try model.trajectory(riskAversion: -2e-6) }
  #expect(throws: ModelError.self) { try model.trajectory(riskAversion: .nan) }
  #expect(throws: ModelError.self) { try model.trajectory(riskAversion: 0, drift: 0.1) }
  #expect(throws: ModelError.self) { try model.cost(ofHoldings: [1e6, 0]) }
  #expect(throws: ModelError.self) { try model.cost(ofHoldings: [1, 0, 0, 0, 0, 0]) }
  #expect(throws: ModelError.self) {
    try model.leastValueAtRisk(quantile: 1, riskAversionBetween: 1e-4, and: 1e-8)
  }
  #expect(throws: ModelError.self) {
    try AlmgrenChriss(
      shares: 1, horizon: 5, periods: 5, volatility: 1, permanentImpact: 2, temporaryImpact: 1)
  }
  for bad in [Double.nan, .infinity, 0, -1] {
    #expect(throws: ModelError.self) {
      try AlmgrenChriss(
        shares: bad, horizon: 5, periods: 5, volatility: 1, permanentImpact: 0, temporaryImpact: 1)
    }
    #expect(throws: ModelError.self) {
      try AlmgrenChriss(
        shares: 1, horizon: bad, periods: 5, volatility: 1, permanentImpact: 0, temporaryImpact: 1)
    }
  }
}
