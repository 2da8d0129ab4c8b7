import ActorKit
import CoreTestKit
import OrderExecutor
import Trading
import Wire

// Risk asks for single orders.
extension ExecutorBench {
  static let signal: UInt16 = 8

  static func intentID(_ counter: UInt64, epoch: UInt32 = 1) -> IntentID {
    IntentID(component: signal, strategy: strategy, epoch: epoch, counter: counter)
  }

  static func intent(
    _ counter: UInt64 = 1, side: SideCode = .buy, lots quantity: Int64 = 10, price: Int64 = 10_002,
    stop: Int64? = 9_950, target: Int64? = 10_100, inForce: TimeInForceCode = .goodTillCancel,
    epoch: UInt32 = 1, expireNanos: Int64
  ) -> OrderIntent {
    let id = intentID(counter, epoch: epoch)
    return OrderIntent(
      envelope: Envelope(origin: 55, correlation: Correlation(high: id.high, low: id.low)),
      intentHigh: id.high, intentLow: id.low, account: account, strategy: strategy, instrument: instrument,
      side: side, ordType: .limit, timeInForce: inForce, execInst: [], quantity: lots(quantity).raw,
      price: ticks(price).raw, stopPrice: stop.map { ticks($0).raw },
      takeProfitPrice: target.map { ticks($0).raw }, expireNanos: expireNanos)
  }

  func expiry(inSeconds seconds: Int64 = 60) -> Int64 { now().wall + seconds * .nanosPerSecond }

  /// Delivers an intent and ends the turn.
  @discardableResult
  func ask(_ intent: OrderIntent) -> Turn {
    deliver(from: Self.fromRisk) { intent.encode(into: &$0) }
    return conclude()
  }

  /// A filled entry with its two legs as they were sent, not yet accepted.
  func enter(
    _ counter: UInt64 = 1, side: SideCode = .buy, lots quantity: Int64 = 10, stop: Int64? = 9_950,
    target: Int64? = 10_100
  ) -> (entry: NewOrder, legs: [NewOrder]) {
    let price: Int64 = side == .buy ? 10_002 : 10_000
    let entry = ask(
      Self.intent(
        counter, side: side, lots: quantity, price: price, stop: stop, target: target,
        expireNanos: expiry())
    ).newOrders[0]
    accept([entry])
    let turn = fill(entry, lots: quantity, id: 1_000 + counter, cum: quantity)
    return (entry, turn.newOrders)
  }
}

extension Turn {
  var intentEnds: [IntentReport] {
    all(IntentReport.self, to: ExecutorBench.surelyToRisk)
  }

  var intentProgress: [IntentReport] { all(IntentReport.self, to: ExecutorBench.toRisk) }
}
