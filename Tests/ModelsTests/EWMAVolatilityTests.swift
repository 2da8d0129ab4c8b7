import Models
import Testing

private let second: Int64 = 1_000_000_000

@Test func ewmaVolatilityFindsTheVolatilityOfARegularWalk() throws {
  // Returns of exactly ±2.5 bps every second: σ is 2.5 bps/√s whatever the weights.
  var model = try EWMAVolatility(halfLifeNanos: 60 * second)
  #expect(model.volatilityBpsPerRootSecond == nil)
  var price = 30_000.0
  for step in 0..<200 {
    try model.update(price: price, atNanos: Int64(step) * second)
    price *= step.isMultiple(of: 3) ? 1.000_250_031_252_604 : 1 / 1.000_250_031_252_604
  }
  expectClose(model.volatilityBpsPerRootSecond, 2.5, relative: 1e-9)
  expectClose(model.kurtosis, 1, relative: 1e-9)
}

@Test func ewmaVolatilityWeighsByTimeNotByCount() throws {
  // Against the definition, written out: weights from the products of exp(−ln2 dt / half-life).
  let times = [0, 0.5, 0.75, 3, 3.001, 10, 10.2]
  let prices = [100, 100.02, 99.99, 100.05, 100.04, 100.20, 100.19]
  var model = try EWMAVolatility(halfLifeNanos: 2 * second)
  for (time, price) in zip(times, prices) {
    try model.update(price: price, atNanos: Int64((time * 1e9).rounded()))
  }
  // Computed independently with Python's math module.
  expectClose(model.variancePerSecond, EWMAReference.variancePerSecond, relative: 1e-12)
  expectClose(model.effectiveObservationCount, EWMAReference.effectiveCount, relative: 1e-12)
  expectClose(model.kurtosis, EWMAReference.kurtosis, relative: 1e-12)
}

@Test func effectiveCountOfTheRegularClockIsTheTextbookOne() throws {
  // Half-life chosen so that λ = 0.94 per second: (1+λ)/(1−λ) = 32.333, relative standard error 0.124354.
  let halfLife = Int64((11.202_305_583_621_158 * 1e9).rounded())
  var model = try EWMAVolatility(halfLifeNanos: halfLife)
  var price = 100.0
  for step in 0..<600 {
    try model.update(price: price, atNanos: Int64(step) * second)
    price *= step.isMultiple(of: 2) ? 1.001 : 1 / 1.001
  }
  expectClose(model.effectiveObservationCount, 32.333333, absolute: 1e-6)
  let sigma = try #require(model.volatilityBpsPerRootSecond)
  let error = try #require(model.volatilityUncertaintyBpsPerRootSecond())
  expectClose(error / sigma, 0.124354, absolute: 5.01e-7)
}

@Test func pricesOfOneInstantAndOfABurstCountOnce() throws {
  var plain = try EWMAVolatility(halfLifeNanos: second)
  var bursty = try EWMAVolatility(halfLifeNanos: second)
  for (step, price) in [100.0, 100.1, 100.05, 100.2].enumerated() {
    try plain.update(price: price, atNanos: Int64(step) * second)
    try bursty.update(price: price, atNanos: Int64(step) * second)
    try bursty.update(price: price * 1.01, atNanos: Int64(step) * second)
  }
  #expect(plain == bursty)
  var sampled = try EWMAVolatility(halfLifeNanos: second, minimumIntervalNanos: second)
  for (step, price) in [100.0, 100.1, 100.05, 100.2].enumerated() {
    try sampled.update(price: price, atNanos: Int64(step) * second)
    try sampled.update(price: price * 1.01, atNanos: Int64(step) * second + 1000)
  }
  #expect(sampled.variancePerSecond == plain.variancePerSecond)
}

@Test func ewmaVolatilityRefusesAndStaysAsItWas() throws {
  var model = try EWMAVolatility(halfLifeNanos: second)
  try model.update(price: 100, atNanos: 10)
  try model.update(price: 101, atNanos: second)
  let before = model
  for bad in [Double.nan, .infinity, -.infinity, 0, -1] {
    #expect(throws: ModelError.self) { try model.update(price: bad, atNanos: 2 * second) }
  }
  #expect(throws: ModelError.outOfOrder("time of the price", at: 0)) {
    try model.update(price: 100, atNanos: second - 1)
  }
  #expect(model == before)
  #expect(model.volatilityUncertaintyBpsPerRootSecond() == nil)
  #expect(throws: ModelError.self) { try EWMAVolatility(halfLifeNanos: 0) }
  #expect(throws: ModelError.self) { try EWMAVolatility(halfLifeNanos: 1, minimumIntervalNanos: -1) }
  var extreme = try EWMAVolatility(halfLifeNanos: second)
  try extreme.update(price: 100, atNanos: .min)
  #expect(throws: ModelError.self) { try extreme.update(price: 100, atNanos: .max) }
}

@Test func conversionsOfBasisPoints() throws {
  expectClose(try BpsConversion.volatility(variancePerSecond: 2.5e-4 * 2.5e-4), 2.5, relative: 1e-12)
  expectClose(try BpsConversion.price(bps: 2.5, of: 30_000), 7.5, relative: 1e-12)
  expectClose(try BpsConversion.volatility(perRootSecond: 2.5, overSeconds: 60), 19.364917)
  expectClose(
    try BpsConversion.volatility(perRootSecond: 2.5e-2, overSeconds: 365 * 86_400), 140.39,
    absolute: 5e-3)
  expectClose(try BpsConversion.distance(0.004, of: 100), 0.4, relative: 1e-12)
  for bad in [Double.nan, .infinity] {
    #expect(throws: ModelError.self) { try BpsConversion.volatility(variancePerSecond: bad) }
    #expect(throws: ModelError.self) { try BpsConversion.price(bps: bad, of: 1) }
    #expect(throws: ModelError.self) { try BpsConversion.distance(1, of: bad) }
    #expect(throws: ModelError.self) { try BpsConversion.volatility(perRootSecond: bad, overSeconds: 1) }
  }
  #expect(throws: ModelError.self) { try BpsConversion.price(bps: 1, of: 0) }
  #expect(throws: ModelError.self) { try BpsConversion.volatility(variancePerSecond: -1) }
}
