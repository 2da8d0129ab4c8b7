/// How an order is priced. The raw values are those of FIX field 40.
@frozen public enum OrderType: UInt8, CaseIterable, Hashable, Sendable {
  case market = 1
  case limit = 2
  /// At any price, once the market has traded at the stop price or beyond: above for a buy, below for a sell.
  case stop = 3
}
