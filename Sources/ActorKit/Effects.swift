import Wire

/// What a turn wants done: encoded frames with their destinations, facts, alarms, a stop.
///
/// Each destination gets its frames in the order they were added; between destinations, the host sends calls
/// on links first.
///
/// Frames are encoded once, straight into the arena; the host stamps sender, epoch, sequence and time and
/// hands the bytes on. The arena is reused from turn to turn and allocates nothing once it has grown to a
/// turn's need. Bound: `maxEffects` per turn; a core that wants more has lost its own bounds, and traps.
public struct Effects: ~Copyable {
  /// A turn takes in at most 256 inputs; no core answers one with more than 64 messages.
  public static let maxEffects = 16_384

  /// Where a frame goes.
  @frozen
  public enum Destination: Equatable, Sendable {
    /// To whoever subscribes; the topic by its index in `ActorCore.topics`.
    case topic(Int)
    /// The topic's state, to the one who asked.
    case snapshot(topic: Int, Peer)
    /// To a component's control port, unnumbered; at most once.
    case link(component: UInt16)
    /// Event lane of the session with a component: at least once, in order, while this process lives. What
    /// was not delivered when it died is gone: for what the receiver asks about anyway.
    case event(component: UInt16)
    /// The same lane, but kept in the journal, in the transaction of the turn's facts, until the component
    /// has acknowledged it: the next incarnation sends it again, before anything new. Its receiver must know
    /// a repetition by the message's own id.
    case durable(component: UInt16)
    /// State lane of the session with a component: only the newest per key.
    case state(component: UInt16, key: UInt64)
    /// Answer to a request on our control port.
    case reply(Peer)
    /// To the device that the host has attached; at most once.
    case device
  }

  /// One frame in the arena.
  @frozen
  public struct Sending: Equatable, Sendable {
    public var destination: Destination
    public var offset: Int
    public var count: Int

    @inlinable
    public init(destination: Destination, offset: Int, count: Int) {
      self.destination = destination
      self.offset = offset
      self.count = count
    }
  }

  /// One fact to journal, its bytes in `factBytes`.
  @frozen
  public struct Record: Equatable, Sendable {
    public var kind: UInt16
    public var correlation: Correlation
    public var offset: Int
    public var count: Int
    /// Whether it may be stored after the turn's messages have left.
    public var isLazy: Bool
  }

  /// The encoded frames.
  public var frames: FrameWriter
  /// The frames' destinations, in the order of the effects.
  public private(set) var sendings: [Sending] = []
  /// Facts to commit before anything is sent, and lazy ones, in the order in which they were added.
  public private(set) var records: [Record] = []
  /// Bytes of the facts.
  public private(set) var facts = SnapshotWriter()
  /// Exit asked for by the core: the host finishes this turn and ends with status 0.
  public private(set) var stopReason: String?

  public init(capacity: Int = 1 << 16) {
    frames = FrameWriter(capacity: capacity)
    sendings.reserveCapacity(256)
    records.reserveCapacity(256)
  }

  /// Whether the turn did nothing.
  public var isEmpty: Bool { sendings.isEmpty && records.isEmpty && stopReason == nil }

  /// Forgets everything but keeps the memory. The host calls it after each turn.
  public mutating func reset() {
    frames.reset()
    // Most turns lead to nothing, and emptying what is empty is not free.
    if !sendings.isEmpty { sendings.removeAll(keepingCapacity: true) }
    if !records.isEmpty {
      records.removeAll(keepingCapacity: true)
      facts.removeAll()
    }
    stopReason = nil
  }

  /// Encodes a frame for a destination.
  @inlinable
  public mutating func send(to destination: Destination, _ encode: (inout FrameWriter) -> Void) {
    let offset = frames.count
    encode(&frames)
    append(Sending(destination: destination, offset: offset, count: frames.count - offset))
  }

  /// Sends the frame that was added last to one more destination: what goes to several is encoded once. The
  /// host stamps it for each of them anew.
  public mutating func alsoSend(to destination: Destination) {
    guard let last = sendings.last else { preconditionFailure("nothing to send to \(destination) as well") }
    append(Sending(destination: destination, offset: last.offset, count: last.count))
  }

  @usableFromInline
  mutating func append(_ sending: Sending) {
    precondition(sending.count > 0, "an effect to \(sending.destination) encoded nothing")
    precondition(sendings.count < Self.maxEffects, "more than \(Self.maxEffects) messages in one turn")
    sendings.append(sending)
  }

  /// Puts a fact in the turn's transaction; a lazy one in the next that is made. Cores call
  /// `record(_:into:)`, which also applies it, and `recordLazily(_:into:)`.
  public mutating func append(_ fact: some FactCoding, correlation: Correlation, isLazy: Bool = false) {
    precondition(records.count < Self.maxEffects, "more than \(Self.maxEffects) facts in one turn")
    let offset = facts.bytes.count
    fact.encode(into: &facts)
    records.append(
      Record(
        kind: fact.kind, correlation: correlation, offset: offset, count: facts.bytes.count - offset,
        isLazy: isLazy))
  }

  /// Asks the host to end the process in good order after this turn.
  public mutating func stop(because reason: String) { stopReason = reason }
}

extension Effects {
  /// Publishes on the topic with this index.
  @inlinable
  public mutating func publish(_ topic: Int, _ encode: (inout FrameWriter) -> Void) {
    send(to: .topic(topic), encode)
  }

  /// Answers a request on the control port.
  @inlinable
  public mutating func reply(to peer: Peer, _ encode: (inout FrameWriter) -> Void) {
    send(to: .reply(peer), encode)
  }
}
