import ActorKit
import Wire

/// One end of a session between two components: numbers, remembers, resends, tells new from seen.
///
/// Two lanes (docs/PROTOCOL.md, section Sessions). *Event*: every message counts; kept until acknowledged,
/// resent in order after a reconnect or a time-out, processed once per (sender epoch, sequence). A *durable*
/// one is also in the journal's outbox, may wait behind a full window, and begins again in a new epoch.
/// *State*: only the newest per key counts; resent whole when the session opens; the receiver's core ignores
/// older revisions. Pure: no sockets.
package struct SessionEndpoint {
  package enum Role { case client, server }

  package enum Verdict: Equatable {
    case deliver
    /// Processed before; acknowledge again, do not deliver.
    case duplicate
    /// Something before it is missing; the peer resends.
    case outOfOrder
    /// From an incarnation that has been superseded, or before the session is open.
    case refused
  }

  /// What a Hello or Welcome has led to.
  package enum Opening: Equatable {
    /// A new opening: both cores are told, whether this end had noticed the end of the one before or not.
    case opened(isNewEpoch: Bool, wasClosed: Bool)
    /// The Hello of the opening that stands, once more, because Welcome has not arrived: answered again.
    case repeated
    /// Belongs to an opening that is over, or answers none that is asked for: nothing follows from it.
    case stale
    /// Not believed to be the peer (`PeerRecord`).
    case oldEpoch, wrongLineage, epochJump
    /// Names messages that cannot exist.
    case impossible
  }

  /// How far the peer's event lane has been taken in, as the journal's mark tells it.
  package struct Progress: Equatable {
    package var peer: PeerIdentity
    package var sequence: UInt64

    package init(peer: PeerIdentity, sequence: UInt64) { (self.peer, self.sequence) = (peer, sequence) }
  }

  package struct Pending {
    package var sequence: UInt64
    package var frame: [UInt8]
    package var sentBootNanos: Int64
    /// Its key in the journal's outbox; nil for a message that lives in this process alone.
    package var key: UInt64?
    /// An earlier incarnation may have sent it.
    package var isRecovered = false
  }

  /// A durable message that waits for room in the window. It gets its number when it enters.
  package struct Waiting {
    package var key: UInt64
    package var frame: [UInt8]
    package var isRecovered: Bool
  }

  package struct KeyedState {
    package var key: UInt64
    package var sequence: UInt64
    package var frame: [UInt8]
    package var isAcknowledged: Bool
    package var sentBootNanos: Int64
  }

  /// Bound: unacknowledged event messages. Full means the core is told `notSent(.backPressured)`.
  package static let window = 256
  /// Bound: durable messages that wait behind a full window. No more are taken then, and the core is told
  /// `notSent(.backPressured)` before anything is journaled.
  package static let maxBacklog = 4_096
  /// Bound: keys of the state lane.
  package static let maxKeys = 4_096
  /// An unacknowledged message is sent again after this.
  package static let resendNanos: Int64 = 500 * .nanosPerMilli
  /// After a send that found no way out the next attempt waits this long.
  package static let retrySendNanos: Int64 = 5 * .nanosPerMilli
  /// Bound: no session ever numbers this many messages; a peer that says so is wrong.
  package static let maxSequence: UInt64 = 1 << 62
  /// Hello is repeated this often until Welcome comes.
  package static let helloNanos: Int64 = 100 * .nanosPerMilli
  /// Something is said at least this often.
  package static let keepAliveNanos: Int64 = 250 * .nanosPerMilli
  /// Without a word for this long the session counts as closed, and an opening without an answer gives way to
  /// the next.
  package static let silenceNanos: Int64 = 1 * .nanosPerSecond
  /// After the session was closed because of an event that cannot be handled, Hello waits so long, twice as
  /// long each time, up to the second figure.
  package static let firstRefusalNanos: Int64 = 1 * .nanosPerSecond
  package static let lastRefusalNanos: Int64 = 30 * .nanosPerSecond
  /// Bound: marks of events that are not durable wait for company; not more events than this.
  package static let maxUnmarked: UInt64 = 64

  package let peer: UInt16
  package let role: Role
  package private(set) var isOpen = false
  /// Who the peer is believed to be.
  package private(set) var record: PeerRecord
  /// The number of the opening: asked for or open (client), the last accepted from the present peer (server).
  package private(set) var opening: UInt64
  /// Next event message wanted from `peerEpoch`.
  package private(set) var nextExpected: UInt64 = 1
  /// What the journal's mark is to say; only a message taken in changes it.
  package private(set) var progress: Progress
  /// Whether a durable message was taken in, whose mark belongs to the turn.
  package private(set) var mustMark = false
  /// What the journal's mark says.
  package private(set) var journaled: Progress
  /// What lies up to here the present peer no longer has.
  private var peerForgot: UInt64 = 0
  private var acknowledgedToPeer: UInt64 = 0
  package private(set) var outbox: [Pending] = []
  /// Durable messages behind the window, oldest first. While there are any, the window is full, so no event
  /// overtakes them either.
  package private(set) var backlog: ArraySlice<Waiting> = []
  /// Durable messages not yet acknowledged, in the window and behind it.
  package private(set) var undeliveredCount = 0
  /// Templates whose delivery the core is told of.
  package var tracked: [Template] = []
  /// Their frames that have been acknowledged since the host asked.
  private var deliveredFrames: [[UInt8]] = []
  /// The last durable message that has been acknowledged since the host asked.
  private var deliveredKey: UInt64?
  package private(set) var states: [KeyedState] = []
  package private(set) var lastSequence: UInt64 = 0
  private var lastStateSequence: UInt64 = 0
  private var lastHeardBootNanos: Int64 = 0
  package private(set) var lastSaidBootNanos: Int64 = 0
  private var noSendBeforeBootNanos = Int64.min
  /// The peer has sent something again that is marked.
  private var owesAcknowledgement = false
  private var stateAcknowledgements: [UInt64] = []
  /// When the first Hello of this opening was said; nil before.
  private var firstHelloBootNanos: Int64?
  private var noHelloBeforeBootNanos = Int64.min
  private var openedBootNanos: Int64 = 0
  private var refusals = 0

  /// `processed` is what the journal's mark says of this peer.
  package init(
    peer: UInt16, role: Role, processed progress: Progress? = nil, startedAtBootNanos now: Int64 = 0
  ) {
    self.peer = peer
    self.role = role
    record = PeerRecord(known: progress?.peer, startedAtBootNanos: now)
    opening = role == .client ? 1 : 0
    self.progress = progress ?? Progress(peer: PeerIdentity(lineage: 0, epoch: 0), sequence: 0)
    journaled = self.progress
    nextExpected = self.progress.sequence + 1
  }

  /// The incarnation of the peer that has the session or had it last; 0 for none.
  package var peerEpoch: UInt32 { record.present?.epoch ?? 0 }

  /// Last event message of the peer that was processed.
  package var processed: UInt64 { nextExpected - 1 }

  /// Last event message of the peer that needs not be sent again: it is marked.
  package var acknowledgeable: UInt64 {
    max(peerForgot, journaled.peer == record.present ? journaled.sequence : 0)
  }

  /// First event message that would be resent.
  package var firstUnacknowledged: UInt64 { outbox.first?.sequence ?? lastSequence + 1 }
}

