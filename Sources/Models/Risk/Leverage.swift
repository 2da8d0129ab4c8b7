import Trading

/// Gross and net exposure of a book against its equity, exact. Pre-trade, pass the worst case after fills
/// (`WorstCaseExposure`), not the positions alone.
public struct Leverage: Equatable, Sendable {
  /// Σ |exposure|.
  public let gross: Notional
  /// |Σ exposure|.
  public let net: Notional
  public let equity: Money

  /// Signed exposures in the currency of the equity. Throws `outOfRange` unless the equity is positive,
  /// `nonFinite` when a sum overflows.
  public init(exposures: [Notional], equity: Money) throws(ModelError) {
    guard equity.isPositive else { throw .outOfRange("equity", value: equity.double, allowed: "> 0") }
    var (gross, net) = (Notional.zero, Notional.zero)
    for exposure in exposures {
      guard let size = exposure.absolute(), let more = gross.adding(size), let sum = net.adding(exposure)
      else {
        throw .nonFinite("sum of exposures")
      }
      (gross, net) = (more, sum)
    }
    guard let size = net.absolute() else { throw .nonFinite("net exposure") }
    self.gross = gross
    self.net = size
    self.equity = equity
  }

  public var grossRatio: Double { gross.double / equity.double }
  public var netRatio: Double { net.double / equity.double }

  /// Gross exposure ≤ limit · equity, compared without rounding; false for a negative limit.
  public func isGrossWithin(_ limit: Bps) -> Bool { Self.isWithin(gross, limit, equity) }

  /// Net exposure ≤ limit · equity.
  public func isNetWithin(_ limit: Bps) -> Bool { Self.isWithin(net, limit, equity) }

  private static func isWithin(_ exposure: Notional, _ limit: Bps, _ equity: Money) -> Bool {
    guard !limit.isNegative else { return false }
    let left = exposure.raw.magnitude.multipliedFullWidth(by: Bps.unitsInWhole.magnitude)
    let right = Notional(equity).raw.magnitude.multipliedFullWidth(by: UInt128(limit.raw))
    return (left.high, left.low) <= (right.high, right.low)
  }
}
