/// How far an order's price may lie from a reference: towards the market (a buy above it, a sell below it) by
/// `limit`, and in any direction by the wider `band`, which catches the mistyped digit. Compared by
/// multiplying across, so no rounding decides.
@frozen public struct PriceCollar: Hashable, Sendable {
  public let limit: Bps
  public let band: Bps
  /// A reference older than this is none.
  public let maxAgeNanos: Int64

  /// Traps on negative numbers.
  public init(limit: Bps, band: Bps, maxAgeNanos: Int64) {
    precondition(
      !limit.isNegative && !band.isNegative && maxAgeNanos >= 0,
      "a collar of \(limit) bp, a band of \(band) bp or an age of \(maxAgeNanos) ns is negative")
    self.limit = limit
    self.band = band
    self.maxAgeNanos = maxAgeNanos
  }

  /// Why the price is refused, nil when it may pass. The reference is the last valid mid, trade or close and
  /// how long ago it was seen; without a valid one every price is refused. A negative age, which a clock
  /// stepping back can give, counts as too old.
  public func refusal(
    _ side: Side, _ price: Price, reference: Price?, ageNanos: Int64
  ) -> PriceCollarRefusal? {
    guard price.isPositive else { return .priceNotPositive(price) }
    guard let reference, reference.isPositive else { return .noReference }
    guard ageNanos >= 0, ageNanos <= maxAgeNanos else { return .referenceTooOld(ageNanos: ageNanos) }
    let distance = Int128(price.raw) - Int128(reference.raw)
    // At most 2^64 * 10^10 on one side and 2^63 * 2^63 on the other: both fit.
    let towards = (side == .buy ? distance : -distance) * Bps.unitsInWhole
    let whole = Int128(reference.raw)
    if towards > Int128(limit.raw) * whole { return .beyondLimit(price, reference: reference) }
    if abs(distance) * Bps.unitsInWhole > Int128(band.raw) * whole {
      return .beyondBand(price, reference: reference)
    }
    return nil
  }
}

/// Why a price did not pass the collar.
@frozen public enum PriceCollarRefusal: Error, Equatable, Sendable {
  case priceNotPositive(Price)
  case noReference
  case referenceTooOld(ageNanos: Int64)
  case beyondLimit(Price, reference: Price)
  case beyondBand(Price, reference: Price)
}
