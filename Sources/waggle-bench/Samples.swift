/// Repeated measurements of one thing: the median stands for it, smallest and largest show the noise.
struct Samples {
  private(set) var values: [Double] = []

  mutating func add(_ value: Double) { values.append(value) }

  var median: Double {
    precondition(!values.isEmpty, "the median of nothing")
    let sorted = values.sorted()
    let middle = sorted.count / 2
    return sorted.count % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2
  }

  var smallest: Double { values.min() ?? .nan }
  var largest: Double { values.max() ?? .nan }
}
