import Models
import Testing

@Test func levelSizesOfTheReference() throws {
  let levels = try LadderSizes(levelCount: 4, decayPerLevel: 0.5, step: 1.5)
  let sizes = try (0..<4).map { try levels.size(level: $0, total: 5, capacity: 7) }
  expectClose(sizes, [2.275271, 1.380022, 0.837025, 0.507682])
  let capped = try (0..<4).map { try levels.size(level: $0, total: 5, capacity: 2) }
  expectClose(capped.reduce(0, +), 2, relative: 1e-15)
  expectClose(
    try (0..<4).map { try levels.offset(level: $0, first: 2.3) }, [2.3, 3.8, 5.3, 6.8], absolute: 1e-12)
  #expect(try levels.lots(total: 5, capacity: 7) == [2, 1, 1, 1])
  #expect(try levels.lots(total: 5, capacity: 0) == [0, 0, 0, 0])
}

@Test func restingSizeNeverExceedsTheRoomOfTheLimit() throws {
  #expect(try LadderSizes.capacity(inventoryLots: 3, limitLots: 10) == (bid: 7, ask: 13))
  #expect(try LadderSizes.capacity(inventoryLots: -12, limitLots: 10) == (bid: 22, ask: 0))
  #expect(throws: ModelError.self) { try LadderSizes.capacity(inventoryLots: .min, limitLots: 10) }
  #expect(throws: ModelError.self) { try LadderSizes.capacity(inventoryLots: 0, limitLots: -1) }
  let levels = try LadderSizes(levelCount: 7, decayPerLevel: 0.3, step: 1)
  for total in Int64(0)..<40 {
    for capacity in Int64(0)..<20 {
      let lots = try levels.lots(total: total, capacity: capacity)
      #expect(lots.reduce(0, +) == min(total, capacity) && lots.allSatisfy { $0 >= 0 })
    }
  }
}

@Test func aRequoteIsDueBeyondTheThresholdOnly() throws {
  #expect(try !Requote.isDue(old: 99.98, new: 100, mid: 100, thresholdBps: 2.1))
  #expect(try Requote.isDue(old: 99.979, new: 100, mid: 100, thresholdBps: 2))
  #expect(throws: ModelError.self) { try Requote.isDue(old: .nan, new: 1, mid: 1, thresholdBps: 2) }
  #expect(throws: ModelError.self) { try Requote.isDue(old: 1, new: 1, mid: 0, thresholdBps: 2) }
}

@Test func largestRemainderGivesTheLeftoversToTheLargestFractions() throws {
  #expect(try LargestRemainder.split(7, weights: [0.5, 0.3, 0.2]) == [4, 2, 1])
  #expect(try LargestRemainder.split(1, weights: [1, 1, 1]) == [1, 0, 0])
  #expect(try LargestRemainder.split(3, weights: [0, 1, 0]) == [0, 3, 0])
  #expect(try LargestRemainder.split(0, weights: [1, 2]) == [0, 0])
  #expect(try LargestRemainder.split(1 << 53, weights: [1, 1]) == [1 << 52, 1 << 52])
}

@Test func largestRemainderSumsExactlyAndStaysWithinALotOfTheShare() throws {
  var state: UInt64 = 99
  for round in 0..<2000 {
    state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
    let total = Int64(state >> 40)
    let weights = (0..<Int(state >> 20 & 7) + 1).map { index in
      Double((state >> UInt64(index)) & 0xffff)
    }
    guard weights.contains(where: { $0 > 0 }) else { continue }
    let parts = try LargestRemainder.split(total, weights: weights)
    let sum = weights.reduce(0, +)
    #expect(parts.reduce(0, +) == total, "round \(round)")
    for (part, weight) in zip(parts, weights) {
      #expect((Double(part) - Double(total) * weight / sum).magnitude < 1.000_001, "round \(round)")
    }
  }
}

@Test func largestRemainderRefusesWhatCannotBeShared() {
  #expect(throws: ModelError.self) { try LargestRemainder.split(-1, weights: [1]) }
  #expect(throws: ModelError.self) { try LargestRemainder.split(1, weights: []) }
  #expect(throws: ModelError.self) { try LargestRemainder.split(1, weights: [0, 0]) }
  #expect(throws: ModelError.self) { try LargestRemainder.split(1, weights: [1, -1]) }
  #expect(throws: ModelError.self) { try LargestRemainder.split(1, weights: [.nan]) }
  #expect(throws: ModelError.self) { try LargestRemainder.split(.max, weights: [1]) }
}
