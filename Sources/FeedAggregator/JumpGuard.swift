import Models

/// Doubts a price that moved too far at once, until the next updates bear it out.
///
/// A jump becomes the trusted price after two further updates within the limit of it, or by a snapshot; an
/// update back within the limit of the trusted price ends the doubt the other way.
struct JumpGuard: Equatable {
  static let confirmationsNeeded = 2

  /// The farthest a price may move between two updates without doubt, bps.
  let limitBps: Double
  /// The last price beyond doubt; nil before the first.
  private(set) var trusted: Double?
  private var candidate: Double?
  private var confirmations = 0

  init(limitBps: Double) { self.limitBps = limitBps }

  var isSuspect: Bool { candidate != nil }

  /// Judges the next price (> 0); true if it begins a new doubt.
  mutating func judge(_ price: Double) -> Bool {
    guard let trusted, !isWithinLimit(price, of: trusted) else {
      trust(price)
      return false
    }
    guard let doubted = candidate, isWithinLimit(price, of: doubted) else {
      candidate = price
      confirmations = 0
      return true
    }
    candidate = price
    confirmations += 1
    if confirmations >= Self.confirmationsNeeded { trust(price) }
    return false
  }

  /// Ends all doubt: a snapshot says so.
  mutating func trust(_ price: Double) {
    trusted = price
    candidate = nil
    confirmations = 0
  }

  /// Begins anew with another stream, whose prices are not to be compared with those so far.
  mutating func reset() {
    trusted = nil
    candidate = nil
    confirmations = 0
  }

  private func isWithinLimit(_ price: Double, of reference: Double) -> Bool {
    BpsConversion.perUnit * (price - reference).magnitude <= limitBps * reference
  }
}
