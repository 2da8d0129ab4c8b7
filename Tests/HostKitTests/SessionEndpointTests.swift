import ActorKit
import HostKit
import Testing
import Wire

@Suite struct SessionEndpointTests {
  private static func open(
    _ role: SessionEndpoint.Role = .client, at now: Int64 = .nanosPerSecond
  ) -> SessionEndpoint {
    var endpoint = SessionEndpoint(peer: 2, role: role)
    let opening = open(&endpoint, at: now)
    #expect(opening == .opened(isNewEpoch: true, wasClosed: true))
    return endpoint
  }

  /// The peer of incarnation `epoch` says Hello or Welcome; every one is the next opening, unless told.
  private static func open(
    _ endpoint: inout SessionEndpoint, epoch: UInt32 = 1, opening: UInt64? = nil, first: UInt64 = 1,
    has: UInt64 = 0, at now: Int64 = .nanosPerSecond
  ) -> SessionEndpoint.Opening {
    endpoint.open(
      by: PeerIdentity(lineage: 7, epoch: epoch),
      opening: opening ?? (endpoint.role == .client ? endpoint.opening : endpoint.opening + 1),
      peerFirst: first, peerHas: has, atBootNanos: now, wallNanos: now)
  }

  private static func mark(_ epoch: UInt32, _ sequence: UInt64) -> SessionEndpoint.Progress {
    SessionEndpoint.Progress(peer: PeerIdentity(lineage: 7, epoch: epoch), sequence: sequence)
  }

  /// Sequences sent, in order, with whether they were marked as repeats.
  private static func flush(_ endpoint: inout SessionEndpoint, at now: Int64, limit: Int = .max) -> [String] {
    var sent: [String] = []
    endpoint.flush(atBootNanos: now) { flags, sequence, _ in
      guard sent.count < limit else { return false }
      sent.append(
        "\(flags.contains(.eventLane) ? "e" : "s")\(sequence)\(flags.contains(.durable) ? "d" : "")"
          + "\(flags.contains(.possDup) ? "r" : "")")
      return true
    }
    return sent
  }

