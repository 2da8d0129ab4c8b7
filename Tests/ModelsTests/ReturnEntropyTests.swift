import Models
import Testing

private let returns = [
  0.1, -0.4, 1.2, -2.9, 3.1, 0, 5, -6.2, 1.4, -1.6, 8.9, -10.4, 15, 2.2, -0.9, 0.3,
]

private func entropy(of returns: [Double], baseline: Double = 2) throws -> ReturnEntropy {
  var model = try ReturnEntropy(windowBars: max(2, returns.count), minimumBars: 1)
  for value in returns { try model.update(barReturn: value, baseline: baseline) }
  return model
}

@Test func returnEntropyOfTheReferenceReturns() throws {
  let plain = try entropy(of: returns)
  expectClose(plain.entropy, 1.7479662369, absolute: 5.1e-11)
  expectClose(plain.temperature, 7.9015625, relative: 1e-14)
  let stormy = try entropy(of: returns.map { $0 * 10 })
  expectClose(stormy.entropy, 2.6859453247, absolute: 5.1e-11)
  expectClose(stormy.temperature, 790.15625, relative: 1e-14)
  let calm = try entropy(of: returns.map { $0 / 5 })
  expectClose(calm.entropy, 0.6019239717, absolute: 5.1e-11)
  expectClose(calm.temperature, 0.3160625, relative: 1e-12)
}

@Test func returnEntropyOfGivenCounts() throws {
  let counts = [1, 2, 10, 30, 60, 12, 3, 1, 1]
  let values = counts.enumerated().flatMap { bin, count in
    Array(repeating: 1.5 * Double(bin - 4), count: count)
  }
  expectClose(try entropy(of: values, baseline: 1).entropy, 1.4106296000, absolute: 5.1e-11)
}

@Test func temperatureSeesWhatEntropyCannot() throws {
  // Flickering between ±10 σ: two bins, entropy ln 2, temperature 100.
  let flicker = try entropy(of: (0..<120).map { $0.isMultiple(of: 2) ? 20 : -20 })
  expectClose(flicker.entropy, 0.693147181, absolute: 5.1e-10)
  expectClose(flicker.temperature, 100, relative: 1e-12)
}

