import ActorKit
import Telemetry
import Wire

/// What a turn wants done so far, in the order of the seam: what is told while taking in, the turn's record,
/// then every frame.
///
/// Frames that answer while the turn still takes in (a Welcome, a refusal) wait behind the record like all
/// others.
package struct Outgoing: ~Copyable {
  /// Frames of the host itself, and those of sessions.
  package internal(set) var frames = FrameWriter(capacity: 1 << 14, bound: Self.boundBytes)
  package private(set) var effects: [HostEffect] = []
  private var early: [Transmission] = []
  private(set) var isPastRecord = false
  /// Messages that wait for the turn's others, for each session in its order.
  private var held: [[Transmission]] = []
  /// Their bytes: a pack copies them.
  private(set) var heldBytes = 0
  /// The messages of the turn's packs, where they lie in them.
  private(set) var packed: [Transmission] = []

  /// Bound of the arena. A turn takes in no more when it sends a fourth of it, and flushes no more of its
  /// sessions at a half, where what waits for a pack counts twice because it is copied.
  static let boundBytes = 32 << 20

  init() { effects.reserveCapacity(256) }

  mutating func reset() {
    frames.reset()
    effects.removeAll(keepingCapacity: true)
    if !early.isEmpty { early.removeAll(keepingCapacity: true) }
    precondition(heldBytes == 0, "\(heldBytes) bytes of messages that never left")
    if !packed.isEmpty { packed.removeAll(keepingCapacity: true) }
    isPastRecord = false
  }

  /// Everything is taken in and decided; `hasRecord` tells whether something is to be stored.
  mutating func passRecord(hasRecord: Bool) {
    if hasRecord { effects.append(.append(flushing: true)) }
    isPastRecord = true
  }

  /// What was sent while taking in.
  mutating func releaseEarly() {
    guard !early.isEmpty else { return }
    for transmission in early { effects.append(.transmit(transmission)) }
    early.removeAll(keepingCapacity: true)
  }

  mutating func send(_ transmission: Transmission) {
    if isPastRecord { effects.append(.transmit(transmission)) } else { early.append(transmission) }
  }

  /// Keeps a message for a frame that it shares with others of its session.
  mutating func hold(_ transmission: Transmission, session: Int) {
    while held.count <= session { held.append([]) }
    held[session].append(transmission)
    heldBytes += transmission.count
  }

  /// Sends what was kept for a session, in as few frames as the bounds of a pack allow.
  mutating func sendHeld(session: Int) {
    guard session < held.count, !held[session].isEmpty else { return }
    var start = 0
    while start < held[session].count {
      let end = endOfPack(session: session, from: start)
      let messages = held[session][start..<end]
      if messages.count == 1 { send(messages[start]) } else { sendPack(messages) }
      for message in messages { heldBytes -= message.count }
      start = end
    }
    held[session].removeAll(keepingCapacity: true)
  }

  private func endOfPack(session: Int, from start: Int) -> Int {
    let messages = held[session]
    var end = start
    var byteCount = FramePack.headerBytes
    while end < messages.count, end - start < FramePack.maxMessages,
      messages[end].outlet == messages[start].outlet
    {
      byteCount += FramePack.lengthBytes + messages[end].count
      // One too long for a pack goes alone.
      guard byteCount <= FramePack.maxBytes || end == start else { break }
      end += 1
    }
    return end
  }

  /// Sends messages of one outlet that lie in the host's arena in one frame.
  private mutating func sendPack(_ messages: ArraySlice<Transmission>) {
    guard let outlet = messages.first?.outlet else { return }
    let place = frames.appendPack(copying: messages.map { $0.offset..<$0.offset + $0.count })
    let first = packed.count
    var offset = place.lowerBound + FramePack.headerBytes
    for message in messages {
      offset += FramePack.lengthBytes
      packed.append(
        Transmission(
          outlet: outlet, arena: .host, offset: offset, count: message.count, concern: message.concern))
      offset += message.count
    }
    send(
      Transmission(
        outlet: outlet, arena: .host, offset: place.lowerBound, count: place.count,
        concern: .pack(first: first, count: messages.count)))
  }

  /// A copy of one of the core's frames; where it begins.
  mutating func copy(_ effects: borrowing Effects, _ sending: Effects.Sending) -> Int {
    frames.append(copying: effects.frames.span(from: sending.offset, count: sending.count)).lowerBound
  }

  /// Which of the effects a transmission is.
  func index(of transmission: Transmission) -> Int? {
    effects.firstIndex { effect in
      if case .transmit(let sent) = effect { sent == transmission } else { false }
    }
  }

  mutating func add(_ effect: HostEffect) { effects.append(effect) }

  mutating func log(_ level: LogLevel, _ event: String, _ text: String) {
    effects.append(.log(level, event: event, text))
  }
}
