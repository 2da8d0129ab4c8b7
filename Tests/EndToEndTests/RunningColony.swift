import ActorKit
import Colony
import JSON5
import Platform
import Testing
import Topology
import Vocabulary
import Wire

/// A colony of real processes under `waggle run`, as a user would start it, with a folder and ports of its
/// own.
final class RunningColony {
  /// Only a failure gets near this long.
  static let patienceSeconds: Int64 = 300

  /// Holds everything the colony writes; its name is in the words of each of its processes.
  let folder: String
  let portBase: UInt16
  let topologyPath: String
  let topology: Topology
  private let supervisor: ChildProcess

  fileprivate init(_ topologyPath: String, _ words: [String], in folder: String) throws {
    self.folder = folder
    self.topologyPath = topologyPath
    portBase = try FreePorts.base()
    let bytes = try FileSystem.read(topologyPath, maxBytes: 1 << 20)
    topology = try Topology.load(bytes: bytes).withPortBase(portBase)
    try FileSystem.write([], to: "\(folder)/errors")
    let own = ["run", topologyPath, "--port-base", "\(portBase)", "--var", "\(folder)/var"]
    supervisor = try Programs.start(
      "waggle", own + words, output: "\(folder)/output", errors: "\(folder)/errors",
      stateFolder: "\(folder)/state", workingDirectory: folder)
  }

  var supervisorID: Int32 { supervisor.pid }

  /// Where the run's journals and logs are.
  func runFolder() throws -> String {
    let colony = "\(folder)/var/\(topology.colony)"
    let runs = try FileSystem.list(colony).filter { try FileSystem.exists("\(colony)/\($0)/manifest.json") }
    return "\(colony)/\(try #require(runs.first, "no run in \(colony)"))"
  }

  // MARK: Ending

  /// How `waggle run` ended, once it has.
  func end() async throws -> ProgramResult {
    let status = await Programs.end(of: supervisor, forSeconds: Self.patienceSeconds)
    return ProgramResult(
      status: status, output: try text("\(folder)/output"), errors: try text("\(folder)/errors"))
  }

  func signalSupervisor(_ signal: Int32) throws { try supervisor.send(signal: signal) }

  /// No process of the colony stays, whatever has happened.
  fileprivate func killAll() async throws {
    try supervisor.send(signal: 9, toGroup: true)
    for _ in 0..<1_000 {
      _ = supervisor.poll()
      let rest = try processes()
      if rest.isEmpty { return }
      for process in rest { ProcessTable.send(signal: 9, to: process.processID) }
      await pause(millis: 10)
    }
    Issue.record("processes of \(folder) do not end")
  }

  // MARK: Processes

  func processes() throws -> [ProcessTable.Entry] { try ProcessTable.entries(mentioning: folder) }

  /// The ids of the components' processes that run now, by component.
  func components() throws -> [String: Int32] {
    var ids: [String: Int32] = [:]
    for process in try processes() {
      if let component = process.component { ids[component] = process.processID }
    }
    return ids
  }

  /// kill -9.
  @discardableResult
  func kill(_ component: String) throws -> Int32 {
    let id = try #require(try components()[component], "no process of \(component)")
    ProcessTable.send(signal: 9, to: id)
    return id
  }

  // MARK: Commands

  /// A command of the programs, called as a user would.
  func call(_ program: String = "waggle", _ words: [String]) async throws -> ProgramResult {
    try await Programs.run(
      program, words + ["--var", "\(folder)/var"], in: folder, stateFolder: "\(folder)/state")
  }

  /// `waggle halt` and its sisters.
  func command(_ words: [String]) async throws -> ProgramResult {
    try await call("waggle", words + ["--operator", "tester", "--reason", "a test"])
  }

  /// `waggle report --json`, read.
  func report() async throws -> SyntaxNode {
    let result = try await call("waggle", ["report", "--json"])
    do {
      return try JSON5Reader.read(result.output)
    } catch {
      Issue.record("no report: \(error); \(result)")
      throw error
    }
  }

