import Trading
import Vocabulary

/// What a decision has against the sides of a strategy's quotes; nil where nothing.
struct SideFindings: Sendable {
  var buys: Finding?
  var sells: Finding?
  /// Something of the side passes all the same.
  var isBuyPartial = false
  var isSellPartial = false

  func finding(_ side: Side) -> Finding? { side == .buy ? buys : sells }

  func isPartial(_ side: Side) -> Bool { side == .buy ? isBuyPartial : isSellPartial }
}
