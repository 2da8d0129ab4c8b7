import ActorKit

/// The kinds of strategies a program knows, and the running strategies of those kinds.
///
/// Made of types, not of a table: `StrategyList<Mine, StrategyList<GLFTMaker, NoStrategies>>` keeps the
/// strategies of each kind in an array of their own, and every call to a strategy is a direct one that the
/// compiler can see through. A closed enumeration would do the same but could not be extended from a user's
/// package; a table of closures or of existentials could, at the price of a box and an indirect call on every
/// decision.
public protocol StrategyRegistry: Sendable {
  init()

  /// The kinds known, in the order of the list.
  static var kinds: [String] { get }

  /// The kinds whose strategies give signals.
  static var directionalKinds: [String] { get }

  /// The inputs of a kind; nil for one that is not known.
  static func inputs(ofKind kind: String) -> Inputs?

  /// The parameters of a kind; nil for one that is not known.
  static func parameters(ofKind kind: String) -> [ParameterDescription]?

  /// What is wrong with settings for a kind that is known; empty if nothing is.
  static func errors(in settings: [(String, Double)], forKind kind: String) -> [ParameterError]

  /// The most orders a strategy of a kind wants open at once; nil for a kind that is not known, or settings
  /// that it does not take.
  static func mostOrders(with settings: [(String, Double)], ofKind kind: String) -> Int?

  /// Makes the strategy that will be called by this place. Kind and settings have been checked.
  mutating func add(place: Int, kind: String, settings: [(String, Double)])

  /// The parameters of the strategy of this place, with the values they have now.
  func parameters(place: Int) -> [ParameterDescription]

  /// Changes a live parameter of the strategy of this place; what is wrong with the setting, or nil after it
  /// has been taken.
  mutating func set(place: Int, _ parameter: String, to setting: Double) -> ParameterError?

  /// The layout of what strategies of a kind keep over a restart; 0 for nothing.
  static func stateVersion(ofKind kind: String) -> UInt16

  /// What the strategy of this place keeps over a restart.
  func save(place: Int, into state: inout SnapshotWriter)

  /// Gives the strategy of this place what one of its kind and version has saved.
  mutating func restore(place: Int, from state: inout SnapshotReader) throws(RestoreError)

  /// Runs the strategy of this place; the fault it threw, if it did.
  mutating func run(place: Int, _ input: Input, _ situation: Situation, _ out: inout Outputs)
    -> StrategyFault?
}

/// The end of every list.
public struct NoStrategies: StrategyRegistry {
  public init() {}
  public static var kinds: [String] { [] }
  public static var directionalKinds: [String] { [] }
  public static func inputs(ofKind kind: String) -> Inputs? { nil }
  public static func parameters(ofKind kind: String) -> [ParameterDescription]? { nil }
  public static func errors(in settings: [(String, Double)], forKind kind: String) -> [ParameterError] { [] }

  public static func mostOrders(with settings: [(String, Double)], ofKind kind: String) -> Int? { nil }

  public mutating func add(place: Int, kind: String, settings: [(String, Double)]) {
    preconditionFailure("there is no strategy of kind '\(kind)'; the configuration was not checked")
  }

  public func parameters(place: Int) -> [ParameterDescription] { Self.none(place) }
  public mutating func set(place: Int, _ parameter: String, to setting: Double) -> ParameterError? {
    Self.none(place)
  }
  public static func stateVersion(ofKind kind: String) -> UInt16 { 0 }
  public func save(place: Int, into state: inout SnapshotWriter) { Self.none(place) }
  public mutating func restore(place: Int, from state: inout SnapshotReader) throws(RestoreError) {
    Self.none(place)
  }

  public mutating func run(
    place: Int, _ input: Input, _ situation: Situation, _ out: inout Outputs
  ) -> StrategyFault? {
    Self.none(place)
  }

  private static func none(_ place: Int) -> Never {
    preconditionFailure("no strategy has the place \(place)")
  }
}

