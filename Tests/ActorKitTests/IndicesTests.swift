import ActorKit
import Testing
import Trading

/// A failure names its seed, which is its argument.
@Suite struct IndicesTests {
  @Test(arguments: UInt64(0)..<8)
  func theyAreASetInRisingOrder(seed: UInt64) {
    var random = SplitMix64(seed: seed)
    var indices = Indices()
    var all: Set<Int> = []
    for _ in 0..<500 {
      let index = Int(random.below(30))
      switch random.below(5) {
      case 0:
        indices.remove(index)
        all.remove(index)
      case 1 where index < 10:
        indices.makeRoom(at: index)
        all = Set(all.map { $0 >= index ? $0 + 1 : $0 })
      default:
        indices.insert(index)
        all.insert(index)
      }
      #expect(indices.all == all.sorted(), "seed \(seed)")
      #expect(indices.contains(index) == all.contains(index), "seed \(seed)")
    }
  }
}
