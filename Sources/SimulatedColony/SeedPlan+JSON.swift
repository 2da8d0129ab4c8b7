import JSON5
import Topology
import VenueSimulator
import Wire

/// What is changed of a seed's plan, as a file: written when a failure was made smaller, and by people.
///
/// ```json5
/// {
///   faultMillis: 9000,        // when the quiet phase begins; left out: the seed's
///   answers: false,           // the venue answers well; left out or true: as the seed says
///   clocks: false,            // all clocks are right but where a fault says otherwise
///   faults: [                 // in place of the seed's; left out: the seed's
///     { at: 4000, kind: "kill", component: "executor", other: "venue", lasts: 500, amount: 3 },
///   ],
/// }
/// ```
extension SeedPlan {
  /// The plan as a file of this form.
  public func text(in topology: Topology) -> String {
    func name(_ number: UInt16) -> String { topology.component(number: number)?.name ?? "\(number)" }
    var json = JSONWriter(isPretty: true)
    json.beginObject()
    json.member("faultMillis", faultMillis)
    if answers == AnswerFaults() { json.member("answers", false) }
    if clockErrorsMillis.isEmpty { json.member("clocks", false) }
    json.key("faults")
    json.beginArray()
    for fault in faults {
      json.beginObject()
      json.member("at", fault.atMillis)
      json.member("kind", fault.kind.rawValue)
      if fault.component != 0 { json.member("component", name(fault.component)) }
      if fault.other != 0 {
        if fault.kind.hasTwoEnds {
          json.member("other", name(fault.other))
        } else {
          json.member("other", Int64(fault.other))
        }
      }
      if fault.lastsMillis != 0 { json.member("lasts", fault.lastsMillis) }
      if fault.amount != 0 { json.member("amount", fault.amount) }
      json.endObject()
    }
    json.endArray()
    json.endObject()
    return json.text + "\n"
  }

  /// The plan with what a file changes of it. Throws what is wrong with the file, and where.
  public func changed(by text: String, in topology: Topology) throws(FaultFileError) -> SeedPlan {
    let root: SyntaxNode
    do throws(SyntaxError) { root = try JSON5Reader.read(text) } catch {
      throw FaultFileError("\(error.place): expected \(error.expected), found \(error.found)")
    }
    var plan = self
    for member in root.members ?? [] {
      switch member.key {
      case "faultMillis":
        guard let millis = member.value.integer, (0...3_700_000).contains(millis) else {
          throw FaultFileError("\(member.keyPlace): faultMillis is a number of 0 to 3,700,000")
        }
        plan.faultMillis = millis
      case "answers": if member.value.bool == false { plan.answers = AnswerFaults() }
      case "clocks": if member.value.bool == false { plan.clockErrorsMillis = [:] }
      case "faults":
        var faults: [Fault] = []
        for element in member.value.elements ?? [] { faults.append(try Fault(element, in: topology)) }
        plan.faults = faults
      default:
        throw FaultFileError(
          "\(member.keyPlace): there is no key '\(member.key)': faultMillis, answers, clocks, faults")
      }
    }
    return plan
  }
}

/// What is wrong with a file of faults, and where.
public struct FaultFileError: Error, CustomStringConvertible {
  public let description: String
  init(_ description: String) { self.description = description }
}

extension Fault {
  fileprivate init(_ node: SyntaxNode, in topology: Topology) throws(FaultFileError) {
    guard let kind = node["kind"]?.string.flatMap(Kind.init(rawValue:)) else {
      let kinds = Kind.allCases.map(\.rawValue).joined(separator: ", ")
      throw FaultFileError("\(node.place): a fault's kind is one of \(kinds)")
    }
    func number(_ key: String) throws(FaultFileError) -> UInt16 {
      guard let value = node[key] else { return 0 }
      if let name = value.string, let component = topology.component(named: name) { return component.number }
      guard let number = value.integer.flatMap(UInt16.init(exactly:)) else {
        throw FaultFileError("\(value.place): \(key) is a component of the topology or a small number")
      }
      return number
    }
    guard let at = node["at"]?.integer, (0...3_700_000).contains(at) else {
      throw FaultFileError("\(node.place): a fault has `at`, in ms since the start, 0 to 3,700,000")
    }
    self.init(
      kind, atMillis: at, lastsMillis: min(max(0, node["lasts"]?.integer ?? 0), 600_000),
      component: try number("component"), other: try number("other"),
      amount: node["amount"]?.integer ?? 0)
  }
}

extension Fault.Kind {
  /// Whether `other` is a component.
  var hasTwoEnds: Bool {
    switch self {
    case .hold, .holdOneWay, .cut, .lose, .duplicate, .overtake, .delay: true
    default: false
    }
  }
}
