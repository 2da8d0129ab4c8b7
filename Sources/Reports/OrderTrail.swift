import Topology
import Trading

/// Everything that the journals of a run say about one order, or one intent with its orders.
///
/// Journals are read twice: `learn` finds out what belongs together (an intent is taken on before the order
/// that carries it out is created, and an order may be asked for by a cancel's id), `take` keeps the rows.
/// Bound: a line per order of an intent, and the rows that concern the one asked for.
public struct OrderTrail: Sendable {
  /// What is asked for.
  public enum Subject: Equatable, Sendable, CustomStringConvertible {
    /// The client order id of an order, or of a cancel.
    case order(ClOrdID)
    case intent(IntentID)

    /// Reads 24 characters beginning with W, or 32 hexadecimal digits; nil for anything else.
    public init?(_ text: String) {
      if let id = ClOrdID(text) {
        self = .order(id)
      } else if let id = IntentID(text) {
        self = .intent(id)
      } else {
        return nil
      }
    }

    public var description: String {
      switch self {
      case .order(let id): "order \(id)"
      case .intent(let id): "intent \(id)"
      }
    }
  }

  /// A row and its place in time.
  public struct Step: Sendable {
    public let line: JournalLine
    /// After the step before; 0 for the first. Negative where the clocks of two hosts differ.
    public let sincePreviousNanos: Int64
    public let sinceFirstNanos: Int64
  }

  public let subject: Subject
  /// The orders and intents that belong to it, as text, in the order they were met.
  public private(set) var orders: [String] = []
  public private(set) var intents: [String] = []

  private var lines: [JournalLine] = []
  private var links: [(order: String, intent: String)] = []
  /// Of orders in `orders`, as the venue numbers them, with the venue's name.
  private var venueOrders: Set<String> = []
  /// Executions of orders in `orders`, with the executor's name.
  private var executions: Set<String> = []

  public init(_ subject: Subject) {
    self.subject = subject
    switch subject {
    case .order(let id): orders = ["\(id)"]
    case .intent(let id): intents = ["\(id)"]
    }
  }

  /// Whose journals may know of it: an order's account has one executor and one venue; what a signal wished
  /// for is known to all on its way.
  public func concerns(_ component: Component, in topology: Topology) -> Bool {
    switch component.kind {
    case .feed, .queen, .relay: return false
    case .signal: return true
    case .risk, .executor, .venue:
      guard case .order(let id) = subject, let account = topology.account(number: id.account) else {
        return true
      }
      return component.kind == .venue
        ? account.venue == component.name : component.account == account.name
    }
  }
}

// First reading.
extension OrderTrail {
  /// Whether a component's journal holds what belongs together.
  public static func teaches(_ kind: Component.Kind) -> Bool { kind == .executor }

  /// Takes in a row of an executor.
  public mutating func learn(_ line: JournalLine) {
    guard let order = line.fact.text("order") else { return }
    if let request = line.fact.text("request"), orders.contains(request) { add(order: order) }
    if let intent = line.fact.text("intent") { links.append((order, intent)) }
  }

  /// Ends the first reading: an order brings its intent, an intent all its orders.
  public mutating func conclude() {
    for link in links where orders.contains(link.order) && !intents.contains(link.intent) {
      intents.append(link.intent)
    }
    for link in links where intents.contains(link.intent) { add(order: link.order) }
    links = []
  }

  private mutating func add(order: String) {
    if !orders.contains(order) { orders.append(order) }
  }
}

// Second reading.
extension OrderTrail {
  /// Keeps a row if it concerns what is asked for.
  public mutating func take(_ line: JournalLine) {
    if isConcerned(line) { lines.append(line) }
  }

  private mutating func isConcerned(_ line: JournalLine) -> Bool {
    let fact = line.fact
    if let intent = fact.text("intent"), intents.contains(intent) { return true }
    if let order = fact.text("order") ?? fact.text("clOrdID"), orders.contains(order) {
      if let number = fact.text("venueOrderId") { venueOrders.insert("\(line.component) \(number)") }
      if let execution = fact.text("execution") { executions.insert(execution) }
      return true
    }
    // The venue's own number, where a fact has no other.
    if let number = fact.text("venueOrderId"), venueOrders.contains("\(line.component) \(number)") {
      return true
    }
    return confirms(fact)
  }

  /// Whether it is the executor's confirmation of a trade of ours.
  private func confirms(_ fact: FactRecord) -> Bool {
    for case .list(let elements) in fact.fields.lazy.map(\.value) {
      for element in elements {
        if let execution = element.first(where: { $0.name == "execution" })?.value.text,
          executions.contains(execution)
        {
          return true
        }
      }
    }
    return false
  }

  /// What was kept, in the order of time; of one time, from the signal to the venue.
  public var steps: [Step] {
    let sorted = lines.sorted { left, right in
      (left.row.atNanos, Self.rank(left.kind), left.component, left.row.sequence)
        < (right.row.atNanos, Self.rank(right.kind), right.component, right.row.sequence)
    }
    guard let first = sorted.first?.row.atNanos else { return [] }
    var before = first
    return sorted.map { line in
      defer { before = line.row.atNanos }
      // Times in a journal are a process's wall clock and far from the ends of Int64; damage is not.
      return Step(
        line: line, sincePreviousNanos: line.row.atNanos &- before,
        sinceFirstNanos: line.row.atNanos &- first)
    }
  }

  private static func rank(_ kind: String) -> Int {
    let way: [Component.Kind] = [.signal, .risk, .executor, .venue]
    return way.firstIndex { $0.rawValue == kind } ?? way.count
  }
}
