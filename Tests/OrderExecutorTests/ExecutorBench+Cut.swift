import ActorKit
import CoreTestKit
import OrderExecutor
import Trading
import Wire

// The journal's last turns were cut off.
extension ExecutorBench {
  /// An order that only the lost turns knew.
  static func lost(
    _ counter: UInt64, _ side: Side, _ price: Int64, lots quantity: Int64, isStop: Bool = false,
    epoch: UInt32 = 1
  ) -> NewOrder {
    NewOrder(
      account: account, instrument: instrument, clOrdID: ClOrdIDText(lostID(counter, epoch: epoch)),
      side: SideCode(side), ordType: isStop ? .stop : .limit, timeInForce: .goodTillCancel, execInst: [],
      price: isStop ? nil : ticks(price).raw, quantity: lots(quantity).raw, requestNanos: 0,
      recvWindowNanos: 0, stopPrice: isStop ? ticks(price).raw : nil)
  }

  static func lostID(_ counter: UInt64, epoch: UInt32 = 1) -> ClOrdID {
    ClOrdID(account: account, epoch: epoch, counter: counter)
  }

  /// The process comes back after the cut; everybody else is there.
  func comeBack(
    fromSnapshot: Bool = false, turns: UInt32? = 2, isRiskThere: Bool = true, ordersPerAnswer: Int = 256
  ) throws -> (ExecutorBench, Turn) {
    let next = try revived(fromSnapshot: fromSnapshot)
    next.ordersPerAnswer = ordersPerAnswer
    if let turns { next.deliver(.journalCut(turns: turns)) }
    if isRiskThere { next.deliver(.sessionOpened(component: Self.risk, peerEpoch: 1)) }
    next.session(.live)
    next.status(.live)
    next.top(10_000, 10_002)
    return (next, next.conclude())
  }

  /// A venue with stops, with or without reduce-only orders, and without pairs.
  static func at(reduceOnly: Bool) -> ExecutorBench {
    var configuration = configuration()
    configuration.venue = .with(stops: true, reduceOnly: reduceOnly, pairs: false)
    return ExecutorBench(configuration)
  }

  /// Somebody trades by hand on the account; the venue's next list of trades shows it.
  func tradeByHand(_ side: SideCode, lots quantity: Int64, id: UInt64) {
    guard let name = ClOrdIDText("by-hand") else { preconditionFailure("by-hand is an id") }
    let order = NewOrder(
      account: Self.account, instrument: Self.instrument, clOrdID: name, side: side, ordType: .limit,
      timeInForce: .goodTillCancel, execInst: [], price: ticks(10_001).raw, quantity: lots(quantity).raw,
      requestNanos: 0, recvWindowNanos: 0)
    _ = trade(order, lots: quantity, id: id, cum: quantity)
  }

  var position: Quantity { books.ledger[Self.instrument].quantity }

  /// What may be sold at worst.
  var mayBeSold: Quantity { books.exposure(in: Self.instrument).workingSells }
}
