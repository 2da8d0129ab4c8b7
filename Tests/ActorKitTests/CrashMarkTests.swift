import ActorKit
import Testing
import Wire

@Suite struct CrashMarkTests {
  private static func mark(sequence: UInt64, orderQuantity: Int64, sent: Int64 = 1) -> CrashMark {
    let envelope = Envelope(
      sender: 3, flags: 0, epoch: 2, sequence: sequence, sent: sent, origin: sent, correlationHigh: 0,
      correlationLow: 0)
    let trade = Trade(
      envelope: envelope, instrument: 1, eventNanos: 1, tradeId: 1, price: 1, quantity: orderQuantity,
      aggressor: .buy, condition: .market)
    var frames = FrameWriter(capacity: 1_024)
    trade.encode(into: &frames)
    return CrashMark(.trade, envelope, frames.bytes)
  }

  @Test func aNumberedMessageIsKnownByItsNumber() {
    #expect(Self.mark(sequence: 5, orderQuantity: 1) == Self.mark(sequence: 5, orderQuantity: 2))
    #expect(Self.mark(sequence: 5, orderQuantity: 1) != Self.mark(sequence: 6, orderQuantity: 1))
  }

  @Test func anUnnumberedMessageIsKnownByWhatItSays() {
    let first = Self.mark(sequence: 0, orderQuantity: 1, sent: 10)
    #expect(first.isSameInput(as: Self.mark(sequence: 0, orderQuantity: 1, sent: 99)), "sent again")
    #expect(!first.isSameInput(as: Self.mark(sequence: 0, orderQuantity: 2, sent: 10)))
  }

  @Test func deathsDoNotMakeAnotherInput() {
    var died = Self.mark(sequence: 5, orderQuantity: 1)
    died.deaths = 2
    #expect(died.isSameInput(as: Self.mark(sequence: 5, orderQuantity: 1)))
  }
}
