import Models
import Testing

private func model(gamma: Double) throws -> AvellanedaStoikov {
  try AvellanedaStoikov(riskAversion: gamma, volatilityPerRootTime: 2, fillDecayPerOffset: 1.5)
}

@Test func avellanedaStoikovClosedForms() throws {
  // γ, q, τ, then reservation price, spread, bid and ask at mid 100.
  let rows: [(Double, Double, Double, Double, Double, Double, Double)] = [
    (0.1, 0, 1, 100, 1.690770, 99.154615, 100.845385), (0.1, 1, 1, 99.6, 1.690770, 98.754615, 100.445385),
    (0.1, -3, 0.5, 100.6, 1.490770, 99.854615, 101.345385),
    (0.1, 5, 0.25, 99.5, 1.390770, 98.804615, 100.195385),
    (0.01, 2, 1, 99.92, 1.368909, 99.235546, 100.604454), (1, 1, 1, 96, 5.021651, 93.489174, 98.510826),
    (0.1, 0, 0, 100, 1.290770, 99.354615, 100.645385),
  ]
  for (gamma, lots, time, reservation, spread, bid, ask) in rows {
    let model = try model(gamma: gamma)
    expectClose(try model.reservationPrice(mid: 100, inventoryLots: lots, timeLeft: time), reservation)
    expectClose(try model.spread(timeLeft: time), spread)
    let quotes = try model.quotes(inventoryLots: lots, timeLeft: time)
    expectClose(100 - (try #require(quotes.bidOffset)), bid)
    expectClose(100 + (try #require(quotes.askOffset)), ask)
    expectClose(quotes.spread, spread)
    expectClose(100 + (try #require(quotes.skew)), reservation)
  }
}

@Test func avellanedaStoikovIsWrongFarFromTheEnd() throws {
  // The remark of Guéant et al.: at the paper's own parameters and three lots long, AS crosses the mid where
  // the exact solution does not.
  let approximate = try model(gamma: 0.1).quotes(inventoryLots: 3, timeLeft: 1)
  expectClose(approximate.askOffset, -0.354615)
  let exact = try GLFT(
    volatilityPerRootSecond: 2, fillsPerSecond: 140, fillDecayPerOffset: 1.5, riskAversion: 0.1
  ).atHorizon(secondsLeft: 1, inventoryLimitLots: 20)
  expectClose(exact.quotes(inventoryLots: 3).askOffset, 0.514383)
  expectClose(exact.quotes(inventoryLots: 0).bidOffset, 0.671628)
  expectClose(exact.quotes(inventoryLots: 1).bidOffset, 0.724070)
}

@Test func indifferencePricesStraddleTheReservationPrice() throws {
  let model = try model(gamma: 0.1)
  let quotes = try model.indifference(inventoryLots: 2, timeLeft: 0.5)
  // r_b = s + (−1 − 4) · 0.1 · 4 · 0.5 / 2 and r_a = s + (1 − 4) · …: the reservation price is their middle.
  expectClose(quotes.bidOffset, 0.5, relative: 1e-12)
  expectClose(quotes.askOffset, -0.3, relative: 1e-12)
  let middle = try model.reservationPrice(mid: 100, inventoryLots: 2, timeLeft: 0.5)
  expectClose(100 + (try #require(quotes.skew)), middle, relative: 1e-12)
}

@Test func stationaryIndifferencePricesLeaveTheUtilityUnchanged() throws {
  // Section 2.3: v(x, s, q) = −exp(−γ(x + q s)) / (ω − γ²q²σ²/2) with ω = γ²σ²(limit + 1)²/2. Trading one lot
  // at the indifference price must not change v.
  let (gamma, sigma, limit) = (0.3, 2.0, 5)
  let model = try AvellanedaStoikov(
    riskAversion: gamma, volatilityPerRootTime: sigma, fillDecayPerOffset: 1.5)
  func utility(_ cash: Double, _ lots: Double) throws -> Double {
    let omega = gamma * gamma * sigma * sigma * 36 / 2
    let mid = 10.0
    return -(try exponential(-gamma * (cash + lots * mid)))
      / (omega - gamma * gamma * lots * lots * sigma * sigma / 2)
  }
  for lots in -5...5 {
    let quotes = try model.stationaryIndifference(inventoryLots: lots, inventoryLimitLots: limit)
    let q = Double(lots)
    let before = try utility(0, q)
    if let offset = quotes.bidOffset { expectClose(try utility(offset - 10, q + 1), before, relative: 1e-12) }
    if let offset = quotes.askOffset { expectClose(try utility(offset + 10, q - 1), before, relative: 1e-12) }
    #expect((quotes.bidOffset == nil) == (lots == 5) && (quotes.askOffset == nil) == (lots == -5))
    let mirrored = try model.stationaryIndifference(inventoryLots: -lots, inventoryLimitLots: limit)
    #expect(mirrored.bidOffset == quotes.askOffset && mirrored.askOffset == quotes.bidOffset)
  }
  // Equation 2.3 as printed for the bid at q = 2: 10 + ln(1 − 5·γ²σ²/(2ω − 4γ²σ²))/γ = 10 + ln(27/32)/γ.
  let printed = try model.stationaryIndifference(inventoryLots: 2, inventoryLimitLots: limit)
  expectClose(try exponential(-gamma * (try #require(printed.bidOffset))), 27.0 / 32, relative: 1e-13)
}

@Test func geometricIndifferenceTendsToTheArithmeticOne() throws {
  let arithmetic = try model(gamma: 0.1).indifference(inventoryLots: 1, timeLeft: 0.01)
  let geometric = try AvellanedaStoikov.geometricIndifference(
    mid: 100, inventoryLots: 1, riskAversion: 0.1, relativeVolatility: 0.02, timeLeft: 0.01)
  expectClose(geometric.bidOffset, try #require(arithmetic.bidOffset), relative: 1e-5)
  expectClose(geometric.askOffset, try #require(arithmetic.askOffset), relative: 1e-5)
}
