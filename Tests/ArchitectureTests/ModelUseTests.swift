import Foundation
import Testing

/// `docs/MODELS.md` says of each model who calls it, and it is so.
@Suite struct ModelUseTests {
  private static let document = "docs/MODELS.md"

  /// `| \`Model\` | \`File\`, \`File\` |`, `| \`Model\` | offered |` or `| \`Model\` | planned: … |`.
  private static func rows(_ text: String) -> [(model: String, users: String)] {
    guard let begin = text.range(of: "## Who uses them\n") else { return [] }
    let section = text[begin.upperBound...]
    let end = section.range(of: "\n## ")?.lowerBound ?? section.endIndex
    return Pattern(#"^\| `(\w+)` \| (.+) \|$"#).matches(in: String(section[..<end])).map {
      ($0.groups[1], $0.groups[2])
    }
  }

  /// What is wrong with the table, in words.
  private static func mistakes(in text: String, _ files: [SourceFile]) -> [String] {
    let rows = rows(text)
    let declared = files.filter { $0.target == "Models" }.flatMap { file in
      Pattern(#"^public (?:struct|enum|final class|protocol) (\w+)"#).matches(in: file.code).map {
        (model: $0.groups[1], path: file.path)
      }
    }
    var mistakes = declared.filter { one in rows.count { $0.model == one.model } != 1 }
      .map { "\($0.model) does not stand in the table once" }
    for row in rows {
      guard let home = declared.first(where: { $0.model == row.model })?.path else {
        mistakes.append("\(row.model) is no model")
        continue
      }
      let callers = files.filter { $0.path != home && !isYardstick($0) && $0.uses(row.model) }
      let outside = callers.filter { $0.target != "Models" }
      let named = Pattern(#"`([\w+]+)`"#).matches(in: row.users).map { $0.groups[1] }
      if named.isEmpty {
        let isSaid = row.users == "offered" || row.users.hasPrefix("planned: ")
        if !isSaid { mistakes.append("\(row.model): '\(row.users)' says nothing") }
        for file in outside { mistakes.append("\(row.model) is used by \(file.path)") }
      }
      for name in named where !callers.contains(where: { $0.name == name }) {
        mistakes.append("\(row.model) is not used by \(name)")
      }
      // What all throw is caught in many places.
      guard !named.isEmpty, row.model != "ModelError" else { continue }
      for file in outside where !named.contains(file.name) {
        mistakes.append("\(row.model) is used by \(file.path), too")
      }
    }
    return mistakes
  }

  /// Programs that measure models, and print their values for the references, use them all.
  private static func isYardstick(_ file: SourceFile) -> Bool {
    ["waggle-models", "waggle-bench"].contains(file.target)
  }

  @Test func theTableSaysWhoUsesEachModel() throws {
    let url = SourceTree.root.appending(path: Self.document)
    let mistakes = Self.mistakes(in: try String(contentsOf: url, encoding: .utf8), SourceTree.files)
    #expect(mistakes.isEmpty, "\(Self.document):\n\(mistakes.joined(separator: "\n"))")
  }

  // MARK: - The test of the test

  private static func table(_ rows: String) -> String {
    "## Who uses them\n\n|---|---|\n\(rows)\n\n## More\n"
  }

  @Test(arguments: [
    ("| `A` | `Snippet` |", []), ("", ["A does not stand in the table once"]),
    ("| `A` | offered |", ["A is used by Sources/Colony/Snippet.swift"]),
    ("| `A` | `Other` |", ["A is not used by Other", "A is used by Sources/Colony/Snippet.swift, too"]),
    ("| `A` | `Snippet`, `Namesake` |", ["A is not used by Namesake"]),
    ("| `A` | somebody |", ["A: 'somebody' says nothing", "A is used by Sources/Colony/Snippet.swift"]),
    ("| `A` | `Snippet` |\n| `B` | offered |", ["B is no model"]),
  ])
  func aWrongTableIsFound(rows: String, mistakes: [String]) {
    let files = [
      SourceFile(target: "Models", "public struct A {}\n"),
      SourceFile(target: "Colony", "import Models\nlet a = A() // B\n"),
      SourceFile(target: "Colony", "let a = A()\n", named: "Namesake.swift"),
    ]
    #expect(Self.mistakes(in: Self.table(rows), files) == mistakes)
  }
}

extension SourceFile {
  /// Whether its code names a model. Other modules have types of the same names, so a file outside `Models`
  /// uses one only if it imports them.
  fileprivate func uses(_ model: String) -> Bool {
    guard target == "Models" || Pattern(#"^(?:\w+ )*import Models$"#).isFound(in: code) else { return false }
    return Pattern(#"\b\#(model)\b"#).isFound(in: code)
  }
}
