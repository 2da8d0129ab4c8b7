/// Optimal offsets for every inventory from −limit to +limit, solved once and looked up without allocation.
public struct QuoteTable: Equatable, Sendable {
  /// The largest inventory on either side, lots.
  public let limitLots: Int
  /// ln v of the model's value function at −limit … +limit. Stationary solutions are known up to a constant
  /// only, which no offset depends on; theirs is 0 at zero inventory.
  public let logValues: [Double]
  private let decayPerOffset: Double
  private let baseOffset: Double

  /// - decayPerOffset: k of the fill intensity, 1 / price unit.
  /// - baseOffset: the offset on either side when buying or selling a lot changes nothing else.
  init(logValues: [Double], decayPerOffset: Double, baseOffset: Double) throws(ModelError) {
    precondition(logValues.count % 2 == 1, "\(logValues.count) inventories are not symmetric around zero")
    for value in logValues { try Domain.finite(value, "logarithm of the value function") }
    try Domain.finite(baseOffset, "base offset")
    self.limitLots = logValues.count / 2
    self.logValues = logValues
    self.decayPerOffset = decayPerOffset
    self.baseOffset = baseOffset
  }

  /// The offsets at an inventory. At or beyond the limit the side that would add to it is not quoted; beyond
  /// it the other side is quoted as at the limit.
  public func quotes(inventoryLots: Int) -> QuoteOffsets {
    let lots = min(max(inventoryLots, -limitLots), limitLots)
    let index = lots + limitLots
    let here = logValues[index]
    return QuoteOffsets(
      bidOffset: lots < limitLots ? (here - logValues[index + 1]) / decayPerOffset + baseOffset : nil,
      askOffset: lots > -limitLots ? (here - logValues[index - 1]) / decayPerOffset + baseOffset : nil)
  }

  /// What one lot less (`selling`) or more is worth to the maker at this inventory, in price units: h(q∓1) −
  /// h(q) with h = ln v / k. `nil` where the trade would leave the table.
  public func valueOfStep(inventoryLots: Int, selling: Bool) -> Double? {
    guard inventoryLots >= -limitLots && inventoryLots <= limitLots else { return nil }
    let index = inventoryLots + limitLots
    let target = selling ? index - 1 : index + 1
    guard logValues.indices.contains(target) else { return nil }
    return (logValues[target] - logValues[index]) / decayPerOffset
  }
}
