import Models
import Testing

private let second: Int64 = 1_000_000_000

@Test func fillIntensityFindsTheLawItIsFedWith() throws {
  // Arrivals Poisson with rate A and depths exponential with k: a quote at δ is hit at rate A exp(−kδ).
  let (a, k) = (2.0, 0.3)
  var random = SystemlessGenerator(seed: 11)
  var model = try FillIntensity(stepNanos: second / 5, binWidth: 1, binCount: 40)
  var time = 0.0
  try model.advance(toNanos: 0)
  while time < 40_000 {
    time += random.exponential() / a
    try model.record(depth: random.exponential() / k, atNanos: Int64(time * 1e9))
  }
  let fit = try model.fit(bins: 0..<12)
  #expect(agrees(fit.fillsPerSecond, a, relative: 0.02), "seed 11: \(fit)")
  #expect(agrees(fit.fillDecayPerOffset, k, relative: 0.02), "seed 11: \(fit)")
  #expect(fit.rSquared > 0.99)
  // Counting the deepest trade only and inverting 1 − exp(−λ dt) is what keeps busy steps from biasing A.
  expectClose(model.intensity(bin: 0), a, relative: 0.02)
}

@Test func fillIntensityCountsByHand() throws {
  var model = try FillIntensity(stepNanos: second, binWidth: 0.5, binCount: 4)
  try model.advance(toNanos: 0)
  try model.record(depth: 0.7, atNanos: 100)
  try model.record(depth: 0.2, atNanos: 200)
  try model.record(depth: -3, atNanos: second + 1)
  try model.record(depth: 99, atNanos: 2 * second)
  try model.advance(toNanos: 10 * second)
  #expect(model.stepCount == 10)
  #expect((0..<4).map { model.reachedCount(bin: $0) } == [2, 2, 1, 1])
  expectClose(model.intensity(bin: 0), 0.223143551, absolute: 5.1e-10)
  #expect(model.intensity(bin: 4) == nil && model.intensity(bin: -1) == nil)
  #expect(throws: ModelError.self) { try model.fit(bins: 0..<4, minimumCount: 2) }
  #expect(throws: ModelError.outOfOrder("time of the trade", at: 0)) {
    try model.record(depth: 1, atNanos: 0)
  }
  #expect(throws: ModelError.self) { try model.record(depth: .nan, atNanos: 20 * second) }
  #expect(model.stepCount == 10)
}

@Test func aFlatProfileHasNoDecay() throws {
  var model = try FillIntensity(stepNanos: second, binWidth: 1, binCount: 5)
  try model.advance(toNanos: 0)
  for step in 0..<100 {
    try model.record(depth: step.isMultiple(of: 2) ? 4.5 : -1, atNanos: Int64(step) * second)
  }
  try model.advance(toNanos: 100 * second)
  #expect(throws: ModelError.self) { try model.fit(bins: 0..<5) }
}

@Test func fillIntensityRefusesNonsense() {
  #expect(throws: ModelError.self) { try FillIntensity(stepNanos: 0, binWidth: 1, binCount: 5) }
  #expect(throws: ModelError.self) { try FillIntensity(stepNanos: 1, binWidth: .nan, binCount: 5) }
  #expect(throws: ModelError.self) { try FillIntensity(stepNanos: 1, binWidth: 1, binCount: 2) }
}
