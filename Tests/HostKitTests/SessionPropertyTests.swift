import ActorKit
import HostKit
import Testing

/// What a session promises over a channel that promises nothing. A failure names its seed, which is its
/// argument.
@Suite struct SessionPropertyTests {
  @Test(arguments: UInt64(0)..<16)
  func everyEventArrivesExactlyOnceAndInOrder(seed: UInt64) {
    var pair = SessionPair(seed: seed)
    for step in 0..<2_000 {
      if step % 9 == 0 { pair.sendEvent(SessionPair.client) }
      if step % 14 == 0 { pair.sendEvent(SessionPair.server) }
      pair.tick()
    }
    settle(&pair, seed)
    #expect(pair.ends[1].delivered == [1: pair.ends[0].sent], "seed \(seed)")
    #expect(pair.ends[0].delivered == [1: pair.ends[1].sent], "seed \(seed)")
  }

  @Test(arguments: UInt64(0)..<16)
  func restartsOfEitherEndLoseNoAcknowledgedEventAndDoubleNone(seed: UInt64) {
    var pair = SessionPair(seed: seed)
    for step in 0..<3_000 {
      if step % 7 == 0 { pair.sendEvent(SessionPair.client) }
      if step % 11 == 0 { pair.sendEvent(SessionPair.server) }
      if pair.random.next() % 900 == 0 { pair.restart(Int(pair.random.next() % 2)) }
      pair.tick()
    }
    settle(&pair, seed)
    for (end, other) in [(0, 1), (1, 0)] {
      for (epoch, payloads) in pair.ends[other].delivered {
        // Contiguous within the incarnation that sent them: nothing doubled, nothing skipped.
        #expect(
          zip(payloads, payloads.dropFirst()).allSatisfy { $1 == $0 + 1 }, "seed \(seed), epoch \(epoch)")
      }
      #expect(
        pair.ends[other].delivered[pair.ends[end].epoch] ?? [] == pair.ends[end].sent,
        "seed \(seed), end \(end)")
    }
  }

  @Test(arguments: UInt64(0)..<10)
  func ofStatesTheNewestOfEachKeyArrives(seed: UInt64) {
    var pair = SessionPair(seed: seed)
    var newest: [UInt8: UInt64] = [:]
    for step in 0..<2_000 {
      if step % 5 == 0 {
        let key = UInt8(pair.random.next() % 4)
        newest[key] = UInt64(step + 1)
        pair.sendState(SessionPair.client, key: key, value: UInt64(step + 1))
      }
      if pair.random.next() % 700 == 0 { pair.restart(SessionPair.server) }
      pair.tick()
    }
    // A server that restarted at the very end may have forgotten; the client resends all when the session
    // opens.
    settle(&pair, seed)
    #expect(pair.ends[1].newestState == newest, "seed \(seed)")
    #expect(pair.ends[0].endpoint.states.count == newest.count)
  }

  @Test(arguments: UInt64(0)..<6)
  func aFullWindowRefusesAndRecovers(seed: UInt64) {
    var pair = SessionPair(seed: seed)
    for step in 0..<3_000 {
      pair.sendEvent(SessionPair.client)
      #expect(pair.ends[0].endpoint.outbox.count <= SessionEndpoint.window)
      if step < 1_000 { pair.transit.removeAll() }
      pair.tick()
    }
    #expect(pair.ends[0].refusedFull > 0, "seed \(seed)")
    settle(&pair, seed)
    #expect(pair.ends[1].delivered == [1: pair.ends[0].sent], "seed \(seed)")
  }

  @Test(arguments: UInt64(0)..<16)
  func everyDurableMessageHasItsEffectOnceAndInOrderWhoeverCrashesWhenever(seed: UInt64) {
    var pair = SessionPair(seed: seed)
    pair.crashes = 30
    for step in 0..<4_000 {
      if step % 5 == 0 { pair.sendDurable(SessionPair.client) }
      if step % 8 == 0 { pair.sendDurable(SessionPair.server) }
      pair.tick()
    }
    pair.crashes = 0
    settle(&pair, seed)
    #expect(pair.ends.allSatisfy { $0.epoch > 3 }, "seed \(seed): hardly anyone crashed")
    for (end, other) in [(0, 1), (1, 0)] {
      #expect(pair.ends[other].effects == Array(1...pair.ends[end].lastKey), "seed \(seed), end \(end)")
      #expect(pair.ends[other].unmarkedRepeats == 0, "seed \(seed), end \(end)")
      #expect(pair.ends[end].rows.isEmpty, "seed \(seed): delivered messages stay in the journal")
    }
  }

  @Test(arguments: UInt64(0)..<4)
  func aLongSilenceFillsTheBacklogAndNothingTakenIsLost(seed: UInt64) {
    var pair = SessionPair(seed: seed)
    for step in 0..<6_000 {
      pair.sendDurable(SessionPair.client)
      if step % 3 == 0 { pair.sendEvent(SessionPair.client) }
      #expect(pair.ends[0].endpoint.outbox.count <= SessionEndpoint.window)
      #expect(pair.ends[0].endpoint.backlog.count <= SessionEndpoint.maxBacklog)
      pair.transit.removeAll()
      if step == 2_500 { pair.restart(SessionPair.client) }
      pair.tick()
    }
    #expect(pair.ends[0].refusedFull > 0, "seed \(seed)")
    pair.ends[0].sent = []
    settle(&pair, seed)
    #expect(pair.ends[1].effects == Array(1...pair.ends[0].lastKey), "seed \(seed)")
  }

  /// Loss, delay, repetition, and one-sided silence long enough that now one end, now the other, now both
  /// notice it: afterwards both cores have been told the same last opening, and the client has heard the
  /// server's whole truth after it was told.
  @Test(arguments: UInt64(0)..<24)
  func afterQuietBothCoresKnowTheSameOpeningAndTheClientHasTheTruthOfIt(seed: UInt64) {
    var pair = SessionPair(seed: seed)
    pair.greets = true
    pair.jitterMillis = seed % 2 == 0 ? 60 : 700
    var deaf = 0
    for step in 0..<12_000 {
      if step % 400 == 0 { pair.sendEvent(SessionPair.client) }
      if pair.random.next() % 1_500 == 0 {
        deaf += 1
        pair.deafToServer = pair.random.next() % 2 == 0
        pair.deafToClient = !pair.deafToServer || pair.random.next() % 3 == 0
      }
      if pair.random.next() % 1_100 == 0 { (pair.deafToServer, pair.deafToClient) = (false, false) }
      if seed % 4 == 3, pair.random.next() % 3_000 == 0 { pair.restart(Int(pair.random.next() % 2)) }
      pair.tick()
    }
    (pair.deafToServer, pair.deafToClient) = (false, false)
    settle(&pair, seed)
    #expect(deaf > 0, "seed \(seed): hardly ever silent")
    #expect(pair.ends.allSatisfy { $0.isToldOpen }, "seed \(seed)")
    #expect(pair.ends[0].openings.last == pair.ends[1].openings.last, "seed \(seed)")
    #expect(
      pair.ends[0].greetedBy[pair.ends[1].openings.count] == pair.ends[0].openings.count,
      "seed \(seed): the client's core has not heard the truth of its last opening")
  }

  @Test func thePartitionedSessionClosesOnBothSidesAndOpensAgain() {
    var pair = SessionPair(seed: 1)
    for _ in 0..<500 { pair.tick() }
    #expect(pair.isSettled)
    for _ in 0..<1_200 {
      pair.transit.removeAll()
      pair.tick()
    }
    #expect(!pair.ends[0].endpoint.isOpen && !pair.ends[1].endpoint.isOpen)
    settle(&pair, 1)
  }

  /// The channel mends and keeps the order, as ZeroMQ's does; within some seconds everything is where it
  /// belongs.
  private func settle(_ pair: inout SessionPair, _ seed: UInt64) {
    pair.loss = 0
    pair.jitterMillis = 0
    for _ in 0..<8_000 {
      if pair.isSettled && pair.transit.isEmpty { break }
      pair.tick()
    }
    // Some beats more, so that a late parcel of an earlier incarnation shows its effect.
    for _ in 0..<300 { pair.tick() }
    #expect(
      pair.isSettled, "seed \(seed): \(pair.ends.map { "\($0.endpoint.isOpen) \($0.endpoint.outbox.count)" })"
    )
  }
}
