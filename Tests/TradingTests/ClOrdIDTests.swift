import Testing
import Trading

@Test func orderIdsRoundTripAndSortAsTheirText() {
  let seed: UInt64 = 11
  var random = SplitMix64(seed: seed)
  var previous = ClOrdID(account: 0, epoch: 0, counter: 0)
  for round in 0..<5_000 {
    let id = ClOrdID(
      account: UInt16(truncatingIfNeeded: random.next() >> random.below(64)),
      epoch: UInt32(truncatingIfNeeded: random.next() >> random.below(64)),
      counter: random.next() >> random.below(64))
    let text = id.description
    let context: Comment = "seed \(seed), round \(round), \(id.account) \(id.epoch) \(id.counter)"
    #expect(ClOrdID(text) == id, context)
    #expect(text.utf8.count == 24 && text.hasPrefix("W"), context)
    #expect((previous < id) == (previous.description < text), context)
    previous = id
  }
}

@Test func orderIdsHaveAFixedKnownText() {
  #expect(ClOrdID(account: 0, epoch: 0, counter: 0).description == "W00000000000000000000000")
  #expect(ClOrdID(account: 0, epoch: 0, counter: 32).description == "W00000000000000000000010")
  #expect(ClOrdID(account: .max, epoch: .max, counter: .max).description == "W3ZZZZZZZZZZZZZZZZZZZZZZ")
}

@Test func foreignOrderIdsAreRefused() {
  for text in [
    "", "W", "W0000000000000000000000", "W000000000000000000000000", "X00000000000000000000000",
    "w00000000000000000000000", "W0000000000000000000000a", "W0000000000000000000000I",
    "W0000000000000000000000L", "W0000000000000000000000O", "W0000000000000000000000U",
    "W0000000000000000000000-", "W40000000000000000000000", "WZZZZZZZZZZZZZZZZZZZZZZZ",
    "W000000000000000000000é",
  ] {
    #expect(ClOrdID(text) == nil, "\(text)")
  }
}

@Test func everyBase32DigitStandsForItself() {
  var seen: [UInt8] = []
  for digit in 0..<UInt64(32) {
    let id = ClOrdID(account: 1, epoch: 2, counter: digit)
    #expect(ClOrdID(id.description)?.counter == digit)
    if let last = id.description.utf8.last { seen.append(last) }
  }
  #expect(seen == Array("0123456789ABCDEFGHJKMNPQRSTVWXYZ".utf8))
}
