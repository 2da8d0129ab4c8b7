/// A parameter that is set once, before the strategy begins. Its default must lie in its range, if it has
/// one.
@propertyWrapper
public struct Fixed<Value: ParameterValue>: Codable, Equatable, Sendable {
  private var value: Value
  public let range: ClosedRange<Value>?

  public init(wrappedValue: Value) {
    value = wrappedValue
    range = nil
  }

  public init(wrappedValue: Value, _ range: ClosedRange<Value>) {
    precondition(range.contains(wrappedValue), "the default \(wrappedValue) lies outside \(range)")
    value = wrappedValue
    self.range = range
  }

  public var wrappedValue: Value {
    get { value }
    set {
      precondition(range?.contains(newValue) ?? true, "\(newValue) lies outside \(String(describing: range))")
      value = newValue
    }
  }
}

extension Fixed: ParameterSlot {
  var isLive: Bool { false }
  var unit: String { "" }
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
