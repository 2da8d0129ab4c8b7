/// Text of at most `capacity` printable ASCII characters, held in place and padded with zeros (`char[n]`).
///
/// Texts made here are well formed. One received from a peer may hold any bytes: it compares and hashes by
/// all of them, so it can never be taken for another, and says by `isWellFormed` what it is.
@frozen
public struct FixedText<let capacity: Int>: Sendable {
  /// The bytes, padding included.
  @usableFromInline let storage: InlineArray<capacity, UInt8>

  /// The empty text.
  @inlinable
  public init() {
    storage = InlineArray(repeating: 0)
  }

  @inlinable
  init(unchecked bytes: InlineArray<capacity, UInt8>) {
    storage = bytes
  }

  /// A text of these bytes; nil when they are too many or not all printable ASCII (0x20 to 0x7E).
  @inlinable
  public init?(bytes: some Sequence<UInt8>) {
    var text = InlineArray<capacity, UInt8>(repeating: 0)
    var count = 0
    for byte in bytes {
      guard count < capacity, byte >= 0x20, byte <= 0x7E else { return nil }
      text[count] = byte
      count += 1
    }
    storage = text
  }

  /// As `init(bytes:)`, for bytes that lie together.
  @inlinable
  public init?(bytes: Span<UInt8>) {
    guard bytes.count <= capacity else { return nil }
    var text = InlineArray<capacity, UInt8>(repeating: 0)
    for index in bytes.indices {
      guard bytes[index] >= 0x20, bytes[index] <= 0x7E else { return nil }
      text[index] = bytes[index]
    }
    storage = text
  }

  /// A text of these characters; nil when they are too many or not all printable ASCII.
  @inlinable
  public init?(_ string: String) {
    self.init(bytes: string.utf8)
  }

  /// A text of these characters; nil when they are too many or not all printable ASCII.
  @inlinable
  public init?(_ string: StaticString) {
    self.init(string.description)
  }

  /// Number of characters before the padding.
  @inlinable
  public var count: Int {
    for index in 0..<capacity where storage[index] == 0 { return index }
    return capacity
  }

  /// Whether there is no character.
  @inlinable
  public var isEmpty: Bool { capacity == 0 || storage[0] == 0 }

  /// The byte at `index`, zero in the padding. An index beyond the capacity is a bug and traps.
  @inlinable
  public subscript(index: Int) -> UInt8 { storage[index] }

  /// Whether all is as it should be: printable ASCII, then nothing but zeros.
  @inlinable
  public var isWellFormed: Bool {
    let count = count
    for index in 0..<count where storage[index] < 0x20 || storage[index] > 0x7E { return false }
    for index in count..<capacity where storage[index] != 0 { return false }
    return true
  }

  /// The characters before the padding, without allocation.
  @inlinable
  public var bytes: Span<UInt8> {
    @_lifetime(borrow self)
    get { storage.span.extracting(0..<count) }
  }
}

extension FixedText: Equatable {
  @inlinable
  public static func == (left: FixedText, right: FixedText) -> Bool {
    // No early exit: the whole comparison becomes a few wide instructions.
    var difference: UInt8 = 0
    for index in 0..<capacity { difference |= left.storage[index] ^ right.storage[index] }
    return difference == 0
  }
}

extension FixedText: Hashable {
  @inlinable
  public func hash(into hasher: inout Hasher) {
    for index in 0..<capacity { hasher.combine(storage[index]) }
  }
}

extension FixedText: Comparable {
  /// Order of the bytes, which for well-formed texts is the order of the characters.
  @inlinable
  public static func < (left: FixedText, right: FixedText) -> Bool {
    for index in 0..<capacity where left.storage[index] != right.storage[index] {
      return left.storage[index] < right.storage[index]
    }
    return false
  }
}

extension FixedText: CustomStringConvertible {
  /// The characters before the padding; a byte that is not printable ASCII shows as `?`.
  public var description: String {
    var text = ""
    for index in 0..<count {
      let byte = storage[index]
      text.unicodeScalars.append(byte >= 0x20 && byte <= 0x7E ? Unicode.Scalar(byte) : "?")
    }
    return text
  }
}
