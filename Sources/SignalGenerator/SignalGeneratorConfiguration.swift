import Trading

/// What a signal generator is made of. It does not depend on the kinds of strategies a program knows.
public struct SignalGeneratorConfiguration: Equatable, Sendable {
  /// The generator's number in the topology.
  public var component: UInt16
  /// Where market data comes from.
  public var feedComponent: UInt16
  /// Where positions come from: the executor of each account that a strategy trades for.
  public var executors: [Executor]
  /// Where directional signals go: the risk of each account that listens to them. A strategy of another
  /// account fails when it gives one.
  public var risks: [Risk]
  /// All that strategies may look at, each once; at most 512.
  public var instruments: [Instrument]
  /// At most 64, each with a number and name of its own.
  public var strategies: [StrategyConfiguration]
  /// Seed of the strategies' own chance.
  public var seed: UInt64

  public static let mostInstruments = 512
  public static let mostStrategies = 64

  public init(
    component: UInt16, feedComponent: UInt16, executors: [Executor], risks: [Risk] = [],
    instruments: [Instrument], strategies: [StrategyConfiguration], seed: UInt64 = 1
  ) {
    self.component = component
    self.feedComponent = feedComponent
    self.executors = executors
    self.risks = risks
    self.instruments = instruments
    self.strategies = strategies
    self.seed = seed
  }

  /// The executor of an account.
  public struct Executor: Equatable, Sendable {
    public var component: UInt16
    public var account: UInt16

    public init(component: UInt16, account: UInt16) {
      self.component = component
      self.account = account
    }
  }
}

extension SignalGeneratorConfiguration {
  /// The risk of an account, with which a session is held.
  public struct Risk: Equatable, Sendable {
    public var component: UInt16
    public var account: UInt16

    public init(component: UInt16, account: UInt16) {
      self.component = component
      self.account = account
    }
  }
}

/// One strategy to run.
public struct StrategyConfiguration: Equatable, Sendable {
  public var name: String
  /// Names its signals to everyone else; signals of one strategy replace each other.
  public var number: UInt16
  /// One of the registry's kinds.
  public var kind: String
  /// The number of the instrument it quotes, which it calls `quoted`.
  public var instrument: UInt32
  /// The account whose position it manages.
  public var account: UInt16
  /// Settings that differ from the defaults.
  public var parameters: [Setting]
  /// Instruments it looks at under names of its own, read only.
  public var others: [NamedInstrument]
  /// What it saved longer ago is not given back to it after a restart; 0 keeps nothing.
  public var stateMaxAgeNanos: Int64

  public init(
    name: String, number: UInt16, kind: String, instrument: UInt32, account: UInt16,
    parameters: [(String, Double)] = [], others: [NamedInstrument] = [], stateMaxAgeNanos: Int64 = 0
  ) {
    self.name = name
    self.number = number
    self.kind = kind
    self.instrument = instrument
    self.account = account
    self.parameters = parameters.map { Setting(name: $0.0, value: $0.1) }
    self.others = others
    self.stateMaxAgeNanos = stateMaxAgeNanos
  }

  /// A parameter's value.
  public struct Setting: Equatable, Sendable {
    public var name: String
    public var value: Double

    public init(name: String, value: Double) {
      self.name = name
      self.value = value
    }
  }

  /// An instrument under the name the strategy has for it.
  public struct NamedInstrument: Equatable, Sendable {
    public var name: String
    public var instrument: UInt32

    public init(name: String, instrument: UInt32) {
      self.name = name
      self.instrument = instrument
    }
  }

  var settings: [(String, Double)] { parameters.map { ($0.name, $0.value) } }

  /// All its instruments by name, the quoted one first.
  var instruments: [NamedInstrument] { [NamedInstrument(name: "quoted", instrument: instrument)] + others }
}
