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
    case opened(isNewEpoch: Bool, wasClosed: Bool)
    /// From an incarnation older than one already met.
    case oldEpoch
    /// Names messages that cannot exist.
    case impossible
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
  /// Without a word for this long the session counts as closed.
  package static let silenceNanos: Int64 = 1 * .nanosPerSecond

  package let peer: UInt16
  package let role: Role
  package private(set) var isOpen = false
  package private(set) var peerEpoch: UInt32 = 0
  /// Next event message wanted from `peerEpoch`.
  package private(set) var nextExpected: UInt64 = 1
  package private(set) var outbox: [Pending] = []
  /// Durable messages behind the window, oldest first. While there are any, the window is full, so no event
  /// overtakes them either.
  package private(set) var backlog: ArraySlice<Waiting> = []
  /// Durable messages not yet acknowledged, in the window and behind it.
  package private(set) var undeliveredCount = 0
  /// The last durable message that has been acknowledged since the host asked.
  private var deliveredKey: UInt64?
  package private(set) var states: [KeyedState] = []
  package private(set) var lastSequence: UInt64 = 0
  private var lastStateSequence: UInt64 = 0
  private var lastHeardBootNanos: Int64 = 0
  package private(set) var lastSaidBootNanos: Int64 = 0
  private var noSendBeforeBootNanos = Int64.min
  private var owesAcknowledgement = false
  private var stateAcknowledgements: [UInt64] = []

  /// `expecting` are the journal's marks for this peer: what it had already processed.
  package init(peer: UInt16, role: Role, peerEpoch: UInt32 = 0, processed: UInt64 = 0) {
    self.peer = peer
    self.role = role
    self.peerEpoch = peerEpoch
    nextExpected = processed + 1
  }

  /// Last event message of the peer that was processed.
  package var processed: UInt64 { nextExpected - 1 }

  /// First event message that would be resent.
  package var firstUnacknowledged: UInt64 { outbox.first?.sequence ?? lastSequence + 1 }
}

// MARK: - Opening

extension SessionEndpoint {
  /// A peer says Hello (server) or Welcome (client).
  ///
  /// `peerFirst` is the first event message the peer can still send: what lies before is gone for good.
  /// `peerHas` is the last of ours that it has processed.
  package mutating func open(
    peerEpoch new: UInt32, peerFirst: UInt64, peerHas: UInt64, atBootNanos now: Int64
  ) -> Opening {
    guard new >= peerEpoch, new != 0 else { return .oldEpoch }
    guard peerFirst >= 1, peerFirst <= Self.maxSequence, peerHas <= lastSequence else { return .impossible }
    let isNewEpoch = new != peerEpoch
    if isNewEpoch {
      peerEpoch = new
      nextExpected = 1
    }
    if peerFirst > nextExpected { nextExpected = peerFirst }
    acknowledge(through: peerHas)
    // What was sent before goes out again at once, marked as a repeat.
    for index in outbox.indices where outbox[index].sentBootNanos != .min {
      outbox[index].sentBootNanos = now - Self.resendNanos
    }
    for index in states.indices {
      states[index].isAcknowledged = false
      if states[index].sentBootNanos != .min { states[index].sentBootNanos = now - Self.resendNanos }
    }
    let wasClosed = !isOpen
    isOpen = true
    lastHeardBootNanos = now
    noSendBeforeBootNanos = .min
    return .opened(isNewEpoch: isNewEpoch, wasClosed: wasClosed)
  }

  /// Whether a message shows that the peer has begun a new incarnation, which knows nothing of this session.
  /// The session is closed then, and a client says Hello at once.
  package mutating func closeIfSuperseded(by epoch: UInt32) -> Bool {
    guard isOpen, epoch > peerEpoch else { return false }
    isOpen = false
    lastSaidBootNanos = 0
    return true
  }

  /// Any message of the peer proves that it lives.
  package mutating func heard(atBootNanos now: Int64) { lastHeardBootNanos = now }

  /// Whether the peer has just been silent for too long; the session is closed then.
  package mutating func closeIfSilent(atBootNanos now: Int64) -> Bool {
    guard isOpen, now - lastHeardBootNanos > Self.silenceNanos else { return false }
    isOpen = false
    return true
  }

  /// Whether it is time to say Hello (client, not open) or anything at all.
  package func isDueToSpeak(atBootNanos now: Int64) -> Bool {
    if !isOpen { return role == .client && now - lastSaidBootNanos >= Self.helloNanos }
    return now - lastSaidBootNanos >= Self.keepAliveNanos
  }

  package mutating func said(atBootNanos now: Int64) { lastSaidBootNanos = now }

  /// When time alone makes something due, boot clock.
  package var nextTimerBootNanos: Int64 {
    guard isOpen else { return role == .client ? lastSaidBootNanos + Self.helloNanos : .max }
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
  /// Decides on an event message of the peer.
  package mutating func takeEvent(epoch: UInt32, sequence: UInt64, atBootNanos now: Int64) -> Verdict {
    guard isOpen, epoch == peerEpoch else { return .refused }
    lastHeardBootNanos = now
    owesAcknowledgement = true
    if sequence < nextExpected { return .duplicate }
    guard sequence == nextExpected else { return .outOfOrder }
    nextExpected += 1
    return .deliver
  }

  /// Decides on a state message of the peer.
  package mutating func takeState(epoch: UInt32, sequence: UInt64, atBootNanos now: Int64) -> Verdict {
    guard isOpen, epoch == peerEpoch else { return .refused }
    lastHeardBootNanos = now
    // Bound: a turn takes in at most 256 messages, so no more than that are owed at once.
    stateAcknowledgements.append(sequence)
    return .deliver
  }

  /// What is to be acknowledged after the commit: the event lane's last processed, and single states.
  package mutating func takeAcknowledgements() -> (event: UInt64?, states: [UInt64]) {
    defer {
      owesAcknowledgement = false
      stateAcknowledgements.removeAll(keepingCapacity: true)
    }
    return (owesAcknowledgement ? processed : nil, stateAcknowledgements)
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
      guard let key = pending.key else { continue }
      deliveredKey = key
      undeliveredCount -= 1
    }
    outbox.removeFirst(count)
    while outbox.count < Self.window, let next = backlog.popFirst() { number(next) }
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
  /// `isRepeat` tells that the peer may have it already (possDup).
  package mutating func flush(
    atBootNanos now: Int64,
    _ send: (_ lane: Lane, _ sequence: UInt64, _ frame: [UInt8], _ isRepeat: Bool) -> Bool
  ) {
    guard isDueToSend(atBootNanos: now) else { return }
    for index in outbox.indices where now >= resendTime(outbox[index].sentBootNanos) {
      let isRepeat = outbox[index].sentBootNanos != .min || outbox[index].isRecovered
      guard send(.event, outbox[index].sequence, outbox[index].frame, isRepeat) else {
        return noSendBeforeBootNanos = now + Self.retrySendNanos
      }
      outbox[index].sentBootNanos = now
    }
    for index in states.indices
    where !states[index].isAcknowledged && now >= resendTime(states[index].sentBootNanos) {
      let isRepeat = states[index].sentBootNanos != .min
      guard send(.state, states[index].sequence, states[index].frame, isRepeat) else {
        return noSendBeforeBootNanos = now + Self.retrySendNanos
      }
      states[index].sentBootNanos = now
    }
  }
}
