import ActorKit
import Testing
import Trading

/// A failure names its seed, which is its argument.
@Suite struct DeadlinesTests {
  @Test(arguments: UInt64(0)..<8)
  func theFirstAndWhatIsDueAreWhatAWalkOverAllFinds(seed: UInt64) {
    var random = SplitMix64(seed: seed)
    var times = (0..<Int(1 + random.below(40))).map { _ in Int64(random.below(100)) }
    var deadlines = Deadlines(times)
    for _ in 0..<500 {
      let index = Int(random.below(UInt64(times.count)))
      times[index] = random.below(4) == 0 ? .max : Int64(random.below(100))
      deadlines[index] = times[index]
      let now = Int64(random.below(100))
      #expect(deadlines.first == times.min(), "seed \(seed)")
      #expect(deadlines.firstDue(at: now) == times.firstIndex { $0 <= now }, "seed \(seed)")
      #expect(deadlines[index] == times[index], "seed \(seed)")
    }
  }

  @Test func nothingIsDueWhereThereIsNothing() {
    #expect(Deadlines().first == .max && Deadlines().firstDue(at: 9) == nil)
  }
}
