import ActorKit
import HostKit
import Platform
import Records
import Simulation
import Wire
import ZeroMQ

/// Where a host's publications go.
protocol PublicationOutlet: ~Copyable {
  /// A message of the topic of this index, whose name is the first frame.
  mutating func publish(_ topic: Int, name: RawSpan, body: RawSpan)
}

/// A real socket, as the process has it.
struct SocketOutlet: PublicationOutlet, ~Copyable {
  let socket: Socket

  mutating func publish(_ topic: Int, name: RawSpan, body: RawSpan) {
    // PUB never blocks.
    _ = socket.send(topic: name, body: body)
  }
}

/// A component's host gets what the component's tape holds, in the same turns, as fast as it takes it in, and
/// what it publishes leaves as its process would send it.
///
/// Done as `Reactor` does it: reading the clocks, stamping, the order of effects. Not in it: waiting for and
/// receiving from sockets, and the file of the crash mark. A feed has no facts and no sessions, hence nothing
/// to append.
struct HostPlayer<Core: ActorCore>: ~Copyable {
  private(set) var host: HostCore<Core>
  private let ways: [FeedInputs.Way]
  private let topics: [[UInt8]]
  private(set) var published = 0

  init(_ core: consuming Core, _ plan: ActorPlan, _ inputs: FeedInputs) {
    let identity = HostIdentity(
      name: plan.name, number: plan.number, colony: ColonyName(named: "bench", run: "run"), build: NameText(),
      processID: 1)
    let journal = JournalStanding(
      epoch: 1, lineage: 1, isStored: true, lastTurn: 0, lastRow: 0, impairment: nil)
    host = HostCore(
      identity, plan.wiring, core: core, journal: journal, recovered: HostState(), crashMarks: OneMark(),
      atBootNanos: 0)
    ways = inputs.ways
    topics = inputs.topics
  }

  mutating func play(
    _ turn: Tape.Turn, of tape: borrowing Tape, to outlet: inout some PublicationOutlet & ~Copyable
  ) {
    let start = Clock.bootNanos()
    let isFirst = turn.inputs.contains { if case .start = tape.inputs[$0] { true } else { false } }
    if isFirst {
      host.start(bootNanos: turn.time.boot, wallNanos: turn.time.wall)
      carryOut(to: &outlet)
    }
    // The times of the tape; the clock is read all the same.
    _ = Clock.wallNanos()
    host.beginTurn(bootNanos: turn.time.boot, wallNanos: turn.time.wall)
    for place in turn.inputs { take(place, of: tape) }
    host.endTurn(hasReadAll: true)
    carryOut(to: &outlet)
    host.noteTurn(nanos: Clock.bootNanos() - start)
  }

  private mutating func take(_ place: Int, of tape: borrowing Tape) {
    guard case .message(let offset, let count, let peer) = tape.inputs[place] else { return }
    let frame = tape.bytes.span.bytes.extracting(offset..<offset + count)
    let arrival = Arrival(wallNanos: Clock.wallNanos())
    switch ways[place] {
    case .published(let topic, let isMarket):
      let name = topics[topic]
      host.takePublished(topic: name.span.bytes, frame, isMarket: isMarket, arrival)
    case .call:
      let caller = [1, UInt8(truncatingIfNeeded: peer.component)]
      host.takeFromCaller(caller.span.bytes, isDelimited: false, frame, arrival)
    case .start, .none: break
    }
  }

  private mutating func carryOut(to outlet: inout some PublicationOutlet & ~Copyable) {
    var sentNanos: Int64 = 0
    for index in host.outgoing.effects.indices {
      guard case .transmit(let transmission) = host.outgoing.effects[index] else { continue }
      if sentNanos == 0 { sentNanos = Clock.wallNanos() }
      host.stampSent(transmission, wallNanos: sentNanos)
      guard case .topic(let topic) = transmission.outlet else { continue }
      published += 1
      switch transmission.arena {
      case .core:
        outlet.publish(
          topic, name: host.topicNames[topic].bytes,
          body: host.effects.frames.span(from: transmission.offset, count: transmission.count))
      case .host:
        outlet.publish(
          topic, name: host.topicNames[topic].bytes,
          body: host.outgoing.frames.span(from: transmission.offset, count: transmission.count))
      }
    }
  }
}

/// The mark of the input in hand, in memory of this process.
private final class OneMark: CrashMarks {
  private var inHand: CrashMark?

  func admit(_ mark: CrashMark) -> Bool {
    inHand = mark
    return true
  }

  func clear() { inHand = nil }
}
