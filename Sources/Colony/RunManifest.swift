import JSON5
import Platform
import Telemetry
import Topology

/// `manifest.json`: what a run was started with, so that it can be continued, inspected and repeated.
public struct RunManifest: Sendable, Equatable {
  /// Of this layout; another is refused.
  static let format: Int64 = 1
  static let maxBytes = 1 << 20

  public var colony: String
  public var run: String
  public var mode: String
  /// The accounts that traded, by name, each with "(live)" or "(simulated)"; empty in a manifest of an
  /// earlier version.
  public var accounts: [String]
  /// The host whose components the supervisor started.
  public var host: String
  /// UTC, ns.
  public var startedNanos: Int64
  /// Where the topology came from; the run reads the copy beside the manifest.
  public var topologyFile: String
  /// Of the topology's bytes, as in `Topology.fingerprint`.
  public var fingerprint: UInt64
  public var overrides: Topology.Overrides
  /// Whether its components were started with `--realtime`.
  public var isRealtime = false

  public init(
    folder: RunFolder, topology: Topology, host: String, startedNanos: Int64, topologyFile: String,
    overrides: Topology.Overrides
  ) {
    colony = folder.colony
    run = folder.run
    mode = topology.session.mode.rawValue
    accounts = topology.accountBindings
    self.host = host
    self.startedNanos = startedNanos
    self.topologyFile = topologyFile
    fingerprint = topology.fingerprint
    self.overrides = overrides
  }

  public var json: String {
    var json = JSONWriter(isPretty: true)
    json.beginObject()
    json.member("format", Self.format)
    json.member("colony", colony)
    json.member("run", run)
    json.member("mode", mode)
    json.key("accounts")
    json.beginArray()
    for account in accounts { json.value(account) }
    json.endArray()
    json.member("host", host)
    json.member("startedNanos", startedNanos)
    json.member("started", UTCText.text(unixNanos: startedNanos))
    json.member("topologyFile", topologyFile)
    json.member("fingerprint", String(fingerprint, radix: 16))
    json.member("realtime", isRealtime)
    json.key("overrides")
    json.beginObject()
    if let base = overrides.portBase { json.member("portBase", Int(base)) }
    if let seed = overrides.seed { json.member("seed", decimal: String(seed)) }
    if let speed = overrides.speed { json.member("speed", speed) }
    json.key("captureFiles")
    json.beginArray()
    for file in overrides.captureFiles { json.value(file) }
    json.endArray()
    json.endObject()
    json.endObject()
    return json.text + "\n"
  }

  /// Reads what `json` wrote.
  public static func read(_ path: String) throws(RunFolderError) -> RunManifest {
    let bytes: [UInt8]
    do throws(FileError) {
      bytes = try FileSystem.read(path, maxBytes: maxBytes)
    } catch {
      guard !error.isMissing else { throw .noSuchRun(path: path) }
      throw .file(error)
    }
    let root: SyntaxNode
    do throws(SyntaxError) {
      root = try JSON5Reader.read(bytes: bytes)
    } catch {
      throw .badManifest(path: path, reason: "\(error)")
    }
    guard root["format"]?.integer == format else {
      throw .badManifest(path: path, reason: "not a manifest of format \(format), the one this program knows")
    }
    guard let manifest = RunManifest(root) else {
      throw .badManifest(path: path, reason: "a member is missing or of the wrong type")
    }
    return manifest
  }

  private init?(_ root: SyntaxNode) {
    guard let colony = root["colony"]?.string, let run = root["run"]?.string,
      let mode = root["mode"]?.string, let host = root["host"]?.string,
      let started = root["startedNanos"]?.integer, let file = root["topologyFile"]?.string,
      let fingerprint = root["fingerprint"]?.string.flatMap({ UInt64($0, radix: 16) }),
      let given = root["overrides"], let files = given["captureFiles"]?.elements
    else { return nil }
    self.colony = colony
    self.run = run
    self.mode = mode
    accounts = root["accounts"]?.elements?.compactMap(\.string) ?? []
    self.host = host
    isRealtime = root["realtime"]?.bool ?? false
    startedNanos = started
    topologyFile = file
    self.fingerprint = fingerprint
    overrides = Topology.Overrides(
      portBase: given["portBase"]?.integer.flatMap(UInt16.init(exactly:)),
      captureFiles: files.compactMap(\.string),
      seed: given["seed"]?.integer.flatMap(UInt64.init(exactly:)), speed: given["speed"]?.number?.double)
  }
}
