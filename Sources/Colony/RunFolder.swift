import Platform
import Telemetry
import Wire

/// The folder of one run: `var/<colony>/<run>/`, with the journals, statistics, logs and output of its
/// components.
///
/// What the supervisor puts there: `topology.json5`, the copy that every component of this run reads, also
/// after a restart; `manifest.json`; `supervisor.json`. `var/<colony>/latest` holds the id of the newest run.
public struct RunFolder: Sendable, Equatable {
  public let path: String
  public let colony: String
  /// The UTC time of its making and a counter: `20240808T235413Z-1`. Sorts by age.
  public let run: String

  /// A run's folder that is known already.
  public init(path: String, colony: String, run: String) {
    self.path = path
    self.colony = colony
    self.run = run
  }

  public var topologyPath: String { "\(path)/topology.json5" }
  public var manifestPath: String { "\(path)/manifest.json" }
  public var supervisorPath: String { "\(path)/supervisor.json" }
  /// Held by the supervisor of the run as long as it lives.
  public var lockPath: String { "\(path)/supervisor.lock" }
  /// Standard output and error of a component.
  public func outputPath(of component: String) -> String { "\(path)/\(component).out" }

  /// A run as commands and answers name it: the last part of its folder's path; empty when that is no name
  /// (at most 32 letters of ASCII), as a folder made by hand may have.
  public static func nameText(of path: String) -> NameText {
    NameText(String(path.split(separator: "/").last ?? "")) ?? NameText()
  }

  /// The most bytes of a topology file.
  public static let maxTopologyBytes = 4 << 20
  /// Runs begun within one second.
  static let maxRunsPerSecond = 1000
}

/// A run's folder and the lock that makes it this process's.
public struct LockedRun: ~Copyable {
  public let folder: RunFolder
  let lock: FileLock
}

extension RunFolder {
  /// Makes a new folder below `varFolder`. Two supervisors at once get two folders.
  public static func create(
    in varFolder: String, colony: String, atUnixNanos now: Int64
  ) throws(RunFolderError) -> LockedRun {
    let time = timeText(unixNanos: now)
    for counter in 1...maxRunsPerSecond {
      let run = "\(time)-\(counter)"
      let folder = RunFolder(path: "\(varFolder)/\(colony)/\(run)", colony: colony, run: run)
      guard try !folder.isBegun() else { continue }
      try attempt { () throws(FileError) in try FileSystem.createDirectory(folder.path) }
      do throws(RunFolderError) {
        let lock = try folder.takeLock()
        // Somebody may have made, used and left it between the look and the lock.
        if try !folder.isBegun() { return LockedRun(folder: folder, lock: lock) }
      } catch .held {
        continue
      }
    }
    throw .tooManyRuns(colony: colony, time: time)
  }

  /// Finds a run to go on with: its id, or `latest`.
  public static func resume(
    _ run: String, in varFolder: String, colony: String
  ) throws(RunFolderError) -> LockedRun {
    let folder = try find(run, in: varFolder, colony: colony)
    return LockedRun(folder: folder, lock: try folder.takeLock())
  }

  /// Finds a run of a colony: its id, or `latest`.
  public static func find(
    _ run: String, in varFolder: String, colony: String
  ) throws(RunFolderError) -> RunFolder {
    let name = run == "latest" ? try latest(in: varFolder, colony: colony) : run
    let folder = RunFolder(path: "\(varFolder)/\(colony)/\(name)", colony: colony, run: name)
    guard !name.isEmpty, !name.contains("/"), try folder.isBegun() else {
      throw .noSuchRun(path: folder.path)
    }
    return folder
  }

  /// Every run of a colony, the oldest first.
  public static func all(in varFolder: String, colony: String) throws(RunFolderError) -> [RunFolder] {
    let names = try attempt { () throws(FileError) -> [String] in
      let path = "\(varFolder)/\(colony)"
      return try FileSystem.exists(path) ? try FileSystem.list(path) : []
    }
    var runs: [RunFolder] = []
    for name in names {
      let folder = RunFolder(path: "\(varFolder)/\(colony)/\(name)", colony: colony, run: name)
      if try folder.isBegun() { runs.append(folder) }
    }
    return runs
  }

