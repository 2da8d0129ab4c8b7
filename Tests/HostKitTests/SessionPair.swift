import ActorKit
import HostKit
import Testing
import Trading
import Wire

/// Two ends of a session and a channel between them that loses, repeats and reorders: the reactors' part in
/// small.
///
/// A "process" keeps over its death what a journal keeps: its epoch, how far the peer's events were
/// processed, their effects, and the durable messages that had not been acknowledged.
struct SessionPair {
  enum Parcel {
    case hello(epoch: UInt32, opening: UInt64, peerEpoch: UInt32, first: UInt64, has: UInt64)
    case welcome(epoch: UInt32, opening: UInt64, toEpoch: UInt32, first: UInt64, next: UInt64)
    case lane(EnvelopeFlags, epoch: UInt32, sequence: UInt64, frame: [UInt8])
    case acknowledge(Lane, epoch: UInt32, ofEpoch: UInt32, sequence: UInt64)
    case beat(epoch: UInt32)
  }

  struct End {
    var endpoint: SessionEndpoint
    var epoch: UInt32 = 1
    /// What the journal knows: the last event taken in, by who the peer was.
    var mark: SessionEndpoint.Progress?
    /// Openings of the client's process that this end's core has been told, by the epochs of both.
    var openings: [SessionOpening] = []
    /// Whether the core was told that a session is open.
    var isToldOpen = false
    /// How many openings the client's core had been told when each greeting of the server's core arrived.
    var greetedBy: [Int: Int] = [:]
    /// Payloads delivered, by the epoch of the peer that sent them.
    var delivered: [UInt32: [UInt64]] = [:]
    var newestState: [UInt8: UInt64] = [:]
    /// Payloads given to `enqueueEvent` in this epoch.
    var sent: [UInt64] = []
    var nextPayload: UInt64 = 1
    var refusedFull = 0
    /// The journal's outbox.
    var rows: [(key: UInt64, frame: [UInt8])] = []
    var forgettableKey: UInt64 = 0
    var lastKey: UInt64 = 0
    /// Numbers of the peer's durable messages that took effect, each when it was above the last.
    var effects: [UInt64] = []
    /// The same of a turn that is not yet committed.
    var turnEffects: [UInt64] = []
    /// Durable messages delivered once more without the mark that they may be repeats.
    var unmarkedRepeats = 0
  }

  /// An opening as a core knows it.
  struct SessionOpening: Equatable {
    var clientEpoch: UInt32
    var number: UInt64
  }

  struct Transit {
    var toServer: Bool
    var due: Int64
    var parcel: Parcel
  }

  var ends: [End] = [
    End(endpoint: SessionEndpoint(peer: 2, role: .client)),
    End(endpoint: SessionEndpoint(peer: 1, role: .server)),
  ]
  var transit: [Transit] = []
  var random: SplitMix64
  var now: Int64 = .nanosPerSecond
  /// Percent.
  var loss: UInt64 = 20
  var repetition: UInt64 = 10
  var jitterMillis: UInt64 = 60
  /// Of ten thousand turns, how many end in a crash before, and how many in one after their commit.
  var crashes: UInt64 = 0
  /// Nothing gets through in this direction, to the server or to the client.
  var deafToServer = false
  var deafToClient = false
  /// What the server says into each opening, as an event: a number of its own range.
  var greets = false
  /// The two journals.
  static let lineages: [UInt64] = [101, 202]

  static let client = 0
  static let server = 1

  init(seed: UInt64) { random = SplitMix64(seed: seed) }

  mutating func post(_ parcel: Parcel, from end: Int) {
    guard !(end == Self.client ? deafToServer : deafToClient) else { return }
    let copies = random.next() % 100 < repetition ? 2 : 1
    for _ in 0..<copies where random.next() % 100 >= loss {
      let delay = (1 + Int64(random.next() % (jitterMillis + 1))) * .nanosPerMilli
      transit.append(Transit(toServer: end == Self.client, due: now + delay, parcel: parcel))
    }
  }

  /// One event with the next number as its content.
  @discardableResult
  mutating func sendEvent(_ end: Int) -> Bool {
    let payload = ends[end].nextPayload
    let frame = bytes(of: payload)
    guard ends[end].endpoint.enqueueEvent(frame) != nil else {
      ends[end].refusedFull += 1
      return false
    }
    ends[end].sent.append(payload)
    ends[end].nextPayload += 1
    return true
  }

