/// The parameters of a strategy: a plain structure whose every property is `@Live` or `@Fixed`.
///
/// ```swift
/// struct Parameters: StrategyParameters {
///   @Live(0.001...1) var gamma = 0.05
///   @Fixed(1...16) var levels = 3
/// }
/// ```
///
/// Names, ranges and defaults are read from the declarations, through the coding the compiler derives for
/// them.
public protocol StrategyParameters: Codable, Equatable, Sendable {
  /// The defaults.
  init()
}

/// What is wrong with a setting.
public enum ParameterError: Error, Equatable, Sendable {
  /// No such parameter; those there are.
  case unknown(String, known: [String])
  case givenTwice(String)
  /// Set before the strategy begins and never again; those that may be.
  case notLive(String, live: [String])
  case notANumber(String)
  case notWhole(String, Double)
  case outOfRange(String, Double, ClosedRange<Double>)
}

extension ParameterError {
  /// The parameter's name as it was given.
  public var parameter: String {
    switch self {
    case .unknown(let name, _), .givenTwice(let name), .notLive(let name, _), .notANumber(let name),
      .notWhole(let name, _), .outOfRange(let name, _, _):
      name
    }
  }
}

extension ParameterError: CustomStringConvertible {
  public var description: String {
    switch self {
    case .unknown(let name, let known):
      "there is no parameter '\(name)'; there are \(known.joined(separator: ", "))"
    case .givenTwice(let name): "'\(name)' is given twice"
    case .notLive(let name, let live):
      "'\(name)' is set once, in the topology; while it runs, \(live.joined(separator: ", ")) may be set"
    case .notANumber(let name): "'\(name)' is not a finite number"
    case .notWhole(let name, let value): "'\(name)' is \(value), but must be a whole number"
    case .outOfRange(let name, let value, let range):
      "'\(name)' is \(value), but must be from \(range.lowerBound) to \(range.upperBound)"
    }
  }
}

/// All that is wrong with a strategy's settings, in the order given.
public struct ParameterErrors: Error, Equatable, Sendable {
  public let errors: [ParameterError]

  public init(errors: [ParameterError]) { self.errors = errors }
}

/// A parameter as declared.
public struct ParameterDescription: Equatable, Sendable {
  public let name: String
  /// The default.
  public let value: Double
  /// Nil when any number of its kind will do.
  public let range: ClosedRange<Double>?
  /// Whether it may be changed while the strategy runs.
  public let isLive: Bool
  /// Empty where the name says it.
  public let unit: String

  /// Most live parameters of a strategy.
  public static let mostLive = 32
  /// Most bytes of a live parameter's name: it must fit a command.
  public static let longestName = 64

  public init(name: String, value: Double, range: ClosedRange<Double>?, isLive: Bool, unit: String = "") {
    self.name = name
    self.value = value
    self.range = range
    self.isLive = isLive
    self.unit = unit
  }
}

extension StrategyParameters {
  /// The parameters in the order of their declaration.
  public static var descriptions: [ParameterDescription] { Self().descriptions }

  /// The same with the values they have now.
  var descriptions: [ParameterDescription] {
    ParameterReader.slots(of: self).map { entry in
      ParameterDescription(
        name: entry.name, value: entry.slot.setting, range: entry.slot.bounds, isLive: entry.slot.isLive,
        unit: entry.slot.unit)
    }
  }

  /// Changes a live parameter; what is wrong with the setting, or nil after it has been taken.
  mutating func set(_ name: String, to setting: Double) -> ParameterError? {
    var slots = ParameterReader.slots(of: self)
    guard let index = slots.firstIndex(where: { $0.name == name }), slots[index].slot.isLive else {
      let live = slots.filter(\.slot.isLive).map(\.name)
      let isKnown = slots.contains { $0.name == name }
      return isKnown ? .notLive(name, live: live) : .unknown(name, known: live)
    }
    if let error = slots[index].slot.take(setting, named: name) { return error }
    self = ParameterReader.make(Self.self, of: slots)
    return nil
  }

  /// The defaults with these settings in their place. Every mistake is reported, not only the first.
  public init(settings: [(String, Double)]) throws(ParameterErrors) {
    var slots = ParameterReader.slots(of: Self())
    var errors: [ParameterError] = []
    var seen: [String] = []
    for (name, setting) in settings {
      guard let index = slots.firstIndex(where: { $0.name == name }) else {
        errors.append(.unknown(name, known: slots.map(\.name)))
        continue
      }
      if seen.contains(name) { errors.append(.givenTwice(name)) }
      seen.append(name)
      if let error = slots[index].slot.take(setting, named: name) { errors.append(error) }
    }
    guard errors.isEmpty else { throw ParameterErrors(errors: errors) }
    self = ParameterReader.make(Self.self, of: slots)
  }
}
