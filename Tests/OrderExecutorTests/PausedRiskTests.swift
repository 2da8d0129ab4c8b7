import Testing
import Trading

/// Risk stands still while fills come faster than its window holds: what it then believes must not lead to an
/// order beyond its limit. A failure names its seed, which is its argument.
@Suite struct PausedRiskTests {
  @Test(arguments: UInt64(0)..<6)
  func noOrderIsBeyondRisksLimitThoughItsWindowOverflows(seed: UInt64) {
    let colony = PausedRiskColony(seed: seed)
    colony.start()
    for _ in 0..<6 {
      for _ in 0..<200 + Int(colony.number(below: 400)) { colony.step() }
      let millis = 50 + Int64(colony.number(below: 851))
      colony.pause(millis: millis)
      for _ in 0..<millis { colony.step() }
    }
    for _ in 0..<600 { colony.step() }
    #expect(colony.beyond.isEmpty, "seed \(seed): \(colony.beyond.count), first \(colony.beyond.prefix(3))")
    #expect(colony.overflown > 0, "seed \(seed): the window of \(colony.eventCount) events never overflowed")
    #expect(colony.orderCount > 200 && colony.fillCount > 400, "seed \(seed): \(colony.orderCount) orders")
  }
}
