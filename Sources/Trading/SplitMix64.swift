/// A small seeded generator (Steele, Lea, Flood 2014, "Fast splittable pseudorandom number generators"). All
/// randomness in the system is a value of this kind handed in by the host, so that a run can be repeated; it
/// is not for secrets.
@frozen public struct SplitMix64: RandomNumberGenerator, Equatable, Sendable {
  /// The whole state; a generator made with this as its seed goes on where this one stands.
  public var state: UInt64

  @inlinable public init(seed: UInt64) { state = seed }

  /// The next 64 random bits.
  @inlinable public mutating func next() -> UInt64 {
    state &+= 0x9e37_79b9_7f4a_7c15
    var bits = state
    bits = (bits ^ (bits &>> 30)) &* 0xbf58_476d_1ce4_e5b9
    bits = (bits ^ (bits &>> 27)) &* 0x94d0_49bb_1331_11eb
    return bits ^ (bits &>> 31)
  }

  /// A number in [0, 1), one of 2^53 equally spaced ones.
  @inlinable public mutating func unit() -> Double { Double(next() &>> 11) * 0x1p-53 }

  /// A number in 0..<`bound`, each equally likely (multiplication with rejection, Lemire 2019). The method is
  /// our own rather than the standard library's, whose draws may change with a compiler and would change a
  /// replay.
  @inlinable public mutating func below(_ bound: UInt64) -> UInt64 {
    precondition(bound > 0, "no number lies below zero")
    let threshold = (0 &- bound) % bound
    while true {
      let (high, low) = next().multipliedFullWidth(by: bound)
      if low >= threshold { return high }
    }
  }
}
