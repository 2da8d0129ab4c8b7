/// Names one wish to trade from the strategy that has it to the executor's last report about it: who wished
/// it, in which life of the process, and the how-manieth it was.
///
/// The ids of one component rise, and its messages arrive in their order. So whoever has seen an id has seen,
/// or will never get, every lower one of that component: one number per sender tells every repetition.
@frozen public struct IntentID: Hashable, Sendable {
  /// Component (16 bits), strategy (16 bits), epoch of the component (32 bits).
  public let high: UInt64
  /// Counts from 1 in each epoch of the component.
  public let low: UInt64

  @inlinable public init(high: UInt64, low: UInt64) {
    self.high = high
    self.low = low
  }

  @inlinable public init(component: UInt16, strategy: UInt16, epoch: UInt32, counter: UInt64) {
    self.init(high: UInt64(component) << 48 | UInt64(strategy) << 32 | UInt64(epoch), low: counter)
  }

  /// The component that gave it.
  @inlinable public var component: UInt16 { UInt16(truncatingIfNeeded: high >> 48) }
  /// The strategy whose wish it is.
  @inlinable public var strategy: UInt16 { UInt16(truncatingIfNeeded: high >> 32) }
  /// The component's incarnation.
  @inlinable public var epoch: UInt32 { UInt32(truncatingIfNeeded: high) }

  /// Whether its component gave it after `other`; both of one component.
  @inlinable public func isAfter(_ other: IntentID) -> Bool { (epoch, low) > (other.epoch, other.low) }
}

extension IntentID: Comparable {
  @inlinable public static func < (left: IntentID, right: IntentID) -> Bool {
    (left.component, left.epoch, left.low, left.strategy)
      < (right.component, right.epoch, right.low, right.strategy)
  }
}

extension IntentID: CustomStringConvertible {
  /// 32 hexadecimal digits, so that text sorts nearly as the ids do.
  public var description: String { Self.hexadecimal(high) + Self.hexadecimal(low) }

  /// Reads `description` back; nil for anything else.
  public init?(_ text: some StringProtocol) {
    let digits = Array(text.utf8)
    guard digits.count == 32, !digits.contains(UInt8(ascii: "+")), !digits.contains(UInt8(ascii: "-")),
      let high = UInt64(String(decoding: digits[..<16], as: UTF8.self), radix: 16),
      let low = UInt64(String(decoding: digits[16...], as: UTF8.self), radix: 16)
    else { return nil }
    self.init(high: high, low: low)
  }

  private static func hexadecimal(_ half: UInt64) -> String {
    let text = String(half, radix: 16)
    return String(repeating: "0", count: 16 - text.count) + text
  }
}
