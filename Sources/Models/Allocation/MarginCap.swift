import Trading

/// How much may be opened on an account's margin. What reduces a position needs none; an order that turns it
/// around may close all of it and open only what the margin carries.
public struct MarginCap: Equatable, Sendable {
  /// max(0, equity · (1 − buffer) − used − reserved for working orders).
  public let available: Money
  /// Whole multiples, e.g. 5; the lower of the venue's and the firm's; ≥ 1.
  public let leverage: Int64

  /// Throws `outOfRange` unless 0 ≤ buffer ≤ 100 %, used and reserved are not negative and 1 ≤ leverage ≤
  /// 1000. An equity that is not positive leaves no margin.
  public init(
    equity: Money, buffer: Bps, used: Money, reservedForWorking: Money, leverage: Int64
  ) throws(ModelError) {
    guard !buffer.isNegative, Int128(buffer.raw) <= Bps.unitsInWhole else {
      throw .outOfRange("margin buffer", value: buffer.ratio, allowed: "0 ... 1")
    }
    guard !used.isNegative && !reservedForWorking.isNegative else {
      throw .outOfRange("margin in use", value: used.double, allowed: ">= 0")
    }
    guard leverage >= 1 && leverage <= 1000 else {
      throw .outOfRange("leverage", value: Double(leverage), allowed: "1 ... 1000")
    }
    let usable = Int128(equity.raw) * (Bps.unitsInWhole - Int128(buffer.raw)) / Bps.unitsInWhole
    available = Money(
      raw: Int64(clamping: max(0, usable - Int128(used.raw) - Int128(reservedForWorking.raw))))
    self.leverage = leverage
  }

  /// The most that may be opened at a price (> 0), in whole lots (> 0).
  public func openingQuantity(price: Price, lot: Quantity) throws(ModelError) -> Quantity {
    guard price.isPositive else { throw .outOfRange("price", value: price.double, allowed: "> 0") }
    guard lot.isPositive else { throw .outOfRange("lot", value: lot.double, allowed: "> 0") }
    // Money 1e-8 · leverage / price 1e-9 in units of 1e-8: times 1e9. The product stays below 2^63 · 2^10 ·
    // 2^30.
    let raw = Int128(available.raw) * Int128(leverage) * 1_000_000_000 / Int128(price.raw)
    let units = Int64(clamping: raw)
    return Quantity(raw: units - units % lot.raw)
  }

  /// How much of a wanted order may go, given the position (long positive): everything that reduces, and of
  /// what opens at most `openingQuantity`.
  public func admissible(
    side: Side, quantity: Quantity, position: Quantity, price: Price, lot: Quantity
  ) throws(ModelError) -> Quantity {
    guard quantity.isPositive else { throw .outOfRange("quantity", value: quantity.double, allowed: "> 0") }
    let isAgainst = side == .buy ? position.isNegative : position.isPositive
    guard let size = position.absolute() else { throw .nonFinite("position") }
    let reducing = isAgainst ? min(quantity, size) : .zero
    let opening = min(quantity - reducing, try openingQuantity(price: price, lot: lot))
    return reducing + opening
  }
}
