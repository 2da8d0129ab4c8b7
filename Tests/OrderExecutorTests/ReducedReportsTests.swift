import OrderExecutor
import Testing

/// Risk is told of the reports that it decides on and of no others. A failure names its seed, which is its
/// argument.
@Suite struct ReducedReportsTests {
  @Test(arguments: UInt64(0)..<12)
  func riskDecidesOnWhatItIsToldAsItWouldOnEverything(seed: UInt64) {
    let colony = TwoRisks(seed: seed)
    colony.start()
    for _ in 0..<400 {
      colony.step()
      // What the executor's own decisions look at is what its orders say.
      #expect(
        Array(colony.bench.books.outlines) == colony.bench.books.open.map(OrderOutline.init), "seed \(seed)")
    }
    #expect(
      colony.differences.isEmpty,
      "seed \(seed): \(colony.differences.count), first \(colony.differences.prefix(3))")
    #expect(colony.targets > 50 && colony.doubts > 5 && colony.bench.books.fillCount > 50, "seed \(seed)")
    #expect(colony.toldReports * 2 < colony.fullReports, "seed \(seed): \(colony.toldReports) reports")
  }
}