  /// One durable message with the next number as its content, journaled at once.
  mutating func sendDurable(_ end: Int) {
    guard ends[end].endpoint.hasRoom(forDurable: 1) else {
      ends[end].refusedFull += 1
      return
    }
    ends[end].lastKey += 1
    let (key, frame) = (ends[end].lastKey, bytes(of: ends[end].lastKey))
    ends[end].rows.append((key, frame))
    ends[end].endpoint.enqueueDurable(key: key, frame)
  }

  mutating func sendState(_ end: Int, key: UInt8, value: UInt64) {
    _ = ends[end].endpoint.enqueueState(key: UInt64(key), [key] + bytes(of: value))
  }

  private func bytes(of value: UInt64) -> [UInt8] {
    (0..<8).map { UInt8(truncatingIfNeeded: value >> (8 * UInt64($0))) }
  }

  private func number(_ bytes: some Collection<UInt8>) -> UInt64 {
    bytes.enumerated().reduce(0) { $0 | UInt64($1.element) << (8 * UInt64($1.offset)) }
  }

  /// Lets a millisecond pass: what has arrived is taken in, then each end does its duties.
  mutating func tick() {
    now += .nanosPerMilli
    let arrived = transit.filter { $0.due <= now }
    transit.removeAll { $0.due <= now }
    for one in arrived { take(one.parcel, at: one.toServer ? Self.server : Self.client) }
    for end in ends.indices {
      if random.next() % 10_000 < crashes { restart(end) } else { work(end) }
    }
  }

  private mutating func take(_ parcel: Parcel, at end: Int) {
    switch parcel {
    case .hello(let epoch, let opening, let peerEpoch, let first, let has):
      let outcome = ends[end].endpoint.open(
        by: identity(of: Self.client, epoch), opening: opening, peerFirst: first,
        peerHas: peerEpoch == ends[end].epoch ? has : 0, atBootNanos: now, wallNanos: now)
      switch outcome {
      case .opened: tellOpened(end, outcome, SessionOpening(clientEpoch: epoch, number: opening))
      case .repeated: break
      default: return
      }
      post(
        .welcome(
          epoch: ends[end].epoch, opening: opening, toEpoch: epoch,
          first: ends[end].endpoint.firstUnacknowledged, next: ends[end].endpoint.acknowledgeable + 1),
        from: end)
    case .welcome(let epoch, let opening, let toEpoch, let first, let next):
      guard toEpoch == ends[end].epoch else { return }
      let outcome = ends[end].endpoint.open(
        by: identity(of: Self.server, epoch), opening: opening, peerFirst: first, peerHas: next - 1,
        atBootNanos: now, wallNanos: now)
      tellOpened(end, outcome, SessionOpening(clientEpoch: toEpoch, number: opening))
    case .lane(let flags, let epoch, let sequence, let frame):
      if isSuperseded(end, by: epoch) { return }
      takeLane(flags, epoch, sequence, frame, at: end)
    case .acknowledge(let lane, let epoch, let ofEpoch, let sequence):
      if isSuperseded(end, by: epoch) || epoch != ends[end].endpoint.peerEpoch { return }
      guard ofEpoch == ends[end].epoch else { return }
      ends[end].endpoint.heard(atBootNanos: now)
      ends[end].endpoint.acknowledged(lane, sequence: sequence)
    case .beat(let epoch):
      if isSuperseded(end, by: epoch) || epoch != ends[end].endpoint.peerEpoch { return }
      ends[end].endpoint.heard(atBootNanos: now)
    }
  }

  private func identity(of end: Int, _ epoch: UInt32) -> PeerIdentity {
    PeerIdentity(lineage: Self.lineages[end], epoch: epoch)
  }

  private mutating func isSuperseded(_ end: Int, by epoch: UInt32) -> Bool {
    guard ends[end].endpoint.closeIfSuperseded(by: epoch, wallNanos: now) else { return false }
    ends[end].isToldOpen = false
    return true
  }

  /// The reactor's part: a core hears of the end of an opening before it hears of the next.
  private mutating func tellOpened(
    _ end: Int, _ outcome: SessionEndpoint.Opening, _ opening: SessionOpening
  ) {
    guard case .opened(_, let wasClosed) = outcome else { return }
    if !wasClosed { ends[end].isToldOpen = false }
    #expect(!ends[end].isToldOpen, "a core is told twice that the session is open")
    ends[end].isToldOpen = true
    ends[end].openings.append(opening)
    guard greets, end == Self.server else { return }
    _ = ends[end].endpoint.enqueueEvent(bytes(of: Self.greeting + UInt64(ends[end].openings.count)))
  }

  /// Contents above this are the server's greetings, by the place of the opening among those it was told.
  static let greeting: UInt64 = 1 << 32

