import Foundation
import Testing

/// `docs/PROTOCOL.md` lists the messages that no program sends or none reads, and no others.
///
/// A name counts for everything that bears it, so a message that shares its name with something alive may be
/// unused without being found.
@Suite struct MessageUseTests {
  private static let document = "docs/PROTOCOL.md"

  private struct Use: Equatable, CustomStringConvertible {
    let message: String
    let isSent: Bool
    let isRead: Bool

    var description: String { "| `\(message)` | \(isSent ? "" : "nobody") | \(isRead ? "" : "nobody") |" }
  }

  private static func uses(_ messages: [String], _ files: [SourceFile]) -> [Use] {
    let code = files.filter { $0.target != "Wire" && $0.target != "SBECodegen" }.map(\.code)
    return messages.compactMap { name in
      let field = name.prefix(1).lowercased() + name.dropFirst()
      let sent = Pattern(#"\b\#(name)\("#)
      let read = Pattern(#"\.\#(field)\b|\b\#(name)View\b|\b\#(name)\.self\b"#)
      let use = Use(
        message: name, isSent: code.contains { sent.isFound(in: $0) },
        isRead: code.contains { read.isFound(in: $0) })
      return use.isSent && use.isRead ? nil : use
    }
  }

  /// Of the table with the heading: a cell that begins with `nobody` says so, any other names somebody.
  private static func table(_ text: String) -> [Use] {
    guard let begin = text.range(of: "| message | sent by | read by |") else { return [] }
    let rows = text[begin.upperBound...].split(separator: "\n").dropFirst().prefix { $0.hasPrefix("|") }
    return rows.compactMap { row in
      guard let match = Pattern(#"^\| `(\w+)` \| ([^|]+) \| ([^|]+) \|"#).matches(in: String(row)).first
      else {
        return nil
      }
      return Use(
        message: match.groups[1], isSent: !match.groups[2].hasPrefix("nobody"),
        isRead: !match.groups[3].hasPrefix("nobody"))
    }
  }

  @Test func messagesWithoutACallerAreListed() throws {
    let root = SourceTree.root
    let schema = try String(contentsOf: root.appending(path: "Sources/Wire/messages.xml"), encoding: .utf8)
    let names = Pattern(#"<sbe:message name="(\w+)""#).matches(in: schema).map { $0.groups[1] }
    #expect(names.count > 40, "the schema was read")
    let found = Self.uses(names, SourceTree.files)
    let listed = Self.table(try String(contentsOf: root.appending(path: Self.document), encoding: .utf8))
    for use in found where !listed.contains(use) { Issue.record("\(Self.document) does not say \(use)") }
    for use in listed where !found.contains(use) { Issue.record("\(Self.document) says \(use)") }
  }

  @Test func whoSendsAndWhoReadsIsSeen() {
    let files = [
      SourceFile(target: "Colony", "let a = Ping(x: 1)\nswitch b { case .pong(let c): d }"),
      SourceFile(target: "Wire", "Pong() ; case .ping"),
    ]
    let uses = Self.uses(["Ping", "Pong", "Hush"], files)
    #expect(uses.map(\.isSent) == [true, false, false] && uses.map(\.isRead) == [false, true, false])
  }
}
