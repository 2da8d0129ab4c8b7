import Colony
import JSON5
import Telemetry
import Vocabulary

/// Why a component stands as it does: lines below the table of `waggle status`.
enum StatusReasons {
  /// A journal that cannot be trusted is always told; alarms where the component does not do all its work.
  static func lines(_ row: StatusCommand.Row) -> [String] {
    let name = row.component.name
    var lines: [String] = []
    if let why = row.figures?["journalImpaired"]?.string {
      lines.append("\(name): its journal cannot be trusted or written: \(printable(why))")
    }
    let state = row.text("state")
    guard troubled.contains(state) else { return lines }
    let alarms = row.figures?["alarms"]?.elements ?? []
    lines += alarms.map { "\(name) is \(state): \(line($0))" }
    if lines.isEmpty { lines.append("\(name) is \(state): its log, \(name).log, says why") }
    return lines
  }

  private static let troubled = ["degraded", "quarantined"]

  private static func line(_ alarm: SyntaxNode) -> String {
    func text(_ key: String) -> String { alarm[key]?.string.map(printable) ?? "–" }
    let time =
      alarm["atNanos"]?.integer.map { "\(UTCText.text(unixNanos: $0).dropFirst(11).prefix(8))Z " } ?? ""
    return "\(time)\(text("severity")) \(text("code")): \(text("text"))"
  }
}
