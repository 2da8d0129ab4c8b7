import Trading

/// A price collar over a period (RTS 6, article 15(1)(a): "order-by-order and over a specified period"): the
/// reference may not be walked away in small steps. An order's price must lie within a limit of *every*
/// reference seen in the window. Complements `PriceCollar`, which looks at the reference of the moment.
///
/// The window is kept in slots of a sixteenth of it, each with its lowest and highest reference: fixed
/// memory, and it forgets up to a sixteenth late, never early.
public struct RollingCollar: Equatable, Sendable {
  public let limit: Bps
  public let windowNanos: Int64

  private struct Slot: Equatable, Sendable {
    var number = Int64.min
    var lowest = Price.max
    var highest = Price.zero
  }
  private static let slotCount = 16
  private var slots = Array(repeating: Slot(), count: slotCount + 1)
  private let slotNanos: Int64
  private var newestNanos = Int64.min

  /// - limit: 0 … 10 000 bp. - windowNanos: at least 16 ns.
  public init(limit: Bps, windowNanos: Int64) throws(ModelError) {
    guard !limit.isNegative, Int128(limit.raw) <= Bps.unitsInWhole else {
      throw .outOfRange("collar", value: limit.ratio, allowed: "0 ... 1")
    }
    guard windowNanos >= Int64(Self.slotCount) else {
      throw .outOfRange("window", value: Double(windowNanos), allowed: ">= 16 ns")
    }
    self.limit = limit
    self.windowNanos = windowNanos
    slotNanos = windowNanos / Int64(Self.slotCount) + (windowNanos % Int64(Self.slotCount) == 0 ? 0 : 1)
  }

  /// A valid reference price: a mid, a trade or a close that passed the bad-tick filter (> 0).
  public mutating func update(reference: Price, atNanos nanos: Int64) throws(ModelError) {
    guard reference.isPositive else {
      throw .outOfRange("reference price", value: reference.double, allowed: "> 0")
    }
    guard nanos >= newestNanos else { throw .outOfOrder("time of the reference", at: 0) }
    newestNanos = nanos
    let number = Self.flooredQuotient(nanos, slotNanos)
    let index = Self.index(of: number)
    if slots[index].number != number { slots[index] = Slot(number: number) }
    slots[index].lowest = min(slots[index].lowest, reference)
    slots[index].highest = max(slots[index].highest, reference)
  }

  /// Whether a price may go: within the limit of the lowest and of the highest reference of the window,
  /// multiplied across so that no rounding decides. False without a reference in the window, for a price that
  /// is not positive, and for a time before the newest reference: what is not known does not pass.
  public func allows(_ price: Price, atNanos nanos: Int64) -> Bool {
    guard price.isPositive, nanos >= newestNanos else { return false }
    let newest = Self.flooredQuotient(nanos, slotNanos)
    let oldest = newest.subtractingReportingOverflow(Int64(Self.slotCount))
    var (lowest, highest) = (Price.max, Price.zero)
    for slot in slots where slot.number <= newest && (oldest.overflow || slot.number >= oldest.partialValue) {
      guard slot.highest.isPositive else { continue }
      lowest = min(lowest, slot.lowest)
      highest = max(highest, slot.highest)
    }
    guard highest.isPositive else { return false }
    return isWithin(price, lowest) && isWithin(price, highest)
  }

  private func isWithin(_ price: Price, _ reference: Price) -> Bool {
    // |distance| ≤ 2^63 times 10^10 on one side, 10^10 times 2^63 on the other.
    abs(Int128(price.raw) - Int128(reference.raw)) * Bps.unitsInWhole <= Int128(limit.raw)
      * Int128(reference.raw)
  }

  private static func index(of number: Int64) -> Int {
    let rest = number % Int64(slotCount + 1)
    return Int(rest < 0 ? rest + Int64(slotCount + 1) : rest)
  }

  private static func flooredQuotient(_ value: Int64, _ divisor: Int64) -> Int64 {
    value >= 0 || value % divisor == 0 ? value / divisor : value / divisor - 1
  }
}