  @Test func nothingLeavesBeforeTheSessionIsOpen() {
    var endpoint = SessionEndpoint(peer: 2, role: .client)
    #expect(endpoint.enqueueEvent([1]) == 1)
    #expect(Self.flush(&endpoint, at: .nanosPerSecond).isEmpty)
    _ = Self.open(&endpoint)
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
    var endpoint = Self.open(.server)
    _ = endpoint.enqueueEvent([1])
    #expect(Self.flush(&endpoint, at: .nanosPerSecond) == ["e1"])
    _ = endpoint.enqueueEvent([2])
    let later: Int64 = .nanosPerSecond + 1
    #expect(
      Self.open(&endpoint, at: later)
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
      endpoint.flush(atBootNanos: now) { _, _, _ in false }
      #expect(endpoint.nextTimerBootNanos > now)
      now = endpoint.nextTimerBootNanos
    }
  }

  @Test func eventsAreProcessedInOrderAndOnce() {
    var endpoint = Self.open()
    #expect(endpoint.takeEvent(epoch: 1, sequence: 2, atBootNanos: 1) == .outOfOrder)
    #expect(endpoint.takeAcknowledgements().event == 0)
    #expect(endpoint.takeEvent(epoch: 1, sequence: 1, atBootNanos: 1) == .deliver)
    #expect(endpoint.takeEvent(epoch: 1, sequence: 1, atBootNanos: 1) == .duplicate)
    #expect(endpoint.takeEvent(epoch: 1, sequence: 2, atBootNanos: 1) == .deliver)
    #expect(endpoint.takeAcknowledgements().event == 0, "only what is marked is acknowledged")
    endpoint.noteMarked()
    #expect(endpoint.takeAcknowledgements().event == 2)
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
    var endpoint = SessionEndpoint(peer: 2, role: .server, processed: Self.mark(4, 9))
    #expect(endpoint.nextExpected == 10)
    #expect(Self.open(&endpoint, epoch: 3) == .oldEpoch)
    #expect(Self.open(&endpoint, epoch: 4, first: 8) == .opened(isNewEpoch: false, wasClosed: true))
    #expect(endpoint.nextExpected == 10, "what the journal says was processed stays processed")
    #expect(Self.open(&endpoint, epoch: 5, opening: 1) == .opened(isNewEpoch: true, wasClosed: false))
    #expect(endpoint.nextExpected == 1)
    #expect(endpoint.progress == Self.mark(4, 9), "a Hello alone leaves no trace in the journal")
    #expect(endpoint.takeEvent(epoch: 5, sequence: 1, atBootNanos: 1) == .deliver)
    #expect(endpoint.progress == Self.mark(5, 1))
  }

  @Test func whatThePeerNoLongerHasIsNotWaitedFor() {
    var endpoint = SessionEndpoint(peer: 2, role: .server, processed: Self.mark(4, 9))
    _ = Self.open(&endpoint, epoch: 4, first: 15)
    #expect(endpoint.progress == Self.mark(4, 9))
    #expect(endpoint.acknowledgeable == 14)
    #expect(endpoint.takeEvent(epoch: 4, sequence: 15, atBootNanos: 1) == .deliver)
  }

  @Test func aRepeatedHelloIsAnsweredAndOpensNothing() {
    var endpoint = SessionEndpoint(peer: 2, role: .server)
    #expect(Self.open(&endpoint, opening: 1) == .opened(isNewEpoch: true, wasClosed: true))
    #expect(Self.open(&endpoint, opening: 1) == .repeated)
    // The client closed without our noticing, and opens again.
    #expect(Self.open(&endpoint, opening: 2) == .opened(isNewEpoch: false, wasClosed: false))
    #expect(Self.open(&endpoint, opening: 1) == .stale, "a delayed one")
    #expect(endpoint.closeIfSilent(atBootNanos: 9 * .nanosPerSecond) == true)
    #expect(Self.open(&endpoint, opening: 2, at: 9 * .nanosPerSecond) == .stale, "its core knows it is over")
    #expect(!endpoint.isOpen)
    let again = Self.open(&endpoint, opening: 3, at: 9 * .nanosPerSecond)
    #expect(again == .opened(isNewEpoch: false, wasClosed: true))
  }

  @Test func theClientTakesOnlyTheWelcomeToItsPresentOpening() {
    var endpoint = SessionEndpoint(peer: 2, role: .client)
    let second: Int64 = .nanosPerSecond
    #expect(endpoint.sayHello(atBootNanos: second) == 1)
    #expect(endpoint.sayHello(atBootNanos: 2 * second) == 1)
    #expect(endpoint.sayHello(atBootNanos: 2 * second + 1) == 2, "the peer may have closed it by now")
    #expect(Self.open(&endpoint, opening: 1) == .stale)
    #expect(Self.open(&endpoint, opening: 2) == .opened(isNewEpoch: true, wasClosed: true))
    #expect(Self.open(&endpoint, opening: 2) == .stale)
    #expect(endpoint.closeIfSilent(atBootNanos: 9 * second) == true)
    #expect(endpoint.sayHello(atBootNanos: 9 * second) == 3)
  }

  @Test func anEventThatCannotBeHandledMakesHelloWaitLongerEachTime() {
    var endpoint = SessionEndpoint(peer: 2, role: .client)
    var now: Int64 = .nanosPerSecond
    var waits: [Int64] = []
    for _ in 0..<7 {
      _ = endpoint.sayHello(atBootNanos: now)
      _ = Self.open(&endpoint, at: now)
      endpoint.closeForRefusal(atBootNanos: now)
      waits.append((endpoint.nextTimerBootNanos - now) / .nanosPerSecond)
      #expect(!endpoint.isDueToSpeak(atBootNanos: endpoint.nextTimerBootNanos - 1))
      now = endpoint.nextTimerBootNanos
    }
    #expect(waits == [1, 2, 4, 8, 16, 30, 30])
    _ = Self.open(&endpoint, at: now)
    now += SessionEndpoint.lastRefusalNanos + 1
    endpoint.closeForRefusal(atBootNanos: now)
    #expect(endpoint.nextTimerBootNanos == now + SessionEndpoint.firstRefusalNanos)
  }

  @Test func aDurableEventIsMarkedInItsTurnAndOthersWait() {
    var endpoint = Self.open()
    #expect(endpoint.takeEvent(epoch: 1, sequence: 1, atBootNanos: 1) == .deliver)
    #expect(!endpoint.mustMark)
    #expect(endpoint.takeEvent(epoch: 1, sequence: 2, isDurable: true, atBootNanos: 1) == .deliver)
    #expect(endpoint.mustMark)
    endpoint.noteMarked()
    #expect(!endpoint.mustMark && endpoint.journaled == Self.mark(1, 2))
    for sequence in 3..<UInt64(2 + SessionEndpoint.maxUnmarked) {
      _ = endpoint.takeEvent(epoch: 1, sequence: sequence, atBootNanos: 1)
    }
    #expect(!endpoint.mustMark)
    _ = endpoint.takeEvent(epoch: 1, sequence: 2 + SessionEndpoint.maxUnmarked, atBootNanos: 1)
    #expect(endpoint.mustMark, "the sender's window must not fill while marks wait for company")
  }

  @Test func impossibleNumbersAreRefused() {
    var endpoint = Self.open()
    _ = endpoint.enqueueEvent([1])
    for (first, has) in [(0, 0), (UInt64.max, 0), (1, 2), (1, .max)] as [(UInt64, UInt64)] {
      #expect(Self.open(&endpoint, epoch: 7, first: first, has: has) == .impossible)
    }
    #expect(endpoint.peerEpoch == 1)
    endpoint.acknowledged(.event, sequence: .max)
    #expect(endpoint.outbox.count == 1, "an acknowledgement of what was never sent drops nothing")
    #expect(Self.open(&endpoint, epoch: 0) == .oldEpoch)
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
    _ = Self.open(&endpoint)
    #expect(Self.flush(&endpoint, at: .nanosPerSecond) == ["e1dr", "e2dr", "e3d"])
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
    #expect(endpoint.closeIfSuperseded(by: .max - 1, wallNanos: now) == false, "beyond what restarts explain")
    #expect(endpoint.closeIfSuperseded(by: 1, wallNanos: now) == false)
    #expect(endpoint.closeIfSuperseded(by: 2, wallNanos: now) == true)
    #expect(!endpoint.isOpen)
    #expect(endpoint.isDueToSpeak(atBootNanos: now))
    #expect(endpoint.closeIfSuperseded(by: 3, wallNanos: now) == false, "it is closed already")
  }

  @Test func onlyTheClientSaysHello() {
    let client = SessionEndpoint(peer: 2, role: .client)
    let server = SessionEndpoint(peer: 2, role: .server)
    #expect(client.isDueToSpeak(atBootNanos: .nanosPerSecond))
    #expect(!server.isDueToSpeak(atBootNanos: .nanosPerSecond))
    #expect(server.nextTimerBootNanos == .max)
  }
}
