import JSON5

/// What the supervisor of a run wrote down: `supervisor.json` in the run folder. A continued run has more of
/// them, the earlier ones as `supervisor.1.json`, `supervisor.2.json`, …
///
/// ```json
/// {"startedNanos":…,"liveNanos":…,"endedNanos":…,"reason":"duration","endedAsAsked":true,
///  "restarts":[{"component":"signal","atNanos":…,"status":"ended by signal 9"}],"kills":["feed"],
///  "ends":[{"component":"feed","status":"ended with code 0","endedAsAsked":true}]}
/// ```
/// Every member may be missing or null; a time of 0 is one that never came; unknown members are passed over.
struct SupervisorFile: Equatable, Sendable {
  var startedNanos: Int64?
  var liveNanos: Int64?
  var endedNanos: Int64?
  var reason: String?
  var endedAsAsked: Bool?
  var restarts: [RunRecord.Restart] = []
  var kills: [String] = []
  var ends: [RunRecord.End] = []

  /// LIVE to the end; nil when either is not known.
  var sessionNanos: Int64? {
    guard let liveNanos, let endedNanos else { return nil }
    let (nanos, overflow) = endedNanos.subtractingReportingOverflow(liveNanos)
    return overflow || nanos < 0 ? nil : nanos
  }

  /// Reads the file's bytes; throws what is wrong with them.
  init(json bytes: [UInt8]) throws(SupervisorFileError) {
    let node: SyntaxNode
    do throws(SyntaxError) { node = try JSON5Reader.read(bytes: bytes) } catch {
      throw SupervisorFileError("\(error)")
    }
    guard node.members != nil else { throw SupervisorFileError("not an object") }
    startedNanos = try node.time("startedNanos")
    liveNanos = try node.time("liveNanos")
    endedNanos = try node.time("endedNanos")
    reason = try node.optional("reason") { $0.string }
    endedAsAsked = try node.optional("endedAsAsked") { $0.bool }
    for element in try node.optional("restarts", { $0.elements }) ?? [] {
      restarts.append(
        RunRecord.Restart(
          component: try element.required("component") { $0.string },
          atNanos: try element.required("atNanos") { $0.integer },
          status: try element.required("status") { $0.string }))
    }
    for element in try node.optional("kills", { $0.elements }) ?? [] {
      guard let name = element.string else {
        throw SupervisorFileError("'kills' has something else than names at \(element.place)")
      }
      kills.append(name)
    }
    for element in try node.optional("ends", { $0.elements }) ?? [] {
      ends.append(
        RunRecord.End(
          component: try element.required("component") { $0.string },
          status: try element.required("status") { $0.string },
          wasAsAsked: try element.required("endedAsAsked") { $0.bool }))
    }
  }
}

extension SyntaxNode {
  /// Nil when the member is missing or null; an error when it is of the wrong type.
  fileprivate func optional<Value>(
    _ name: String, _ read: (SyntaxNode) -> Value?
  ) throws(SupervisorFileError) -> Value? {
    guard let member = self[name], member.value != .null else { return nil }
    guard let value = read(member) else {
      throw SupervisorFileError("'\(name)' at \(member.place) is \(member.value.kind)")
    }
    return value
  }

  fileprivate func required<Value>(
    _ name: String, _ read: (SyntaxNode) -> Value?
  ) throws(SupervisorFileError) -> Value {
    guard let value = try optional(name, read) else {
      throw SupervisorFileError("'\(name)' is missing at \(place)")
    }
    return value
  }

  fileprivate func time(_ name: String) throws(SupervisorFileError) -> Int64? {
    let nanos = try optional(name) { $0.integer }
    return nanos == 0 ? nil : nanos
  }
}

/// What is wrong with a supervisor's file.
struct SupervisorFileError: Error, Equatable {
  let what: String

  init(_ what: String) { self.what = what }
}
