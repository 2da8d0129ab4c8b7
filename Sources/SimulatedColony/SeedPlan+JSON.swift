import ActorKit
import JSON5
import Records
import Topology
import VenueSimulator
import Wire

/// What is changed of a seed's plan, as a file: written when a failure was made smaller, and by people.
///
/// ```json5
/// {
///   faultMillis: 9000,        // when the quiet phase begins; left out: the seed's
///   durability: "power",      // what the journals survive, "process" or "power"; left out: the seed's
///   answers: false,           // the venue answers well; left out or true: as the seed says
///   clocks: false,            // all clocks are right but where a fault says otherwise
///   faults: [                 // in place of the seed's; left out: the seed's up to the quiet phase
///     { at: 4000, kind: "hold", component: "executor", other: "venue", lasts: 500 },
///   ],
/// }
/// ```
extension SeedPlan {
  /// Latest moment of a plan that a file may name, ms: an hour and what comes before it.
  static let longestMillis: Int64 = 3_700_000

  /// The plan as a file of this form.
  public func text(in topology: Topology) -> String {
    var json = JSONWriter(isPretty: true)
    json.beginObject()
    json.member("faultMillis", faultMillis)
    json.member("durability", durability.word)
    if answers == AnswerFaults() { json.member("answers", false) }
    if clockErrorsMillis.isEmpty { json.member("clocks", false) }
    json.key("faults")
    json.beginArray()
    for fault in faults { fault.write(to: &json, in: topology) }
    json.endArray()
    json.endObject()
    return json.text + "\n"
  }

  /// The plan with what a file changes of it. Throws what is wrong with the file, and where.
  public func changed(by text: String, in topology: Topology) throws(FaultFileError) -> SeedPlan {
    let root: SyntaxNode
    do throws(SyntaxError) { root = try JSON5Reader.read(text) } catch { throw FaultFileError("\(error)") }
    let keys = ["faultMillis", "durability", "answers", "clocks", "faults"]
    try root.checkKeys(keys, of: "a file of faults")
    var plan = self
    if let node = root["faultMillis"] {
      plan.faultMillis = try node.number("faultMillis", in: 0...Self.longestMillis, "ms")
      // A seed has a fault for every moment in which some may happen.
      let minutes = Double(max(0, plan.faultMillis - Self.firstFaultMillis)) / 60_000
      plan.faults = SeedPlan(seed: seed, minutes: minutes, of: topology).faults
    }
    if let node = root["durability"] { plan.durability = try Self.durability(node, root) }
    if let node = root["answers"], try !node.flag("answers") { plan.answers = AnswerFaults() }
    if let node = root["clocks"], try !node.flag("clocks") { plan.clockErrorsMillis = [:] }
    if let node = root["faults"] {
      guard let elements = node.elements else {
        throw FaultFileError("\(node.place): 'faults' is \(node.value.kind), but must be a list of faults")
      }
      plan.faults = []
      for element in elements { plan.faults.append(try plan.fault(element, in: topology, root)) }
    }
    return plan
  }

  private static func durability(
    _ node: SyntaxNode, _ root: SyntaxNode
  ) throws(FaultFileError) -> Records.Durability {
    guard let durability = Records.Durability.allCases.first(where: { $0.word == node.string }) else {
      throw FaultFileError("\(node.place): 'durability' must be \"process\" or \"power\"")
    }
    // The seed's own faults may be power losses, after which nothing would hold.
    guard durability == .power || root["faults"] != nil else {
      throw FaultFileError("\(node.place): durability \"process\" needs a list 'faults' in the same file")
    }
    return durability
  }

  /// One fault of a file for this plan.
  private func fault(
    _ node: SyntaxNode, in topology: Topology, _ root: SyntaxNode
  ) throws(FaultFileError) -> Fault {
    let fault = try Fault(node, in: topology)
    func place(_ key: String) -> SourcePlace { node[key]?.place ?? node.place }
    if let problem = FaultCheck(topology).problem(of: fault) {
      throw FaultFileError("\(place(problem.key)): \(problem.text)")
    }
    guard fault.atMillis <= faultMillis else {
      throw FaultFileError(
        "\(place("at")): 'at' is \(fault.atMillis) ms, but the time for faults ends at \(faultMillis) ms:"
          + " an earlier one, or more time by 'faultMillis'")
    }
    if fault.kind == .power, root["durability"]?.string != Records.Durability.power.word {
      throw FaultFileError(
        "\(place("kind")): power needs durability: \"power\" in the same file, because nothing is promised"
          + " of a power loss without it")
    }
    return fault
  }
}

/// What is wrong with a file of faults, and where.
public struct FaultFileError: Error, CustomStringConvertible {
  /// Begins with `line:column: `.
  public let description: String
  init(_ description: String) { self.description = description }
}

