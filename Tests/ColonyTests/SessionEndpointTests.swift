import ActorKit
import Colony
import Testing
import Wire

@Suite struct SessionEndpointTests {
  private static func open(
    _ role: SessionEndpoint.Role = .client, at now: Int64 = .nanosPerSecond
  ) -> SessionEndpoint {
    var endpoint = SessionEndpoint(peer: 2, role: role)
    let opening = endpoint.open(peerEpoch: 1, peerFirst: 1, peerHas: 0, atBootNanos: now)
    #expect(opening == .opened(isNewEpoch: true, wasClosed: true))
    return endpoint
  }

  /// Sequences sent, in order, with whether they were marked as repeats.
  private static func flush(_ endpoint: inout SessionEndpoint, at now: Int64, limit: Int = .max) -> [String] {
    var sent: [String] = []
    endpoint.flush(atBootNanos: now) { lane, sequence, _, isRepeat in
      guard sent.count < limit else { return false }
      sent.append("\(lane == .event ? "e" : "s")\(sequence)\(isRepeat ? "r" : "")")
      return true
    }
    return sent
  }

  @Test func nothingLeavesBeforeTheSessionIsOpen() {
    var endpoint = SessionEndpoint(peer: 2, role: .client)
    #expect(endpoint.enqueueEvent([1]) == 1)
    #expect(Self.flush(&endpoint, at: .nanosPerSecond).isEmpty)
    _ = endpoint.open(peerEpoch: 1, peerFirst: 1, peerHas: 0, atBootNanos: .nanosPerSecond)
    #expect(Self.flush(&endpoint, at: .nanosPerSecond) == ["e1"])
  }

  @Test func unacknowledgedMessagesAreSentAgainAsRepeatsAfterAWhile() {
    var endpoint = Self.open()
    let start: Int64 = .nanosPerSecond
    _ = endpoint.enqueueEvent([1])
    _ = endpoint.enqueueState(key: 5, [2])
    #expect(Self.flush(&endpoint, at: start) == ["e1", "s1"])
    #expect(Self.flush(&endpoint, at: start + SessionEndpoint.resendNanos - 1).isEmpty)
    #expect(Self.flush(&endpoint, at: start + SessionEndpoint.resendNanos) == ["e1r", "s1r"])
    endpoint.acknowledged(.event, sequence: 1)
    endpoint.acknowledged(.state, sequence: 1)
    #expect(Self.flush(&endpoint, at: start + 9 * SessionEndpoint.resendNanos).isEmpty)
    #expect(endpoint.outbox.isEmpty)
  }

