/// The value of one unit of an account: deposits buy units, withdrawals redeem them, so that neither looks
/// like a profit or a loss. Starts at 1.
public struct UnitisedValue: Equatable, Sendable {
  public private(set) var units: Double
  /// Value per unit.
  public private(set) var value: Double

  /// A new account with its first equity (> 0), as that many units worth 1.
  public init(equity: Double) throws(ModelError) {
    units = try Domain.positive(equity, "equity")
    value = 1
  }

  /// An account restored from its journal: both must be positive.
  public init(units: Double, value: Double) throws(ModelError) {
    self.units = try Domain.positive(units, "units")
    self.value = try Domain.positive(value, "value of a unit")
  }

  /// The equity now, of which `flow` was just deposited (positive) or withdrawn (negative). Throws, changing
  /// nothing, when the account was worth nothing before the flow or holds nothing after it.
  public mutating func update(equity: Double, flow: Double = 0) throws(ModelError) {
    try Domain.finite(equity, "equity")
    try Domain.finite(flow, "flow")
    let newValue = try Domain.positive((equity - flow) / units, "value of a unit")
    let newUnits = flow == 0 ? units : try Domain.positive(units + flow / newValue, "units")
    (units, value) = (newUnits, newValue)
  }
}
