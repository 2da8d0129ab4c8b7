import ActorKit
import Journal
import Platform
import Topology
import Wire

/// The whole `main` of a component's program: arguments, topology, core, host, exit code.
///
/// `waggle-KIND --topology FILE --component NAME --run FOLDER`, with the overrides of `waggle run`. People
/// start components by hand on other hosts in just this way.
public struct ComponentProgram: ~Copyable {
  public let topology: Topology
  public let component: Component
  public let arguments: ComponentArguments
  private let stop: StopSignals

  /// Reads arguments and topology; says what is wrong and gives the exit code otherwise.
  public static func start(_ kind: Component.Kind, _ words: [String]) throws(ProgramFailure)
    -> ComponentProgram
  {
    FatalSignals.dieAtOnce()
    FilePrivacy.begin()
    // Before any thread exists, so that every thread inherits the mask.
    let stop: StopSignals
    do throws(HostError) { stop = try StopSignals() } catch { throw ProgramFailure(error) }
    let arguments = try ComponentArguments(words, kind: kind)
    let topology = try arguments.loadTopology()
    guard let component = topology.component(named: arguments.component) else {
      let names = topology.components(of: kind).map(\.name).joined(separator: ", ")
      throw .usage(
        "\(arguments.topologyPath) has no component '\(arguments.component)'; of this kind: \(names)")
    }
    guard component.kind == kind else {
      throw .usage(
        "'\(component.name)' is a \(component.kind.rawValue), not a \(kind.rawValue):"
          + " start waggle-\(component.kind.rawValue)"
      )
    }
    do throws(Platform.SystemError) {
      _ = try Limits.raiseOpenFiles()
    } catch {
      _ = StandardError.write("waggle-\(kind.rawValue): \(error); going on with the present limit\n")
    }
    do throws(FileError) { try FileSystem.createDirectory(arguments.runFolder) } catch {
      throw ProgramFailure(HostError.file(error))
    }
    return ComponentProgram(topology: topology, component: component, arguments: arguments, stop: stop)
  }

  /// Runs the core until it is told to stop.
  public consuming func run<Core: ActorCore>(
    _ core: consuming Core, device: (any Device)? = nil
  ) throws(ProgramFailure) {
    do throws(HostError) {
      var configuration = HostConfiguration(
        of: component, in: topology, runFolder: arguments.runFolder,
        runtimeDirectory: try Self.runtimeDirectory(), wants: { core.wants($0) })
      if arguments.keepsArrivals { configuration.maxArrivalsBytes = arguments.arrivalsMegabytes << 20 }
      var reactor = try Reactor(configuration, core: core, device: device, stop: stop)
      reactor.noteTraps()
      try reactor.run()
    } catch {
      throw ProgramFailure(error)
    }
  }

  private static func runtimeDirectory() throws(HostError) -> String {
    do throws(FileError) { return try FileSystem.runtimeDirectory() } catch { throw .file(error) }
  }

  /// Runs `body`, and turns a failure into a line on standard error and an exit code.
  public static func exitCode(
    _ kind: Component.Kind, _ body: ([String]) throws(ProgramFailure) -> Void
  ) -> Int32 {
    do throws(ProgramFailure) {
      try body(Array(CommandLine.arguments.dropFirst()))
      return ExitCode.asAsked.rawValue
    } catch {
      _ = StandardError.write("waggle-\(kind.rawValue): \(error.message)\n")
      return error.exitCode
    }
  }
}

/// Why a program ends, for a person, and the code that tells the supervisor what to do.
public struct ProgramFailure: Error, Sendable {
  public let message: String
  public let exitCode: Int32

  public init(_ message: String, exitCode: Int32) {
    self.message = message
    self.exitCode = exitCode
  }

  public init(_ error: HostError) { self.init(error.description, exitCode: error.exitCode) }

  /// The program was called wrongly.
  public static func usage(_ message: String) -> ProgramFailure {
    ProgramFailure(message, exitCode: ExitCode.usage.rawValue)
  }
  /// A file it was given is wrong; trying again does not help.
  public static func configuration(_ message: String) -> ProgramFailure {
    ProgramFailure(message, exitCode: ExitCode.configuration.rawValue)
  }
}
