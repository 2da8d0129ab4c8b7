import JSON5
import Platform

/// One host's part of a colony that lives, as the registry has it.
public struct LivingColony: Sendable, Equatable {
  /// One of its components.
  public struct Program: Sendable, Equatable {
    public var name: String
    public var number: UInt16
    /// The process that was started last; nil before the first.
    public var process: ProcessIdentity?
    /// Where it is bound, as ZeroMQ takes it.
    public var publish: String
    public var control: String

    public init(
      name: String, number: UInt16, process: ProcessIdentity? = nil, publish: String, control: String
    ) {
      self.name = name
      self.number = number
      self.process = process
      self.publish = publish
      self.control = control
    }
  }

  public var colony: String
  public var run: String
  /// The host whose components these are, as the topology names it.
  public var host: String
  public var mode: String
  /// The run's folder, from the root.
  public var folder: String
  /// Where the topology came from; the run reads the copy in its folder.
  public var topologyFile: String
  /// Of the topology's bytes.
  public var fingerprint: UInt64
  public var supervisor: ProcessIdentity
  /// UTC, ns.
  public var startedNanos: Int64
  public var programs: [Program]

  public init(
    colony: String, run: String, host: String, mode: String, folder: String, topologyFile: String,
    fingerprint: UInt64, supervisor: ProcessIdentity, startedNanos: Int64, programs: [Program]
  ) {
    self.colony = colony
    self.run = run
    self.host = host
    self.mode = mode
    self.folder = folder
    self.topologyFile = topologyFile
    self.fingerprint = fingerprint
    self.supervisor = supervisor
    self.startedNanos = startedNanos
    self.programs = programs
  }

  /// Whether somebody looks after it.
  public var isSupervised: Bool { get throws(FileError) { try supervisor.isAlive } }

  /// Its programs that run.
  public var livingPrograms: [Program] {
    get throws(FileError) {
      var living: [Program] = []
      for program in programs {
        if let process = program.process, try process.isAlive { living.append(program) }
      }
      return living
    }
  }

  /// Whether anything of it runs.
  public var isAlive: Bool {
    get throws(FileError) {
      if try isSupervised { return true }
      return try !livingPrograms.isEmpty
    }
  }

  /// Every endpoint its components are bound to.
  public var endpoints: [String] { programs.flatMap { [$0.publish, $0.control] } }

  /// `colony 'paper', run 20240808T235413Z-1 (supervisor 12; venue 13, feed 14)`.
  public var description: String {
    let pids = programs.compactMap { program in program.process.map { "\(program.name) \($0.pid)" } }
    let more = pids.isEmpty ? "" : "; \(pids.joined(separator: ", "))"
    return "colony '\(colony)', run \(run) (supervisor \(supervisor.pid)\(more))"
  }
}

// MARK: - As a file

extension LivingColony {
  /// Of this layout; another is not read.
  static let format: Int64 = 1

  var json: String {
    var json = JSONWriter(isPretty: true)
    json.beginObject()
    json.member("format", Self.format)
    json.member("colony", colony)
    json.member("run", run)
    json.member("host", host)
    json.member("mode", mode)
    json.member("folder", folder)
    json.member("topologyFile", topologyFile)
    json.member("fingerprint", String(fingerprint, radix: 16))
    json.member("startedNanos", startedNanos)
    json.key("supervisor")
    json.process(supervisor)
    json.key("programs")
    json.beginArray()
    for program in programs {
      json.beginObject()
      json.member("name", program.name)
      json.member("number", Int(program.number))
      json.key("process")
      json.process(program.process)
      json.member("publish", program.publish)
      json.member("control", program.control)
      json.endObject()
    }
    json.endArray()
    json.endObject()
    return json.text + "\n"
  }

  /// Nil for what is no entry of this layout.
  init?(_ bytes: [UInt8]) {
    let root: SyntaxNode
    do throws(SyntaxError) { root = try JSON5Reader.read(bytes: bytes) } catch { return nil }
    guard root["format"]?.integer == Self.format, let colony = root["colony"]?.string,
      let run = root["run"]?.string, let host = root["host"]?.string, let mode = root["mode"]?.string,
      let folder = root["folder"]?.string, let file = root["topologyFile"]?.string,
      let fingerprint = root["fingerprint"]?.string.flatMap({ UInt64($0, radix: 16) }),
      let started = root["startedNanos"]?.integer,
      let supervisor = root["supervisor"].flatMap(ProcessIdentity.init), let list = root["programs"]?.elements
    else { return nil }
    self.init(
      colony: colony, run: run, host: host, mode: mode, folder: folder, topologyFile: file,
      fingerprint: fingerprint, supervisor: supervisor, startedNanos: started, programs: [])
    for node in list {
      guard let name = node["name"]?.string,
        let number = node["number"]?.integer.flatMap(UInt16.init(exactly:)),
        let publish = node["publish"]?.string, let control = node["control"]?.string
      else { return nil }
      programs.append(
        Program(
          name: name, number: number, process: node["process"].flatMap(ProcessIdentity.init),
          publish: publish, control: control))
    }
  }
}

extension JSONWriter {
  fileprivate mutating func process(_ process: ProcessIdentity?) {
    guard let process else { return null() }
    beginObject()
    member("pid", Int(process.pid))
    member("startTicks", process.startTicks)
    member("boot", process.boot)
    endObject()
  }
}

extension ProcessIdentity {
  fileprivate init?(_ node: SyntaxNode) {
    guard let pid = node["pid"]?.integer.flatMap(Int32.init(exactly:)),
      let ticks = node["startTicks"]?.integer, let boot = node["boot"]?.string
    else { return nil }
    self.init(pid: pid, startTicks: ticks, boot: boot)
  }
}
