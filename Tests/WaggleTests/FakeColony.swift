import Colony
import CoreTestKit
import Glibc
import Platform
import Synchronization
import Testing
import Topology

/// Only a failure gets near this long.
let patienceNanos: Int64 = 30_000_000_000

/// A colony of fake components in a temporary folder, on sockets of its own.
struct FakeColony {
  /// The folder everything is in; removed by `withFakeColony`.
  let folder: String
  let binaryFolder: String
  let topologyPath: String
  let topology: Topology
  private let sockets: [String]

  private static let counter = Mutex(0)

  fileprivate init(in folder: String, goLive: String, intensity: Int, hasRelay: Bool) throws {
    let number = Self.counter.withLock { count -> Int in
      count += 1
      return count
    }
    let prefix = "waggle-test-\(getpid())-\(number)"
    let text = Self.text(prefix: prefix, goLive: goLive, intensity: intensity, hasRelay: hasRelay)
    self.folder = folder
    binaryFolder = "\(folder)/bin"
    topologyPath = "\(folder)/fake.json5"
    topology = try Topology.load(text: text)
    let directory = try FileSystem.runtimeDirectory()
    sockets = Self.names.flatMap { ["\(directory)/\(prefix)-\($0).pub", "\(directory)/\(prefix)-\($0).ctl"] }
    try FileSystem.write(Array(text.utf8), to: topologyPath)
    try FileSystem.createDirectory(binaryFolder)
    for name in Self.names {
      let program = try FileSystem.programDirectory() + "/fake-component"
      try #require(symlink(program, "\(binaryFolder)/waggle-\(name)") == 0)
    }
  }

  fileprivate func removeSockets() throws {
    for socket in sockets { try FileSystem.remove(socket) }
  }

  /// Each is named after its kind.
  static let names = ["venue", "feed", "executor", "risk", "signal", "queen", "relay"]

  func arguments(_ words: [String]) -> [String] {
    [topologyPath, "--bin", binaryFolder, "--var", "\(folder)/var"] + words
  }

  /// Where a component's control port is, as ZeroMQ takes it.
  func controlEndpoint(_ name: String) throws -> String {
    let component = try #require(topology.component(named: name))
    return component.control.text(runtimeDirectory: try FileSystem.runtimeDirectory())
  }

  /// A supervised run on a thread of its own, with manners for some components.
  func supervise(
    forSeconds seconds: Double? = 0.3, manners: [String: String] = [:],
    bounds: SupervisorBounds = SupervisorBounds(), realtime: RealtimePlan? = nil
  ) throws -> (outcome: SupervisorOutcome, run: RunFolder) {
    let run = try RunFolder.create(
      in: "\(folder)/var", colony: topology.colony, atUnixNanos: Clock.wallNanos())
    let runFolder = run.folder
    let manifest = RunManifest(
      folder: runFolder, topology: topology, host: "local", startedNanos: Clock.wallNanos(),
      topologyFile: topologyPath, overrides: .init())
    try runFolder.begin(topology: try FileSystem.read(topologyPath, maxBytes: 1 << 20), manifest)
    for (name, manner) in manners {
      try FileSystem.write(Array(manner.utf8), to: "\(runFolder.path)/\(name).manner")
    }
    let configuration = SupervisorConfiguration(
      topology: topology, host: "local", folder: runFolder, binaryFolder: binaryFolder,
      runtimeDirectory: try FileSystem.runtimeDirectory(),
      durationNanos: seconds.map { Int64($0 * 1e9) }, audience: .nobody, bounds: bounds,
      realtime: realtime)
    let outcome = try onThread {
      // On its own thread, because it blocks signals there for good.
      try Supervisor(configuration, signals: try Supervisor.makeSignals()).run()
    }
    return (outcome, runFolder)
  }

  private static func text(prefix: String, goLive: String, intensity: Int, hasRelay: Bool) -> String {
    func ends(_ name: String) -> String {
      "publish: \"ipc://\(prefix)-\(name).pub\", control: \"ipc://\(prefix)-\(name).ctl\", host: \"local\""
    }
    return SampleColony.text(
      "fake", session: "mode: \"paper\", goLive: \"\(goLive)\"",
      restart: "intensity: \(intensity), windowSeconds: 60", hasRelay: hasRelay, ends: ends)
  }
}

/// Runs `body` with a colony of its own, whose files are removed afterwards.
func withFakeColony<R>(
  goLive: String = "at-once", intensity: Int = 3, hasRelay: Bool = false, _ body: (FakeColony) throws -> R
) throws -> R {
  try withTemporaryFolder { folder in
    let colony = try FakeColony(in: folder, goLive: goLive, intensity: intensity, hasRelay: hasRelay)
    let result = Result { try body(colony) }
    try colony.removeSockets()
    return try result.get()
  }
}

/// Runs `body` with a folder of its own, which is removed afterwards.
func withTemporaryFolder<R>(_ body: (String) throws -> R) throws -> R {
  let folder = try FileSystem.temporaryDirectory("waggle-tests")
  let result = Result { try body(folder) }
  try FileSystem.remove(folder)
  return try result.get()
}

/// What `body` gives, run on a thread of its own.
func onThread<R: Sendable>(_ body: @escaping @Sendable () throws -> R) throws -> R {
  let box = ResultBox<R>()
  var id = pthread_t()
  let work = Unmanaged.passRetained(Work { box.set(Result { try body() }) })
  let code = pthread_create(
    &id, nil,
    { argument in
      guard let argument else { return nil }
      Unmanaged<Work>.fromOpaque(argument).takeRetainedValue().body()
      return nil
    }, work.toOpaque())
  try #require(code == 0)
  pthread_join(id, nil)
  return try #require(box.value).get()
}

private final class Work {
  let body: @Sendable () -> Void

  init(_ body: @escaping @Sendable () -> Void) { self.body = body }
}

private final class ResultBox<R: Sendable>: Sendable {
  private let storage = Mutex<Result<R, any Error>?>(nil)

  func set(_ result: Result<R, any Error>) { storage.withLock { $0 = result } }
  var value: Result<R, any Error>? { storage.withLock { $0 } }
}

/// Looks every few milliseconds whether something has come true.
func wait(until isTrue: () throws -> Bool) rethrows -> Bool {
  let deadline = Clock.bootNanos() + patienceNanos
  while Clock.bootNanos() < deadline {
    if try isTrue() { return true }
    usleep(5000)
  }
  return false
}

/// A program of this package, run to its end.
func runProgram(
  _ name: String, _ words: [String], environment: [String] = [], in folder: String? = nil
) throws -> (status: ChildStatus?, output: String) {
  try withTemporaryFolder { temporary in
    let output = "\(temporary)/output"
    let child = try ChildProcess(
      [try FileSystem.programDirectory() + "/\(name)"] + words, environment: Environment.all() + environment,
      output: .append(path: output), workingDirectory: folder ?? temporary, ownGroup: true)
    let status = child.wait(untilBootNanos: Clock.bootNanos() + patienceNanos)
    if status == nil { try child.send(signal: 9, toGroup: true) }
    return (status, String(decoding: try FileSystem.read(output, maxBytes: 1 << 20), as: UTF8.self))
  }
}
