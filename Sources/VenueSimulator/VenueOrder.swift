import ActorKit
import Trading
import Wire

extension VenueOrder {
  /// A stop that waits for its trigger.
  var isWaitingStop: Bool { type == .stop && !isTriggered }

  /// Quantity still working, zero once it has ended.
  public var leavesQuantity: Quantity { status == .open ? quantity - cumQuantity : .zero }

  /// The status in FIX's words.
  public var ordStatus: OrdStatusCode {
    switch status {
    case .open: !cumQuantity.isZero ? .partiallyFilled : isTriggered ? .triggered : .new
    case .filled: .filled
    case .canceled: .canceled
    case .expired: .expired
    case .rejected: .rejected
    }
  }

  func checkRestored() throws(RestoreError) {
    guard (type == .stop) == (stopPrice != nil) else {
      throw .invalid("a stop without a stop price, or the price without it")
    }
  }
}
