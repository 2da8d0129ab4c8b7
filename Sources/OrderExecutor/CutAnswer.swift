import Trading
import Vocabulary
import Wire

/// What the venue shows in one whole answer, all its pages, while a cut is not made good.
struct CutAnswer: Sendable {
  var listed: [AccountState.OpenOrder]
  /// Trades that make sense and are booked already, oldest first: of an order that shows up only now, because
  /// lists lag, they are its executions.
  var booked: [BookedFill] = []
  /// Those that are not booked yet.
  var unbooked: [BookedFill] = []

  /// Trades that were booked before and are asked for once more; older ones belong to no order that may
  /// still show up.
  static let mostRepeated: UInt64 = 200

  /// The executions of an order that were booked while nobody knew it: no more than it is for.
  func executions(of id: ClOrdID, _ instrument: UInt32, _ side: Side, upTo quantity: Quantity)
    -> [TakenExecution]
  {
    var left = quantity
    var executions: [TakenExecution] = []
    for fill in booked
    where fill.order == id && fill.side == side && fill.key.instrument == instrument
      && fill.quantity <= left
    {
      left -= fill.quantity
      executions.append(
        TakenExecution(execution: fill.key.execution, quantity: fill.quantity, price: fill.price))
    }
    return executions
  }
}
