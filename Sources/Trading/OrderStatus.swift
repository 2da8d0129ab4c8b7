/// What an order's facts amount to. FIX field 39 where FIX has a word for it, with four of our own. FIX 4.4
/// no longer has *Replaced*: a replaced order shows New, PartiallyFilled or Filled again. When several hold,
/// the one listed last shows (FIX 4.4, field 39, precedence of statuses); pendingNew, denied, rejected and
/// new share one rank.
@frozen public enum OrderStatus: UInt8, CaseIterable, Hashable, Sendable {
  /// Sent, or about to be; the venue has said nothing.
  case pendingNew
  /// Our own risk gate refused it; it never left.
  case denied
  case rejected
  case new
  /// A stop whose trigger was reached, without an execution yet.
  case triggered
  case partiallyFilled
  case expired
  case canceled
  case suspended
  /// The venue guarantees an execution that it has not reported yet.
  case stopped
  case filled
  case calculated
  case doneForDay
  case pendingReplace
  case pendingCancel
  /// A request went unanswered and quantity may still be open: it counts in full, until there is evidence.
  case inDoubt

  /// Nothing can be open any more, though late facts may still come: a fill, a bust.
  public var isTerminal: Bool {
    switch self {
    case .filled, .canceled, .expired, .rejected, .denied: true
    default: false
    }
  }
}
