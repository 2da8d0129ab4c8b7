/// Several messages in one frame of a session: a header, then each message behind its length.
///
/// The header has the shape of every other: a block of no bytes, the template 0, which no message has, and
/// the schema and version of the sender. Who does not know packs refuses the frame by its template.
/// A length is two bytes, little-endian, and counts the message alone. The messages are whole, each with a
/// header and an envelope of its own; a pack holds no packs.
public enum FramePack {
  /// The version of the schema from which on a peer takes packs in its sessions.
  public static var sinceVersion: UInt16 { 3 }
  /// No message has it.
  public static var templateId: UInt16 { 0 }
  /// Bound: bytes of a pack.
  public static var maxBytes: Int { 60 * 1024 }
  /// Bound: messages of a pack, so that a turn knows how many the next frame may bring.
  public static var maxMessages: Int { 64 }
  /// Bytes before the first length.
  public static var headerBytes: Int { FrameHeader.byteCount }
  /// Bytes before each message.
  public static var lengthBytes: Int { 2 }

  /// Whether a frame says that it is a pack.
  public static func isPack(_ frame: RawSpan) -> Bool {
    guard let header = FrameHeader(frame) else { return false }
    return header.blockLength == 0 && header.templateId == templateId && header.schemaId == WireSchema.id
      && header.version >= sinceVersion
  }

  /// Walks through a pack. It never leaves the frame, whatever the bytes say, and ends at the first that
  /// cannot be right.
  public struct Cursor {
    public enum Step: Equatable, Sendable {
      /// Where the next message lies. It need not be one.
      case message(Range<Int>)
      case end
      /// The rest makes no messages.
      case refused(FrameRefusal)
    }

    private var offset = FramePack.headerBytes
    private var messages = 0

    public init() {}

    /// The next step through a frame that says it is a pack; always the same frame.
    public mutating func next(in pack: RawSpan) -> Step {
      let rest = pack.byteCount - offset
      if rest <= 0 { return messages == 0 ? refuse(pack, .tooShort) : .end }
      guard pack.byteCount <= FramePack.maxBytes, messages < FramePack.maxMessages else {
        return refuse(pack, .tooLong)
      }
      guard rest > FramePack.lengthBytes else { return refuse(pack, .tooShort) }
      let length = Int(pack.integer(at: offset, as: UInt16.self))
      guard length > 0 else { return refuse(pack, .tooShort) }
      guard length <= rest - FramePack.lengthBytes else { return refuse(pack, .dataOverrun) }
      let start = offset + FramePack.lengthBytes
      offset = start + length
      messages += 1
      return .message(start..<offset)
    }

    private mutating func refuse(_ pack: RawSpan, _ reason: FrameRefusal) -> Step {
      offset = pack.byteCount
      messages = max(messages, 1)
      return .refused(reason)
    }
  }
}

extension FrameWriter {
  /// Appends a pack with copies of messages that lie in this arena; gives its range. In it each message
  /// follows the header, or the one before it, after `FramePack.lengthBytes`.
  ///
  /// More than a pack may hold is a bug and traps.
  public mutating func appendPack(copying messages: [Range<Int>]) -> Range<Int> {
    let byteCount = messages.reduce(FramePack.headerBytes) { $0 + FramePack.lengthBytes + $1.count }
    precondition(
      byteCount <= FramePack.maxBytes && messages.count <= FramePack.maxMessages,
      "a pack of \(messages.count) messages and \(byteCount) bytes")
    let start = used
    var pack = appendFrame(byteCount: byteCount)
    FrameHeader(blockLength: 0, templateId: FramePack.templateId).store(into: &pack)
    var offset = start + FramePack.headerBytes
    for message in messages {
      precondition(message.lowerBound >= 0 && message.upperBound <= start, "a message outside the arena")
      var length = mutableSpan(from: offset, count: FramePack.lengthBytes)
      length.store(UInt16(message.count), at: 0)
      offset += FramePack.lengthBytes
      // Sound: both ranges lie within what is written, the copy behind `start` and the message before it.
      unsafe (base + offset).copyMemory(from: base + message.lowerBound, byteCount: message.count)
      offset += message.count
    }
    return start..<used
  }
}
