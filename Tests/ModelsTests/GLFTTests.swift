import Models
import Testing

/// The parameter sets of the figures in Guéant, Lehalle, Fernandez-Tapia 2013, in ticks.
private func glft(
  sigma: Double = 0.3, fills: Double = 0.9, decay: Double = 0.3, drift: Double = 0, impact: Double = 0
) throws -> GLFT {
  try GLFT(
    volatilityPerRootSecond: sigma, fillsPerSecond: fills, fillDecayPerOffset: decay, riskAversion: 0.01,
    driftPerSecond: drift, impactPerFill: impact)
}

private func expectQuotes(
  _ quotes: QuoteOffsets, _ bid: Double?, _ ask: Double?, sourceLocation: SourceLocation = #_sourceLocation
) {
  if let bid {
    expectClose(quotes.bidOffset, bid, sourceLocation: sourceLocation)
  } else {
    #expect(quotes.bidOffset == nil, sourceLocation: sourceLocation)
  }
  if let ask {
    expectClose(quotes.askOffset, ask, sourceLocation: sourceLocation)
  } else {
    #expect(quotes.askOffset == nil, sourceLocation: sourceLocation)
  }
}

@Test func glftConstantsOfTheFirstFigures() throws {
  let model = try glft()
  expectClose(model.baseOffset, 3.278982282, absolute: 5e-10)
  expectClose(model.skewPerLot, 0.067865833, absolute: 5e-10)
  expectClose(try glft(sigma: 0.4).skewPerLot, 0.090487777, absolute: 5e-10)
  expectClose(try glft(sigma: 1, fills: 0.2).skewPerLot, 0.479883904, absolute: 5e-10)
}

/// σ, A, q, then bid and ask: exact at τ = 600 s with Q = 30, and by the closed form.
private let published: [(Double, Double, Int, Double, Double, Double, Double)] = [
  (0.3, 0.9, 0, 3.313045, 3.312915, 3.313045, 3.312915),
  (0.3, 0.9, 1, 3.381168, 3.380781, 3.244919, 3.245049),
  (0.3, 0.9, 5, 3.653479, 3.652244, 2.972522, 2.973586),
  (0.3, 0.9, 10, 3.992933, 3.991574, 2.632802, 2.634257),
  (0.4, 0.9, 5, 3.778746, 3.776665, 2.869957, 2.871787),
  (1, 0.2, 0, 3.525651, 3.518924, 3.525651, 3.518924),
  (1, 0.2, 10, 8.022747, 8.317763, -1.072185, -1.279915),
]

