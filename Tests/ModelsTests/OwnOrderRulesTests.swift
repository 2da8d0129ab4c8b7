import Models
import Testing
import Trading

private func order(_ counter: UInt64, _ side: Side, _ price: String, _ open: String) throws
  -> SelfTradePrevention.Resting
{
  try .init(
    id: ClOrdID(account: 1, epoch: 1, counter: counter), side: side, price: Price.parse(price),
    open: Quantity.parse(open))
}

private func verdict(
  _ policy: SelfTradePrevention.Policy, _ side: Side, _ limit: String?, _ quantity: String
) throws -> SelfTradePrevention.Verdict {
  let resting = try [
    order(1, .sell, "101", "5"), order(2, .sell, "100.5", "3"), order(3, .buy, "99", "9"),
    order(4, .sell, "100.5", "2"), order(5, .sell, "103", "4"),
  ]
  return try SelfTradePrevention(policy: policy).verdict(
    side: side, limit: limit.map { try Price.parse($0) }, quantity: Quantity.parse(quantity), resting: resting
  )
}

@Test func ordersThatMeetNoneOfOursGoAsTheyAre() throws {
  for policy in SelfTradePrevention.Policy.allCases {
    let quiet = try verdict(policy, .buy, "100.49", "7")
    #expect(quiet.send == (try Quantity.parse("7")) && quiet.reductions.isEmpty)
    let sell = try verdict(policy, .sell, "99.01", "7")
    #expect(sell.send == (try Quantity.parse("7")) && sell.reductions.isEmpty)
  }
}

@Test func eachPolicyKeepsOursApart() throws {
  let newest = try verdict(.cancelNewest, .buy, "101", "7")
  #expect(newest.send.isZero && newest.reductions.isEmpty)
  let oldest = try verdict(.cancelOldest, .buy, "101", "7")
  #expect(oldest.send == (try Quantity.parse("7")))
  #expect(
    oldest.reductions.map(\.id.counter) == [1, 2, 4] && oldest.reductions.allSatisfy { $0.open.isZero })
  let both = try verdict(.cancelBoth, .sell, "99", "7")
  #expect(both.send.isZero && both.reductions.map(\.id.counter) == [3])
  // Best price first, then as given: 3 of #2, 2 of #4, then 2 of the 5 of #1.
  let less = try verdict(.decrement, .buy, "101", "7")
  #expect(less.send.isZero && less.reductions.map(\.id.counter) == [2, 4, 1])
  #expect(less.reductions.map(\.open) == (try ["0", "0", "3"].map { try Quantity.parse($0) }))
  let rest = try verdict(.decrement, .buy, nil, "20")
  #expect(rest.send == (try Quantity.parse("6")) && rest.reductions.count == 4)
}

@Test func selfTradePreventionRefusesWhatIsNoOrder() throws {
  #expect(throws: ModelError.self) { try verdict(.cancelBoth, .buy, "101", "0") }
  #expect(throws: ModelError.self) { try verdict(.cancelBoth, .buy, "-1", "1") }
  let broken = try order(1, .sell, "101", "0")
  #expect(throws: ModelError.self) {
    try SelfTradePrevention(policy: .cancelBoth).verdict(
      side: .buy, limit: nil, quantity: Quantity.parse("1"), resting: [broken])
  }
}

@Test func theThrottleStopsAfterItsLimitUntilAPersonReenables() throws {
  var throttle = try RepeatedExecutionThrottle(limit: 3, windowNanos: 100)
  func enter(_ nanos: Int64) throws -> Bool { try throttle.enter(atNanos: nanos) }
  #expect(try enter(0))
  #expect(try enter(0), "without a fill it is no re-entry")
  for time in Int64(1)...3 {
    throttle.fill()
    #expect(try enter(time))
  }
  throttle.fill()
  #expect(try enter(101), "the first of the three is a window old")
  throttle.fill()
  #expect(try !enter(101))
  #expect(throttle.isDisabled)
  #expect(try !enter(10_000), "time alone does not re-enable")
  throttle.reenable()
  #expect(try enter(10_000))
  #expect(throws: ModelError.outOfOrder("time of the order", at: 0)) { try enter(9_999) }
}

@Test func withoutAWindowTheThrottleCountsForEver() throws {
  var throttle = try RepeatedExecutionThrottle(limit: 2)
  func enter(_ nanos: Int64) throws -> Bool { try throttle.enter(atNanos: nanos) }
  for time in [Int64.min, 0] {
    throttle.fill()
    #expect(try enter(time))
  }
  throttle.fill()
  #expect(try !enter(.max))
  #expect(throws: ModelError.self) { try RepeatedExecutionThrottle(limit: 0) }
  #expect(throws: ModelError.self) { try RepeatedExecutionThrottle(limit: 1, windowNanos: 0) }
}
