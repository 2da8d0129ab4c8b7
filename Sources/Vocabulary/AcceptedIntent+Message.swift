import Trading
import Wire

// From risk to the executor and, there, back into the same value.

extension OrderIntent {
  /// What risk asks the executor of an account for.
  package init(_ intent: AcceptedIntent, account: UInt16) {
    self.init(
      envelope: Envelope(origin: intent.origin, correlation: intent.id.correlation),
      intentHigh: intent.id.high, intentLow: intent.id.low, account: account, strategy: intent.strategy,
      instrument: intent.instrument, side: SideCode(intent.side), ordType: OrdTypeCode(intent.type),
      timeInForce: TimeInForceCode(intent.timeInForce), execInst: intent.isPostOnly ? .postOnly : [],
      quantity: intent.quantity.raw, price: intent.price?.raw, stopPrice: intent.stopPrice?.raw,
      takeProfitPrice: intent.takeProfitPrice?.raw, expireNanos: intent.expireNanos)
  }
}

extension AcceptedIntent {
  /// Nil for what is no order: no unbounded market orders, no quantity, unknown codes.
  package init?(_ intent: OrderIntent, atNanos: Int64) {
    guard let side = Side(intent.side), let type = OrderType(intent.ordType), type == .limit,
      let timeInForce = TimeInForce(intent.timeInForce), intent.quantity > 0, let price = intent.price,
      intent.execInst.isSubset(of: [.postOnly])
    else { return nil }
    self.init(
      id: IntentID(high: intent.intentHigh, low: intent.intentLow), strategy: intent.strategy,
      instrument: intent.instrument, side: side, type: type, timeInForce: timeInForce,
      isPostOnly: intent.execInst.contains(.postOnly), quantity: Quantity(raw: intent.quantity),
      price: Price(raw: price), stopPrice: intent.stopPrice.map { Price(raw: $0) },
      takeProfitPrice: intent.takeProfitPrice.map { Price(raw: $0) }, expireNanos: intent.expireNanos,
      atNanos: atNanos, origin: intent.envelope.origin)
  }
}
