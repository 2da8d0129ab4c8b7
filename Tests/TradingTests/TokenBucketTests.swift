import Testing
import Trading

private let second: Int64 = 1_000_000_000

@Test func theBucketGivesThePublishedAnswers() {
  var bucket = TokenBucket(perSecond: 5, burst: 10, atNanos: 0)
  let times = Array(repeating: Int64(0), count: 12) + [200_000_000, 300_000_000, 400_000_000, 1_400_000_000]
  let taken = times.map { bucket.take(for: .order, atNanos: $0) }
  #expect(taken == Array(repeating: true, count: 10) + [false, false, true, false, true, true])
}

@Test func theLastTokensAreForCancels() {
  var bucket = TokenBucket(perSecond: 1, burst: 5, reserve: 2, atNanos: 0)
  #expect(bucket.available(for: .order, atNanos: 0) == 3 && bucket.available(for: .cancel, atNanos: 0) == 5)
  #expect((0..<4).map { _ in bucket.take(for: .order, atNanos: 0) } == [true, true, true, false])
  #expect(bucket.available(for: .order, atNanos: 0) == 0 && bucket.available(for: .cancel, atNanos: 0) == 2)
  #expect((0..<3).map { _ in bucket.take(for: .cancel, atNanos: 0) } == [true, true, false])
  #expect(bucket.nanosUntilAvailable(for: .cancel, atNanos: 0) == second)
  #expect(bucket.nanosUntilAvailable(for: .order, atNanos: 0) == 3 * second)
}

@Test func theWaitIsExactToTheNanosecond() {
  var bucket = TokenBucket(perPeriod: 7, periodNanos: 60 * second, burst: 1, atNanos: 5)
  #expect(bucket.take(for: .order, atNanos: 5) == true)
  let wait = bucket.nanosUntilAvailable(for: .order, atNanos: 5)
  #expect(wait == 8_571_428_572)
  #expect(bucket.take(for: .order, atNanos: 5 + wait - 1) == false)
  #expect(bucket.take(for: .order, atNanos: 5 + wait) == true)
}

@Test func noFractionOfATokenIsEverLostOrMade() {
  // Asked at odd moments for ten minutes, the bucket gives exactly its rate and the burst.
  let seed: UInt64 = 3
  var random = SplitMix64(seed: seed)
  var bucket = TokenBucket(perPeriod: 1_200, periodNanos: 60 * second, burst: 10, atNanos: 0)
  var now: Int64 = 0
  var taken = 0
  while bucket.take(for: .order, atNanos: 0) { taken += 1 }
  while now < 600 * second {
    now = min(now + Int64(random.below(90_000_000)), 600 * second)
    while bucket.take(for: .order, atNanos: now) { taken += 1 }
  }
  #expect(taken == 10 + 12_000, "seed \(seed)")
}

@Test func aClockSteppingBackGivesAndTakesNothing() {
  var bucket = TokenBucket(perSecond: 1, burst: 2, atNanos: 10 * second)
  #expect(bucket.take(for: .order, atNanos: 10 * second) == true)
  #expect(bucket.take(for: .order, atNanos: 5 * second) == true)
  #expect(bucket.take(for: .order, atNanos: 5 * second) == false)
  #expect(bucket.take(for: .order, atNanos: 10 * second) == false)
  #expect(bucket.take(for: .order, atNanos: 11 * second) == true)
}

@Test func aLongPauseFillsTheBucketAndNoMore() {
  var bucket = TokenBucket(perSecond: 1_000, burst: 3, tokens: 0, atNanos: .min)
  #expect(bucket.available(for: .cancel, atNanos: .min) == 0)
  #expect(bucket.available(for: .order, atNanos: .max) == 3)
  #expect((0..<4).map { _ in bucket.take(for: .order, atNanos: .max) } == [true, true, true, false])
  let drained = TokenBucket(perSecond: 1_000, burst: 3, tokens: 0, atNanos: 0)
  for pause in [Int64.max / 1_000, .max / 999, .max / 2, .max] {
    #expect(drained.available(for: .order, atNanos: pause) == 3, "after \(pause) ns")
  }
}