  @Test func aReopenedSessionResendsAsRepeatsAndFreshOnesAsFresh() {
    var endpoint = Self.open()
    _ = endpoint.enqueueEvent([1])
    #expect(Self.flush(&endpoint, at: .nanosPerSecond) == ["e1"])
    _ = endpoint.enqueueEvent([2])
    let later: Int64 = .nanosPerSecond + 1
    #expect(
      endpoint.open(peerEpoch: 1, peerFirst: 1, peerHas: 0, atBootNanos: later)
        == .opened(isNewEpoch: false, wasClosed: false))
    #expect(Self.flush(&endpoint, at: later) == ["e1r", "e2"])
  }

  @Test func aSendWithoutAWayOutIsTriedAgainLaterAndKeepsTheLoopAtRest() {
    var endpoint = Self.open()
    let now: Int64 = .nanosPerSecond
    endpoint.said(atBootNanos: now)
    for payload in UInt8(1)...3 { _ = endpoint.enqueueEvent([payload]) }
    #expect(Self.flush(&endpoint, at: now, limit: 1) == ["e1"])
    #expect(endpoint.nextTimerBootNanos == now + SessionEndpoint.retrySendNanos)
    #expect(Self.flush(&endpoint, at: now + 1).isEmpty)
    #expect(Self.flush(&endpoint, at: now + SessionEndpoint.retrySendNanos) == ["e2", "e3"])
  }

  @Test func timersNeverLieInThePastOnceTheyHaveBeenServed() {
    var endpoint = Self.open()
    var now: Int64 = .nanosPerSecond
    _ = endpoint.enqueueEvent([1])
    for _ in 0..<50 {
      _ = endpoint.closeIfSilent(atBootNanos: now)
      if endpoint.isDueToSpeak(atBootNanos: now) { endpoint.said(atBootNanos: now) }
      endpoint.flush(atBootNanos: now) { _, _, _, _ in false }
      #expect(endpoint.nextTimerBootNanos > now)
      now = endpoint.nextTimerBootNanos
    }
  }

  @Test func eventsAreProcessedInOrderAndOnce() {
    var endpoint = Self.open()
    #expect(endpoint.takeEvent(epoch: 1, sequence: 2, atBootNanos: 1) == .outOfOrder)
    #expect(endpoint.takeEvent(epoch: 1, sequence: 1, atBootNanos: 1) == .deliver)
    #expect(endpoint.takeEvent(epoch: 1, sequence: 1, atBootNanos: 1) == .duplicate)
    #expect(endpoint.takeEvent(epoch: 1, sequence: 2, atBootNanos: 1) == .deliver)
    let owed = endpoint.takeAcknowledgements()
    #expect(owed.event == 2)
    #expect(endpoint.takeAcknowledgements().event == nil)
    #expect(endpoint.takeEvent(epoch: 1, sequence: 1, atBootNanos: 1) == .duplicate)
    #expect(endpoint.takeAcknowledgements().event == 2, "a duplicate is acknowledged again")
  }

  @Test func aMessageOfAnotherIncarnationOrOfAClosedSessionIsRefused() {
    var endpoint = Self.open()
    #expect(endpoint.takeEvent(epoch: 2, sequence: 1, atBootNanos: 1) == .refused)
    #expect(endpoint.takeState(epoch: 0, sequence: 1, atBootNanos: 1) == .refused)
    #expect(endpoint.closeIfSilent(atBootNanos: 100 * .nanosPerSecond) == true)
    #expect(endpoint.takeEvent(epoch: 1, sequence: 1, atBootNanos: 1) == .refused)
    #expect(endpoint.takeAcknowledgements().event == nil)
  }

  @Test func aNewIncarnationBeginsAtOneAndAnOlderOneIsRefused() {
    var endpoint = SessionEndpoint(peer: 2, role: .server, peerEpoch: 4, processed: 9)
    #expect(endpoint.nextExpected == 10)
    #expect(endpoint.open(peerEpoch: 3, peerFirst: 1, peerHas: 0, atBootNanos: 1) == .oldEpoch)
    #expect(
      endpoint.open(peerEpoch: 4, peerFirst: 8, peerHas: 0, atBootNanos: 1)
        == .opened(isNewEpoch: false, wasClosed: true))
    #expect(endpoint.nextExpected == 10, "what the journal says was processed stays processed")
    #expect(
      endpoint.open(peerEpoch: 5, peerFirst: 1, peerHas: 0, atBootNanos: 1)
        == .opened(isNewEpoch: true, wasClosed: false))
    #expect(endpoint.nextExpected == 1)
  }

  @Test func whatThePeerNoLongerHasIsNotWaitedFor() {
    var endpoint = SessionEndpoint(peer: 2, role: .server, peerEpoch: 4, processed: 9)
    _ = endpoint.open(peerEpoch: 4, peerFirst: 15, peerHas: 0, atBootNanos: 1)
    #expect(endpoint.takeEvent(epoch: 4, sequence: 15, atBootNanos: 1) == .deliver)
  }

  @Test func impossibleNumbersAreRefused() {
    var endpoint = Self.open()
    _ = endpoint.enqueueEvent([1])
    for (first, has) in [(0, 0), (UInt64.max, 0), (1, 2), (1, .max)] as [(UInt64, UInt64)] {
      #expect(endpoint.open(peerEpoch: 7, peerFirst: first, peerHas: has, atBootNanos: 1) == .impossible)
    }
    #expect(endpoint.peerEpoch == 1)
    endpoint.acknowledged(.event, sequence: .max)
    #expect(endpoint.outbox.count == 1, "an acknowledgement of what was never sent drops nothing")
    #expect(endpoint.open(peerEpoch: 0, peerFirst: 1, peerHas: 0, atBootNanos: 1) == .oldEpoch)
  }

  @Test func anAcknowledgementCoversEverythingBeforeIt() {
    var endpoint = Self.open()
    for payload in UInt8(1)...10 { _ = endpoint.enqueueEvent([payload]) }
    endpoint.acknowledged(.event, sequence: 7)
    #expect(endpoint.outbox.map(\.sequence) == [8, 9, 10])
    #expect(endpoint.firstUnacknowledged == 8)
    endpoint.acknowledged(.event, sequence: 10)
    #expect(endpoint.firstUnacknowledged == 11)
    endpoint.acknowledged(.unrecognized, sequence: 3)
  }

  @Test func durableMessagesWaitBehindTheWindowAndNothingOvertakesThem() {
    var endpoint = Self.open()
    for key in UInt64(1)...300 { endpoint.enqueueDurable(key: key, [0]) }
    #expect(endpoint.outbox.count == SessionEndpoint.window)
    #expect(endpoint.backlog.count == 300 - SessionEndpoint.window && endpoint.undeliveredCount == 300)
    #expect(endpoint.enqueueEvent([9]) == nil, "an event must not overtake what waits")
    endpoint.acknowledged(.event, sequence: 10)
    #expect(endpoint.outbox.count == SessionEndpoint.window)
    #expect(endpoint.outbox.map(\.key) == (11...266).map { UInt64($0) })
    #expect(endpoint.outbox.map(\.sequence) == (11...266).map { UInt64($0) })
    #expect(endpoint.enqueueEvent([9]) == nil)
    endpoint.acknowledged(.event, sequence: 60)
    #expect(endpoint.backlog.isEmpty && endpoint.outbox.count == 240)
    #expect(endpoint.enqueueEvent([9]) == 301)
    endpoint.enqueueDurable(key: 301, [0])
    #expect(endpoint.outbox.map(\.sequence) == (61...302).map { UInt64($0) })
  }

  @Test func acknowledgedKeysAreToldOnceForForgetting() {
    var endpoint = Self.open()
    _ = endpoint.enqueueEvent([1])
    endpoint.enqueueDurable(key: 7, [2])
    endpoint.enqueueDurable(key: 9, [3])
    _ = endpoint.enqueueEvent([4])
    #expect(endpoint.lastKey == 9)
    endpoint.acknowledged(.event, sequence: 1)
    #expect(endpoint.takeDeliveredKey() == nil, "an event has no key")
    endpoint.acknowledged(.event, sequence: 4)
    #expect(endpoint.takeDeliveredKey() == 9)
    #expect(endpoint.takeDeliveredKey() == nil)
    #expect(endpoint.undeliveredCount == 0 && endpoint.lastKey == nil)
  }

  @Test func whatAnEarlierIncarnationLeftIsSentFirstAndAsARepeat() {
    var endpoint = SessionEndpoint(peer: 2, role: .client)
    endpoint.enqueueDurable(key: 3, [3], isRecovered: true)
    endpoint.enqueueDurable(key: 4, [4], isRecovered: true)
    endpoint.enqueueDurable(key: 1 << 40, [5])
    _ = endpoint.open(peerEpoch: 1, peerFirst: 1, peerHas: 0, atBootNanos: .nanosPerSecond)
    #expect(Self.flush(&endpoint, at: .nanosPerSecond) == ["e1r", "e2r", "e3"])
  }

  @Test func theBacklogIsBoundedButWhatIsJournaledIsNeverRefused() {
    var endpoint = SessionEndpoint(peer: 2, role: .client)
    var key: UInt64 = 0
    while endpoint.hasRoom(forDurable: 1) {
      key += 1
      endpoint.enqueueDurable(key: key, [0])
    }
    #expect(key == UInt64(SessionEndpoint.window + SessionEndpoint.maxBacklog))
    #expect(!endpoint.hasRoom(forDurable: 1))
    endpoint.enqueueDurable(key: key + 1, [0], isRecovered: true)
    #expect(endpoint.undeliveredCount == Int(key) + 1)
  }

  @Test func aStateReplacesItsElderAndAnOldAcknowledgementDoesNotCoverIt() {
    var endpoint = Self.open()
    #expect(endpoint.enqueueState(key: 9, [1]) == 1)
    #expect(endpoint.enqueueState(key: 9, [2]) == 2)
    #expect(endpoint.states.count == 1)
    endpoint.acknowledged(.state, sequence: 1)
    #expect(Self.flush(&endpoint, at: .nanosPerSecond) == ["s2"])
    for key in UInt64(0)..<UInt64(SessionEndpoint.maxKeys - 1) {
      #expect(endpoint.enqueueState(key: 100 + key, [0]) != nil)
    }
    #expect(endpoint.enqueueState(key: 99, [0]) == nil, "keys are bounded")
    #expect(endpoint.enqueueState(key: 9, [3]) != nil, "but known ones go on")
  }

  @Test func silenceClosesOnceAndAnyWordPreventsIt() {
    var endpoint = Self.open(at: 0)
    #expect(endpoint.closeIfSilent(atBootNanos: SessionEndpoint.silenceNanos) == false)
    endpoint.heard(atBootNanos: SessionEndpoint.silenceNanos)
    #expect(endpoint.closeIfSilent(atBootNanos: 2 * SessionEndpoint.silenceNanos) == false)
    #expect(endpoint.closeIfSilent(atBootNanos: 2 * SessionEndpoint.silenceNanos + 1) == true)
    #expect(endpoint.closeIfSilent(atBootNanos: 3 * SessionEndpoint.silenceNanos) == false)
  }

  @Test func anotherEpochOnTheWireClosesAndTheClientSaysHelloAtOnce() {
    var endpoint = Self.open()
    let now: Int64 = 5 * .nanosPerSecond
    endpoint.said(atBootNanos: now)
    #expect(endpoint.closeIfSuperseded(by: 1) == false)
    #expect(endpoint.closeIfSuperseded(by: 2) == true)
    #expect(!endpoint.isOpen)
    #expect(endpoint.isDueToSpeak(atBootNanos: now))
    #expect(endpoint.closeIfSuperseded(by: 3) == false, "it is closed already")
  }

  @Test func onlyTheClientSaysHello() {
    let client = SessionEndpoint(peer: 2, role: .client)
    let server = SessionEndpoint(peer: 2, role: .server)
    #expect(client.isDueToSpeak(atBootNanos: .nanosPerSecond))
    #expect(!server.isDueToSpeak(atBootNanos: .nanosPerSecond))
    #expect(server.nextTimerBootNanos == .max)
  }
}
