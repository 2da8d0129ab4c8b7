import ActorKit
import HostKit
import Testing
import Wire

import SimulatedColony

/// A caller and a control port, with a line between them.
struct SimulatedNetworkTests {
  private struct Pair {
    var network = SimulatedNetwork(nodeCount: 2, seed: 3)
    var agenda = Agenda<Happening>()
    var now: Int64 = 0
    var arrived: [UInt8] = []

    init() {
      network.addCall(client: 0, server: 1)
      network.open(1, identities: [], at: 0, &agenda)
      network.open(0, identities: [Array("caller".utf8)], at: 0, &agenda)
      run(until: .nanosPerSecond)
    }

    mutating func run(until end: Int64) {
      while let moment = agenda.nextMoment, moment <= end, let entry = agenda.next() {
        now = entry.moment
        switch entry.item {
        case .attempt(let connection): network.takeAttempt(connection, at: now, &agenda)
        case .givingUp(let connection, let generation):
          network.giveUp(connection, generation: generation, at: now, &agenda)
        case .arrival(let connection, let toServer, let generation, let parcel):
          guard network.isWanted(connection, toServer: toServer, generation: generation, at: now) else {
            continue
          }
          network.noteTaken(connection, toServer: toServer, generation: generation)
          arrived.append(parcel.frame[0])
        default: break
        }
      }
      now = end
    }

    mutating func call(_ byte: UInt8) -> NotSent? {
      network.call(link: 0, of: 0, [byte], at: now, &agenda)
    }

    mutating func change(_ body: (inout SimulatedNetwork.Line) -> Void) {
      network.change(from: 0, to: 1, at: now, &agenda, body)
    }
  }

  @Test func whatIsSentArrivesOnceAndInOrder() {
    var pair = Pair()
    for byte in UInt8(0)..<100 { #expect(pair.call(byte) == nil) }
    pair.run(until: 2 * .nanosPerSecond)
    #expect(pair.arrived == Array(0..<100))
  }

  @Test func aShortCutKeepsWhatWasSentAndALongOneLosesItWithTheConnection() {
    var pair = Pair()
    pair.change { $0.isCut = true }
    #expect(pair.call(1) == nil)
    pair.run(until: pair.now + .nanosPerSecond)
    #expect(pair.arrived.isEmpty)
    pair.change { $0.isCut = false }
    pair.run(until: pair.now + .nanosPerSecond)
    #expect(pair.arrived == [1])

    pair.change { $0.isCut = true }
    #expect(pair.call(2) == nil)
    pair.run(until: pair.now + SimulatedNetwork.silenceNanos + 1)
    #expect(pair.call(3) == .backPressured, "the connection is given up")
    pair.change { $0.isCut = false }
    pair.run(until: pair.now + 3 * .nanosPerSecond)
    #expect(pair.call(4) == nil, "it is made anew")
    pair.run(until: pair.now + .nanosPerSecond)
    #expect(pair.arrived == [1, 4])
  }

  @Test func aFullQueueIsToldAndNothingOfItIsLost() {
    var pair = Pair()
    pair.change { $0.isCut = true }
    var sent = 0
    while pair.call(UInt8(truncatingIfNeeded: sent)) == nil { sent += 1 }
    #expect(sent == SimulatedConnection.callHighWaterMark)
    pair.change { $0.isCut = false }
    pair.run(until: pair.now + .nanosPerSecond)
    #expect(pair.arrived.count == sent)
  }

  @Test func aResetLosesWhatIsUnderWay() {
    var pair = Pair()
    #expect(pair.call(1) == nil)
    pair.change { ($0.isCut, $0.resets) = (true, true) }
    pair.run(until: pair.now + .nanosPerSecond)
    #expect(pair.arrived.isEmpty)
    #expect(pair.call(2) == .backPressured)
  }

  @Test func faultsStrikeAsOftenAsTheySay() {
    var pair = Pair()
    pair.change { line in
      line.lostPPM = 100_000
      line.duplicatedPPM = 50_000
    }
    for round in 0..<40 {
      for byte in UInt8(0)..<50 { #expect(pair.call(byte) == nil, "round \(round)") }
      pair.run(until: pair.now + .nanosPerSecond)
    }
    #expect((120...280).contains(pair.network.counts.lost))
    #expect((50...150).contains(pair.network.counts.duplicated))
    #expect(pair.arrived.count == 2_000 - pair.network.counts.lost + pair.network.counts.duplicated)
  }
}