  private mutating func takeLane(
    _ flags: EnvelopeFlags, _ epoch: UInt32, _ sequence: UInt64, _ frame: [UInt8], at end: Int
  ) {
    let isRepeat = flags.contains(.possDup)
    if flags.contains(.eventLane) {
      let verdict = ends[end].endpoint.takeEvent(
        epoch: epoch, sequence: sequence, isDurable: flags.contains(.durable), atBootNanos: now)
      guard verdict == .deliver else { return }
      let content = number(frame)
      guard content < Self.greeting else {
        ends[end].greetedBy[Int(content - Self.greeting)] = ends[end].openings.count
        return
      }
      ends[end].delivered[epoch, default: []].append(content)
      // The core's part: an id it has passed is a repetition.
      if content > ends[end].turnEffects.last ?? ends[end].effects.last ?? 0 {
        ends[end].turnEffects.append(content)
      } else if !isRepeat {
        ends[end].unmarkedRepeats += 1
      }
    } else if ends[end].endpoint.takeState(epoch: epoch, sequence: sequence, atBootNanos: now) == .deliver {
      // The core's part: an older revision of a key is ignored.
      let value = number(frame.dropFirst())
      ends[end].newestState[frame[0]] = max(ends[end].newestState[frame[0]] ?? 0, value)
    }
  }

  private mutating func work(_ end: Int) {
    let epoch = ends[end].epoch
    commit(end)
    if random.next() % 10_000 < crashes { return restart(end) }
    let owed = ends[end].endpoint.takeAcknowledgements()
    let peerEpoch = ends[end].endpoint.peerEpoch
    if let sequence = owed.event {
      post(.acknowledge(.event, epoch: epoch, ofEpoch: peerEpoch, sequence: sequence), from: end)
    }
    for sequence in owed.states {
      post(.acknowledge(.state, epoch: epoch, ofEpoch: peerEpoch, sequence: sequence), from: end)
    }
    if ends[end].endpoint.closeIfSilent(atBootNanos: now) { ends[end].isToldOpen = false }
    if ends[end].endpoint.isDueToSpeak(atBootNanos: now) {
      if ends[end].endpoint.isOpen {
        ends[end].endpoint.said(atBootNanos: now)
        post(.beat(epoch: epoch), from: end)
      } else {
        let opening = ends[end].endpoint.sayHello(atBootNanos: now)
        let endpoint = ends[end].endpoint
        post(
          .hello(
            epoch: epoch, opening: opening, peerEpoch: endpoint.peerEpoch,
            first: endpoint.firstUnacknowledged, has: endpoint.acknowledgeable), from: end)
      }
    }
    var out: [Parcel] = []
    ends[end].endpoint.flush(atBootNanos: now) { flags, sequence, frame in
      out.append(.lane(flags, epoch: epoch, sequence: sequence, frame: frame))
      return true
    }
    for parcel in out { post(parcel, from: end) }
  }

  private mutating func commit(_ end: Int) {
    let endpoint = ends[end].endpoint
    // What a delivered payload does is a fact, with which its mark goes; a greeting alone does nothing, and
    // its mark waits for company.
    if endpoint.progress != endpoint.journaled, endpoint.mustMark || !greets || random.next() % 4 == 0 {
      ends[end].mark = endpoint.progress
      ends[end].endpoint.noteMarked()
    }
    ends[end].effects += ends[end].turnEffects
    ends[end].turnEffects = []
    if let key = ends[end].endpoint.takeDeliveredKey() { ends[end].forgettableKey = key }
    // Forgetting may wait.
    guard random.next() % 2 == 0 else { return }
    let key = ends[end].forgettableKey
    ends[end].rows.removeAll { $0.key <= key }
  }

  /// Kill and restart: what was not committed is gone. What is on the way stays on the way.
  mutating func restart(_ end: Int) {
    let peer: UInt16 = end == Self.client ? 2 : 1
    ends[end].epoch += 1
    ends[end].endpoint = SessionEndpoint(
      peer: peer, role: end == Self.client ? .client : .server, processed: ends[end].mark,
      startedAtBootNanos: now)
    ends[end].isToldOpen = false
    ends[end].openings = []
    ends[end].greetedBy = [:]
    ends[end].sent = []
    ends[end].turnEffects = []
    ends[end].forgettableKey = 0
    for row in ends[end].rows {
      ends[end].endpoint.enqueueDurable(key: row.key, row.frame, isRecovered: true)
    }
  }

  var isSettled: Bool {
    ends.allSatisfy { end in
      end.endpoint.isOpen && end.endpoint.outbox.isEmpty && end.endpoint.backlog.isEmpty
        && end.endpoint.states.allSatisfy(\.isAcknowledged)
    }
  }
}