  // MARK: Questions

  /// The state of the session; nil when the queen does not answer.
  func session() throws -> SessionCode? {
    guard let frame = try ask(.snapshot(of: Topics.session), "queen").answer else { return nil }
    return SessionStateView(frame.span.bytes)?.state
  }

  /// A component's counters of its present incarnation; nil when it does not answer.
  func counters(_ component: String) throws -> SyntaxNode? {
    guard let text = try ask(.command(.counters, operatorName: tester, reason: ""), component).result?.text
    else { return nil }
    return try JSON5Reader.read(text)["counters"]
  }

  /// What the executor holds in the colony's one instrument; nil when it does not answer.
  func position() throws -> PositionChanged? {
    let topic = Topics.position(account: topology.accounts[0].number, topology.instruments[0].name)
    guard let frame = try ask(.snapshot(of: topic), "executor").answer,
      case .positionChanged(let position) = Inbound(frame.span.bytes)
    else { return nil }
    return position.block
  }

  private var tester: NameText {
    guard let name = NameText("tester") else { preconditionFailure("a name is ASCII") }
    return name
  }

  private func ask(_ request: ControlRequest, _ component: String) throws -> ControlClient {
    let number = try #require(topology.component(named: component)?.number)
    let client = try ControlClient(request, to: "tcp://127.0.0.1:\(portBase + 2 * number)")
    ControlClient.run([client], untilBootNanos: Clock.bootNanos() + 300_000_000)
    return client
  }

  // MARK: Waiting

  /// Waits until something has come true; says what has not, and the colony's last words.
  func eventually(_ what: String, _ isTrue: () async throws -> Bool) async throws {
    let deadline = Clock.bootNanos() + Self.patienceSeconds * 1_000_000_000
    while Clock.bootNanos() < deadline {
      if try await isTrue() { return }
      if let status = supervisor.poll() { throw NotSo("the run \(status) before \(what)", lastWords) }
      await pause(millis: 50)
    }
    throw NotSo("in \(Self.patienceSeconds) s it did not come true that \(what)", lastWords)
  }

  /// Waits until the session is LIVE and `count` more orders have been sent.
  func trading(orders count: Int64 = 10) async throws {
    try await eventually("the session is LIVE") { try session() == .live }
    var first: Int64?
    try await eventually("\(count) orders are sent") {
      guard let sent = try counters("executor")?["ordersSent"]?.integer else { return false }
      // A new incarnation counts from zero.
      if let begin = first, sent >= begin { return sent >= begin + count }
      first = sent
      return false
    }
  }

  private var lastWords: String {
    do { return String(try text("\(folder)/errors").suffix(4_000)) } catch { return "\(error)" }
  }
}

/// What a test waited for in vain.
struct NotSo: Error, CustomStringConvertible {
  let description: String

  init(_ what: String, _ words: String) { description = "\(what)\n\(words)" }
}

/// Runs `body` beside a colony, of which afterwards no process and no file is left.
func withColony<R>(
  _ topology: String = "paper.json5", _ words: [String] = [],
  _ body: (RunningColony) async throws -> R
) async throws -> R {
  try await withTestFolder { folder in
    await ColonyTurns.shared.take()
    do {
      let colony = try RunningColony(PackageFiles.topology(topology), words, in: folder)
      let result: R
      do {
        result = try await body(colony)
      } catch {
        try await colony.killAll()
        throw error
      }
      try await colony.killAll()
      await ColonyTurns.shared.give()
      return result
    } catch {
      await ColonyTurns.shared.give()
      throw error
    }
  }
}

/// Runs `body` with a folder of its own, which is removed afterwards.
func withTestFolder<R>(_ body: (String) async throws -> R) async throws -> R {
  let folder = try FileSystem.temporaryDirectory("waggle-endtoend")
  do {
    let result = try await body(folder)
    try FileSystem.remove(folder)
    return result
  } catch {
    try FileSystem.remove(folder)
    throw error
  }
}
