import Foundation
import Testing

/// What documents and comments point at is there.
@Suite struct DocumentTests {
  private static let documents: [(name: String, text: String)] = {
    let folder = SourceTree.root.appending(path: "docs")
    do {
      let names = try FileManager.default.contentsOfDirectory(atPath: folder.path()).sorted()
      return try (["README.md"] + names.map { "docs/\($0)" }).filter { $0.hasSuffix(".md") }.map {
        ($0, try String(contentsOf: SourceTree.root.appending(path: $0), encoding: .utf8))
      }
    } catch {
      preconditionFailure("the documents: \(error)")
    }
  }()

  /// `Name.swift`, `Folder/Name.swift`, but not `Reports/…Fact+Export.swift`.
  @Test func everyFileThatADocumentNamesExists() throws {
    var names: Set = ["Package.swift"]
    for folder in ["Sources", "Tests"] {
      let below = SourceTree.root.appending(path: folder).path()
      for path in try FileManager.default.subpathsOfDirectory(atPath: below) {
        names.insert(String(path.split(separator: "/").last ?? ""))
      }
    }
    for document in Self.documents {
      for match in Pattern(#"`(?:[\w-]+/)*([A-Z]\w*(?:\+\w+)*\.swift)`"#).matches(in: document.text) {
        #expect(names.contains(match.groups[1]), "\(document.name) names \(match.groups[0])")
      }
    }
  }

  /// `Target.Type`, where the target is one of ours.
  @Test func everyTypeThatADocumentNamesIsDeclaredInItsTarget() {
    let targets = Dictionary(grouping: SourceTree.files, by: \.target)
    for document in Self.documents {
      for match in Pattern(#"`(\w+)\.([A-Z]\w+)[`.]"#).matches(in: document.text) {
        guard let files = targets[match.groups[1]] else { continue }
        let declaration = Pattern(#"\b(?:struct|class|enum|protocol|actor|typealias) \#(match.groups[2])\b"#)
        #expect(
          files.contains { declaration.isFound(in: $0.code) }, "\(document.name) names \(match.groups[0])")
      }
    }
  }

  @Test func everySectionThatACommentPointsAtExists() {
    for file in SourceTree.files {
      let text = file.text.replacing("\n///", with: "").replacing("\n//", with: "")
      for match in Pattern(#"(docs/\w+\.md), section (\w+)"#).matches(in: text) {
        let document = Self.documents.first { $0.name == match.groups[1] }
        let heading = Pattern(#"^##+ (?:\d+\. )?\#(match.groups[2])\b"#)
        #expect(
          document.map { heading.isFound(in: $0.text) } == true, "\(file.path) points at \(match.groups[0])")
      }
    }
  }
}
