/// A parameter that may be changed while the strategy runs: `waggle set STRATEGY KEY VALUE`. Its default
/// must lie in its range. Where the unit is not in its name, say it: `@Live(0.01...10, unit: "1/bps")`.
///
/// Bounds: a strategy has at most `ParameterDescription.mostLive` of them, and their names are no longer than
/// `ParameterDescription.longestName` bytes.
@propertyWrapper
public struct Live<Value: ParameterValue>: Codable, Equatable, Sendable {
  private var value: Value
  public let range: ClosedRange<Value>?
  /// Shown beside the value; empty where the name says it.
  public let unit: String

  public init(wrappedValue: Value, _ range: ClosedRange<Value>, unit: String = "") {
    precondition(range.contains(wrappedValue), "the default \(wrappedValue) lies outside \(range)")
    value = wrappedValue
    self.range = range
    self.unit = unit
  }

  public var wrappedValue: Value {
    get { value }
    set {
      precondition(range?.contains(newValue) ?? true, "\(newValue) lies outside \(String(describing: range))")
      value = newValue
    }
  }
}

extension Live: ParameterSlot {
  var isLive: Bool { true }
  var setting: Double { value.setting }
  var bounds: ClosedRange<Double>? { range.map { $0.lowerBound.setting...$0.upperBound.setting } }

  mutating func take(_ setting: Double, named name: String) -> ParameterError? {
    switch parameterValue(Value.self, setting, in: range, named: name) {
    case .success(let new): value = new
    case .failure(let error): return error
    }
    return nil
  }
}