/// One kind of strategy before others. Of two kinds with one name the first counts.
public struct StrategyList<First: Strategy, Rest: StrategyRegistry>: StrategyRegistry {
  /// The places of the running strategies of this kind; what belongs to each lies at the same index below.
  private var places: [Int] = []
  private var parameters: [First.Parameters] = []
  private var strategies: [First] = []
  private var rest = Rest()

  public init() {}

  public static var kinds: [String] { [First.kind] + Rest.kinds }

  public static var directionalKinds: [String] {
    (First.isDirectional ? [First.kind] : []) + Rest.directionalKinds
  }

  public static func inputs(ofKind kind: String) -> Inputs? {
    kind == First.kind ? First.inputs : Rest.inputs(ofKind: kind)
  }

  public static func parameters(ofKind kind: String) -> [ParameterDescription]? {
    kind == First.kind ? First.Parameters.descriptions : Rest.parameters(ofKind: kind)
  }

  public static func errors(in settings: [(String, Double)], forKind kind: String) -> [ParameterError] {
    guard kind == First.kind else { return Rest.errors(in: settings, forKind: kind) }
    do throws(ParameterErrors) {
      _ = try First.Parameters(settings: settings)
      return []
    } catch {
      return error.errors
    }
  }

  public static func mostOrders(with settings: [(String, Double)], ofKind kind: String) -> Int? {
    guard kind == First.kind else { return Rest.mostOrders(with: settings, ofKind: kind) }
    do throws(ParameterErrors) { return First.mostOrders(try First.Parameters(settings: settings)) } catch {
      return nil
    }
  }

  public mutating func add(place: Int, kind: String, settings: [(String, Double)]) {
    guard kind == First.kind else {
      rest.add(place: place, kind: kind, settings: settings)
      return
    }
    do throws(ParameterErrors) {
      parameters.append(try First.Parameters(settings: settings))
      places.append(place)
      strategies.append(First())
    } catch {
      preconditionFailure("the settings of a '\(kind)' were not checked: \(error.errors)")
    }
  }

  public mutating func run(
    place: Int, _ input: Input, _ situation: Situation, _ out: inout Outputs
  ) -> StrategyFault? {
    guard let index = places.firstIndex(of: place) else {
      return rest.run(place: place, input, situation, &out)
    }
    let context = Context(parameters[index], situation)
    do throws(StrategyFault) {
      try strategies[index].on(input, context, &out)
      return out.fault
    } catch {
      return error
    }
  }
}

extension StrategyList {
  public func parameters(place: Int) -> [ParameterDescription] {
    guard let index = places.firstIndex(of: place) else { return rest.parameters(place: place) }
    return parameters[index].descriptions
  }

  public mutating func set(place: Int, _ parameter: String, to setting: Double) -> ParameterError? {
    guard let index = places.firstIndex(of: place) else {
      return rest.set(place: place, parameter, to: setting)
    }
    return parameters[index].set(parameter, to: setting)
  }

  public static func stateVersion(ofKind kind: String) -> UInt16 {
    kind == First.kind ? First.stateVersion : Rest.stateVersion(ofKind: kind)
  }

  public func save(place: Int, into state: inout SnapshotWriter) {
    guard let index = places.firstIndex(of: place) else { return rest.save(place: place, into: &state) }
    strategies[index].save(into: &state)
  }

  /// A strategy that cannot take it begins anew.
  public mutating func restore(place: Int, from state: inout SnapshotReader) throws(RestoreError) {
    guard let index = places.firstIndex(of: place) else {
      return try rest.restore(place: place, from: &state)
    }
    var strategy = First()
    try strategy.restore(from: &state)
    try state.finish()
    strategies[index] = strategy
  }
}

/// The kinds that come with the system.
public typealias BuiltInStrategies = StrategyList<GLFTMaker, StrategyList<Breakout, NoStrategies>>