  /// The newest run of all colonies below `varFolder`.
  public static func newest(in varFolder: String) throws(RunFolderError) -> RunFolder {
    var newest: RunFolder?
    let colonies = try attempt { () throws(FileError) -> [String] in
      try FileSystem.exists(varFolder) ? try FileSystem.list(varFolder) : []
    }
    for colony in colonies {
      guard try attempt({ () throws(FileError) in try FileSystem.exists("\(varFolder)/\(colony)/latest") })
      else { continue }
      let run = try latest(in: varFolder, colony: colony)
      if newest.map({ $0.run < run }) ?? true {
        newest = RunFolder(path: "\(varFolder)/\(colony)/\(run)", colony: colony, run: run)
      }
    }
    guard let newest else { throw .noRuns(varFolder: varFolder) }
    return newest
  }

  /// The run a folder given by its path holds.
  public static func at(_ path: String) throws(RunFolderError) -> RunFolder {
    let trimmed = path.count > 1 && path.hasSuffix("/") ? String(path.dropLast()) : path
    let manifest = try RunManifest.read("\(trimmed)/manifest.json")
    return RunFolder(path: trimmed, colony: manifest.colony, run: manifest.run)
  }

  /// Writes the copy of the topology and the manifest, and makes this run the colony's latest.
  public func begin(topology bytes: [UInt8], _ manifest: RunManifest) throws(RunFolderError) {
    try Self.attempt { () throws(FileError) in
      // Also one that an earlier version has made for everyone.
      try FileSystem.setMode(path, 0o700)
      try FileSystem.write(bytes, to: topologyPath)
      try FileSystem.write(Array(manifest.json.utf8), to: manifestPath)
      // In the colony's folder, beside the run's.
      try FileSystem.write(Array("\(run)\n".utf8), to: "\(path)/../latest")
    }
  }

  /// Removes a folder in which nothing has been begun: what it was made for was refused.
  public func discard() throws(RunFolderError) {
    guard try !isBegun() else { return }
    try Self.attempt { () throws(FileError) in try FileSystem.remove(path) }
  }

  private func isBegun() throws(RunFolderError) -> Bool {
    try Self.attempt { () throws(FileError) in try FileSystem.exists(manifestPath) }
  }

  private func takeLock() throws(RunFolderError) -> FileLock {
    do throws(FileLockError) {
      return try FileLock(lockPath)
    } catch {
      switch error {
      case .held(_, let process): throw .held(path: path, byProcess: process)
      case .file(let error): throw .file(error)
      }
    }
  }

  private static func latest(in varFolder: String, colony: String) throws(RunFolderError) -> String {
    let path = "\(varFolder)/\(colony)/latest"
    let bytes = try attempt { () throws(FileError) -> [UInt8] in
      try FileSystem.exists(path) ? try FileSystem.read(path, maxBytes: 256) : []
    }
    let text = String(decoding: bytes.prefix { $0 != UInt8(ascii: "\n") }, as: UTF8.self)
    guard !text.isEmpty else { throw .noSuchRun(path: path) }
    return text
  }

  /// `20240808T235413Z`.
  private static func timeText(unixNanos: Int64) -> String {
    let seconds = UTCText.text(unixNanos: unixNanos).prefix(19)
    return String(seconds.filter { $0 != "-" && $0 != ":" }) + "Z"
  }

  static func attempt<Result>(
    _ body: () throws(FileError) -> Result
  ) throws(RunFolderError) -> Result {
    do throws(FileError) { return try body() } catch { throw .file(error) }
  }
}

/// Why a run cannot be begun, continued or found.
public enum RunFolderError: Error, Sendable, Equatable, CustomStringConvertible {
  case noSuchRun(path: String)
  case noRuns(varFolder: String)
  /// Its supervisor is alive.
  case held(path: String, byProcess: Int32?)
  case tooManyRuns(colony: String, time: String)
  case badManifest(path: String, reason: String)
  case file(FileError)

  public var description: String {
    switch self {
    case .noSuchRun(let path): "\(path): there is no such run; each run is a folder with a manifest.json"
    case .noRuns(let folder):
      "\(folder) holds no run yet: start one with `waggle run TOPOLOGY`, or name its folder with --run"
    case .held(let path, let process):
      "\(path) is in use by \(process.map { "process \($0)" } ?? "another process"): a run has one supervisor"
    case .tooManyRuns(let colony, let time): "colony '\(colony)' has begun too many runs at \(time)"
    case .badManifest(let path, let reason): "\(path): \(reason)"
    case .file(let error): "\(error)"
    }
  }
}
