import ActorKit
import Strategies
import Trading
import Vocabulary
import Wire

/// Hosts strategies: shows them the market and the executor's truth, and publishes what they wish to quote.
///
/// Every message is applied as it comes; strategies are run once a turn, when something they asked for
/// changed. A strategy that fails loses its quotes and nothing else. Quotes and signals go out only while the
/// session trades, the data is live and the position known; as soon as one of these ends quotes are pulled,
/// once. Signals are journaled before they leave and stay open until risk has said, once, how they ended. So
/// are live parameters that a person sets, and from time to time what strategies want to find again. All else
/// is volatile: positions and books come again from their owners after a restart.
///
/// The kinds of strategies are types, given by the registry (see `StrategyRegistry` for why). A program with
/// strategies of its own says `SignalGenerator<StrategyList<Mine, BuiltInStrategies>>`.
public struct SignalGenerator<Registry: StrategyRegistry>: ActorCore {
  public typealias Fact = SignalFact
  public typealias Configuration = SignalGeneratorConfiguration

  public static var kind: ComponentKind { .signal }
  /// What it takes from the sessions with risk.
  public static var handledEvents: [Template]? { [.intentReport] }

  public let configuration: Configuration
  public let topics: [Topic]

  /// Durable.
  var books = SignalBooks()

  var registry = Registry()
  var strategyView = StrategyView()
  var strategies: [RunningStrategy] = []
  var positions: [PositionTruth] = []
  var executors: [ExecutorTruth]
  /// Numbers of the instruments, in the order of the markets: scanned as one block for each message.
  let numbers: [UInt32]
  let bookTopics: [Topic]
  let statusTopics: [Topic]
  /// Executions that a strategy asks for, each topic once.
  private(set) var fillTopics: [Topic] = []
  var session = SessionCode.startup
  var isFeedSilent = false
  var hasBeenReady = false
  var epoch: UInt32 = 0
  /// Signals given in this epoch.
  var intentCount: UInt64 = 0
  var counters = SignalCounters()
  /// What the start has to tell people: whoever listens to alarms needs a moment to find the new process.
  var news: [(index: Int, text: String)] = []
  var newsAtBootNanos = Int64.max
  static var newsPauseNanos: Int64 { 2_000_000_000 }

  public init(_ configuration: Configuration) {
    let problems = Self.problems(in: configuration)
    precondition(problems.isEmpty, "a signal generator cannot be made: \(problems.joined(separator: "; "))")
    self.configuration = configuration
    numbers = configuration.instruments.map(\.number)
    bookTopics = configuration.instruments.map { Topics.book($0.name) }
    statusTopics = configuration.instruments.map { Topics.feedStatus($0.name) }
    executors = configuration.executors.map { ExecutorTruth(component: $0.component, account: $0.account) }
    let quoted = configuration.strategies.map { strategy in
      Topics.quote(strategy: strategy.number, Self.instrument(strategy.instrument, configuration).name)
    }
    topics = quoted + [Topics.alarm]
    strategyView.markets = configuration.instruments.map { instrument in
      MarketData(instrument, bookDepth: Self.bookDepth(of: instrument.number, configuration))
    }
    for (index, strategy) in configuration.strategies.enumerated() { open(strategy, index) }
  }

  /// What its strategies take their positions to be, nil for not known. For who watches it.
  package var positionViews: [(account: UInt16, strategy: UInt16, instrument: UInt32, quantity: Quantity?)] {
    positions.map { truth in
      (executors[truth.executor].account, truth.strategy, truth.instrument, truth.view?.quantity)
    }
  }

  private static func instrument(_ number: UInt32, _ configuration: Configuration) -> Instrument {
    guard let instrument = configuration.instruments.first(where: { $0.number == number }) else {
      preconditionFailure("instrument \(number) was checked to be there")
    }
    return instrument
  }

