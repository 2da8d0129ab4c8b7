import Foundation
import Testing
import Vocabulary
import Wire

/// docs/CHECKS.md against the order of the checks, their words in the schema, and the code that makes them.
@Suite struct CheckTableTests {
  private static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent()

  private static func text(_ path: String) throws -> String {
    try String(contentsOf: root.appending(path: path), encoding: .utf8)
  }

  private struct Row {
    var check: String
    var makers: String
    var meaning: String
    var cure: String
  }

  private static func rows() throws -> [Row] {
    try text("docs/CHECKS.md").split(separator: "\n").filter { $0.hasPrefix("| ") }.map { line in
      let cells = line.split(separator: "|").map { $0.trimmingCharacters(in: .whitespaces) }
      try #require(cells.count == 4, "\(line)")
      return Row(
        check: cells[0].trimmingCharacters(in: ["*"]), makers: cells[1], meaning: cells[2], cure: cells[3])
    }.filter { $0.check != "check" }
  }

  @Test func everyCheckHasAPlaceInTheOrder() {
    for (index, check) in RiskCheck.order.enumerated() { #expect(check.rank == index) }
    let named = RiskCheck.allCases.filter { $0 != .none && $0 != .unrecognized }
    #expect(Set(named) == Set(RiskCheck.order) && named.count == RiskCheck.order.count)
    #expect(RiskCheck.none.rank == .max && RiskCheck.unrecognized.rank == .max)
  }

  @Test func theTableHasTheOrderAndTheWordsOfTheSchema() throws {
    let rows = try Self.rows()
    #expect(rows.map(\.check) == RiskCheck.order.map { "\($0.name)" })
    let schema = try Self.text("Sources/Wire/messages.xml")
    let begin = try #require(schema.range(of: "<enum name=\"RiskCheck\""))
    let end = try #require(schema.range(of: "</enum>", range: begin.upperBound..<schema.endIndex))
    let words = schema[begin.upperBound..<end.lowerBound]
    for row in rows {
      #expect(
        words.contains("name=\"\(row.check)\" description=\"\(row.meaning)\">"), "\(row.check)")
      #expect(["risk", "executor", "both"].contains(row.makers) && !row.cure.isEmpty, "\(row.check)")
    }
  }

  /// A check that risk makes stands as a finding in its sources.
  @Test func theTableSaysWhatRiskMakes() throws {
    let folder = Self.root.appending(path: "Sources/RiskAdjuster")
    var made: Set<String> = []
    for name in try FileManager.default.contentsOfDirectory(atPath: folder.path()) {
      let source = try String(contentsOf: folder.appending(path: name), encoding: .utf8)
      for match in source.matches(of: /Finding\(\s*\.(\w+)/) { made.insert(String(match.1)) }
    }
    #expect(made == Set(try Self.rows().filter { $0.makers != "executor" }.map(\.check)))
  }
}
