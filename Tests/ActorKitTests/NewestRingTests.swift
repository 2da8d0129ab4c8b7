import ActorKit
import Testing

@Suite struct NewestRingTests {
  @Test func theOldestMakesRoom() {
    var ring = NewestRing<Int>(capacity: 3)
    #expect(ring.oldest == nil && ring.oldestFirst.isEmpty)
    for value in 1...2 { #expect(ring.append(value).dropped == nil) }
    #expect(ring.oldestFirst == [1, 2])
    let dropped = (3...8).map { ring.append($0).dropped }
    #expect(dropped == [nil, 1, 2, 3, 4, 5])
    #expect(ring.oldestFirst == [6, 7, 8] && ring.oldest == 6 && ring[age: 2] == 8)
  }

  @Test func aValueStaysInItsSlotUntilItIsDropped() {
    var ring = NewestRing<Int>(capacity: 4)
    for value in 0..<6 { ring.append(value) }
    let slot = ring.append(6).slot
    for value in 7..<10 {
      ring.append(value)
      #expect(ring[slot: slot] == 6)
    }
    ring[slot: slot] = 60
    #expect(ring.oldest == 60)
    ring.append(10)
    #expect(ring[slot: slot] == 10)
  }
}
