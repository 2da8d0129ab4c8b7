/// The counters of one process: names are registered at start, counting is an array access.
///
/// ```swift
/// var counters = Counters()
/// let framesDropped = counters.register("frames.dropped")
/// let refusals = counters.registerReasons("orders.refused", capacity: 32)
/// counters.add(to: framesDropped)
/// counters.add(reason: "collar", to: refusals)
/// ```
/// Counters only grow and start at zero with the process. Adding never allocates, except the first time a
/// reason is seen.
public struct Counters: Sendable {
  /// A registered counter; valid only for the `Counters` that gave it.
  public struct ID: Sendable, Hashable {
    fileprivate let index: Int
  }

  /// A registered family of counters, one per reason.
  public struct ReasonsID: Sendable, Hashable {
    fileprivate let index: Int
  }

  /// One line of the table: `name` is `counter` or `family.reason`.
  public struct Row: Sendable, Equatable {
    public let name: String
    public let value: Int64

    public init(name: String, value: Int64) {
      self.name = name
      self.value = value
    }
  }

  /// The reason that takes what a full family has no room for, and reasons that are empty or too long.
  public static let otherReason = "other"
  /// Reasons longer than this many UTF-8 bytes count as `other`.
  public static let maxReasonBytes = 64

  private struct Family {
    let name: String
    let capacity: Int
    var reasons: [Row] = []
    var other: Int64 = 0
  }

  private var names: [String] = []
  private var values: [Int64] = []
  private var families: [Family] = []

  public init() {}

  /// Registers a counter at start. A name registered twice is a bug.
  public mutating func register(_ name: String) -> ID {
    requireNew(name)
    names.append(name)
    values.append(0)
    return ID(index: values.count - 1)
  }

  /// Registers a family with room for `capacity` (1…256) different reasons; later ones count as `other`.
  public mutating func registerReasons(_ name: String, capacity: Int = 32) -> ReasonsID {
    requireNew(name)
    precondition((1...256).contains(capacity), "capacity \(capacity) of '\(name)' is not within 1…256")
    families.append(Family(name: name, capacity: capacity))
    return ReasonsID(index: families.count - 1)
  }

  /// Adds `amount` (≥ 0).
  public mutating func add(_ amount: Int64 = 1, to id: ID) {
    precondition(amount >= 0, "counter '\(names[id.index])' cannot fall, by \(amount)")
    values[id.index] += amount
  }

  /// Adds one to a reason of a family. The search is linear: a family has few reasons.
  public mutating func add(reason: String, to id: ReasonsID) {
    if let known = families[id.index].reasons.firstIndex(where: { $0.name == reason }) {
      let row = families[id.index].reasons[known]
      families[id.index].reasons[known] = Row(name: row.name, value: row.value + 1)
      return
    }
    let hasRoom = families[id.index].reasons.count < families[id.index].capacity
    let isUsable = !reason.isEmpty && reason.utf8.count <= Self.maxReasonBytes && reason != Self.otherReason
    if hasRoom && isUsable {
      families[id.index].reasons.append(Row(name: reason, value: 1))
    } else {
      families[id.index].other += 1
    }
  }

  public func value(of id: ID) -> Int64 { values[id.index] }

  public func value(of reason: String, in id: ReasonsID) -> Int64 {
    let family = families[id.index]
    if reason == Self.otherReason { return family.other }
    return family.reasons.first { $0.name == reason }?.value ?? 0
  }

  /// All counters in the order of registration, then each family with its reasons by name and `other` last.
  public var rows: [Row] {
    var rows = zip(names, values).map { Row(name: $0, value: $1) }
    for family in families {
      for reason in family.reasons.sorted(by: { $0.name < $1.name }) {
        rows.append(Row(name: "\(family.name).\(reason.name)", value: reason.value))
      }
      if family.other > 0 {
        rows.append(Row(name: "\(family.name).\(Self.otherReason)", value: family.other))
      }
    }
    return rows
  }

  private func requireNew(_ name: String) {
    precondition(!name.isEmpty, "a counter without a name")
    precondition(
      !names.contains(name) && !families.contains { $0.name == name }, "counter '\(name)' registered twice")
  }
}
