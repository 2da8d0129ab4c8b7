/// Splitting a whole number of lots by weights so that the parts sum exactly: everyone gets the floor of his
/// share, what is left goes one by one to the largest remainders (Hamilton's method), ties to the earlier
/// index.
public enum LargestRemainder {
  /// Throws on a negative total, on no weights, on a weight that is no finite number ≥ 0, and when all are 0.
  public static func split(_ total: Int64, weights: [Double]) throws(ModelError) -> [Int64] {
    // Beyond 2^53 a share computed in Double could miss a lot.
    guard total >= 0 && total <= 1 << 53 else {
      throw .outOfRange("total to split", value: Double(total), allowed: "0 ... 2^53")
    }
    try Domain.atLeast(1, weights.count, "weights")
    var sum = 0.0
    for weight in weights { sum += try Domain.nonNegative(weight, "weight") }
    try Domain.finite(sum, "sum of weights")
    guard sum > 0 else { throw .degenerate("all weights are zero") }
    var parts = [Int64]()
    var remainders = [Double]()
    parts.reserveCapacity(weights.count)
    remainders.reserveCapacity(weights.count)
    var assigned: Int64 = 0
    for weight in weights {
      let share = Double(total) * (weight / sum)
      let whole = min(Int64(share.rounded(.down)), total - assigned)
      parts.append(whole)
      remainders.append(weight > 0 ? share - Double(whole) : -1)
      assigned += whole
    }
    while assigned < total {
      var best = 0
      for index in remainders.indices where remainders[index] > remainders[best] { best = index }
      parts[best] += 1
      remainders[best] -= 1
      assigned += 1
    }
    return parts
  }
}
