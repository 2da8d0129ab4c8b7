/// Counters a core shows: names of at most 32 ASCII characters, values since boot.
///
/// A report takes at most `maxCount`; more is a bug, because names are fixed in the code.
public struct CounterReport: Sendable {
  /// EngineHealth carries no more than this.
  public static let maxCount = 128

  /// In the order added.
  public private(set) var entries: [(name: String, value: Int64)] = []

  public init() {}

  public mutating func add(_ name: String, _ value: Int64) {
    precondition(entries.count < Self.maxCount, "more than \(Self.maxCount) counters, at \(name)")
    precondition(name.utf8.count <= 32, "counter name longer than 32: \(name)")
    entries.append((name, value))
  }

  public mutating func add(_ name: String, _ value: Int) { add(name, Int64(value)) }

  /// A counter's value, or nil if there is none of that name.
  public subscript(name: String) -> Int64? { entries.first { $0.name == name }?.value }
}
