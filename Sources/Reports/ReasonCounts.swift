import Wire

/// How often each reason was given.
public struct ReasonCounts: Equatable, Sendable {
  private var counts = [Int64](repeating: 0, count: 256)

  mutating func add(_ reason: RejectReason) { counts[Int(reason.rawValue)] += 1 }

  mutating func add(_ other: ReasonCounts) {
    for index in counts.indices { counts[index] += other.counts[index] }
  }

  public subscript(reason: RejectReason) -> Int64 { counts[Int(reason.rawValue)] }

  public var total: Int64 { counts.reduce(0, +) }

  /// Those that were given, by name.
  public var given: [NamedCount] {
    var given: [NamedCount] = []
    for reason in RejectReason.allCases where self[reason] > 0 { given.add("\(reason.name)", self[reason]) }
    return given
  }
}
