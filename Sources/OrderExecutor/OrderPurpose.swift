extension OrderPurpose {
  /// Closes what an intent opened.
  public var isProtective: Bool { self == .stopLoss || self == .takeProfit }
}
