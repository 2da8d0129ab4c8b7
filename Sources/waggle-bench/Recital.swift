import ActorKit
import FeedAggregator
import Wire

/// What a core published, turn by turn.
struct PublishedTurns {
  private(set) var turns: [Range<Int>] = []
  private(set) var frames: [(topic: Int, place: Range<Int>)] = []
  private(set) var bytes: [UInt8] = []
  private var first = 0

  mutating func add(topic: Int, _ frame: RawSpan) {
    frames.append((topic, bytes.count..<bytes.count + frame.byteCount))
    bytes += frame.copiedBytes()
  }

  mutating func endTurn() {
    turns.append(first..<frames.count)
    first = frames.count
  }
}

/// A core that decides nothing and publishes in each turn what the feed did: a host around it does the host's
/// work alone.
struct Recital: ActorCore {
  typealias Fact = NoFact
  static let kind = ComponentKind.feed

  let topics: [Topic]
  private let publications: PublishedTurns
  private var turn = 0

  init(_ publications: PublishedTurns, topics: [Topic]) {
    self.publications = publications
    self.topics = topics
  }

  var state: ComponentState { .live }
  var nextWake: Wake { Wake() }

  mutating func start(epoch: UInt32, at now: Instant, into effects: inout Effects) {}
  mutating func receive(_ message: Inbound, from peer: Peer, at now: Instant, into effects: inout Effects) {}
  mutating func receive(_ event: LinkEvent, at now: Instant, into effects: inout Effects) {}
  mutating func wake(at now: Instant, into effects: inout Effects) {}

  mutating func conclude(at now: Instant, into effects: inout Effects) {
    guard turn < publications.turns.count else { return }
    for frame in publications.turns[turn] {
      let (topic, place) = publications.frames[frame]
      effects.publish(topic) { $0.append(copying: publications.bytes.span.bytes.extracting(place)) }
    }
    turn += 1
  }

  mutating func apply(_ fact: NoFact) {}
  func save(into writer: inout SnapshotWriter) {}
  mutating func restore(from reader: inout SnapshotReader) throws(RestoreError) {}
  func report(into counters: inout CounterReport) {}
}
