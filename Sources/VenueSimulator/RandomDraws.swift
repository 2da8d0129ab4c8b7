import Trading

/// Random variates from uniform ones by comparing and adding alone: without a logarithm of some C library
/// they are the same on every machine.
extension SplitMix64 {
  /// Exponentially distributed with mean 1 (von Neumann 1951, "Various techniques used in connection with
  /// random digits"): runs of falling uniform numbers; the first of the first run of odd length is the
  /// fraction, the number of even runs before it the whole part.
  package mutating func exponential() -> Double {
    var whole = 0.0
    while true {
      let first = unit()
      var previous = first
      var length = 1
      while true {
        let next = unit()
        guard next < previous else { break }
        previous = next
        length += 1
      }
      if length % 2 == 1 { return whole + first }
      whole += 1
    }
  }

  /// About normally distributed with mean 0 and variance 1: the sum of twelve uniform numbers less six. It
  /// never leaves [-6, 6], which for a market's steps is a merit.
  package mutating func normal() -> Double {
    var sum = -6.0
    for _ in 0..<12 { sum += unit() }
    return sum
  }
}
