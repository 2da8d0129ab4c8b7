import Arguments
import Colony
import Console
import Platform
import ProcessHost
import Topology

/// `waggle run TOPOLOGY`: supervises this host's components to the end of the session, then reports.
enum RunCommand {
  static func run(_ arguments: Arguments) throws(CommandFailure) -> Int32 {
    // First of all, so that no thread can be started that does not block the signals.
    let signals = try makeSignals()
    let varFolder = try absolute(arguments.text("--var") ?? "var")
    let file = try TopologyFile.load(arguments.operands[0], varFolder: varFolder)
    let duration = try duration(arguments)
    let given = try overrides(arguments)
    let host = try ColonyPlace.hostName(arguments, file.topology, default: nil)
    // Before a folder is made for it, the run must make sense.
    _ = try file.applying(given)
    let keptArrivals = try keptArrivals(arguments)
    let plan = try RealtimeStart.plan(arguments, file.topology.components(on: host))
    let run = try openRun(arguments, file.topology, varFolder: varFolder)
    let folder = run.folder
    let earlier = try earlierManifest(folder)
    let overrides = merged(given, earlier?.overrides)
    let topology = try file.applying(overrides)
    if let earlier { try RunBinding.check(earlier, folder, topology) }
    for warning in topology.warnings { Output.error("\(file.path):\(warning)") }
    var configuration = SupervisorConfiguration(
      topology: topology, host: host, folder: folder, overrides: overrides,
      binaryFolder: try binaryFolder(arguments), runtimeDirectory: try ColonyPlace.runtimeDirectory(),
      durationNanos: duration, audience: Terminal.isTTY(2) ? .terminal : .log,
      topologyFile: try absolute(file.path), realtime: plan)
    configuration.keptArrivals = keptArrivals
    if plan != nil { try RealtimeStart.begin() }
    let supervisor = try makeSupervisor(configuration, signals)
    var manifest = RunManifest(
      folder: folder, topology: topology, host: host, startedNanos: Clock.wallNanos(),
      topologyFile: try absolute(file.path), overrides: overrides)
    manifest.isRealtime = plan != nil
    if let earlier {
      manifest.startedNanos = earlier.startedNanos
      RealtimeStart.noteChange(from: earlier, to: manifest)
    }
    try ColonyPlace.attempt { () throws(RunFolderError) in
      try folder.begin(topology: file.bytes, manifest)
    }
    Output.error(
      "colony '\(topology.colony)' (\(topology.session.mode.rawValue)), "
        + "\(topology.components(on: host).count) components, run folder \(folder.path)")
    let outcome = supervisor.run()
    if plan != nil { RealtimeStart.end() }
    return finish(outcome, folder, topology)
  }

  /// The report, what stays open, and the exit code of it all.
  private static func finish(
    _ outcome: SupervisorOutcome, _ folder: RunFolder, _ topology: Topology
  ) -> Int32 {
    let report = ReportCommand.show(folder, topology, isJSON: false)
    if let message = outcome.message { Output.error("waggle run: \(message)") }
    // The last that a person reads is what is open with nobody to look after it.
    if report == nil {
      Output.error(
        "waggle run: WHAT IS OPEN IS NOT KNOWN, because there is no report: look at the venues themselves")
    }
    let open = report?.openPositions ?? []
    for position in open { Output.error("waggle run: \(position.text)") }
    return ExitCode.ofRun(
      supervisor: outcome.exitCode, isReconciled: report?.isReconciled == true,
      hasUnprotected: open.contains { !$0.isProtected })
  }

  private static func openRun(
    _ arguments: Arguments, _ topology: Topology, varFolder: String
  ) throws(CommandFailure) -> LockedRun {
    guard !arguments.has("--resume") || !arguments.has("--new-run") else {
      throw CommandFailure(UsageError("--resume goes on with a run and --new-run begins one: give one"))
    }
    let colony = topology.colony
    let last = try RunBinding.runToGoOn(arguments, topology, varFolder: varFolder)
    do throws(RunFolderError) {
      if let run = arguments.text("--resume") ?? last?.run {
        return try RunFolder.resume(run, in: varFolder, colony: colony)
      }
      return try RunFolder.create(in: varFolder, colony: colony, atUnixNanos: Clock.wallNanos())
    } catch {
      throw CommandFailure(error.exitCode, "\(error)")
    }
  }

