import HostKit
import Platform
import Topology
import Wire
import ZeroMQ

/// What a supervisor must know to run one host's part of a colony.
public struct SupervisorConfiguration: Sendable {
  /// With the overrides applied.
  public var topology: Topology
  /// Whose components are started.
  public var host: String
  public var folder: RunFolder
  /// Handed on to every component, which applies them to the run's copy of the topology.
  public var overrides: Topology.Overrides
  /// Where `waggle-feed` and its sisters lie.
  public var binaryFolder: String
  /// Of the sockets of ipc endpoints.
  public var runtimeDirectory: String
  /// How long to trade, counted from LIVE; nil for until asked to stop.
  public var durationNanos: Int64?
  /// Where progress goes.
  public var audience: SupervisorAudience
  public var bounds: SupervisorBounds
  /// Where the topology came from, for people who continue the run.
  public var topologyFile: String
  /// How the components are scheduled; nil for as the supervisor itself.
  public var realtime: RealtimePlan?
  /// What every component with a core is told about keeping what it is given, in words of its command line.
  public var keptArrivals: [String] = []

  public init(
    topology: Topology, host: String, folder: RunFolder, overrides: Topology.Overrides = .init(),
    binaryFolder: String, runtimeDirectory: String, durationNanos: Int64? = nil,
    audience: SupervisorAudience = .log,
    bounds: SupervisorBounds = SupervisorBounds(), topologyFile: String? = nil,
    realtime: RealtimePlan? = nil
  ) {
    self.topology = topology
    self.host = host
    self.folder = folder
    self.overrides = overrides
    self.binaryFolder = binaryFolder
    self.runtimeDirectory = runtimeDirectory
    self.durationNanos = durationNanos
    self.audience = audience
    self.bounds = bounds
    self.realtime = realtime
    self.topologyFile = topologyFile ?? folder.topologyPath
  }

  /// Whom its commands mean.
  var colonyName: ColonyName {
    ColonyName(
      colony: NameText(topology.colony) ?? NameText(), run: RunFolder.nameText(of: folder.path))
  }

  /// The host's components in the order they are started in; they are ended in the reverse one. Nobody
  /// depends on it: every component waits for its inputs. It only spares the first seconds some retries.
  var startOrder: [Component] {
    let order: [Component.Kind] = [.venue, .feed, .executor, .risk, .signal, .queen, .relay]
    let here = topology.components(on: host)
    return order.flatMap { kind in here.filter { $0.kind == kind } }
  }

  /// How a component is called; `arguments[0]` is its program.
  func arguments(of component: Component) -> [String] {
    var arguments = [
      "\(binaryFolder)/waggle-\(component.kind.rawValue)", "--topology", folder.topologyPath,
      "--component", component.name, "--run", folder.path,
    ]
    if let base = overrides.portBase { arguments += ["--port-base", "\(base)"] }
    for file in overrides.captureFiles { arguments += ["--data", file] }
    if let seed = overrides.seed { arguments += ["--seed", "\(seed)"] }
    if let speed = overrides.speed { arguments += ["--speed", "\(speed)"] }
    if !component.isObserver { arguments += keptArrivals }
    return arguments
  }
}

/// Who reads a supervisor's progress on standard error.
public enum SupervisorAudience: Sendable {
  /// A person at a terminal.
  case terminal
  /// A file or another program.
  case log
  case nobody
}

/// How long a supervisor waits for what, nanoseconds.
public struct SupervisorBounds: Sendable {
  /// To LIVE, when the session goes live by itself and all components are this host's.
  public var startup: Int64 = 60_000_000_000
  /// For the queen to take the command to stop; then the executors are asked directly.
  public var queenAnswer: Int64 = 5_000_000_000
  /// For the queen to finish: she gives the executors 15 s to confirm.
  public var finish: Int64 = 30_000_000_000
  /// For executors asked directly to be finished.
  public var executors: Int64 = 15_000_000_000
  /// Between SIGTERM and SIGKILL.
  public var terminate: Int64 = 5_000_000_000

  public init() {}
}

/// Why a supervisor cannot begin.
public enum SupervisorError: Error, Sendable, Equatable, CustomStringConvertible {
  case noComponents(host: String)
  case programMissing(path: String)
  /// Somebody is where the components would be; a line for each.
  case occupied([String])
  /// Programs of the run live, and cannot be taken over.
  case notAdoptable(String)
  case registry(FileLockError)
  case socket(ZeroMQError)
  case system(Platform.SystemError)
  case file(FileError)

  public var description: String {
    switch self {
    case .noComponents(let host):
      "the topology puts no component on host '\(host)': there is nothing to start"
    case .programMissing(let path):
      "\(path) is not there: build it (swift build -c release), or name the folder of the programs with --bin"
    case .occupied(let lines):
      "nothing was started, because its ports are \(lines.joined(separator: "\n  and "))\n"
        + "End that first, or run beside it with --port-base N"
    case .notAdoptable(let why): why
    case .registry(let error): "the registry of living colonies: \(error)"
    case .socket(let error): "\(error)"
    case .system(let error): "\(error)"
    case .file(let error): "\(error)"
    }
  }

  /// 78 what a repetition does not mend, 74 what the environment refused.
  public var exitCode: Int32 {
    switch self {
    case .noComponents, .programMissing: ExitCode.configuration.rawValue
    case .occupied, .notAdoptable, .registry(.held): ExitCode.held.rawValue
    case .socket, .system, .file, .registry: ExitCode.environment.rawValue
    }
  }
}

/// How a run ended.
public struct SupervisorOutcome: Sendable, Equatable {
  public let record: SupervisorRecord
  /// 0 every component ended as asked; 64, 75, 78 a component's own; else 1.
  public let exitCode: Int32
  /// What went wrong, for people.
  public let message: String?
}