  /// How many levels of a book to keep: 0 when no strategy asks for it, else enough for a snapshot of the
  /// feed.
  private static func bookDepth(of number: UInt32, _ configuration: Configuration) -> Int {
    var deepest = 0
    for strategy in configuration.strategies {
      guard let inputs = Registry.inputs(ofKind: strategy.kind) else { continue }
      for named in strategy.instruments where named.instrument == number {
        deepest = max(deepest, inputs.bookDepth(of: named.name))
      }
    }
    return deepest == 0 ? 0 : max(deepest, 1_000)
  }

  private mutating func open(_ strategy: StrategyConfiguration, _ index: Int) {
    guard let inputs = Registry.inputs(ofKind: strategy.kind),
      let executor = executors.firstIndex(where: { $0.account == strategy.account })
    else { preconditionFailure("strategy \(strategy.name) was checked") }
    registry.add(index: index, kind: strategy.kind, settings: strategy.settings)
    let names = strategy.instruments.map { named -> (name: String, index: Int) in
      guard let market = numbers.firstIndex(of: named.instrument) else {
        preconditionFailure("instrument \(named.instrument) was checked to be there")
      }
      return (named.name, market)
    }
    let position = addPosition(executor, strategy)
    let seed = configuration.seed &+ UInt64(strategy.number) &* 0x9e37_79b9_7f4a_7c15
    strategies.append(RunningStrategy(strategy, inputs, names: names, position: position, seed: seed))
    guard inputs.sources.contains(.executions("quoted")) else { return }
    let name = Self.instrument(strategy.instrument, configuration).name
    let topic = Topics.executionFill(account: strategy.account, name)
    if !fillTopics.contains(topic) { fillTopics.append(topic) }
  }

  private static var anyFill: Topic {
    guard let topic = Topic("execution", "fill") else { preconditionFailure("execution.fill is a topic") }
    return topic
  }

  /// Executions only where a strategy declares them: of all others nobody here would take notice.
  public func wants(_ topic: Topic) -> Bool { !Self.anyFill.covers(topic) || fillTopics.contains(topic) }

  private mutating func addPosition(_ executor: Int, _ strategy: StrategyConfiguration) -> Int {
    let name = Self.instrument(strategy.instrument, configuration).name
    positions.append(
      PositionTruth(
        executor: executor, instrument: strategy.instrument, strategy: strategy.number,
        topic: Topics.position(account: executors[executor].account, name)))
    return positions.count - 1
  }

  /// The topic on which alarms go out.
  var alarmTopic: Int { topics.count - 1 }

  public var state: ComponentState {
    if session == .shutdown { return .finished }
    guard hasBeenReady else { return .starting }
    return isTrading ? .live : .ready
  }

  var isTrading: Bool { session == .live || session == .degraded }

  public mutating func start(epoch: UInt32, at now: Instant, into effects: inout Effects) {
    self.epoch = epoch
    showOpenSignals()
    newsAtBootNanos = now.boot.saturatingAdd(Self.newsPauseNanos)
    restoreSettings(into: &effects)
    restoreStates(at: now, into: &effects)
  }

  /// Nothing of its own: timers and renewals are looked at in `conclude`.
  public mutating func wake(at now: Instant, into effects: inout Effects) {}

  public var nextWake: Wake {
    strategies.reduce(news.isEmpty ? .never : Wake(boot: newsAtBootNanos)) { $0.union($1.wake) }
  }

  public mutating func apply(_ fact: SignalFact) { books.apply(fact) }

  public func save(into writer: inout SnapshotWriter) { books.write(to: &writer) }

  public mutating func restore(from reader: inout SnapshotReader) throws(RestoreError) {
    books = try SignalBooks(from: &reader)
    try reader.finish()
  }

  public func report(into report: inout CounterReport) {
    counters.report(into: &report)
    report.add("trades.leftOut", strategyView.markets.reduce(0) { $0 + $1.tradesLeftOut })
    report.add("parameters.kept", Int64(books.settings.count))
    report.add("executions.leftOut", strategies.reduce(0) { $0 + $1.executionsLeftOut })
  }
}
