import ActorKit
import Topology

/// Whether a fault that a file asks for can strike as it says: a person's file is checked whole before a run,
/// because a fault that strikes nothing looks like a colony that bears it.
struct FaultCheck {
  /// What a file must say otherwise, and under which key.
  struct Problem: Equatable {
    let key: String
    let text: String
  }

  private let topology: Topology

  init(_ topology: Topology) { self.topology = topology }

  /// The first thing that is wrong with it; nil when it can strike.
  func problem(of fault: Fault) -> Problem? {
    if let problem = problem(ofComponent: fault) ?? problem(ofOther: fault) { return problem }
    let shape = fault.kind.shape
    return problem("lasts", fault.lastsMillis, shape.lasts, of: fault.kind)
      ?? problem("amount", fault.amount, shape.amount, of: fault.kind)
  }

  private func problem(ofComponent fault: Fault) -> Problem? {
    let (kind, target) = (fault.kind.rawValue, fault.kind.shape.target)
    guard let component = topology.component(number: fault.component) else {
      return Problem(key: "component", text: "\(kind) needs a component: \(names(target))")
    }
    guard strikes(target, component) else {
      let text = "'\(component.name)' is a \(component.kind), which \(kind) does not strike: \(names(target))"
      return Problem(key: "component", text: text)
    }
    return nil
  }

  private func problem(ofOther fault: Fault) -> Problem? {
    let kind = fault.kind
    guard kind.hasTwoEnds else { return problem("other", Int64(fault.other), kind.shape.other, of: kind) }
    guard let component = topology.component(number: fault.component),
      let other = topology.component(number: fault.other)
    else {
      return Problem(key: "other", text: "\(kind.rawValue) needs a component as the other end of its line")
    }
    guard isConnected(component, other) else {
      let partners = topology.publishers.filter { isConnected(component, $0) }.map(\.name)
      let text =
        "nothing goes between '\(component.name)' and '\(other.name)': '\(component.name)' has lines with "
        + partners.joined(separator: ", ")
      return Problem(key: "other", text: text)
    }
    if kind == .duplicate, other.kind == .venue {
      let text =
        "no request comes twice to a venue, because nothing could help against it: another end than "
        + "'\(other.name)', or what comes from it"
      return Problem(key: "other", text: text)
    }
    return nil
  }

  private func problem(
    _ key: String, _ value: Int64, _ bound: FaultShape.Bound?, of kind: Fault.Kind
  ) -> Problem? {
    guard let bound else {
      return value == 0 ? nil : Problem(key: key, text: "\(kind.rawValue) has no '\(key)': leave it out")
    }
    guard !bound.range.contains(value) else { return nil }
    return Problem(key: key, text: "'\(key)' of \(kind.rawValue) is \(value), but must be \(bound.text)")
  }

  private func strikes(_ target: FaultShape.Target, _ component: Component) -> Bool {
    guard !component.isObserver else { return false }
    switch target {
    case .anyone: return true
    case .machine: return component.kind != .venue
    case .executor: return component.kind == .executor
    case .commanded: return component.kind == .executor || component.kind == .queen
    }
  }

  private func names(_ target: FaultShape.Target) -> String {
    "one of " + topology.components.filter { strikes(target, $0) }.map(\.name).joined(separator: ", ")
  }

  /// Whether one of the two calls or hears the other.
  private func isConnected(_ one: Component, _ other: Component) -> Bool {
    guard one.number != other.number, !one.isObserver, !other.isObserver else { return false }
    return reaches(one, other) || reaches(other, one)
  }

  private func reaches(_ one: Component, _ other: Component) -> Bool {
    let wiring = Wiring(of: one, in: topology)
    return wiring.links.contains { $0.component == other.number }
      || wiring.subscriptions.contains { $0.component == other.number }
  }
}

