/// How an order is priced. The raw values are those of FIX field 40.
@frozen public enum OrderType: UInt8, CaseIterable, Hashable, Sendable {
  case market = 1
  case limit = 2
}
