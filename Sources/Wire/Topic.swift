/// The first frame of a published message: readable ASCII of at most 64 bytes that ends in a dot.
///
/// Subscriptions match by prefix, so the end mark keeps `market.book.BTCUSDT.SIM.` from also catching
/// `…SIM2.`. A topic is its own subscription, and so is any leading part of one: `Topic("market", "book")`.
@frozen
public struct Topic: Sendable {
  /// The longest topic, in bytes, its last dot included.
  @inlinable public static var maxLength: Int { 64 }

  @usableFromInline let storage: FixedText<64>
  @usableFromInline let length: UInt8

  /// A topic of these parts, each followed by a dot; a part may itself be dotted (`BTCUSDT.BINANCE`).
  ///
  /// Nil when there is no part, a part or a piece between dots is empty, a character is not printable ASCII
  /// or is a space, or the whole is longer than 64 bytes.
  public init?(_ parts: String...) {
    self.init(parts: parts)
  }

  /// As `init(_:)`, for parts that are at hand as a list.
  public init?(parts: [String]) {
    var bytes: [UInt8] = []
    for part in parts {
      bytes += part.utf8
      bytes.append(Topic.dot)
    }
    guard let text = FixedText<64>(bytes: bytes) else { return nil }
    self.init(text)
  }

  /// A topic written out with all its dots, as in a message's topic field; nil when it is not a topic.
  public init?(_ text: FixedText<64>) {
    let count = text.count
    guard text.isWellFormed, count > 0, text[count - 1] == Topic.dot else { return nil }
    var previous = Topic.dot
    for index in 0..<count {
      guard text[index] != 0x20, text[index] != Topic.dot || previous != Topic.dot else { return nil }
      previous = text[index]
    }
    storage = text
    length = UInt8(count)
  }

  /// A topic received as a frame; nil when it is not a topic.
  public init?(received frame: RawSpan) {
    let count = frame.byteCount
    guard count > 0, count <= Topic.maxLength, frame.integer(at: count - 1) == Topic.dot else { return nil }
    var characters = InlineArray<64, UInt8>(repeating: 0)
    var previous = Topic.dot
    for offset in 0..<count {
      let byte: UInt8 = frame.integer(at: offset)
      guard byte > 0x20, byte <= 0x7E, byte != Topic.dot || previous != Topic.dot else { return nil }
      characters[offset] = byte
      previous = byte
    }
    storage = FixedText(unchecked: characters)
    length = UInt8(count)
  }

  private static let dot = UInt8(ascii: ".")

  /// Number of bytes, the last dot included.
  @inlinable
  public var count: Int { Int(length) }

  /// The bytes of the frame to send, without allocation.
  @inlinable
  public var bytes: RawSpan {
    @_lifetime(borrow self)
    get {
      let characters = storage.storage.span.extracting(0..<Int(length))
      // Sound: bytes have no padding, so every byte of the span is initialised.
      return unsafe characters.bytes
    }
  }

  /// The topic as a message's topic field.
  @inlinable
  public var text: FixedText<64> { storage }

  /// Whether a subscription to this topic catches `other`.
  @inlinable
  public func covers(_ other: Topic) -> Bool {
    guard length <= other.length else { return false }
    for index in 0..<Int(length) where storage[index] != other.storage[index] { return false }
    return true
  }
}

extension Topic: Hashable, Comparable {
  @inlinable
  public static func < (left: Topic, right: Topic) -> Bool { left.storage < right.storage }
}

extension Topic: CustomStringConvertible {
  public var description: String { storage.description }
}
