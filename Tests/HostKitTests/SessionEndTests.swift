import Testing

import HostKit

private let second: Int64 = 1_000_000_000

@Test func aComponentLeavesOnceItAndTheQueenAreFinished() {
  var end = SessionEnd()
  end.heard(.shutdown, atBootNanos: 0)
  let look1 = end.isOver(.feed, .finished, atBootNanos: 10 * second)
  #expect(!look1, "the queen still waits for executors")
  end.heard(queen: .finished)
  let look2 = end.isOver(.feed, .finished, atBootNanos: 11 * second)
  #expect(!look2)
  let look3 = end.isOver(.feed, .finished, atBootNanos: 14 * second)
  #expect(look3)
  let look4 = end.isOver(.feed, .live, atBootNanos: 15 * second)
  #expect(!look4, "it lives again")
  end.heard(queen: .live)
  let look5 = end.isOver(.feed, .finished, atBootNanos: 20 * second)
  #expect(!look5)
}

@Test func withoutAQueenItLeavesAfterAWhile() {
  var end = SessionEnd()
  let look6 = end.isOver(.executor, .finished, atBootNanos: 0)
  #expect(!look6)
  let look7 = end.isOver(.executor, .finished, atBootNanos: 59 * second)
  #expect(!look7)
  let look8 = end.isOver(.executor, .finished, atBootNanos: 60 * second)
  #expect(look8)
}

/// What never finishes leaves too, but not an executor: it still has something to confirm.
@Test func onlyAnExecutorStaysWithAnUnfinishedShutdown() {
  var end = SessionEnd()
  end.heard(.shutdown, atBootNanos: 0)
  end.heard(.shutdown, atBootNanos: 100 * second)
  let look9 = end.isOver(.venue, .live, atBootNanos: 179 * second)
  #expect(!look9)
  let look10 = end.isOver(.venue, .live, atBootNanos: 180 * second)
  #expect(look10)
  let look11 = end.isOver(.executor, .stopping, atBootNanos: 10_000 * second)
  #expect(!look11)
}
