/// A venue's name for one execution (FIX field 17), 128 bits: a number, two numbers, or up to 16 bytes of
/// text. Unique per venue and instrument; the key by which a repeated report is known.
@frozen public struct ExecID: Hashable, Sendable {
  public let high: UInt64
  public let low: UInt64

  @inlinable public init(high: UInt64, low: UInt64) {
    self.high = high
    self.low = low
  }

  /// A plain trade number.
  @inlinable public init(_ number: UInt64) { self.init(high: 0, low: number) }

  /// Text of 1 to 16 printable ASCII bytes, kept as it is; nil for other text. Text fills from the left,
  /// numbers leave the left empty, so the two never meet.
  public init?(text: some Collection<UInt8>) {
    guard (1...16).contains(text.count) else { return nil }
    var packed: UInt128 = 0
    var place: UInt128 = 120
    for byte in text {
      guard (0x21...0x7e).contains(byte) else { return nil }
      packed |= UInt128(byte) << place
      place &-= 8
    }
    self.init(high: UInt64(packed >> 64), low: UInt64(truncatingIfNeeded: packed))
  }
}

extension ExecID: Comparable {
  @inlinable public static func < (left: ExecID, right: ExecID) -> Bool {
    (left.high, left.low) < (right.high, right.low)
  }
}

extension ExecID: CustomStringConvertible {
  public var description: String {
    high == 0 ? String(low) : "0x\(String(UInt128(high) << 64 | UInt128(low), radix: 16))"
  }
}
