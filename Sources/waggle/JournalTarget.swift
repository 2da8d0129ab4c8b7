import Arguments
import Colony
import Console
import Deployment
import FeedAggregator
import OrderExecutor
import QueenOrchestrator
import Reports
import RiskAdjuster
import SignalGenerator
import Topology
import VenueSimulator

/// The journal that a command means, and what else is known of its component.
struct JournalTarget {
  let source: JournalSource
  /// Makes the component's state of its facts; nil when its configuration is not at hand.
  let replay: (any FactReplay)?

  /// `COMPONENT` of a colony, or `FILE`: a path, or a name ending in `.journal`.
  static func find(_ arguments: Arguments) throws(CommandFailure) -> JournalTarget {
    let word = arguments.operands[1]
    guard word.contains("/") || word.hasSuffix(".journal") else {
      let place = try ColonyPlace.find(arguments)
      return try JournalTarget(word, in: place)
    }
    for option in ["--run", "--topology"] where arguments.has(option) {
      throw CommandFailure(UsageError("\(word) is a file already", hint: "leave \(option) out"))
    }
    if let (name, folder) = run(of: word) {
      return try JournalTarget(name, in: try ColonyPlace.of(folder, arguments))
    }
    return JournalTarget(source: try JournalSource.open(path: word), replay: nil)
  }

  private init(source: JournalSource, replay: (any FactReplay)?) {
    self.source = source
    self.replay = replay
  }

  private init(_ name: String, in place: ColonyPlace) throws(CommandFailure) {
    guard let component = place.topology.component(named: name) else {
      let names = place.topology.components.map(\.name)
      throw CommandFailure(
        UsageError("the colony has no component '\(name)'", hint: "it has \(names.joined(separator: ", "))"))
    }
    source = try JournalSource.open(component, in: place)
    replay = Self.replay(component, place.topology)
  }

  /// The run in whose folder a journal lies; nil for one that was taken elsewhere.
  private static func run(of path: String) -> (component: String, folder: RunFolder)? {
    let parts = path.split(separator: "/", omittingEmptySubsequences: false)
    guard let file = parts.last, file.hasSuffix(".journal") else { return nil }
    let folder = parts.count == 1 ? "." : parts.dropLast().joined(separator: "/")
    do throws(RunFolderError) {
      return (String(file.dropLast(".journal".count)), try RunFolder.at(folder.isEmpty ? "/" : folder))
    } catch {
      // No run is there, or none that can be read: the file stands for itself.
      return nil
    }
  }

  private static func replay(_ component: Component, _ topology: Topology) -> (any FactReplay)? {
    switch component.role {
    case .executor(let role):
      return topology.account(named: role.account).map { ExecutorHistory(account: $0.number) }
    case .venue:
      guard let books = VenueSimulator.Configuration(component, in: topology), books.problem == nil else {
        return nil
      }
      return VenueHistory(instruments: books.instruments, core: VenueSimulator(books))
    case .risk:
      return RiskAdjuster.Configuration(component, in: topology).map { CoreReplay(RiskAdjuster($0)) }
    case .queen:
      return QueenOrchestrator.Configuration(component, in: topology).map {
        CoreReplay(QueenOrchestrator($0))
      }
    case .signal:
      guard let configuration = SignalGeneratorConfiguration(component, in: topology),
        BuiltInSignalGenerator.problems(in: configuration).isEmpty
      else { return nil }
      return CoreReplay(BuiltInSignalGenerator(configuration))
    case .feed:
      return FeedAggregator.Configuration(component, in: topology).map { CoreReplay(FeedAggregator($0)) }
    case .relay: return nil
    }
  }
}
