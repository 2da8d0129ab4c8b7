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

  /// Makes the strategy that will be called by this index. Kind and settings have been checked.
  mutating func add(index: Int, kind: String, settings: [(String, Double)])

  /// The parameters of the strategy of this index, with the values they have now.
  func parameters(index: Int) -> [ParameterDescription]

  /// Changes a live parameter of the strategy of this index; what is wrong with the setting, or nil after it
  /// has been taken.
  mutating func set(index: Int, _ parameter: String, to setting: Double) -> ParameterError?

  /// The layout of what strategies of a kind keep over a restart; 0 for nothing.
  static func stateVersion(ofKind kind: String) -> UInt16

  /// What the strategy of this index keeps over a restart.
  func save(index: Int, into state: inout SnapshotWriter)

  /// Gives the strategy of this index what one of its kind and version has saved.
  mutating func restore(index: Int, from state: inout SnapshotReader) throws(RestoreError)

  /// Runs the strategy of this index; the fault it threw, if it did.
  mutating func run(index: Int, _ input: Input, _ view: StrategyView, _ out: inout Outputs)
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

  public mutating func add(index: Int, kind: String, settings: [(String, Double)]) {
    preconditionFailure("there is no strategy of kind '\(kind)'; the configuration was not checked")
  }

  public func parameters(index: Int) -> [ParameterDescription] { Self.none(index) }
  public mutating func set(index: Int, _ parameter: String, to setting: Double) -> ParameterError? {
    Self.none(index)
  }
  public static func stateVersion(ofKind kind: String) -> UInt16 { 0 }
  public func save(index: Int, into state: inout SnapshotWriter) { Self.none(index) }
  public mutating func restore(index: Int, from state: inout SnapshotReader) throws(RestoreError) {
    Self.none(index)
  }

  public mutating func run(
    index: Int, _ input: Input, _ view: StrategyView, _ out: inout Outputs
  ) -> StrategyFault? {
    Self.none(index)
  }

  private static func none(_ index: Int) -> Never {
    preconditionFailure("no strategy has the index \(index)")
  }
}

/// One kind of strategy before others. Of two kinds with one name the first counts.
public struct StrategyList<First: Strategy, Rest: StrategyRegistry>: StrategyRegistry {
  /// The indices of the running strategies of this kind; what belongs to each lies at the same offset below.
  private var indices: [Int] = []
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

  public mutating func add(index: Int, kind: String, settings: [(String, Double)]) {
    guard kind == First.kind else {
      rest.add(index: index, kind: kind, settings: settings)
      return
    }
    do throws(ParameterErrors) {
      parameters.append(try First.Parameters(settings: settings))
      indices.append(index)
      strategies.append(First())
    } catch {
      preconditionFailure("the settings of a '\(kind)' were not checked: \(error.errors)")
    }
  }

  public mutating func run(
    index: Int, _ input: Input, _ view: StrategyView, _ out: inout Outputs
  ) -> StrategyFault? {
    guard let offset = indices.firstIndex(of: index) else {
      return rest.run(index: index, input, view, &out)
    }
    let context = Context(parameters[offset], view)
    do throws(StrategyFault) {
      try strategies[offset].on(input, context, &out)
      return out.fault
    } catch {
      return error
    }
  }
}

extension StrategyList {
  public func parameters(index: Int) -> [ParameterDescription] {
    guard let offset = indices.firstIndex(of: index) else { return rest.parameters(index: index) }
    return parameters[offset].descriptions
  }

  public mutating func set(index: Int, _ parameter: String, to setting: Double) -> ParameterError? {
    guard let offset = indices.firstIndex(of: index) else {
      return rest.set(index: index, parameter, to: setting)
    }
    return parameters[offset].set(parameter, to: setting)
  }

  public static func stateVersion(ofKind kind: String) -> UInt16 {
    kind == First.kind ? First.stateVersion : Rest.stateVersion(ofKind: kind)
  }

  public func save(index: Int, into state: inout SnapshotWriter) {
    guard let offset = indices.firstIndex(of: index) else { return rest.save(index: index, into: &state) }
    strategies[offset].save(into: &state)
  }

  /// A strategy that cannot take it begins anew.
  public mutating func restore(index: Int, from state: inout SnapshotReader) throws(RestoreError) {
    guard let offset = indices.firstIndex(of: index) else {
      return try rest.restore(index: index, from: &state)
    }
    var strategy = First()
    try strategy.restore(from: &state)
    try state.finish()
    strategies[offset] = strategy
  }
}

/// The kinds that come with the system.
public typealias BuiltInStrategies = StrategyList<GLFTMaker, StrategyList<Breakout, NoStrategies>>
