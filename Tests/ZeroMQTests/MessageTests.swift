import Testing
import ZeroMQ

@Suite struct MessageTests {
  @Test func aNewMessageIsEmpty() {
    let message = Message()
    #expect(message.count == 0)
    #expect(message.bytes.byteCount == 0)
    #expect(message.copy() == [])
  }

  @Test func theSlotIsUsedAgainForFramesOfAnySize() throws {
    let router = try Socket(.router, .session())
    try router.bind("tcp://127.0.0.1:*")
    let dealer = try Socket(.dealer, .session())
    try dealer.connect(router.lastEndpoint)
    var identity = Message()
    var body = Message()
    for size in [1, 30_000, 0, 33, 34, 60_000, 5] {
      let sent = (0..<size).map { UInt8(truncatingIfNeeded: $0 &* 31) }
      #expect(TestLink.send(dealer, sent) == .sent)
      #expect(TestLink.receiveRequest(router, &identity, &body) == .received(delimited: false))
      #expect(body.count == size)
      #expect(body.copy() == sent)
      #expect(body.bytes.byteCount == size)
    }
  }
}