// MARK: - Opening

extension SessionEndpoint {
  /// A peer says Hello (server) or Welcome (client).
  ///
  /// `number` is the opening's; nil from a peer that does not count them. `peerFirst` is the first event
  /// message the peer can still send: what lies before is gone for good. `peerHas` is the last of ours that
  /// it has processed.
  package mutating func open(
    by candidate: PeerIdentity, opening number: UInt64?, peerFirst: UInt64, peerHas: UInt64,
    atBootNanos now: Int64, wallNanos: Int64
  ) -> Opening {
    switch record.judge(candidate, isOpen: isOpen, atBootNanos: now, wallNanos: wallNanos) {
    case .oldEpoch: return .oldEpoch
    case .wrongLineage: return .wrongLineage
    case .epochJump: return .epochJump
    case .believed: break
    }
    guard peerFirst >= 1, peerFirst <= Self.maxSequence, peerHas <= lastSequence else { return .impossible }
    let isSame = candidate == record.present
    switch role {
    case .client: guard !isOpen, number ?? opening == opening else { return .stale }
    case .server where isSame:
      if number ?? opening == opening, isOpen {
        heard(atBootNanos: now)
        return .repeated
      }
      guard number ?? .max > opening else { return .stale }
      opening = number ?? opening
    case .server: opening = number ?? 0
    }
    let (isNewEpoch, wasClosed) = (!isSame, !isOpen)
    if isNewEpoch {
      (peerForgot, acknowledgedToPeer) = (0, 0)
      // The known one may come back after another who has only said Hello.
      nextExpected = candidate == progress.peer ? progress.sequence + 1 : 1
    }
    record.admit(candidate, atBootNanos: now)
    begin(peerFirst: peerFirst, peerHas: peerHas, at: now)
    return .opened(isNewEpoch: isNewEpoch, wasClosed: wasClosed)
  }

