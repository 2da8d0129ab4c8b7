import Glibc
import Platform
import Testing
import ZeroMQ

@Suite struct PollerTests {
  @Test func aDeadlineIsRoundedUpAndCapped() {
    #expect(Poller.millisUntil(1_000, now: 1_000) == 0)
    #expect(Poller.millisUntil(999, now: 1_000) == 0)
    #expect(Poller.millisUntil(1_001, now: 1_000) == 1)
    #expect(Poller.millisUntil(1_001_000, now: 1_000) == 1)
    #expect(Poller.millisUntil(1_001_001, now: 1_000) == 2)
    #expect(Poller.millisUntil(.max, now: 1_000) == 60_000)
    #expect(Poller.millisUntil(.max, now: -5) == 60_000)
    #expect(Poller.millisUntil(.min, now: 5) == 0)
  }

  @Test func waitingNeverEndsBeforeTheDeadline() throws {
    let socket = try Socket(.sub, .stream)
    var poller = Poller(capacity: 2)
    let index = poller.add(socket)
    for nanos: Int64 in [1, 300_000, 1_000_000, 3_400_000] {
      let deadline = Clock.bootNanos() + nanos
      #expect(poller.wait(untilBootNanos: deadline) == 0)
      #expect(Clock.bootNanos() >= deadline)
      #expect(poller.isReady(index) == false)
    }
  }

  @Test func aDeadlineInThePastStillLooks() throws {
    let bell = try Bell()
    var poller = Poller(capacity: 1)
    let index = poller.add(fileDescriptor: bell.fileDescriptor)
    #expect(poller.wait(untilBootNanos: 0) == 0)
    bell.ring()
    #expect(poller.wait(untilBootNanos: 0) == 1)
    #expect(poller.isReady(index) == true)
    #expect(poller.readiness(index) == .readable)
    #expect(bell.drain() == 1)
    #expect(poller.wait(untilBootNanos: 0) == 0)
    #expect(poller.isReady(index) == false)
  }

  @Test func aBellFromAnotherThreadWakesTheLoop() throws {
    let bell = try Bell()
    let socket = try Socket(.sub, .stream)
    var poller = Poller(capacity: 2)
    let socketIndex = poller.add(socket)
    let bellIndex = poller.add(fileDescriptor: bell.fileDescriptor)
    let ringer = try runThread {
      usleep(20_000)
      bell.ring()
    }
    #expect(poller.wait(untilBootNanos: Clock.bootNanos() + patienceNanos) == 1)
    #expect(poller.isReady(bellIndex) == true)
    #expect(poller.isReady(socketIndex) == false)
    #expect(bell.drain() == 1)
    ringer.join()
  }

  @Test func aTimerWakesTheLoopBetweenMilliseconds() throws {
    let timer = try TimerFD()
    var poller = Poller(capacity: 1)
    let index = poller.add(fileDescriptor: timer.fileDescriptor)
    let deadline = Clock.bootNanos() + 1_500_000
    timer.set(deadlineBootNanos: deadline)
    #expect(poller.wait(untilBootNanos: .max) == 1)
    #expect(Clock.bootNanos() >= deadline)
    #expect(poller.isReady(index) == true)
    #expect(timer.drain() == true)
    #expect(poller.wait(untilBootNanos: 0) == 0)
  }

  @Test func roomToSendIsSomethingToWaitFor() throws {
    let router = try Socket(.router, .session())
    try router.bind("tcp://127.0.0.1:*")
    let peer = try Socket(.req, .session())
    var poller = Poller(capacity: 1)
    let index = poller.add(peer, .writable)
    #expect(poller.wait(untilBootNanos: 0) == 0)
    try peer.connect(router.lastEndpoint)
    #expect(poller.wait(untilBootNanos: Clock.bootNanos() + patienceNanos) == 1)
    #expect(poller.readiness(index) == .writable)
    #expect(peer.send(octets(1).span.bytes) == .sent)
  }

