import Trading

/// Orders of which together only so much can fill: one, or two that are linked.
struct Bundle {
  var orders: [ClOrdID]
  var mostFilled: Quantity

  static func all(of legs: [OwnOrder]) -> [Bundle] {
    var bundles: [Bundle] = []
    for order in legs {
      if let partner = order.linked, let index = bundles.firstIndex(where: { $0.orders == [partner] }) {
        bundles[index].orders.append(order.id)
        bundles[index].mostFilled = max(bundles[index].mostFilled, order.worstCaseOpen)
      } else {
        bundles.append(Bundle(orders: [order.id], mostFilled: order.worstCaseOpen))
      }
    }
    return bundles
  }
}

extension [Quantity] {
  /// What a venue reports may be absurd: a sum beyond the range is the largest there is.
  var saturatingSum: Quantity { reduce(.zero) { $0.adding($1) ?? .max } }
}