extension Records.Durability {
  fileprivate var word: String { self == .power ? "power" : "process" }
}

extension Fault {
  fileprivate func write(to json: inout JSONWriter, in topology: Topology) {
    func name(_ number: UInt16) -> String { topology.component(number: number)?.name ?? "\(number)" }
    json.beginObject()
    json.member("at", atMillis)
    json.member("kind", kind.rawValue)
    if component != 0 { json.member("component", name(component)) }
    if other != 0 {
      if kind.hasTwoEnds { json.member("other", name(other)) } else { json.member("other", Int64(other)) }
    }
    if lastsMillis != 0 { json.member("lasts", lastsMillis) }
    if kind == .crash {
      // By its name, which a later build gives to the same point.
      json.member("amount", CrashPoint.allCases[Int(amount) % CrashPoint.allCases.count].rawValue)
    } else if amount != 0 {
      json.member("amount", amount)
    }
    json.endObject()
  }

  fileprivate init(_ node: SyntaxNode, in topology: Topology) throws(FaultFileError) {
    try node.checkKeys(["at", "kind", "component", "other", "lasts", "amount"], of: "a fault")
    guard let kind = node["kind"]?.string.flatMap(Kind.init(rawValue:)) else {
      let kinds = Kind.allCases.map(\.rawValue).joined(separator: ", ")
      throw FaultFileError("\((node["kind"] ?? node).place): a fault's 'kind' is one of \(kinds)")
    }
    guard let at = node["at"] else {
      throw FaultFileError("\(node.place): a fault needs 'at', in ms since the start")
    }
    self.init(kind, atMillis: try at.number("at", in: 0...SeedPlan.longestMillis, "ms"))
    if let lasts = node["lasts"] { lastsMillis = try lasts.number("lasts", in: 0...600_000, "ms") }
    if let component = node["component"] {
      self.component = try component.component("component", in: topology)
    }
    if let other = node["other"] {
      self.other =
        kind.hasTwoEnds
        ? try other.component("other", in: topology)
        : UInt16(try other.number("other", in: 0...65_535, ""))
    }
    if let amount = node["amount"] {
      self.amount = try kind == .crash ? amount.crashPoint() : amount.number("amount")
    }
  }
}

// MARK: - Values

extension SyntaxNode {
  /// It is an object with these keys, each at most once: one that is written wrongly would be passed over.
  fileprivate func checkKeys(_ keys: [String], of what: String) throws(FaultFileError) {
    guard let members else { throw FaultFileError("\(place): \(what) is an object, not \(value.kind)") }
    var seen: Set<String> = []
    for member in members {
      guard keys.contains(member.key) else {
        throw FaultFileError(
          "\(member.keyPlace): \(what) has no key '\(member.key)', only \(keys.joined(separator: ", "))")
      }
      guard seen.insert(member.key).inserted else {
        throw FaultFileError("\(member.keyPlace): the key '\(member.key)' stands here twice: leave one out")
      }
    }
  }

  fileprivate func number(
    _ key: String, in range: ClosedRange<Int64>? = nil, _ unit: String = ""
  ) throws(FaultFileError) -> Int64 {
    guard let number = integer, range?.contains(number) != false else {
      let bound = range.map { ", " + FaultShape.Bound(range: $0, unit: unit).text } ?? ""
      let found = self.number?.text ?? value.kind
      throw FaultFileError("\(place): '\(key)' is \(found), but must be a whole number\(bound)")
    }
    return number
  }

  fileprivate func flag(_ key: String) throws(FaultFileError) -> Bool {
    guard let bool else {
      throw FaultFileError("\(place): '\(key)' is \(value.kind), but must be true or false")
    }
    return bool
  }

  /// By its name, or by its number in the topology.
  fileprivate func component(_ key: String, in topology: Topology) throws(FaultFileError) -> UInt16 {
    if let name = string, let component = topology.component(named: name) { return component.number }
    if let number = integer.flatMap(UInt16.init(exactly:)),
      let component = topology.component(number: number)
    {
      return component.number
    }
    let names = topology.publishers.map(\.name).joined(separator: ", ")
    let found = string.map { "'\($0)'" } ?? self.number?.text ?? value.kind
    throw FaultFileError("\(place): '\(key)' is \(found), but must be one of \(names)")
  }

  /// The place of a named point of a turn.
  fileprivate func crashPoint() throws(FaultFileError) -> Int64 {
    let points = CrashPoint.allCases
    if let place = points.firstIndex(where: { $0.rawValue == string }) { return Int64(place) }
    if let place = integer, (0..<Int64(points.count)).contains(place) { return place }
    let names = points.map(\.rawValue).joined(separator: ", ")
    throw FaultFileError("\(place): 'amount' of crash is the point's name: \(names)")
  }
}