  private mutating func begin(peerFirst: UInt64, peerHas: UInt64, at now: Int64) {
    // The peer has been told that what lies before is taken in.
    if peerFirst > nextExpected { nextExpected = peerFirst }
    peerForgot = peerFirst - 1
    acknowledge(through: peerHas)
    // What was sent before goes out again at once, marked as a repeat.
    for index in outbox.indices where outbox[index].sentBootNanos != .min {
      outbox[index].sentBootNanos = now - Self.resendNanos
    }
    for index in states.indices {
      states[index].isAcknowledged = false
      if states[index].sentBootNanos != .min { states[index].sentBootNanos = now - Self.resendNanos }
    }
    isOpen = true
    openedBootNanos = now
    lastHeardBootNanos = now
    noSendBeforeBootNanos = .min
  }

  /// Closes the session; a client goes on to the next opening.
  private mutating func close() {
    isOpen = false
    guard role == .client else { return }
    opening += 1
    firstHelloBootNanos = nil
  }

  /// Whether a message shows that the peer has begun a new incarnation, which knows nothing of this session.
  /// The session is closed then, and a client says Hello at once.
  package mutating func closeIfSuperseded(by epoch: UInt32, wallNanos: Int64) -> Bool {
    guard isOpen, epoch > peerEpoch,
      UInt64(epoch) <= EpochBound.greatest(after: peerEpoch, wallNanos: wallNanos)
    else { return false }
    close()
    lastSaidBootNanos = 0
    return true
  }

  /// One end cannot handle an event of the other: the session is closed, and Hello waits longer each time, so
  /// that the lane does not spin. A session that has lasted makes good for earlier refusals.
  package mutating func closeForRefusal(atBootNanos now: Int64) {
    guard isOpen else { return }
    close()
    if now - openedBootNanos > Self.lastRefusalNanos { refusals = 0 }
    noHelloBeforeBootNanos =
      now + min(Self.firstRefusalNanos << Int64(min(refusals, 5)), Self.lastRefusalNanos)
    refusals += 1
  }

  /// The peer answers Hello with no: it is asked again, but not ten times a second.
  package mutating func refusedWelcome(atBootNanos now: Int64) {
    guard !isOpen else { return }
    noHelloBeforeBootNanos = now + Self.firstRefusalNanos
  }

  /// Any message of the peer proves that it lives.
  package mutating func heard(atBootNanos now: Int64) {
    guard isOpen else { return }
    lastHeardBootNanos = now
    record.heard(atBootNanos: now)
  }

  /// Whether the peer has just been silent for too long; the session is closed then.
  package mutating func closeIfSilent(atBootNanos now: Int64) -> Bool {
    guard isOpen, now - lastHeardBootNanos > Self.silenceNanos else { return false }
    close()
    return true
  }

  /// Whether it is time to say Hello (client, not open) or anything at all.
  package func isDueToSpeak(atBootNanos now: Int64) -> Bool {
    if !isOpen { return role == .client && now >= nextHelloBootNanos }
    return now - lastSaidBootNanos >= Self.keepAliveNanos
  }

  private var nextHelloBootNanos: Int64 {
    max(lastSaidBootNanos + Self.helloNanos, noHelloBeforeBootNanos)
  }

  /// Hello is said now; the number of the opening it asks for. One without an answer for as long as it takes
  /// the peer to close it gives way to the next: a closed opening is never opened again.
  package mutating func sayHello(atBootNanos now: Int64) -> UInt64 {
    if let first = firstHelloBootNanos, now - first > Self.silenceNanos {
      opening += 1
      firstHelloBootNanos = nil
    }
    if firstHelloBootNanos == nil { firstHelloBootNanos = now }
    said(atBootNanos: now)
    return opening
  }

  package mutating func said(atBootNanos now: Int64) { lastSaidBootNanos = now }

  /// When time alone makes something due, boot clock.
  package var nextTimerBootNanos: Int64 {
    guard isOpen else { return role == .client ? nextHelloBootNanos : .max }
    let idle = min(lastSaidBootNanos + Self.keepAliveNanos, lastHeardBootNanos + Self.silenceNanos + 1)
    return min(idle, nextSendBootNanos)
  }

