import ActorKit
import Colony
import Testing
import Trading
import Wire

/// Two ends of a session and a channel between them that loses, repeats and reorders: the reactors' part in
/// small.
///
/// A "process" keeps over its death what a journal keeps: its epoch and how far the peer's events were
/// processed.
struct SessionPair {
  enum Parcel {
    case hello(epoch: UInt32, peerEpoch: UInt32, first: UInt64, has: UInt64)
    case welcome(epoch: UInt32, toEpoch: UInt32, first: UInt64, next: UInt64)
    case lane(Lane, epoch: UInt32, sequence: UInt64, frame: [UInt8])
    case acknowledge(Lane, epoch: UInt32, ofEpoch: UInt32, sequence: UInt64)
    case beat(epoch: UInt32)
  }

  struct End {
    var endpoint: SessionEndpoint
    var epoch: UInt32 = 1
    /// What the journal knows: the last event taken in, by the peer's epoch.
    var markEpoch: UInt32 = 0
    var mark: UInt64 = 0
    /// Payloads delivered, by the epoch of the peer that sent them.
    var delivered: [UInt32: [UInt64]] = [:]
    var newestState: [UInt8: UInt64] = [:]
    /// Payloads given to `enqueueEvent` in this epoch.
    var sent: [UInt64] = []
    var nextPayload: UInt64 = 1
    var refusedFull = 0
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

  static let client = 0
  static let server = 1

  init(seed: UInt64) { random = SplitMix64(seed: seed) }

  mutating func post(_ parcel: Parcel, from end: Int) {
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
    for end in ends.indices { work(end) }
  }

  private mutating func take(_ parcel: Parcel, at end: Int) {
    switch parcel {
    case .hello(let epoch, let peerEpoch, let first, let has):
      let opening = ends[end].endpoint.open(
        peerEpoch: epoch, peerFirst: first, peerHas: peerEpoch == ends[end].epoch ? has : 0, atBootNanos: now)
      guard case .opened = opening else { return }
      post(
        .welcome(
          epoch: ends[end].epoch, toEpoch: epoch, first: ends[end].endpoint.firstUnacknowledged,
          next: ends[end].endpoint.nextExpected), from: end)
    case .welcome(let epoch, let toEpoch, let first, let next):
      guard toEpoch == ends[end].epoch else { return }
      _ = ends[end].endpoint.open(peerEpoch: epoch, peerFirst: first, peerHas: next - 1, atBootNanos: now)
    case .lane(let lane, let epoch, let sequence, let frame):
      if ends[end].endpoint.closeIfSuperseded(by: epoch) { return }
      takeLane(lane, epoch, sequence, frame, at: end)
    case .acknowledge(let lane, let epoch, let ofEpoch, let sequence):
      if ends[end].endpoint.closeIfSuperseded(by: epoch) { return }
      guard ofEpoch == ends[end].epoch else { return }
      ends[end].endpoint.heard(atBootNanos: now)
      ends[end].endpoint.acknowledged(lane, sequence: sequence)
    case .beat(let epoch):
      if ends[end].endpoint.closeIfSuperseded(by: epoch) { return }
      ends[end].endpoint.heard(atBootNanos: now)
    }
  }

  private mutating func takeLane(
    _ lane: Lane, _ epoch: UInt32, _ sequence: UInt64, _ frame: [UInt8], at end: Int
  ) {
    if lane == .event {
      let verdict = ends[end].endpoint.takeEvent(epoch: epoch, sequence: sequence, atBootNanos: now)
      if verdict == .deliver { ends[end].delivered[epoch, default: []].append(number(frame)) }
    } else if ends[end].endpoint.takeState(epoch: epoch, sequence: sequence, atBootNanos: now) == .deliver {
      // The core's part: an older revision of a key is ignored.
      let value = number(frame.dropFirst())
      ends[end].newestState[frame[0]] = max(ends[end].newestState[frame[0]] ?? 0, value)
    }
  }

  private mutating func work(_ end: Int) {
    let epoch = ends[end].epoch
    // The commit.
    ends[end].markEpoch = ends[end].endpoint.peerEpoch
    ends[end].mark = ends[end].endpoint.processed
    let owed = ends[end].endpoint.takeAcknowledgements()
    let peerEpoch = ends[end].endpoint.peerEpoch
    if let sequence = owed.event {
      post(.acknowledge(.event, epoch: epoch, ofEpoch: peerEpoch, sequence: sequence), from: end)
    }
    for sequence in owed.states {
      post(.acknowledge(.state, epoch: epoch, ofEpoch: peerEpoch, sequence: sequence), from: end)
    }
    _ = ends[end].endpoint.closeIfSilent(atBootNanos: now)
    if ends[end].endpoint.isDueToSpeak(atBootNanos: now) {
      ends[end].endpoint.said(atBootNanos: now)
      let endpoint = ends[end].endpoint
      post(
        endpoint.isOpen
          ? .beat(epoch: epoch)
          : .hello(
            epoch: epoch, peerEpoch: endpoint.peerEpoch, first: endpoint.firstUnacknowledged,
            has: endpoint.processed), from: end)
    }
    var out: [Parcel] = []
    ends[end].endpoint.flush(atBootNanos: now) { lane, sequence, frame, _ in
      out.append(.lane(lane, epoch: epoch, sequence: sequence, frame: frame))
      return true
    }
    for parcel in out { post(parcel, from: end) }
  }

  /// Kill and restart: the outbox is gone, the marks and the epoch are not. What is on the way stays on the
  /// way.
  mutating func restart(_ end: Int) {
    let peer: UInt16 = end == Self.client ? 2 : 1
    ends[end].epoch += 1
    ends[end].endpoint = SessionEndpoint(
      peer: peer, role: end == Self.client ? .client : .server, peerEpoch: ends[end].markEpoch,
      processed: ends[end].mark)
    ends[end].sent = []
  }

  var isSettled: Bool {
    ends.allSatisfy { end in
      end.endpoint.isOpen && end.endpoint.outbox.isEmpty && end.endpoint.states.allSatisfy(\.isAcknowledged)
    }
  }
}
