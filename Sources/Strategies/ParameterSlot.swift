/// Either wrapper, seen from where parameters are read and set by name.
protocol ParameterSlot {
  var isLive: Bool { get }
  var unit: String { get }
  var setting: Double { get }
  var bounds: ClosedRange<Double>? { get }
  /// What is wrong with a setting, or nil after it has been taken.
  mutating func take(_ setting: Double, named name: String) -> ParameterError?
}

/// A setting as a parameter's value, or what is wrong with it.
func parameterValue<Value: ParameterValue>(
  _ type: Value.Type, _ setting: Double, in range: ClosedRange<Value>?, named name: String
) -> Result<Value, ParameterError> {
  guard setting.isFinite else { return .failure(.notANumber(name)) }
  guard let value = Value(setting: setting) else { return .failure(.notWhole(name, setting)) }
  if let range, !range.contains(value) {
    return .failure(.outOfRange(name, setting, range.lowerBound.setting...range.upperBound.setting))
  }
  return .success(value)
}