@Test func theWindowForgetsAndAgreesWithACountFromScratch() throws {
  var random = SystemlessGenerator(seed: 4)
  var model = try ReturnEntropy(windowBars: 50, minimumBars: 10)
  var history: [Double] = []
  for step in 0..<400 {
    let value = random.normal() * (step < 200 ? 1 : 6)
    history.append(value)
    try model.update(barReturn: value, baseline: 1)
    let window = Array(history.suffix(50))
    #expect(model.count == window.count)
    if window.count < 10 {
      #expect(model.entropy == nil && model.temperature == nil)
      continue
    }
    let fresh = try entropy(of: window, baseline: 1)
    expectClose(model.entropy, try #require(fresh.entropy), absolute: 1e-12)
    expectClose(model.temperature, try #require(fresh.temperature), relative: 1e-12)
  }
}

@Test func entropyRisesWithScaleWhereBoundedBinsWouldFall() throws {
  // The theoretical entropies of a Gaussian of s baseline volatilities, by sampling its quantiles evenly.
  let table = [
    (0.5, 0.4859), (0.75, 0.8603), (1, 1.0992), (1.25, 1.2933), (1.5, 1.4590), (2, 1.7295), (2.5, 1.9445),
    (3, 2.1224), (5, 2.6266), (20, 4.0094),
  ]
  let count = 20_000
  let quantiles = try (0..<count).map { try NormalDistribution.quantile((Double($0) + 0.5) / Double(count)) }
  for (scale, expected) in table {
    var model = try ReturnEntropy(windowBars: count, minimumBars: 1)
    // A window of 20 000 is searched at every update; group equal bins to keep the test quick.
    for value in quantiles.enumerated().filter({ $0.offset % 20 == 0 }).map(\.element) {
      try model.update(barReturn: value * scale, baseline: 1)
    }
    expectClose(model.entropy, expected, absolute: scale > 10 ? 0.03 : 0.012)
  }
}

/// Entropy of a Gaussian of `scale` baseline volatilities in bins of a width, from the law instead of a
/// sample.
private func gaussianEntropy(scale: Double, width: Double) throws -> Double {
  var entropy = 0.0
  let bins = Int(12 * scale / width) + 2
  for bin in -bins...bins {
    let (low, high) = ((Double(bin) - 0.5) * width / scale, (Double(bin) + 0.5) * width / scale)
    let share = try NormalDistribution.cumulative(high) - NormalDistribution.cumulative(low)
    if share > 0 { entropy += try share * -naturalLogarithm(share) }
  }
  return entropy
}

/// ln by the entropy of two weights would be circular; this is Newton's method on the exponential.
private func naturalLogarithm(_ value: Double) throws -> Double {
  var x = -1.0
  for _ in 0..<400 {
    let step = value / (try exponential(x)) - 1
    x += min(1, max(-1, step))
    if step.magnitude < 1e-14 { break }
  }
  return x
}

@Test func thresholdsMeanTheStatedMultiplesOfTheBaseline() throws {
  // Nats at 1.5 σ₀ bins, then where 1.5, 1.8 and 2.0 nats are crossed for bins of other widths.
  for (scale, nats) in [(1, 1.0992), (1.5, 1.4590), (2, 1.7295), (2.5, 1.9445), (3, 2.1224), (5, 2.6266)] {
    expectClose(try gaussianEntropy(scale: scale, width: 1.5), nats, absolute: 5.1e-5)
  }
  let crossings = [
    (1.0, [1.045, 1.435, 1.765]), (1.25, [1.307, 1.794, 2.206]), (1.5, [1.568, 2.153, 2.647]),
    (1.75, [1.829, 2.511, 3.088]), (2.0, [2.091, 2.870, 3.529]),
  ]
  for (width, scales) in crossings {
    for (nats, scale) in zip([1.5, 1.8, 2.0], scales) {
      expectClose(try gaussianEntropy(scale: scale, width: width), nats, absolute: 5e-4)
    }
  }
}

@Test func fatTailsDoNotRaiseFalseAlarms() throws {
  // Student's t with four degrees of freedom and unit variance: reference mean 0.990 ± 0.087 and none above
  // 1.5 at the baseline, 0.978 above 1.8 at three times it.
  var random = SystemlessGenerator(seed: 44)
  for (scale, mean, above15, above18) in [(1.0, 0.990, 0.0, 0.0), (3, nil, 1, 0.978)] {
    var (sum, over15, over18) = (0.0, 0, 0)
    let paths = 600
    for _ in 0..<paths {
      var model = try ReturnEntropy()
      for _ in 0..<120 {
        let chiSquared = 2 * (random.exponential() + random.exponential())
        let student = random.normal() / (chiSquared / 4).squareRoot()
        try model.update(barReturn: scale * student / 2.0.squareRoot(), baseline: 1)
      }
      let entropy = try #require(model.entropy)
      sum += entropy
      over15 += entropy > 1.5 ? 1 : 0
      over18 += entropy > 1.8 ? 1 : 0
    }
    if let mean { expectClose(sum / Double(paths), mean, absolute: 0.02) }
    #expect(agrees(Double(over15) / Double(paths), above15, absolute: 0.01), "seed 44, scale \(scale)")
    #expect(agrees(Double(over18) / Double(paths), above18, absolute: 0.025), "seed 44, scale \(scale)")
  }
}

@Test func falseAlarmsAreRareAndRealOnesSeen() throws {
  // 120 bars, Gaussian: at the baseline nothing above 1.5; at twice the volatility nearly always above it; at
  // three times always above 1.8 (reference: 0, 0.998 and 1.000 of 4000 paths).
  var random = SystemlessGenerator(seed: 12)
  for (scale, mean, above15, above18) in [(1.0, 1.079, 0.0, 0.0), (2, 1.690, 0.998, 0.045), (3, 2.05, 1, 1)] {
    var (sum, over15, over18) = (0.0, 0, 0)
    let paths = 600
    for _ in 0..<paths {
      var model = try ReturnEntropy()
      for _ in 0..<120 { try model.update(barReturn: scale * random.normal(), baseline: 1) }
      let entropy = try #require(model.entropy)
      sum += entropy
      over15 += entropy > 1.5 ? 1 : 0
      over18 += entropy > 1.8 ? 1 : 0
    }
    let share = { (count: Int) in Double(count) / Double(paths) }
    #expect(agrees(sum / Double(paths), mean, absolute: 0.03), "seed 12, scale \(scale)")
    #expect(agrees(share(over15), above15, absolute: 0.01), "seed 12, scale \(scale): \(share(over15))")
    #expect(agrees(share(over18), above18, absolute: 0.04), "seed 12, scale \(scale): \(share(over18))")
  }
}

@Test func returnEntropyRefusesAndStaysAsItWas() throws {
  var model = try entropy(of: returns)
  let before = model
  for bad in [Double.nan, .infinity, -.infinity] {
    #expect(throws: ModelError.self) { try model.update(barReturn: bad, baseline: 1) }
    #expect(throws: ModelError.self) { try model.update(barReturn: 1, baseline: bad) }
  }
  #expect(throws: ModelError.self) { try model.update(barReturn: 1, baseline: 0) }
  #expect(throws: ModelError.self) { try model.update(barReturn: 1e300, baseline: 1e-300) }
  #expect(model == before)
  #expect(throws: ModelError.self) { try ReturnEntropy(windowBars: 1) }
  #expect(throws: ModelError.self) { try ReturnEntropy(windowBars: 10, minimumBars: 11) }
  #expect(throws: ModelError.self) { try ReturnEntropy(binWidth: 0) }
}

private let second: Int64 = 1_000_000_000

@Test func alarmLevelsRiseByTheirRulesAndFallAfterCalm() throws {
  var alarm = EntropyAlarm(settings: try .standard())
  var now: Int64 = 0
  func evaluate(_ entropy: Double?, _ temperature: Double?, valid: Bool = true) throws -> EntropyAlarm.Level {
    now += second
    return try alarm.evaluate(entropy: entropy, temperature: temperature, isValidated: valid, atNanos: now)
  }
  func reenable() -> Bool { alarm.reenable() }
  #expect(try evaluate(1.1, 1) == .normal)
  #expect(try evaluate(1.55, 1) == .warning)
  #expect(try evaluate(1.1, 1) == .warning, "a level falls after calm only")
  #expect(try evaluate(1.85, 1) == .warning)
  #expect(try evaluate(1.1, 5) == .warning)
  #expect(try evaluate(1.85, 1) == .critical, "three in a row, by entropy or by temperature")
  for _ in 0..<60 { #expect(try evaluate(1.3, 1) == .critical) }
  #expect(try evaluate(1.3, 1) == .normal)
  #expect(try evaluate(2.1, 1, valid: false) == .warning, "an unvalidated print cannot kill")
  #expect(try evaluate(1.3, 8) == .maximum)
  for _ in 0..<30 { #expect(try evaluate(1.2, 1) == .maximum) }
  #expect(!reenable() && alarm.level == .maximum)
  #expect(try evaluate(nil, 1) == .maximum)
  for _ in 0..<60 { #expect(try evaluate(1.2, 1) == .maximum) }
  #expect(!reenable(), "the unknown reading interrupted the calm")
  #expect(try evaluate(1.2, 1) == .maximum)
  #expect(reenable() && alarm.level == .normal)
  #expect(try evaluate(.nan, 1) == .normal)
  #expect(throws: ModelError.outOfOrder("time of the reading", at: 0)) {
    try alarm.evaluate(entropy: 1, temperature: 1, isValidated: true, atNanos: 0)
  }
}

@Test func alarmThresholdsMustBeInOrder() throws {
  let low = try EntropyAlarm.Threshold(entropy: 1, temperature: 1)
  let high = try EntropyAlarm.Threshold(entropy: 2, temperature: 2)
  #expect(throws: ModelError.self) {
    try EntropyAlarm.Settings(warning: high, critical: low, maximum: high, clear: low)
  }
  #expect(throws: ModelError.self) {
    try EntropyAlarm.Settings(warning: low, critical: high, maximum: high, clear: low, criticalEvaluations: 0)
  }
  #expect(throws: ModelError.self) { try EntropyAlarm.Threshold(entropy: .nan, temperature: 1) }
}
