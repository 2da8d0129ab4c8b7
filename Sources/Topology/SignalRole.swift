import JSON5
import Trading

/// Hosts strategies. Its `settings`: `{ strategies: [ { name, number, kind, instrument, account,
/// parameters, stateMaxAgeSeconds }, … ] }`.
public struct SignalRole: Sendable, Equatable {
  /// `strategies`, required; sorted by number.
  public let strategies: [StrategySettings]
}

/// One strategy.
public struct StrategySettings: Sendable, Equatable {
  /// `name`, required; unique in the colony.
  public let name: String
  /// `number`, 1…65534, required; unique in the colony. Targets are kept by strategy and instrument.
  public let number: UInt16
  /// `kind`, required: which strategy, such as `glft`.
  public let kind: String
  /// `instrument`, required: what it trades.
  public let instrument: InstrumentName
  /// `account`: for which it trades. May be left out when the component listens to one executor alone.
  public let account: String?
  /// `parameters`, default none: finite numbers whose meaning the kind defines; sorted by name.
  public let parameters: [StrategyParameter]
  /// `stateMaxAgeSeconds`, 0…604800, default 300: what the strategy saved longer ago is not given back to it
  /// after a restart; 0 keeps nothing. It matters only to kinds that save something.
  public let stateMaxAgeSeconds: Int64

  /// The value of a parameter, nil when the file does not give it.
  public func parameter(_ name: String) -> StrategyParameter? { parameters.first { $0.name == name } }
}

/// A number given to a strategy.
public struct StrategyParameter: Sendable, Equatable {
  public let name: String
  /// The number in plain decimal, for parameters that are quantities or prices.
  public let decimal: String
  /// The nearest Double, for parameters of models.
  public let value: Double
}

/// A strategy as read.
struct StrategyDraft {
  let name: Located<String>?
  let number: Located<UInt16>?
  let kind: Located<String>?
  let instrument: Located<String>?
  let account: Located<String>?
  let parameters: [StrategyParameter]
  /// Where each parameter stands, under its name.
  let parameterPlaces: [Located<String>]
  let stateMaxAgeSeconds: Located<Int64>?

  static let keys = [
    "name", "number", "kind", "instrument", "account", "parameters", "stateMaxAgeSeconds",
  ]

  init(_ element: Located<SyntaxNode>, _ problems: ProblemCollector) {
    let section = Section(element.value, path: element.path, keys: Self.keys, problems: problems)
    name = section.string("name")
    problems.checkName(name)
    number = section.integer("number", in: 1...65534)
    kind = section.string("kind")
    instrument = section.string("instrument")
    account = section.node("account") == nil ? nil : section.string("account")
    stateMaxAgeSeconds = section.integer("stateMaxAgeSeconds", in: 0...604_800, default: 300)
    let entries = section.entries("parameters", isRequired: false)
    parameters = Self.parameters(entries, section)
    parameterPlaces = entries.map { Located(value: $0.name, place: $0.namePlace, path: $0.path) }
  }

  private static func parameters(_ entries: [Section.Entry], _ section: Section) -> [StrategyParameter] {
    var parameters: [StrategyParameter] = []
    for entry in entries {
      guard let number = entry.node.number, let value = number.double, let decimal = number.plainDecimal
      else {
        let shown = entry.node.number?.text ?? entry.node.value.kind
        section.problems.report(
          .parameterNotNumber, at: entry.node.place, entry.path, "is \(shown), but must be a finite number",
          hint: entry.node.string == nil ? "" : "write it without quotes")
        continue
      }
      parameters.append(StrategyParameter(name: entry.name, decimal: decimal, value: value))
    }
    return parameters.sorted { $0.name < $1.name }
  }

  /// Precondition: reading and checking found no error.
  var settings: StrategySettings {
    guard let name, let number, let kind, let instrument, let traded = instrumentName(instrument.value) else {
      preconditionFailure("strategy \(name?.value ?? "without a name") was not checked")
    }
    return StrategySettings(
      name: name.value, number: number.value, kind: kind.value, instrument: traded,
      account: account?.value, parameters: parameters,
      stateMaxAgeSeconds: stateMaxAgeSeconds?.value ?? 300)
  }
}
