import Trading
import Vocabulary
import Wire

/// What objects to a strategy's quotes in an instrument, side by side: our own checks, and the executor's
/// gate as it last told.
struct SlotDenials: Sendable {
  private var own = (buy: SideDenial(), sell: SideDenial())
  private var executors: (buy: QuoteDenial?, sell: QuoteDenial?)

  /// Ours.
  subscript(side: Side) -> SideDenial {
    get { side == .buy ? own.buy : own.sell }
    set { if side == .buy { own.buy = newValue } else { own.sell = newValue } }
  }

  /// The executor's; nil where none of its checks objects.
  subscript(executor side: Side) -> QuoteDenial? {
    get { side == .buy ? executors.buy : executors.sell }
    set { if side == .buy { executors.buy = newValue } else { executors.sell = newValue } }
  }
}
