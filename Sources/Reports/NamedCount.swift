import Telemetry

/// A count with the name of what was counted: a reason, an anomaly, a component.
public struct NamedCount: Equatable, Sendable {
  public let name: String
  public internal(set) var value: Int64
}

extension [NamedCount] {
  /// Adds by name and keeps the names in order. A sum stays at the largest number instead of overflowing:
  /// counters come from files.
  mutating func add(_ name: String, _ value: Int64) {
    let place = firstIndex { $0.name >= name } ?? count
    if place < count, self[place].name == name {
      let (sum, overflow) = self[place].value.addingReportingOverflow(value)
      self[place].value = overflow ? .max : sum
    } else {
      insert(NamedCount(name: name, value: value), at: place)
    }
  }

  mutating func add(_ counters: [ComponentFigures.Counter]) {
    for counter in counters { add(counter.name, counter.value) }
  }
}
