/// What only the program that loads a topology knows about its surroundings. What it leaves nil is not
/// checked.
public struct TopologyEnvironment: Sendable {
  /// The directory of ipc sockets; with it, the length of their paths is checked.
  public var runtimeDirectory: String?
  /// Whether the journals would lie on a network file system (NFS, SMB, 9p, …).
  public var isJournalOnNetworkFileSystem: Bool
  /// The kinds of strategy this build has.
  public var strategyKinds: [String]?
  /// The kinds among them that give directional signals.
  public var directionalKinds: [String]
  /// The formats of captures this build reads.
  public var captureFormats: [String]?
  /// What a strategy of a kind finds wrong with its parameters, each with the parameter's name; asked only
  /// for kinds of `strategyKinds`.
  public var parameterProblems: ParameterJudge?

  /// The most orders that a strategy of a kind, with such parameters, wants open at once; nil for a kind that
  /// is not known.
  public var mostOrders: OrderEstimate?

  public typealias OrderEstimate = @Sendable (_ kind: String, _ parameters: [StrategyParameter]) -> Int?
  public typealias ParameterJudge =
    @Sendable (_ kind: String, _ parameters: [StrategyParameter]) -> [(name: String, problem: String)]

  public init(
    runtimeDirectory: String? = nil, isJournalOnNetworkFileSystem: Bool = false,
    strategyKinds: [String]? = nil, directionalKinds: [String] = [], captureFormats: [String]? = nil,
    parameterProblems: ParameterJudge? = nil, mostOrders: OrderEstimate? = nil
  ) {
    self.runtimeDirectory = runtimeDirectory
    self.isJournalOnNetworkFileSystem = isJournalOnNetworkFileSystem
    self.strategyKinds = strategyKinds
    self.directionalKinds = directionalKinds
    self.captureFormats = captureFormats
    self.parameterProblems = parameterProblems
    self.mostOrders = mostOrders
  }
}
