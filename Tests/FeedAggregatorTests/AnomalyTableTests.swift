import FeedAggregator
import Testing
import Wire

#if canImport(Glibc)
  import Glibc
#endif

@Suite struct AnomalyTableTests {
  @Test func everyAnomalyHasExactlyOneVerdict() {
    for anomaly in Anomaly.allCases where anomaly != .none && anomaly != .unrecognized {
      #expect(AnomalyVerdict.table.count { $0.anomaly == anomaly } == 1, "\(anomaly.name)")
    }
    #expect(AnomalyVerdict.rule(for: .none) == nil)
    #expect(AnomalyVerdict.rule(for: .unrecognized) == nil)
  }

  @Test func onlyWhatBreaksTrustNeedsACure() {
    for rule in AnomalyVerdict.table {
      let breaksTrust = [.suspect, .stale, .unpriced].contains(rule.verdict)
      #expect(breaksTrust == (rule.cure != .none), "\(rule)")
    }
  }

  @Test func theTableInTheDocumentIsTheTableInTheProgram() throws {
    let lines = try text(of: "docs/ANOMALIES.md").split(separator: "\n")
    let rows = lines.filter { $0.hasPrefix("| ") && !$0.hasPrefix("| anomaly") }
    let told = rows.map { row in
      row.split(separator: "|").prefix(3).map { $0.split(separator: " ").joined() }
    }
    let known = AnomalyVerdict.table.map { ["\($0.anomaly.name)", $0.verdict.rawValue, $0.cure.rawValue] }
    #expect(told == known)
  }

  /// A file of the package, by the place of this source file in it.
  private func text(of path: String) throws -> String {
    let root = #filePath.split(separator: "/").dropLast(3).joined(separator: "/")
    let file = try #require(fopen("/\(root)/\(path)", "r"), "no \(path) in /\(root)")
    defer { fclose(file) }
    var bytes: [UInt8] = []
    while true {
      let byte = fgetc(file)
      if byte == EOF { break }
      bytes.append(UInt8(truncatingIfNeeded: byte))
    }
    return try #require(String(validating: bytes, as: UTF8.self))
  }
}
