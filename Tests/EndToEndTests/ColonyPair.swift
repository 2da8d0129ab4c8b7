import ActorKit
import Colony
import Platform
import Testing
import Wire

/// Two colonies that want the same ports, and whose the ports are in the end.
struct ColonyPair {
  let folder: String
  let portBase: UInt16
  /// As they are called on the command line and in the registry.
  static let names = ["paper", "other"]

  init(in folder: String) throws {
    self.folder = folder
    portBase = try FreePorts.base()
    let path = PackageFiles.topology("paper.json5")
    let text = String(decoding: try FileSystem.read(path, maxBytes: 1 << 20), as: UTF8.self)
    let parts = text.split(separator: "colony: \"paper\"", maxSplits: 1, omittingEmptySubsequences: false)
    try #require(parts.count == 2)
    for name in Self.names {
      let copy = parts.joined(separator: "colony: \"\(name)\"")
      try FileSystem.write(Array(copy.utf8), to: "\(folder)/\(name).json5")
      try FileSystem.write([], to: errors(of: name))
    }
  }

  func errors(of name: String) -> String { "\(folder)/\(name).errors" }

  func start(_ name: String, _ words: [String] = []) throws -> ChildProcess {
    let own = [
      "run", "\(folder)/\(name).json5", "--port-base", "\(portBase)", "--var", "\(folder)/\(name)-var",
    ]
    return try Programs.start(
      "waggle", own + words, output: "\(folder)/\(name).output", errors: errors(of: name),
      stateFolder: "\(folder)/\(name)-state", workingDirectory: folder)
  }

  func call(_ words: [String], of name: String) async throws -> ProgramResult {
    try await Programs.run("waggle", words, in: folder, stateFolder: "\(folder)/\(name)-state")
  }

  /// The colony's components, by name.
  func components(of name: String) throws -> [String: Int32] {
    var ids: [String: Int32] = [:]
    for entry in try ProcessTable.entries(mentioning: "\(folder)/\(name)-var/") {
      if let component = entry.component { ids[component] = entry.processID }
    }
    return ids
  }

  /// The runs a colony has begun.
  func runs(of name: String) throws -> [String] {
    let path = "\(folder)/\(name)-var/\(name)"
    guard try FileSystem.exists(path) else { return [] }
    return try FileSystem.list(path).filter { try FileSystem.exists("\(path)/\($0)/manifest.json") }
  }

  /// Waits until something has come true; what the two have said when it does not.
  func eventually(_ what: String, _ isTrue: () throws -> Bool) async throws {
    let deadline = Clock.bootNanos() + RunningColony.patienceSeconds * 1_000_000_000
    while Clock.bootNanos() < deadline {
      if try isTrue() { return }
      await pause(millis: 30)
    }
    let words = try Self.names.map { try text(errors(of: $0)) }.joined(separator: "\n")
    throw NotSo("it did not come true that \(what)", words)
  }

  func isLive(_ name: String) throws -> Bool { try text(errors(of: name)).contains("session LIVE") }

  func killAll() async throws {
    for _ in 0..<1_000 {
      let rest = try ProcessTable.entries(mentioning: folder)
      if rest.isEmpty { return }
      for process in rest { ProcessTable.send(signal: 9, to: process.processID) }
      await pause(millis: 10)
    }
  }
}

func withColonyPair<R>(_ body: (ColonyPair) async throws -> R) async throws -> R {
  try await withTestFolder { folder in
    await ColonyTurns.shared.take()
    do {
      let pair = try ColonyPair(in: folder)
      let result: R
      do { result = try await body(pair) } catch {
        try await pair.killAll()
        throw error
      }
      try await pair.killAll()
      await ColonyTurns.shared.give()
      return result
    } catch {
      await ColonyTurns.shared.give()
      throw error
    }
  }
}
