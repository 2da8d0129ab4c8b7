import Trading

/// A resting order was met. Who met it, the caller knows.
struct Fill: Equatable, Sendable {
  /// The resting order's account by its index in the ledger; `notOurs` for another participant or recorded
  /// quantity.
  var account: Int
  /// The resting order's number; 0 for one that is not ours.
  var venueOrderId: UInt64
  var price: Price
  var quantity: Quantity

  static let notOurs = -1

  var isOurs: Bool { account >= 0 }
}
