import ActorKit
import Trading

/// How far the orders that close a position reach: beyond the touch, the best price of the side they trade
/// against, because the middle says nothing where the market is thin.
///
/// The first attempt reaches `slippage` beyond the touch; each that did not get all it was to close doubles
/// that, up to `cap`. Whatever the touch, no attempt goes further than `cap` from the anchor: the last
/// confirmed price, or without one the touch that was seen first.
public struct ExitPricing: Equatable, Sendable {
  public let slippage: Bps
  public let cap: Bps

  /// 50 and 1,000 bps, when the topology does not say.
  public static let usualSlippage = Bps(raw: 50_000_000)
  public static let usualCap = Bps(raw: 1_000_000_000)

  /// Traps on a negative slippage, or a cap below it or above half the price.
  public init(slippage: Bps = Self.usualSlippage, cap: Bps = Self.usualCap) {
    precondition(
      !slippage.isNegative && cap >= slippage && cap.isPositive && 2 * Int128(cap.raw) <= Bps.unitsInWhole,
      "exits of \(slippage) bp up to \(cap) bp")
    self.slippage = slippage
    self.cap = cap
  }

  /// A limit, and whether it is as far as orders may ever go.
  struct Limit: Equatable {
    var price: Price
    var isAtCap: Bool
  }

  /// How far beyond the touch the attempt after so many that did not finish reaches.
  func reach(afterSteps steps: Int) -> Bps {
    // A slippage of 0 stays at the touch once, then goes on in whole basis points.
    var reach = slippage
    for _ in 0..<min(steps, 64) {
      guard reach < cap else { break }
      reach = min(cap, max(Bps(raw: 2 * reach.raw), Bps(raw: 1_000_000)))
    }
    return reach
  }

  /// Nil when no such price is in range.
  func limit(
    _ side: Side, touch: Price, anchor: Price, afterSteps steps: Int, _ instrument: Instrument
  ) -> Limit? {
    let reach = reach(afterSteps: steps)
    guard let wanted = touch.moved(by: Bps(raw: side.sign * reach.raw)),
      let bound = anchor.moved(by: Bps(raw: side.sign * cap.raw))
    else { return nil }
    let isBeyond = side == .buy ? wanted >= bound : wanted <= bound
    // To the tick within: never further than said. The touch itself is on a tick.
    let exact = isBeyond ? bound : wanted
    guard let price = side == .buy ? instrument.roundDown(exact) : instrument.roundUp(exact),
      price.isPositive
    else { return nil }
    return Limit(price: price, isAtCap: isBeyond || reach >= cap)
  }
}
