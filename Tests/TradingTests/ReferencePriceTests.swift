import Testing
import Trading

/// When two quotes make a price.
@Suite struct ReferencePriceTests {
  private func price(_ whole: Int64) -> Price { Price(raw: whole * 1_000_000_000) }

  private func confirmed() -> ReferencePrice {
    var reference = ReferencePrice()
    reference.take(bid: price(59_990), ask: price(60_010))
    return reference
  }

  @Test func aSpreadBeyondTheLimitMakesNoPrice() {
    var reference = confirmed()
    #expect(reference.price == price(60_000))
    reference.take(bid: price(60_000), ask: price(120_000))
    #expect(reference.verdict == .tooWide && reference.price == nil)
    #expect(reference.lastConfirmed == price(60_000))
    reference.take(bid: price(59_990), ask: nil)
    #expect(reference.verdict == .incomplete && reference.price == nil)
  }

  @Test func oneSideNeverConfirmsItself() {
    var reference = ReferencePrice(maxSpread: Bps(raw: 1_000_000_000))
    reference.take(bid: price(59_990), ask: price(60_010))
    // The asks are pulled, a stub five percent up stays; bids and stub are told again and again.
    for step in 0..<100 {
      reference.take(bid: price(59_990 + Int64(step % 3)), ask: price(63_000 + Int64(step % 2)))
      #expect(reference.price == nil, "update \(step)")
    }
  }

  @Test func bothSidesMovedConfirmAfterTwoFurtherUpdates() {
    var reference = confirmed()
    let isNewDoubt = reference.take(bid: price(62_990), ask: price(63_010))
    #expect(isNewDoubt)
    #expect(reference.verdict == .doubted)
    reference.take(bid: price(62_991), ask: price(63_011))
    #expect(reference.price == nil)
    reference.take(bid: price(62_992), ask: price(63_012))
    #expect(reference.price == price(63_002))
  }

  @Test func tradesThereBearAOneSidedMoveOut() {
    var reference = ReferencePrice(maxSpread: Bps(raw: 1_000_000_000))
    reference.take(bid: price(59_990), ask: price(60_010))
    reference.take(bid: price(59_990), ask: price(63_000))
    reference.take(trade: price(60_000))
    reference.take(bid: price(59_990), ask: price(63_000))
    reference.take(bid: price(59_990), ask: price(63_000))
    #expect(reference.price == nil, "a trade at the old price bears nothing out")
    reference.take(trade: price(61_500))
    reference.take(bid: price(59_990), ask: price(63_000))
    #expect(reference.price != nil)
  }
}