@Test func glftOffsetsAreThoseOfTheReference() throws {
  for (sigma, fills, lots, bid, bidClosed, ask, askClosed) in published {
    let model = try glft(sigma: sigma, fills: fills)
    let exact = try model.atHorizon(secondsLeft: 600, inventoryLimitLots: 30).quotes(inventoryLots: lots)
    expectQuotes(exact, bid, ask)
    expectQuotes(try model.closedForm(inventoryLots: Double(lots)), bidClosed, askClosed)
    let stationary = try model.stationary(inventoryLimitLots: 30).quotes(inventoryLots: lots)
    // Ten minutes are nearly for ever: the eigenvector gives the same to 1e-6.
    expectClose(stationary.bidOffset, bid, absolute: 1.1e-6)
    expectClose(stationary.askOffset, ask, absolute: 1.1e-6)
    // Opposite inventory swaps the sides.
    let mirrored = try model.stationary(inventoryLimitLots: 30).quotes(inventoryLots: -lots)
    expectClose(mirrored.bidOffset, try #require(stationary.askOffset), absolute: 1e-10)
    expectClose(mirrored.askOffset, try #require(stationary.bidOffset), absolute: 1e-10)
  }
}

@Test func glftSmallLadderHasTheReferenceValues() throws {
  let table = try glft().atHorizon(secondsLeft: 10, inventoryLimitLots: 2)
  let logs = [5.165694532690888, 5.713777332560579, 5.856948228852721, 5.713777332560579, 5.165694532690888]
  expectClose(table.logValues, logs, absolute: 1e-8)
  let bids: [Double?] = [1.452040, 2.801746, 3.756219, 5.105925, nil]
  for lots in -2...2 {
    expectQuotes(table.quotes(inventoryLots: lots), bids[lots + 2], bids[2 - lots])
  }
  #expect(table.quotes(inventoryLots: 7) == table.quotes(inventoryLots: 2))
  #expect(table.quotes(inventoryLots: -7) == table.quotes(inventoryLots: -2))
}

@Test func glftOffsetsGrowWithTheTimeLeft() throws {
  let expected = [(0, 3.278982), (1, 3.279432), (10, 3.283456), (60, 3.301451), (600, 3.313045)]
  for (seconds, offset) in expected {
    let table = try glft().atHorizon(secondsLeft: Double(seconds), inventoryLimitLots: 30)
    expectQuotes(table.quotes(inventoryLots: 0), offset, offset)
  }
}

@Test func glftKnowsImpactAndDrift() throws {
  let adverse = try glft(impact: 0.5)
  expectQuotes(try adverse.closedForm(inventoryLots: 0), 3.564212, 3.564212)
  expectQuotes(try adverse.closedForm(inventoryLots: 2), 3.705130, 3.423294)
  let exact = try adverse.stationary(inventoryLimitLots: 30)
  expectQuotes(exact.quotes(inventoryLots: 0), 3.564352, 3.564352)
  expectQuotes(exact.quotes(inventoryLots: 2), 3.705812, 3.422876)
  let rising = try glft(drift: 0.001)
  expectQuotes(try rising.closedForm(inventoryLots: 0), 3.237509, 3.388322)
  expectQuotes(try rising.stationary(inventoryLimitLots: 30).quotes(inventoryLots: 0), 3.237350, 3.388737)
}

@Test func glftAtAnotherVolatilityIsTheModelMadeAnew() throws {
  let rising = try glft(drift: 0.001, impact: 0.5)
  for sigma in [0.01, 0.3, 7] {
    let quick = try rising.with(volatilityPerRootSecond: sigma)
    let anew = try glft(sigma: sigma, drift: 0.001, impact: 0.5)
    expectClose(quick.skewPerLot, anew.skewPerLot, relative: 1e-14)
    for lots in [-3.0, 0, 2] {
      let (a, b) = (try quick.closedForm(inventoryLots: lots), try anew.closedForm(inventoryLots: lots))
      expectClose(a.bidOffset, try #require(b.bidOffset), relative: 1e-12)
      expectClose(a.askOffset, try #require(b.askOffset), relative: 1e-12)
    }
  }
  for bad in [Double.nan, 0, -1] {
    #expect(throws: ModelError.self) { try rising.with(volatilityPerRootSecond: bad) }
  }
}

@Test func glftInBasisPoints() throws {
  let model = try GLFT(
    volatilityPerRootSecond: 2.5, fillsPerSecond: 1, fillDecayPerOffset: 0.5, riskAversion: 0.01)
  expectQuotes(try model.closedForm(inventoryLots: 0), 2.187379, 2.187379)
  expectQuotes(try model.closedForm(inventoryLots: 3), 3.430077, 0.944681)
  let exact = try model.stationary(inventoryLimitLots: 30).quotes(inventoryLots: 3)
  expectQuotes(exact, 3.453217, 0.915623)
}

@Test func glftStaysExactWhereAnEigenvectorWouldUnderflow() throws {
  // With a steep cost of inventory the value function falls by hundreds of orders of magnitude: neighbouring
  // ratios must still satisfy the recursion d(q) − λ = η (v(q−1) + v(q+1)) / v(q) at every rung.
  let model = try GLFT(
    volatilityPerRootSecond: 6, fillsPerSecond: 0.05, fillDecayPerOffset: 0.5, riskAversion: 0.2)
  let limit = 120
  let table = try model.stationary(inventoryLimitLots: limit)
  #expect(table.logValues[0] < -700)
  let quotes = (-limit...limit).map { table.quotes(inventoryLots: $0) }
  for (here, next) in zip(quotes, quotes.dropFirst()) {
    let bid = try #require(here.bidOffset)
    let ask = try #require(next.askOffset)
    // Buying and selling back costs nothing but both base offsets.
    #expect(agrees(bid + ask, 2 * model.baseOffset, absolute: 1e-9))
    if let further = next.bidOffset { #expect(further > bid) }
  }
}

@Test func glftRefusesWhatIsNoModel() {
  for bad in [Double.nan, .infinity, 0, -1] {
    #expect(throws: ModelError.self) { try glft(sigma: bad) }
    #expect(throws: ModelError.self) { try glft(fills: bad) }
    #expect(throws: ModelError.self) { try glft(decay: bad) }
  }
  #expect(throws: ModelError.nonFinite("drift")) { try glft(drift: .nan) }
  #expect(throws: ModelError.self) { try glft(impact: -1) }
  #expect(throws: ModelError.nonFinite("inventory")) { try glft().closedForm(inventoryLots: .nan) }
  #expect(throws: ModelError.self) { try glft().stationary(inventoryLimitLots: 0) }
  #expect(throws: ModelError.self) { try glft().stationary(inventoryLimitLots: 501) }
  #expect(throws: ModelError.self) { try glft().atHorizon(secondsLeft: 1, inventoryLimitLots: 201) }
  #expect(throws: ModelError.self) { try glft().atHorizon(secondsLeft: -1, inventoryLimitLots: 2) }
  #expect(throws: ModelError.self) { try glft().atHorizon(secondsLeft: 1e300, inventoryLimitLots: 2) }
  #expect(throws: ModelError.self) { try glft().atHorizon(secondsLeft: .nan, inventoryLimitLots: 2) }
}