  /// When `flush` has something to send, boot clock.
  private var nextSendBootNanos: Int64 {
    var next = Int64.max
    for pending in outbox { next = min(next, resendTime(pending.sentBootNanos)) }
    for state in states where !state.isAcknowledged { next = min(next, resendTime(state.sentBootNanos)) }
    return max(next, noSendBeforeBootNanos)
  }

  /// Whether `flush` has something to send.
  package func isDueToSend(atBootNanos now: Int64) -> Bool { isOpen && nextSendBootNanos <= now }

  private func resendTime(_ sent: Int64) -> Int64 { sent == .min ? sent : sent + Self.resendNanos }
}

// MARK: - Receiving

extension SessionEndpoint {
  /// Whether an event is the one that comes next in the open session: one that cannot be handled is refused
  /// only then.
  package func expects(epoch: UInt32, sequence: UInt64) -> Bool {
    isOpen && epoch == peerEpoch && sequence == nextExpected
  }

  /// Decides on an event message of the peer.
  package mutating func takeEvent(
    epoch: UInt32, sequence: UInt64, isDurable: Bool = false, atBootNanos now: Int64
  ) -> Verdict {
    guard isOpen, epoch == peerEpoch, let present = record.present else { return .refused }
    heard(atBootNanos: now)
    guard sequence == nextExpected else {
      owesAcknowledgement = true
      if Canary.isSinging(.deduplicationRemoved), sequence < nextExpected { return .deliver }
      return sequence < nextExpected ? .duplicate : .outOfOrder
    }
    nextExpected += 1
    record.confirm(atBootNanos: now)
    progress = Progress(peer: present, sequence: sequence)
    let isLazy = !isDurable || Canary.isSinging(.durableMarkLazy)
    if !isLazy || sequence - acknowledgeable >= Self.maxUnmarked { mustMark = true }
    return .deliver
  }

  /// Decides on a state message of the peer.
  package mutating func takeState(epoch: UInt32, sequence: UInt64, atBootNanos now: Int64) -> Verdict {
    guard isOpen, epoch == peerEpoch, let present = record.present else { return .refused }
    heard(atBootNanos: now)
    record.confirm(atBootNanos: now)
    if progress.peer != present { progress = Progress(peer: present, sequence: processed) }
    // Bound: a turn takes in at most 256 messages, so no more than that are owed at once.
    stateAcknowledgements.append(sequence)
    return .deliver
  }

  /// The journal's mark says `progress` now.
  package mutating func noteMarked() {
    mustMark = false
    journaled = progress
  }

  /// What is to be acknowledged after the commit: the event lane's last marked, and single states.
  package mutating func takeAcknowledgements() -> (event: UInt64?, states: [UInt64]) {
    let marked = Canary.isSinging(.acknowledgeBeforeCommit) ? processed : acknowledgeable
    let owesEvent = isOpen && (owesAcknowledgement || marked > acknowledgedToPeer)
    if owesEvent { acknowledgedToPeer = marked }
    owesAcknowledgement = false
    // To empty an array that is looked at takes new memory.
    guard !stateAcknowledgements.isEmpty else { return (owesEvent ? marked : nil, []) }
    defer { stateAcknowledgements.removeAll(keepingCapacity: true) }
    return (owesEvent ? marked : nil, stateAcknowledgements)
  }

  /// The peer has processed our messages; `epoch` is ours as it knew it.
  package mutating func acknowledged(_ lane: Lane, sequence: UInt64) {
    switch lane {
    case .event:
      // A message never sent cannot have been processed: such a peer is wrong, and is not believed.
      if sequence <= lastSequence { acknowledge(through: sequence) }
    case .state:
      for index in states.indices where states[index].sequence == sequence {
        states[index].isAcknowledged = true
      }
    case .unrecognized: break
    }
  }

  private mutating func acknowledge(through sequence: UInt64) {
    guard let first = outbox.first, first.sequence <= sequence else { return }
    let count = outbox.firstIndex { $0.sequence > sequence } ?? outbox.count
    for pending in outbox[..<count] {
      if isTracked(pending.frame) { deliveredFrames.append(pending.frame) }
      guard let key = pending.key else { continue }
      deliveredKey = key
      undeliveredCount -= 1
    }
    outbox.removeFirst(count)
    while outbox.count < Self.window, let next = backlog.popFirst() { number(next) }
  }

  private func isTracked(_ frame: [UInt8]) -> Bool {
    guard !tracked.isEmpty, let header = FrameHeader(frame.span.bytes) else { return false }
    return tracked.contains { $0.rawValue == header.templateId }
  }

