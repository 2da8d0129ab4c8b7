/// A parameter that may be changed while the strategy runs. Its default must lie in its range.
@propertyWrapper
public struct Live<Value: ParameterValue>: Codable, Equatable, Sendable {
  private var value: Value
  public let range: ClosedRange<Value>?

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
