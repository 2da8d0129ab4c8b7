/// Regularity of a series as an early warning on the low side: markets tend to order before a crash. Alerts
/// only, never a stop by themselves.
public enum OrdinalEntropy {
  /// Permutation entropy (Bandt and Pompe 2002) in bits: the entropy of the orderings of `order` (2 … 7)
  /// consecutive values, equal values counted in order of time. Throws `tooFew` for a series shorter than the
  /// order.
  public static func permutation(_ series: [Double], order: Int) throws(ModelError) -> Double {
    guard order >= 2 && order <= 7 else {
      throw .outOfRange("order", value: Double(order), allowed: "2 ... 7")
    }
    try Domain.allFinite(series, "value of the series")
    try Domain.atLeast(order, series.count, "values")
    var counts = [Int](repeating: 0, count: factorial(order))
    for start in 0...(series.count - order) { counts[pattern(series, start, order)] += 1 }
    let total = Double(series.count - order + 1)
    var entropy = 0.0
    for count in counts where count > 0 {
      let share = Double(count) / total
      entropy -= share * Math.log(share)
    }
    return max(0, entropy / Math.ln2)
  }

  /// Sample entropy (Richman and Moorman 2000): −ln(A/B), B and A the pairs of stretches of `length` and
  /// `length` + 1 values that stay within `tolerance` (≥ 0) of each other. O(n²): 10 000 values at most.
  /// Throws `degenerate` when no pair matches.
  public static func sample(_ series: [Double], length: Int, tolerance: Double) throws(ModelError) -> Double {
    guard length >= 1 && length <= 10 else {
      throw .outOfRange("length", value: Double(length), allowed: "1 ... 10")
    }
    guard series.count <= 10_000 else {
      throw .outOfRange("values", value: Double(series.count), allowed: "<= 10000")
    }
    try Domain.nonNegative(tolerance, "tolerance")
    try Domain.allFinite(series, "value of the series")
    try Domain.atLeast(length + 2, series.count, "values")
    var (matches, longer) = (0, 0)
    let starts = series.count - length
    for first in 0..<starts {
      for second in (first + 1)..<max(starts, first + 1) {
        var isMatch = true
        for offset in 0..<length
        where (series[first + offset] - series[second + offset]).magnitude > tolerance {
          isMatch = false
          break
        }
        guard isMatch else { continue }
        matches += 1
        if (series[first + length] - series[second + length]).magnitude <= tolerance { longer += 1 }
      }
    }
    guard longer > 0 else { throw .degenerate("no two stretches of \(length + 1) values match") }
    return -Math.log(Double(longer) / Double(matches))
  }

  private static func factorial(_ n: Int) -> Int { (1...n).reduce(1, *) }

  /// The rank of a stretch's ordering among all, by its Lehmer code.
  private static func pattern(_ series: [Double], _ start: Int, _ order: Int) -> Int {
    var code = 0
    for i in 0..<order {
      var smaller = 0
      for j in (i + 1)..<max(order, i + 1) where series[start + j] < series[start + i] { smaller += 1 }
      code = code * (order - i) + smaller
    }
    return code
  }
}
