import Trading

// What belongs to the values in facts beyond what `records.xml` says of them.

extension OrderPurpose {
  /// Belongs to an intent.
  public var isOfIntent: Bool { self == .entry || isProtective }
  /// Closes what an intent opened.
  public var isProtective: Bool { self == .stopLoss || self == .takeProfit }
}

extension BookedFill {
  /// What it does to the position.
  public var signedQuantity: Quantity { Quantity(raw: side.sign * quantity.raw) }
}