/// What a kind of fault strikes, and within which bounds its figures mean something. The table of
/// docs/SIMULATION.md, section 2, says the same.
package struct FaultShape: Sendable {
  package enum Target: Sendable {
    /// Every component that a simulation has: all but relays.
    case anyone
    /// All of those but venues, which are no machines of ours.
    case machine
    case executor
    /// Who takes commands that halt: queen and executors.
    case commanded
  }

  /// Nothing outside of it is taken, so that no figure of a file can overflow.
  package struct Bound: Sendable {
    package let range: ClosedRange<Int64>
    package let unit: String

    package var text: String {
      let (first, last) = (Self.grouped(range.lowerBound), Self.grouped(range.upperBound))
      return unit.isEmpty ? "\(first) to \(last)" : "\(first) to \(last) \(unit)"
    }

    /// With a comma every three digits.
    static func grouped(_ number: Int64) -> String {
      let digits = Array("\(number.magnitude)")
      let groups = digits.indices.map { place in
        (place > 0 && (digits.count - place) % 3 == 0 ? "," : "") + String(digits[place])
      }
      return (number < 0 ? "-" : "") + groups.joined()
    }
  }

  package let target: Target
  /// Nil where a kind has none, or where it is a component.
  package var other: Bound?
  package var lasts: Bound?
  package var amount: Bound?

  init(
    _ target: Target, other: Bound? = nil, isLasting: Bool = false, amount: ClosedRange<Int64>? = nil,
    _ unit: String = ""
  ) {
    self.target = target
    self.other = other
    lasts = isLasting ? Bound(range: 1...600_000, unit: "ms") : nil
    self.amount = amount.map { Bound(range: $0, unit: unit) }
  }
}

extension Fault.Kind {
  /// What it strikes and how much.
  package var shape: FaultShape {
    let share: ClosedRange<Int64> = 1...1_000_000
    switch self {
    case .kill, .restart: return FaultShape(.anyone)
    case .crash:
      let arrivals = FaultShape.Bound(range: 1...65_535, unit: "arrivals")
      return FaultShape(.anyone, other: arrivals, amount: 0...Int64(CrashPoint.allCases.count - 1))
    case .torn: return FaultShape(.machine, amount: 1...1_000_000, "writes")
    case .power: return FaultShape(.machine)
    case .pause, .hold, .holdOneWay, .cut: return FaultShape(.anyone, isLasting: true)
    case .lose, .duplicate, .overtake:
      return FaultShape(.anyone, isLasting: true, amount: share, "millionths")
    case .delay: return FaultShape(.anyone, isLasting: true, amount: 1...10_000_000, "µs")
    case .clock: return FaultShape(.machine, isLasting: true, amount: -60_000...60_000, "ms")
    case .drift: return FaultShape(.machine, isLasting: true, amount: -500_000...500_000, "millionths")
    case .fullDisk: return FaultShape(.machine, isLasting: true, amount: 0...1_000_000_000, "bytes")
    case .readOnlyDisk: return FaultShape(.machine, isLasting: true)
    case .slowDisk: return FaultShape(.machine, isLasting: true, amount: 1...1_000_000, "µs")
    case .halt, .flatten, .panic:
      return FaultShape(.commanded, other: FaultShape.Bound(range: 0...2, unit: ""), isLasting: true)
    case .cancelAll: return FaultShape(.executor)
    case .outage: return FaultShape(.anyone, isLasting: true)
    case .twin: return FaultShape(.executor, isLasting: true)
    }
  }

  /// Whether `other` is a component.
  var hasTwoEnds: Bool {
    switch self {
    case .hold, .holdOneWay, .cut, .lose, .duplicate, .overtake, .delay: true
    default: false
    }
  }
}

extension Fault {
  /// One line for people, with the names of the topology.
  public func text(in topology: Topology) -> String {
    func name(_ number: UInt16) -> String { topology.component(number: number)?.name ?? "\(number)" }
    var text = "\(atMillis) ms: \(kind.rawValue) \(name(component))"
    switch kind {
    case .hold, .cut: text += " and \(name(other))"
    case .holdOneWay, .lose, .duplicate, .overtake, .delay: text += " to \(name(other))"
    case .crash:
      let points = CrashPoint.allCases.map(\.rawValue)
      let point = points.indices.contains(Int(amount)) ? points[Int(amount)] : "\(amount)"
      return text + " at arrival \(other) at \(point)"
    case .halt, .panic: text += ", \(["the firm", "an instrument", "a strategy"][min(Int(other), 2)])"
    default: break
    }
    if lastsMillis != 0 { text += " for \(lastsMillis) ms" }
    if let unit = kind.shape.amount?.unit { text += ": \(amount) \(unit)" }
    return text
  }
}