  /// The manifest of the run that is continued; nil for a new one.
  private static func earlierManifest(_ folder: RunFolder) throws(CommandFailure) -> RunManifest? {
    do throws(RunFolderError) {
      return try RunManifest.read(folder.manifestPath)
    } catch {
      if case .noSuchRun = error { return nil }
      throw CommandFailure(error.exitCode, "\(error)")
    }
  }

  /// A continued run keeps what it was started with, unless told otherwise.
  private static func merged(
    _ given: Topology.Overrides, _ earlier: Topology.Overrides?
  ) -> Topology.Overrides {
    guard let earlier else { return given }
    return Topology.Overrides(
      portBase: given.portBase ?? earlier.portBase,
      captureFiles: given.captureFiles.isEmpty ? earlier.captureFiles : given.captureFiles,
      seed: given.seed ?? earlier.seed, speed: given.speed ?? earlier.speed)
  }

  static func overrides(_ arguments: Arguments) throws(CommandFailure) -> Topology.Overrides {
    var files: [String] = []
    for file in arguments.list("--data") {
      let path = try absolute(file)
      guard try attempt(exists: path) else {
        throw CommandFailure(UsageError("--data \(file): there is no such file"))
      }
      files.append(path)
    }
    do throws(UsageError) {
      return Topology.Overrides(
        portBase: try arguments.integer("--port-base", in: 1...65000), captureFiles: files,
        seed: try arguments.integer("--seed", in: 0...UInt64(Int64.max)),
        speed: try arguments.number("--speed", in: 0.01...1000))
    } catch {
      throw CommandFailure(error)
    }
  }

  /// `--for`, in nanoseconds.
  static func duration(_ arguments: Arguments) throws(CommandFailure) -> Int64? {
    do throws(UsageError) {
      // Thirty days: longer than any session.
      let seconds = try arguments.number("--for", in: 0.1...2_592_000)
      return seconds.map { Int64($0 * 1_000_000_000) }
    } catch {
      throw CommandFailure(error)
    }
  }

  /// What the components are told of `--keep-arrivals`; empty for nothing.
  private static func keptArrivals(_ arguments: Arguments) throws(CommandFailure) -> [String] {
    let megabytes: Int64?
    do throws(UsageError) {
      megabytes = try arguments.integer(
        "--arrivals-megabytes", in: 1...ComponentArguments.maxArrivalsMegabytes)
    } catch {
      throw CommandFailure(error)
    }
    guard arguments.has("--keep-arrivals") else {
      guard megabytes == nil else {
        throw CommandFailure(UsageError("--arrivals-megabytes is of use only with --keep-arrivals"))
      }
      return []
    }
    return ["--keep-arrivals"] + (megabytes.map { ["--arrivals-megabytes", "\($0)"] } ?? [])
  }

  private static func binaryFolder(_ arguments: Arguments) throws(CommandFailure) -> String {
    if let folder = arguments.text("--bin") { return try absolute(folder) }
    do throws(FileError) { return try FileSystem.programDirectory() } catch {
      throw CommandFailure(.environment, "\(error)")
    }
  }

  static func absolute(_ path: String) throws(CommandFailure) -> String {
    do throws(FileError) { return try FileSystem.absolute(path) } catch {
      throw CommandFailure(.environment, "\(error)")
    }
  }

  private static func attempt(exists path: String) throws(CommandFailure) -> Bool {
    do throws(FileError) { return try FileSystem.exists(path) } catch {
      throw CommandFailure(.environment, "\(error)")
    }
  }

  private static func makeSignals() throws(CommandFailure) -> SignalSource {
    do throws(SupervisorError) {
      return try Supervisor.makeSignals()
    } catch {
      throw CommandFailure(error.exitCode, "\(error)")
    }
  }

  private static func makeSupervisor(
    _ configuration: SupervisorConfiguration, _ signals: consuming SignalSource
  ) throws(CommandFailure) -> Supervisor {
    do throws(SupervisorError) {
      return try Supervisor(configuration, signals: signals)
    } catch {
      try ColonyPlace.attempt { () throws(RunFolderError) in try configuration.folder.discard() }
      throw CommandFailure(error.exitCode, "\(error)")
    }
  }
}
