/// A generator of the tests' own (xorshift64*, Marsaglia and Vigna), so that the samples they check the
/// models on come from no code under test.
struct SystemlessGenerator: RandomNumberGenerator {
  private var state: UInt64

  init(seed: UInt64) { state = seed &* 0x9e37_79b9_7f4a_7c15 | 1 }

  mutating func next() -> UInt64 {
    state ^= state >> 12
    state ^= state << 25
    state ^= state >> 27
    return state &* 2_685_821_657_736_338_717
  }

  /// Uniform in [0, 1).
  mutating func unit() -> Double { Double(next() >> 11) * 0x1p-53 }

  /// Exponential with mean 1, by von Neumann's comparison of uniforms: no logarithm needed.
  mutating func exponential() -> Double {
    var whole = 0.0
    while true {
      let first = unit()
      var (previous, current, runs) = (first, unit(), 1)
      while current < previous { (previous, current, runs) = (current, unit(), runs + 1) }
      if runs % 2 == 1 { return whole + first }
      whole += 1
    }
  }

  /// Standard normal by Marsaglia's polar method with von Neumann's exponential in place of a logarithm.
  mutating func normal() -> Double {
    while true {
      let (u, v) = (2 * unit() - 1, 2 * unit() - 1)
      let radius = u * u + v * v
      if radius > 0 && radius < 1 { return u * (2 * exponential() / radius).squareRoot() }
    }
  }
}
