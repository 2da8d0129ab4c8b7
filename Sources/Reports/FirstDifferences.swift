/// Differences found in any order, told in that of the journals: the venue's records first, then the
/// executor's, each by its place. Bound: those that a comparison names; the rest is counted.
struct FirstDifferences {
  enum Side: Int {
    case venue, executor
  }

  private var kept: [(side: Side, place: Int, text: String)] = []
  private var count = 0

  mutating func add(_ side: Side, _ place: Int, _ text: String) {
    count += 1
    // Behind those of the same place.
    let index = kept.firstIndex { (side.rawValue, place) < ($0.side.rawValue, $0.place) } ?? kept.count
    guard index < Comparison.mostNamed else { return }
    kept.insert((side, place, text), at: index)
    if kept.count > Comparison.mostNamed { kept.removeLast() }
  }

  func tell(into comparison: inout Comparison) {
    for difference in kept { comparison.differ(difference.text) }
    comparison.count(unnamed: count - kept.count)
  }
}
