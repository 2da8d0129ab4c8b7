import Testing
import Trading

@Test func theGeneratorGivesItsPublishedNumbers() {
  var random = SplitMix64(seed: 1_234_567)
  #expect(random.next() == 6_457_827_717_110_365_317)
  #expect(random.next() == 3_203_168_211_198_807_973)
  #expect(random.next() == 9_817_491_932_198_370_423)
  var other = SplitMix64(seed: 42)
  #expect(other.next() == 0xbdd7_3226_2feb_6e95)
}

@Test func unitNumbersLieBelowOne() {
  var random = SplitMix64(seed: 42)
  for expected in [0.741564879, 0.159910393, 0.278601130] {
    #expect(abs(random.unit() - expected) < 1e-9)
  }
}

@Test func aGeneratorGoesOnFromItsSavedState() {
  var random = SplitMix64(seed: 7)
  for _ in 0..<10 { _ = random.next() }
  var restored = SplitMix64(seed: random.state)
  #expect(random.next() == restored.next())
  #expect(random == restored)
}

@Test func boundedDrawsAreEvenAndBounded() {
  var random = SplitMix64(seed: 99)
  var counts = Array(repeating: 0, count: 7)
  for _ in 0..<70_000 { counts[Int(random.below(7))] += 1 }
  // Standard deviation of a count is about 93; five of them.
  for count in counts { #expect(abs(count - 10_000) < 465, "seed 99: \(counts)") }
  #expect(random.below(1) == 0)
  #expect(random.below(.max) < .max)
}
