import JSON5
import Platform

/// `supervisor.json`: what the supervisor of a run saw and did, for the report.
public struct SupervisorRecord: Sendable, Equatable {
  public struct Restart: Sendable, Equatable {
    public var component: String
    /// UTC, ns, when its end was noticed.
    public var atNanos: Int64
    /// How it had ended: "ended by signal 9 (SIGKILL)".
    public var status: String
  }

  public struct End: Sendable, Equatable {
    public var component: String
    public var status: String
    public var endedAsAsked: Bool
  }

  public var host: String
  /// UTC, ns. 0 for what has not happened.
  public var startedNanos: Int64
  public var liveNanos: Int64 = 0
  public var endedNanos: Int64 = 0
  /// Why the run ended: "duration", "operator", "finished", or what went wrong.
  public var reason = ""
  /// Whether every component ended by itself, with code 0, after it was asked to.
  public var endedAsAsked = false
  public var restarts: [Restart] = []
  /// Components that had to be killed.
  public var kills: [String] = []
  /// In the order they were started in.
  public var ends: [End] = []

  public init(host: String, startedNanos: Int64) {
    self.host = host
    self.startedNanos = startedNanos
  }

  public var json: String {
    var json = JSONWriter(isPretty: true)
    json.beginObject()
    json.member("format", 1)
    json.member("host", host)
    json.member("startedNanos", startedNanos)
    json.member("liveNanos", liveNanos)
    json.member("endedNanos", endedNanos)
    json.member("reason", reason)
    json.member("endedAsAsked", endedAsAsked)
    json.key("restarts")
    json.beginArray()
    for restart in restarts {
      json.beginObject()
      json.member("component", restart.component)
      json.member("atNanos", restart.atNanos)
      json.member("status", restart.status)
      json.endObject()
    }
    json.endArray()
    json.key("kills")
    json.beginArray()
    for name in kills { json.value(name) }
    json.endArray()
    json.key("ends")
    json.beginArray()
    for end in ends {
      json.beginObject()
      json.member("component", end.component)
      json.member("status", end.status)
      json.member("endedAsAsked", end.endedAsAsked)
      json.endObject()
    }
    json.endArray()
    json.endObject()
    return json.text + "\n"
  }

  func write(to path: String) throws(FileError) { try FileSystem.write(Array(json.utf8), to: path) }

  /// Keeps the record of an earlier part of a continued run, as `supervisor.1.json`, `supervisor.2.json`, …
  static func keepEarlier(_ folder: RunFolder) throws(FileError) {
    guard try FileSystem.exists(folder.supervisorPath) else { return }
    let bytes = try FileSystem.read(folder.supervisorPath, maxBytes: 16 << 20)
    var part = 1
    while try FileSystem.exists("\(folder.path)/supervisor.\(part).json") { part += 1 }
    try FileSystem.write(bytes, to: "\(folder.path)/supervisor.\(part).json")
  }
}
