import Wire

/// What a host must know again after a restart besides its core's state: how far each peer's lanes were taken
/// in, and which durable messages are not known to have arrived. Follows from the turns, one after the other.
public struct HostState: Equatable, Sendable {
  /// A durable message that may have to be sent again.
  public struct Message: Equatable, Sendable {
    public let key: UInt64
    public let frame: [UInt8]
  }

  /// A peer's messages, oldest first.
  public struct Outbox: Equatable, Sendable {
    public let peer: UInt16
    public fileprivate(set) var messages: [Message]
  }

  /// Bound: lanes of all peers. A topology has a few dozen components with two lanes each.
  public static let maxMarks = 4_096
  /// Bound: peers with messages.
  public static let maxPeers = 1_024
  /// Bound: messages of a peer. A session takes at most 256 in its window and 4,096 behind it; what has
  /// arrived is forgotten in the journal a little later.
  public static let maxMessages = 16_384

  /// By peer and lane.
  public private(set) var marks: [JournalMark] = []
  /// By peer; none is empty.
  public private(set) var outboxes: [Outbox] = []

  public init() {}

  /// The messages for a peer that may have to be sent again, oldest first.
  public func messages(for peer: UInt16) -> [Message] {
    let index = outboxIndex(peer)
    return index < outboxes.count && outboxes[index].peer == peer ? outboxes[index].messages : []
  }

  public func mark(peer: UInt16, lane: UInt8) -> JournalMark? {
    let index = markIndex(peer, lane)
    return index < marks.count && marks[index].isOf(peer, lane) ? marks[index] : nil
  }

  /// What the turn changes. Throws when it cannot follow from this state; half of it may be applied then.
  public mutating func apply(_ turn: TurnView) throws(TurnRefusal) {
    try turn.forEachMark { (mark) throws(TurnRefusal) in try set(mark) }
    try turn.forEachOutboxChange { (change) throws(TurnRefusal) in
      switch change {
      case .add(let peer, let key, let frame): try add(peer, Message(key: key, frame: frame.copiedBytes()))
      case .forget(let peer, let key): forget(peer, through: key)
      }
    }
  }

  private mutating func set(_ mark: JournalMark) throws(TurnRefusal) {
    let index = markIndex(mark.peer, mark.lane)
    if index < marks.count, marks[index].isOf(mark.peer, mark.lane) {
      marks[index] = mark
      return
    }
    guard marks.count < Self.maxMarks else { throw TurnRefusal("more than \(Self.maxMarks) marks") }
    marks.insert(mark, at: index)
  }

  private mutating func add(_ peer: UInt16, _ message: Message) throws(TurnRefusal) {
    let index = outboxIndex(peer)
    guard index < outboxes.count, outboxes[index].peer == peer else {
      guard outboxes.count < Self.maxPeers else {
        throw TurnRefusal("messages for more than \(Self.maxPeers) peers")
      }
      outboxes.insert(Outbox(peer: peer, messages: [message]), at: index)
      return
    }
    let last = outboxes[index].messages.last?.key ?? 0
    guard message.key > last else {
      throw TurnRefusal("message \(message.key) for component \(peer) after message \(last)")
    }
    guard outboxes[index].messages.count < Self.maxMessages else {
      throw TurnRefusal("more than \(Self.maxMessages) messages for component \(peer)")
    }
    outboxes[index].messages.append(message)
  }

  private mutating func forget(_ peer: UInt16, through key: UInt64) {
    let index = outboxIndex(peer)
    guard index < outboxes.count, outboxes[index].peer == peer else { return }
    let kept = outboxes[index].messages.firstIndex { $0.key > key } ?? outboxes[index].messages.count
    outboxes[index].messages.removeFirst(kept)
    if outboxes[index].messages.isEmpty { outboxes.remove(at: index) }
  }

  /// Where the mark is or would be.
  private func markIndex(_ peer: UInt16, _ lane: UInt8) -> Int {
    marks.firstIndex { ($0.peer, $0.lane) >= (peer, lane) } ?? marks.count
  }

  private func outboxIndex(_ peer: UInt16) -> Int {
    outboxes.firstIndex { $0.peer >= peer } ?? outboxes.count
  }
}

extension JournalMark {
  fileprivate func isOf(_ peer: UInt16, _ lane: UInt8) -> Bool { self.peer == peer && self.lane == lane }
}

// MARK: - In a snapshot

extension HostState {
  private static let version: UInt16 = 1

  /// Version u16, number of marks u32 and the marks, number of outboxes u32 and for each `peer` u16, number
  /// of messages u32, and for each `key` u64, length u32, frame.
  package func encode(into buffer: inout ByteBuffer) {
    buffer.append(Self.version)
    buffer.append(UInt32(marks.count))
    for mark in marks {
      buffer.append(mark.peer)
      buffer.append(mark.lane)
      buffer.append(mark.epoch)
      buffer.append(mark.lineage)
      buffer.append(mark.sequence)
    }
    buffer.append(UInt32(outboxes.count))
    for outbox in outboxes {
      buffer.append(outbox.peer)
      buffer.append(UInt32(outbox.messages.count))
      for message in outbox.messages {
        buffer.append(message.key)
        buffer.append(UInt32(message.frame.count))
        buffer.append(message.frame)
      }
    }
  }

  public func encoded() -> [UInt8] {
    var buffer = ByteBuffer(capacity: 256)
    encode(into: &buffer)
    return buffer.bytes.copiedBytes()
  }

  /// Takes only what `encode` writes, so that equal states have equal bytes.
  public init(decoding bytes: RawSpan) throws(TurnRefusal) {
    var reader = StateReader(bytes)
    let version: UInt16 = try reader.read()
    guard version == Self.version else { throw TurnRefusal("a host's state of version \(version)") }
    for _ in 0..<(try reader.readCount(atMost: Self.maxMarks)) {
      let mark = try Self.readMark(&reader)
      if let last = marks.last, (last.peer, last.lane) >= (mark.peer, mark.lane) {
        throw TurnRefusal("the mark of component \(mark.peer) out of its order")
      }
      marks.append(mark)
    }
    for _ in 0..<(try reader.readCount(atMost: Self.maxPeers)) {
      let peer: UInt16 = try reader.read()
      if let last = outboxes.last, last.peer >= peer {
        throw TurnRefusal("the outbox of component \(peer) out of its order")
      }
      let count = try reader.readCount(atMost: Self.maxMessages)
      guard count > 0 else { throw TurnRefusal("an empty outbox of component \(peer)") }
      for _ in 0..<count {
        let key: UInt64 = try reader.read()
        try add(peer, Message(key: key, frame: try reader.readBytes()))
      }
    }
    try reader.finish()
  }

  /// In the order of the bytes.
  private static func readMark(_ reader: inout StateReader) throws(TurnRefusal) -> JournalMark {
    let peer: UInt16 = try reader.read()
    let lane: UInt8 = try reader.read()
    let epoch: UInt32 = try reader.read()
    let lineage: UInt64 = try reader.read()
    return JournalMark(
      peer: peer, lane: lane, lineage: lineage, epoch: epoch, sequence: try reader.read())
  }
}
