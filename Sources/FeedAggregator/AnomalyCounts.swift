import ActorKit
import Wire

/// How often each anomaly was met since boot.
struct AnomalyCounts {
  private var counts = [Int64](repeating: 0, count: Anomaly.allCases.count)

  subscript(anomaly: Anomaly) -> Int64 { counts[Self.index(of: anomaly)] }

  mutating func add(_ anomaly: Anomaly, _ times: Int64 = 1) { counts[Self.index(of: anomaly)] += times }

  mutating func add(_ other: AnomalyCounts) {
    for index in counts.indices { counts[index] += other.counts[index] }
  }

  /// One counter per line of the table, zero or not: what never happened is news too.
  func report(into report: inout CounterReport) {
    for rule in AnomalyVerdict.table {
      report.add("anomaly.\(rule.anomaly.name)", self[rule.anomaly])
    }
  }

  private static func index(of anomaly: Anomaly) -> Int {
    guard let index = Anomaly.allCases.firstIndex(of: anomaly) else {
      preconditionFailure("an anomaly outside the schema: \(anomaly)")
    }
    return index
  }
}
