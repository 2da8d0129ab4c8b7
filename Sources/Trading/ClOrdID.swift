/// The name we give an order, a cancel or a replace (FIX field 11): who sent it, in which life of the
/// process, and the how-manieth it was. Three numbers that never repeat together make an id that never
/// repeats.
///
/// Its text is `W` and 23 digits of base 32 (Crockford's, without I, L, O and U): 24 capitals and digits,
/// within the 36 bytes venues take, fixed in length so that text sorts as the numbers do.
@frozen public struct ClOrdID: Hashable, Sendable {
  public let account: UInt16
  /// The incarnation of the executor that made the id.
  public let epoch: UInt32
  public let counter: UInt64

  @inlinable public init(account: UInt16, epoch: UInt32, counter: UInt64) {
    self.account = account
    self.epoch = epoch
    self.counter = counter
  }

  public static let textLength = 24
}

extension ClOrdID: Comparable {
  @inlinable public static func < (left: ClOrdID, right: ClOrdID) -> Bool {
    (left.account, left.epoch, left.counter) < (right.account, right.epoch, right.counter)
  }
}

extension ClOrdID {
  /// Reads the text back; nil for anything we did not write, which is then somebody else's order.
  public init?(_ bytes: Span<UInt8>) {
    guard bytes.count == Self.textLength, bytes[0] == Self.prefix else { return nil }
    var packed: UInt128 = 0
    for index in 1..<Self.textLength {
      guard let digit = Self.digit(bytes[index]) else { return nil }
      // 23 digits hold 115 bits, the id 112: the first digit of a real one is at most 3, so nothing is lost
      // here.
      guard packed >> 107 == 0 else { return nil }
      packed = packed << 5 | UInt128(digit)
    }
    self.init(
      account: UInt16(packed >> 96), epoch: UInt32(truncatingIfNeeded: packed >> 64),
      counter: UInt64(truncatingIfNeeded: packed))
  }

  /// As `init(_:)` for bytes.
  public init?(_ text: some StringProtocol) { self.init(Array(text.utf8).span) }

  /// The bytes of the text, in place: an id is written several times for every order.
  public var textBytes: InlineArray<24, UInt8> {
    var rest = UInt128(account) << 96 | UInt128(epoch) << 64 | UInt128(counter)
    var bytes = InlineArray<24, UInt8>(repeating: Self.prefix)
    for index in (1..<Self.textLength).reversed() {
      bytes[index] = Self.character(UInt8(truncatingIfNeeded: rest) & 31)
      rest >>= 5
    }
    return bytes
  }

  private static var prefix: UInt8 { UInt8(ascii: "W") }

  private static func character(_ digit: UInt8) -> UInt8 {
    // The letters run A-H, J, K, M, N, P-T, V-Z: one is skipped before each of I, L, O and U.
    switch digit {
    case 0...9: UInt8(ascii: "0") + digit
    case 10...17: UInt8(ascii: "A") + digit - 10
    case 18...19: UInt8(ascii: "J") + digit - 18
    case 20...21: UInt8(ascii: "M") + digit - 20
    case 22...26: UInt8(ascii: "P") + digit - 22
    default: UInt8(ascii: "V") + digit - 27
    }
  }

  private static func digit(_ character: UInt8) -> UInt8? {
    switch character {
    case UInt8(ascii: "0")...UInt8(ascii: "9"): character - UInt8(ascii: "0")
    case UInt8(ascii: "A")...UInt8(ascii: "H"): character - UInt8(ascii: "A") + 10
    case UInt8(ascii: "J")...UInt8(ascii: "K"): character - UInt8(ascii: "J") + 18
    case UInt8(ascii: "M")...UInt8(ascii: "N"): character - UInt8(ascii: "M") + 20
    case UInt8(ascii: "P")...UInt8(ascii: "T"): character - UInt8(ascii: "P") + 22
    case UInt8(ascii: "V")...UInt8(ascii: "Z"): character - UInt8(ascii: "V") + 27
    default: nil
    }
  }
}

extension ClOrdID: CustomStringConvertible {
  public var description: String {
    let bytes = textBytes
    return String(decoding: bytes.indices.map { bytes[$0] }, as: UTF8.self)
  }
}
