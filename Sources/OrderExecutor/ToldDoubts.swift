import Wire

/// The orders in doubt that risk has been told of since the last account report, as it lists them itself: it
/// gets a report when one comes into doubt, when what is open of it changes, and when the doubt is over. The
/// account report, which says how many are in doubt, replaces its list.
///
/// Bound: `most`, as many as risk lists. A report of one more is risk's concern every time, because risk then
/// takes everything that works for doubtful.
struct ToldDoubts: Sendable {
  static let most = 256

  private var orders: [(id: ClOrdIDText, leaves: Int64)] = []

  /// Takes in a report that is about to be sent; whether it is news about a doubt.
  mutating func take(_ report: ExecutionReport) -> Bool {
    let place = orders.firstIndex { $0.id == report.clOrdID }
    guard report.ordStatus == .inDoubt else {
      guard let place else { return false }
      orders.remove(at: place)
      return true
    }
    if let place {
      defer { orders[place].leaves = report.leavesQuantity }
      return orders[place].leaves != report.leavesQuantity
    }
    if orders.count < Self.most { orders.append((report.clOrdID, report.leavesQuantity)) }
    return true
  }

  /// Risk is told how the whole account stands.
  mutating func forget() { orders.removeAll(keepingCapacity: true) }
}

extension ExecutionReport {
  /// It changes the position.
  var isFill: Bool { execType == .trade || execType == .tradeBust }

  /// Something that was asked for was refused, by the venue or by our own gate.
  var isReject: Bool { execType == .rejected || execType == .denied || execType == .cancelRejected }
}