  /// Frames of tracked templates that have been acknowledged, once.
  package mutating func takeDeliveredFrames() -> [[UInt8]] {
    defer { deliveredFrames.removeAll(keepingCapacity: true) }
    return deliveredFrames
  }

  /// The key of the newest durable message not yet acknowledged.
  package var lastKey: UInt64? { backlog.last?.key ?? outbox.last { $0.key != nil }?.key }

  /// The key up to which the journal's outbox can be forgotten, once; nil when nothing new was acknowledged.
  package mutating func takeDeliveredKey() -> UInt64? {
    defer { deliveredKey = nil }
    return deliveredKey
  }
}

// MARK: - Sending

extension SessionEndpoint {
  /// Numbers and keeps an event message; nil when the window is full.
  package mutating func enqueueEvent(_ frame: [UInt8]) -> UInt64? {
    guard outbox.count < Self.window else { return nil }
    lastSequence += 1
    outbox.append(Pending(sequence: lastSequence, frame: frame, sentBootNanos: .min))
    return lastSequence
  }

  /// Whether so many durable messages more will be taken, whatever events come between them.
  package func hasRoom(forDurable count: Int) -> Bool { backlog.count + count <= Self.maxBacklog }

  /// Keeps a durable message, numbered if the window has room, else in line behind it. Keys rise. What was
  /// journaled is never refused, so the host asks for room before it journals.
  package mutating func enqueueDurable(key: UInt64, _ frame: [UInt8], isRecovered: Bool = false) {
    let message = Waiting(key: key, frame: frame, isRecovered: isRecovered)
    undeliveredCount += 1
    if backlog.isEmpty && outbox.count < Self.window { number(message) } else { backlog.append(message) }
  }

  private mutating func number(_ message: Waiting) {
    lastSequence += 1
    outbox.append(
      Pending(
        sequence: lastSequence, frame: message.frame, sentBootNanos: .min, key: message.key,
        isRecovered: message.isRecovered))
  }

  /// Numbers and keeps a state message in place of the key's older one; nil when there are too many keys.
  package mutating func enqueueState(key: UInt64, _ frame: [UInt8]) -> UInt64? {
    lastStateSequence += 1
    let fresh = KeyedState(
      key: key, sequence: lastStateSequence, frame: frame, isAcknowledged: false, sentBootNanos: .min)
    if let index = states.firstIndex(where: { $0.key == key }) {
      states[index] = fresh
    } else {
      guard states.count < Self.maxKeys else { return nil }
      states.append(fresh)
    }
    return lastStateSequence
  }

  /// Hands every message that should go out now to `send`, events in order first; stops when it says no, and
  /// is due again a little later.
  ///
  /// The flags tell the lane, whether the peer may have it already (possDup), and whether it is durable.
  package mutating func flush(
    atBootNanos now: Int64,
    _ send: (_ flags: EnvelopeFlags, _ sequence: UInt64, _ frame: [UInt8]) -> Bool
  ) {
    guard isDueToSend(atBootNanos: now) else { return }
    for index in outbox.indices where now >= resendTime(outbox[index].sentBootNanos) {
      var flags: EnvelopeFlags = .eventLane
      if outbox[index].sentBootNanos != .min || outbox[index].isRecovered { flags.insert(.possDup) }
      if outbox[index].key != nil { flags.insert(.durable) }
      guard send(flags, outbox[index].sequence, outbox[index].frame) else {
        return noSendBeforeBootNanos = now + Self.retrySendNanos
      }
      outbox[index].sentBootNanos = now
    }
    for index in states.indices
    where !states[index].isAcknowledged && now >= resendTime(states[index].sentBootNanos) {
      var flags: EnvelopeFlags = .stateLane
      if states[index].sentBootNanos != .min { flags.insert(.possDup) }
      guard send(flags, states[index].sequence, states[index].frame) else {
        return noSendBeforeBootNanos = now + Self.retrySendNanos
      }
      states[index].sentBootNanos = now
    }
  }

  /// A message that `flush` has handed over did not leave after all: it is due again a little later.
  package mutating func noteRefused(
    isState: Bool, sequence: UInt64, wasSent: Bool, atBootNanos now: Int64
  ) {
    let sent = wasSent ? now - Self.resendNanos : .min
    noSendBeforeBootNanos = now + Self.retrySendNanos
    if isState {
      for index in states.indices where states[index].sequence == sequence {
        states[index].sentBootNanos = sent
      }
    } else if let index = outbox.firstIndex(where: { $0.sequence == sequence }) {
      outbox[index].sentBootNanos = sent
    }
  }
}
