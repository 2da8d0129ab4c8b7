import Wire

/// Why the venue does not take an order or a change of one.
struct OrderRejection: Error, Equatable {
  var reason: RejectReason

  init(_ reason: RejectReason) { self.reason = reason }
}
