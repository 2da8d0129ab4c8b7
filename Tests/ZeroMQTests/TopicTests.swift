import Platform
import Testing
import ZeroMQ

@Suite struct TopicTests {
  /// Publishes `topic`s in order until the subscriber has the last one; returns the topics it got, once
  /// each.
  private func topics(
    _ published: [String], seenBy subscriber: borrowing Socket, from publisher: borrowing Socket
  )
    -> [String]
  {
    var topic = Message()
    var body = Message()
    var seen: [String] = []
    let deadline = Clock.bootNanos() + patienceNanos
    // A subscription travels to the publisher in the background, so what is sent before is lost.
    while seen.last != published.last, Clock.bootNanos() < deadline {
      for name in published {
        #expect(
          publisher.send(topic: Array(name.utf8), body: Array("body of \(name)".utf8).span.bytes) == .sent)
      }
      TestLink.pauseMillis(5)
      while case .received = subscriber.receive(topic: &topic, body: &body) {
        #expect(body.text == "body of \(topic.text)")
        if !seen.contains(topic.text) { seen.append(topic.text) }
      }
    }
    return seen
  }

  @Test func aTopicWithoutItsEndMarkCatchesLongerNames() throws {
    let publisher = try Socket(.pub, .stream)
    try publisher.bind("tcp://127.0.0.1:*")
    let names = ["market.book.BTCUSD.SIM2.", "market.book.ETHUSD.SIM.", "market.book.BTCUSD.SIM."]

    let careless = try Socket(.sub, .stream)
    try careless.connect(publisher.lastEndpoint)
    careless.subscribe("market.book.BTCUSD.SIM")
    #expect(topics(names, seenBy: careless, from: publisher).sorted() == [names[2], names[0]])

    let careful = try Socket(.sub, .stream)
    try careful.connect(publisher.lastEndpoint)
    careful.subscribe("market.book.BTCUSD.SIM.")
    #expect(topics(names, seenBy: careful, from: publisher) == [names[2]])
  }

  @Test func anXPubSeesSubscriptions() throws {
    let publisher = try Socket(.xpub, .stream)
    try publisher.bind("tcp://127.0.0.1:*")
    let subscriber = try Socket(.sub, .stream)
    try subscriber.connect(publisher.lastEndpoint)
    subscriber.subscribe("market.")
    var message = Message()
    #expect(TestLink.receive(publisher, &message) == .received(more: false))
    #expect(message.copy() == [1] + Array("market.".utf8))
    #expect(publisher.send(topic: Array("market.x.".utf8), body: octets(1).span.bytes) == .sent)
    var body = Message()
    #expect(TestLink.receive(subscriber, &message) == .received(more: true))
    #expect(subscriber.receive(into: &body) == .received(more: false))
  }

  @Test func aFullSubscriberLosesWholeMessagesNeverHalves() throws {
    try withTemporaryFolder { folder in
      let options = SocketOptions(highWaterMark: 5)
      let publisher = try Socket(.xpub, options)
      try publisher.bind("ipc://\(folder)/p")
      let subscriber = try Socket(.sub, options)
      try subscriber.connect("ipc://\(folder)/p")
      subscriber.subscribe("t.")
      var topic = Message()
      var body = Message()
      #expect(TestLink.receive(publisher, &topic) == .received(more: false))
      let filling = [UInt8](repeating: 7, count: 30_000)
      for _ in 0..<2000 {
        #expect(publisher.send(topic: Array("t.".utf8), body: filling.span.bytes) == .sent)
      }
      var received = 0
      var last = TestLink.receive(subscriber, &topic)
      while last == .received(more: true) {
        #expect(topic.text == "t.")
        #expect(subscriber.receive(into: &body) == .received(more: false))
        #expect(body.count == 30_000)
        received += 1
        TestLink.pauseMillis(1)
        last = subscriber.receive(into: &topic)
      }
      #expect(last == .empty)
      #expect(received > 0 && received < 2000, "\(received) of 2000")
    }
  }

  @Test func aMessageOfAnotherShapeIsDropped() throws {
    let publisher = try Socket(.xpub, .stream)
    try publisher.bind("tcp://127.0.0.1:*")
    let subscriber = try Socket(.sub, .stream)
    try subscriber.connect(publisher.lastEndpoint)
    subscriber.subscribe("t.")
    var topic = Message()
    var body = Message()
    #expect(TestLink.receive(publisher, &topic) == .received(more: false))
    let name = Array("t.".utf8)
    #expect(publisher.send(name.span.bytes) == .sent)
    #expect(publisher.send(name.span.bytes, more: true) == .sent)
    #expect(publisher.send(octets(1).span.bytes, more: true) == .sent)
    #expect(publisher.send(octets(2).span.bytes) == .sent)
    #expect(publisher.send(topic: name, body: octets(3).span.bytes) == .sent)
    #expect(receiveWaiting(subscriber, &topic, &body) == .malformed(frames: 1))
    #expect(receiveWaiting(subscriber, &topic, &body) == .malformed(frames: 3))
    #expect(receiveWaiting(subscriber, &topic, &body) == .received(delimited: false))
    #expect(body.copy() == [3])
  }

  private func receiveWaiting(
    _ socket: borrowing Socket, _ topic: inout Message, _ body: inout Message
  ) -> EnvelopeOutcome {
    var poller = Poller(capacity: 1)
    _ = poller.add(socket)
    _ = poller.wait(untilBootNanos: Clock.bootNanos() + patienceNanos)
    return socket.receive(topic: &topic, body: &body)
  }
}