  /// A send takes in the signal that a message has come, and the descriptor then says nothing.
  @Test func aMessageWhoseSignalASendTookIsStillSeen() throws {
    let router = try Socket(.router, .session())
    try router.bind("tcp://127.0.0.1:*")
    let dealer = try Socket(.dealer, .session(routingID: octets(9)))
    try dealer.connect(router.lastEndpoint)
    var poller = Poller(capacity: 2)
    let index = poller.add(dealer)
    _ = poller.add(router)
    var identity = Message()
    var body = Message()
    #expect(TestLink.send(dealer, octets(1)) == .sent)
    #expect(TestLink.receiveRequest(router, &identity, &body) == .received(delimited: false))
    for _ in 0..<20 {
      #expect(dealer.receive(into: &body) == .empty)
      #expect(router.send(to: identity.bytes, delimited: false, body: octets(2).span.bytes) == .sent)
      // Long enough for the message to arrive, and for ZeroMQ to look for signals at the next send.
      usleep(5_000)
      #expect(dealer.send(octets(3).span.bytes) == .sent)
      var patience = 100
      repeat {
        _ = poller.wait(untilBootNanos: Clock.bootNanos() + patienceNanos / 100)
        patience -= 1
      } while !poller.isReady(index) && patience > 0
      let isSeen = poller.isReady(index)
      #expect(isSeen)
      #expect(dealer.receive(into: &body) == .received(more: false))
      while router.receive(identity: &identity, body: &body) != .empty {}
      #expect(TestLink.send(dealer, octets(1)) == .sent)
      #expect(TestLink.receiveRequest(router, &identity, &body) == .received(delimited: false))
    }
  }

  @Test func aSocketThatAlwaysHasSomethingHidesNoOther() throws {
    let bell = try Bell()
    let router = try Socket(.router, .session())
    try router.bind("tcp://127.0.0.1:*")
    let dealer = try Socket(.dealer, .session())
    try dealer.connect(router.lastEndpoint)
    var poller = Poller(capacity: 2)
    let index = poller.add(router)
    let bellIndex = poller.add(fileDescriptor: bell.fileDescriptor)
    #expect(TestLink.send(dealer, octets(1)) == .sent)
    #expect(poller.wait(untilBootNanos: Clock.bootNanos() + patienceNanos) == 1)
    bell.ring()
    #expect(poller.wait(untilBootNanos: .max) == 2)
    let (isSeen, isBellSeen) = (poller.isReady(index), poller.isReady(bellIndex))
    #expect(isSeen && isBellSeen)
  }

  @Test func removingAllStartsAgain() throws {
    let bell = try Bell()
    var poller = Poller(capacity: 1)
    _ = poller.add(fileDescriptor: bell.fileDescriptor)
    bell.ring()
    poller.removeAll()
    #expect(poller.count == 0)
    #expect(poller.wait(untilBootNanos: 0) == 0)
    #expect(poller.add(fileDescriptor: bell.fileDescriptor) == 0)
    #expect(poller.wait(untilBootNanos: 0) == 1)
  }

  @Test func aSocketMovesMessagesBetweenTwoThreads() throws {
    try withTemporaryFolder { folder in
      let endpoint = "ipc://\(folder)/s"
      let router = try Socket(.router, .session())
      try router.bind(endpoint)
      let sender = try runThread {
        // A socket belongs to its thread, so it is made here.
        guard let dealer = makeDealer(endpoint) else { return }
        for value in 0..<1000 {
          let text = Array("\(value)".utf8)
          if TestLink.send(dealer, text) != .sent { return }
        }
        // Stays connected until the router has everything; linger is 0.
        var goodbye = Message()
        _ = TestLink.receive(dealer, &goodbye)
      }
      var identity = Message()
      var body = Message()
      for value in 0..<1000 {
        #expect(TestLink.receiveRequest(router, &identity, &body) == .received(delimited: false))
        try #require(body.text == "\(value)")
      }
      let outcome = router.send(to: identity.bytes, delimited: false, body: octets(0).span.bytes)
      #expect(outcome == .sent)
      sender.join()
    }
  }
}

/// A connected dealer, nil (and a recorded issue) when that fails.
private func makeDealer(_ endpoint: String) -> Socket? {
  do throws(ZeroMQError) {
    let dealer = try Socket(.dealer, .session())
    try dealer.connect(endpoint)
    return dealer
  } catch {
    Issue.record(error)
    return nil
  }
}
