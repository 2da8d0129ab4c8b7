/// Which way an order or a trade goes. The raw values are those of FIX field 54.
@frozen public enum Side: UInt8, CaseIterable, Hashable, Sendable {
  case buy = 1
  case sell = 2

  /// +1 for a buy, -1 for a sell: what one unit does to a position.
  @inlinable public var sign: Int64 { self == .buy ? 1 : -1 }

  @inlinable public var opposite: Side { self == .buy ? .sell : .buy }
}

extension Side: CustomStringConvertible {
  public var description: String { self == .buy ? "buy" : "sell" }
}
