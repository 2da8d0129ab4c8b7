import Testing
import ZeroMQ

/// One router for peers of every kind: the last frame is the body; before it comes the identity alone, or
/// the identity and an empty frame.
@Suite struct RouterTests {
  @Test func aPlainREQPeerIsAnswered() throws {
    let router = try Socket(.router, .session())
    try router.bind("tcp://127.0.0.1:*")
    let peer = try Socket(.req, .session())
    try peer.connect(router.lastEndpoint)
    var identity = Message()
    var body = Message()
    for round in 0..<3 {
      #expect(TestLink.send(peer, Array("question \(round)".utf8)) == .sent)
      #expect(TestLink.receiveRequest(router, &identity, &body) == .received(delimited: true))
      #expect(body.text == "question \(round)")
      let answer = Array("answer \(round)".utf8)
      let outcome = router.send(to: identity.bytes, delimited: true, body: answer.span.bytes)
      #expect(outcome == .sent)
      #expect(TestLink.receive(peer, &body) == .received(more: false))
      #expect(body.text == "answer \(round)")
    }
  }

  @Test func aDealerIsAnswered() throws {
    let router = try Socket(.router, .session())
    try router.bind("tcp://127.0.0.1:*")
    let peer = try Socket(.dealer, .session(routingID: Array("signal-1".utf8)))
    try peer.connect(router.lastEndpoint)
    var identity = Message()
    var body = Message()
    #expect(TestLink.send(peer, Array("hello".utf8)) == .sent)
    #expect(TestLink.receiveRequest(router, &identity, &body) == .received(delimited: false))
    #expect(identity.text == "signal-1")
    #expect(body.text == "hello")
    #expect(router.send(to: identity.copy(), delimited: false, body: octets(1, 2).span.bytes) == .sent)
    #expect(TestLink.receive(peer, &body) == .received(more: false))
    #expect(body.copy() == [1, 2])
  }

  @Test func aDealerActingAsREQIsAnsweredInItsOwnForm() throws {
    let router = try Socket(.router, .session())
    try router.bind("tcp://127.0.0.1:*")
    let peer = try Socket(.dealer, .session())
    try peer.connect(router.lastEndpoint)
    var identity = Message()
    var body = Message()
    #expect(TestLink.send(peer, [], more: true) == .sent)
    #expect(TestLink.send(peer, [5]) == .sent)
    #expect(TestLink.receiveRequest(router, &identity, &body) == .received(delimited: true))
    let outcome = router.send(to: identity.bytes, delimited: true, body: octets(6).span.bytes)
    #expect(outcome == .sent)
    #expect(TestLink.receive(peer, &body) == .received(more: true))
    #expect(body.count == 0)
    #expect(peer.receive(into: &body) == .received(more: false))
    #expect(body.copy() == [6])
  }

  @Test func anotherShapeIsDroppedWholeAndTheNextRequestIsRead() throws {
    let router = try Socket(.router, .session())
    try router.bind("tcp://127.0.0.1:*")
    let peer = try Socket(.dealer, .session())
    try peer.connect(router.lastEndpoint)
    var identity = Message()
    var body = Message()
    // Two frames before the body; an empty one in the wrong place; many.
    let shapes: [[[UInt8]]] = [
      [[1], [2]], [[], [1], [2]], [[1], [], [2]], [[], [], [1]], [[1], [2], [3], [4], [5]],
    ]
    for shape in shapes {
      for (index, frame) in shape.enumerated() {
        #expect(TestLink.send(peer, frame, more: index < shape.count - 1) == .sent)
      }
      #expect(TestLink.send(peer, [99]) == .sent)
      let dropped = EnvelopeOutcome.malformed(frames: shape.count + 1)
      #expect(TestLink.receiveRequest(router, &identity, &body) == dropped, "\(shape)")
      #expect(TestLink.receiveRequest(router, &identity, &body) == .received(delimited: false))
      #expect(body.copy() == [99])
    }
  }

  @Test func anEmptyBodyAloneIsABody() throws {
    let router = try Socket(.router, .session())
    try router.bind("tcp://127.0.0.1:*")
    let peer = try Socket(.dealer, .session())
    try peer.connect(router.lastEndpoint)
    var identity = Message()
    var body = Message()
    #expect(TestLink.send(peer, []) == .sent)
    #expect(TestLink.receiveRequest(router, &identity, &body) == .received(delimited: false))
    #expect(body.count == 0)
  }
}
