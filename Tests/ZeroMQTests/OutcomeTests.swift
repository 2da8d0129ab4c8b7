import Platform
import Testing
import ZeroMQ

@Suite struct OutcomeTests {
  @Test func aDealerWithoutAPeerIsPushedBack() throws {
    let dealer = try Socket(.dealer, .session())
    try dealer.connect("tcp://127.0.0.1:1")
    #expect(dealer.send(octets(1, 2, 3).span.bytes) == .backPressured)
  }

  @Test func aFullQueuePushesBackAndNothingIsLostOrDoubled() throws {
    try withTemporaryFolder { folder in
      let options = SocketOptions(highWaterMark: 10)
      let router = try Socket(.router, options)
      try router.bind("ipc://\(folder)/r")
      let dealer = try Socket(.dealer, options)
      try dealer.connect("ipc://\(folder)/r")
      #expect(TestLink.send(dealer, number(0)) == .sent)
      // Nobody receives: both queues and the kernel's buffer fill up. Large frames make that quick.
      var sent = 1
      while sent < 100_000, dealer.send(number(sent).span.bytes) == .sent { sent += 1 }
      #expect(sent < 100_000, "the queue never filled")
      // Counting the frames until no more come, however the I/O thread moves them along.
      var identity = Message()
      var body = Message()
      for expected in 0..<sent {
        #expect(TestLink.receiveRequest(router, &identity, &body) == .received(delimited: false))
        try #require(body.copy() == number(expected), "frame \(expected) of \(sent)")
      }
      #expect(TestLink.send(dealer, number(sent)) == .sent)
      #expect(TestLink.receiveRequest(router, &identity, &body) == .received(delimited: false))
      #expect(body.copy() == number(sent))
    }
  }

  /// A frame of 20 KiB that says which it is.
  private func number(_ value: Int) -> [UInt8] {
    let text = Array("\(value) ".utf8)
    return text + [UInt8](repeating: UInt8(truncatingIfNeeded: value), count: 20_480 - text.count)
  }

  @Test func aRouterSaysWhenThePeerIsUnknown() throws {
    let router = try Socket(.router, .session())
    try router.bind("tcp://127.0.0.1:*")
    #expect(router.send(to: [1, 2, 3], delimited: false, body: octets(9).span.bytes) == .noPeer)
    #expect(router.send(to: [1, 2, 3], delimited: true, body: octets(9).span.bytes) == .noPeer)
  }

  @Test func aRouterSaysWhenThePeerIsGoneAndWorksOn() throws {
    let router = try Socket(.router, .session())
    try router.bind("tcp://127.0.0.1:*")
    try speakOnce(router.lastEndpoint, as: [1])
    var identity = Message()
    var body = Message()
    #expect(TestLink.receiveRequest(router, &identity, &body) == .received(delimited: false))
    #expect(identity.copy() == [1])
    // The connection's end is noticed a moment later; until then a send counts as sent.
    let deadline = Clock.bootNanos() + patienceNanos
    var outcome = SendOutcome.sent
    while outcome != .noPeer, Clock.bootNanos() < deadline {
      outcome = router.send(to: [1], delimited: true, body: octets(9).span.bytes)
      TestLink.pauseMillis(2)
    }
    #expect(outcome == .noPeer)
    try speakOnce(router.lastEndpoint, as: [2])
    #expect(TestLink.receiveRequest(router, &identity, &body) == .received(delimited: false))
    #expect(identity.copy() == [2])
  }

  /// A dealer that says one thing and hangs up once it is out.
  private func speakOnce(_ endpoint: String, as name: [UInt8]) throws {
    let options = SocketOptions(lingerMillis: 20_000, routingID: name)
    let dealer = try Socket(.dealer, options)
    try dealer.connect(endpoint)
    #expect(TestLink.send(dealer, [42]) == .sent)
  }

  @Test func aRestartedPeerTakesItsNameOver() throws {
    let router = try Socket(.router, .session())
    try router.bind("tcp://127.0.0.1:*")
    let old = try Socket(.dealer, .session(routingID: [7]))
    try old.connect(router.lastEndpoint)
    var identity = Message()
    var body = Message()
    #expect(TestLink.send(old, [1]) == .sent)
    #expect(TestLink.receiveRequest(router, &identity, &body) == .received(delimited: false))
    let new = try Socket(.dealer, .session(routingID: [7]))
    try new.connect(router.lastEndpoint)
    #expect(TestLink.send(new, [2]) == .sent)
    #expect(TestLink.receiveRequest(router, &identity, &body) == .received(delimited: false))
    #expect(body.copy() == [2])
    let outcome = router.send(to: identity.bytes, delimited: false, body: octets(3).span.bytes)
    #expect(outcome == .sent)
    #expect(TestLink.receive(new, &body) == .received(more: false))
    #expect(body.copy() == [3])
    #expect(old.receive(into: &body) == .empty)
  }

  @Test func anEmptySocketHasNothingAndLeavesTheMessageAlone() throws {
    let router = try Socket(.router, .session())
    try router.bind("tcp://127.0.0.1:*")
    var identity = Message()
    var body = Message()
    #expect(router.receive(into: &body) == .empty)
    #expect(router.receive(identity: &identity, body: &body) == .empty)
    #expect(body.count == 0)
  }
}
