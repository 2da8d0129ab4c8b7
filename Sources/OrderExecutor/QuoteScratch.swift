import ActorKit
import Trading

/// Memory of one decision, kept so that deciding allocates nothing.
struct QuoteScratch: Sendable {
  /// A price at which a side should rest, and how much of it no order covers yet.
  struct Want: Sendable {
    var price: Price
    /// Where an order would rest without crossing; nil for nowhere.
    var resting: Price?
    var missing: Quantity
  }

  /// An order to be placed.
  struct Placement: Sendable {
    var target: Int
    var side: Side
    var price: Price
    var quantity: Quantity
    var isMoved: Bool
  }

  /// An order that is at no wanted price, and its target.
  struct Cancel: Sendable {
    var id: ClOrdID
    var target: Int
  }

  /// Targets that are compared in this turn.
  var compared = Indices()
  var wants: [Want] = []
  /// Orders at no wanted price.
  var unmatched: [OrderOutline] = []
  var cancels: [Cancel] = []
  var placements: [Placement] = []
}
