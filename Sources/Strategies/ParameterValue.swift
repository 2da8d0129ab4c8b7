/// What a strategy's parameter can be: settings are numbers, and these are made of one.
public protocol ParameterValue: Codable, Comparable, Sendable {
  /// Nil when the number stands for no such value.
  init?(setting: Double)
  var setting: Double { get }
}

extension Double: ParameterValue {
  public init?(setting: Double) {
    guard setting.isFinite else { return nil }
    self = setting
  }

  public var setting: Double { self }
}

extension Int: ParameterValue {
  /// Only whole numbers.
  public init?(setting: Double) { self.init(exactly: setting) }

  public var setting: Double { Double(self) }
}
