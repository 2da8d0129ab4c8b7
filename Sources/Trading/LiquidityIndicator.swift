/// Whether an execution added or took liquidity. The raw values are those of FIX field 851.
@frozen public enum LiquidityIndicator: UInt8, CaseIterable, Hashable, Sendable {
  case maker = 1
  case taker = 2
}
