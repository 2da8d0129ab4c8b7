import Models
import Testing

private func model(phi: Double = 0.001, fee: Double = 0) throws -> CarteaJaimungal {
  try CarteaJaimungal(fillsPerSecond: 1, fillDecayPerOffset: 0.5, inventoryPenalty: phi, makerFee: fee)
}

@Test func carteaJaimungalOffsetsAreThoseOfTheReference() throws {
  let table = try model().atHorizon(secondsLeft: 60, inventoryLimitLots: 10)
  let rows: [(Int, Double?, Double)] = [
    (0, 2.037914, 2.037914), (1, 2.114073, 1.962086), (5, 2.445688, 1.645671), (9, 3.476555, 1.073769),
    (10, nil, 0.523445),
  ]
  for (lots, bid, ask) in rows {
    let quotes = table.quotes(inventoryLots: lots)
    expectClose(quotes.askOffset, ask)
    if let bid { expectClose(quotes.bidOffset, bid) } else { #expect(quotes.bidOffset == nil) }
    let mirrored = table.quotes(inventoryLots: -lots)
    #expect(agrees(mirrored.bidOffset ?? .nan, quotes.askOffset ?? .infinity, absolute: 1e-12))
  }
  let charged = try model(fee: 0.2).atHorizon(secondsLeft: 60, inventoryLimitLots: 10)
  expectClose(charged.quotes(inventoryLots: 0).bidOffset, 2.239093)
}

@Test func carteaJaimungalErgodicGainAndOffsets() throws {
  expectClose(try model().gainPerSecond(inventoryLimitLots: 10), 1.443106)
  expectClose(try model(fee: 0.2).gainPerSecond(inventoryLimitLots: 10), 1.304698)
  expectClose(try model().stationary(inventoryLimitLots: 10).quotes(inventoryLots: 0).bidOffset, 2.038993)
  let steep = try model(phi: 0.02).stationary(inventoryLimitLots: 10)
  expectClose(steep.quotes(inventoryLots: 0).bidOffset, 2.170196)
  expectClose(steep.quotes(inventoryLots: 5).bidOffset, 3.805717)
  expectClose(steep.quotes(inventoryLots: 5).askOffset, 0.505671)
  let steps = [
    0.170196, 0.509258, 0.844429, 1.173419, 1.494329, 1.805717, 2.106614, 2.396737, 2.680040, 3.032507,
  ]
  for (index, step) in steps.enumerated() {
    expectClose(steep.valueOfStep(inventoryLots: index + 1, selling: true), step)
    expectClose(steep.valueOfStep(inventoryLots: -index - 1, selling: false), step)
  }
  #expect(steep.valueOfStep(inventoryLots: -10, selling: true) == nil)
  #expect(steep.valueOfStep(inventoryLots: 11, selling: true) == nil)
}

@Test func theTakerCrossesWhereOneLotLessIsWorthMoreThanTheCost() throws {
  let values = try model(phi: 0.02).stationary(inventoryLimitLots: 10)
  let rule = try TakerRule(halfSpread: 0.5, takerFee: 1.5, impact: 0.5)
  #expect(rule.crossingCost == 2.5)
  let expected = [0: 0, 5: 0, 8: 0, 9: 1, 10: 2, 13: 5, -8: 0, -9: -1, -10: -2, -12: -4]
  for (inventory, lots) in expected {
    #expect(rule.lotsToSell(inventoryLots: inventory, values: values) == lots, "inventory \(inventory)")
  }
  let long = try rule.ratesPerSecond(inventoryLots: 10, values: values, horizonSeconds: 4)
  #expect(long == (buy: 0, sell: 0.5))
  let short = try rule.ratesPerSecond(inventoryLots: -9, values: values, horizonSeconds: 4)
  #expect(short == (buy: 0.25, sell: 0))
  #expect(throws: ModelError.self) { try TakerRule(halfSpread: 0.1, takerFee: -1) }
  #expect(throws: ModelError.self) {
    try rule.ratesPerSecond(inventoryLots: 1, values: values, horizonSeconds: 0)
  }
}

@Test func glftAndCarteaJaimungalAgreeWhereRiskAversionVanishes() throws {
  // φ = γσ²/2 to first order: with γ → 0 the offsets of both models meet.
  let (gamma, sigma) = (1e-6, 2.5)
  let glft = try GLFT(
    volatilityPerRootSecond: sigma, fillsPerSecond: 1, fillDecayPerOffset: 0.5, riskAversion: gamma)
  let hjb = try CarteaJaimungal(
    fillsPerSecond: 1, fillDecayPerOffset: 0.5, inventoryPenalty: gamma * sigma * sigma / 2)
  let left = try glft.stationary(inventoryLimitLots: 10)
  let right = try hjb.stationary(inventoryLimitLots: 10)
  for lots in -9...9 {
    let (a, b) = (left.quotes(inventoryLots: lots), right.quotes(inventoryLots: lots))
    expectClose(a.bidOffset, try #require(b.bidOffset), absolute: 1e-5)
    expectClose(a.askOffset, try #require(b.askOffset), absolute: 1e-5)
  }
}

@Test func gueant2017ContainsGLFT() throws {
  let general = try Gueant2017(
    fillsPerSecond: 0.9, fillDecayPerOffset: 0.3, inventoryRiskAversion: 0.01, executionRiskAversion: 0.01,
    lotSize: 1)
  expectClose(general.c1, 3.278982282, absolute: 5.1e-10)
  expectClose(general.c2, 0.226219442, absolute: 5.1e-10)
  let glft = try GLFT(
    volatilityPerRootSecond: 0.3, fillsPerSecond: 0.9, fillDecayPerOffset: 0.3, riskAversion: 0.01)
  for lots in [-4.0, 0, 2.5] {
    let a = try general.quotes(inventory: lots, volatilityPerRootSecond: 0.3)
    let b = try glft.closedForm(inventoryLots: lots)
    expectClose(a.bidOffset, try #require(b.bidOffset), relative: 1e-13)
    expectClose(a.askOffset, try #require(b.askOffset), relative: 1e-13)
  }
  let neutral = try Gueant2017(
    fillsPerSecond: 0.9, fillDecayPerOffset: 0.3, inventoryRiskAversion: 0.01, executionRiskAversion: 0,
    lotSize: 2)
  let nearly = try Gueant2017(
    fillsPerSecond: 0.9, fillDecayPerOffset: 0.3, inventoryRiskAversion: 0.01, executionRiskAversion: 1e-9,
    lotSize: 2)
  expectClose(neutral.c1, 1 / 0.3, relative: 1e-15)
  expectClose(nearly.c1, neutral.c1, relative: 1e-8)
  expectClose(nearly.c2, neutral.c2, relative: 1e-8)
}
