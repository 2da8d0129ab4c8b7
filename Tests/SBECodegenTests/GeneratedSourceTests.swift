import Foundation
import SBECodegen
import Testing

/// What the generator writes, as text; `EvolvedSchemaTests` compiles and runs it.
struct GeneratedSourceTests {
  private func source() throws -> String { try generateSwift(fromSchema: Data(TestSchemas.second.utf8)) }

  @Test func theSameSchemaGivesTheSameSource() throws {
    #expect(try source() == source())
  }

  @Test func namesAreSpelledAsInSwift() throws {
    let source = try source()
    for line in [
      "public typealias LabelText = FixedText<6>",
      "  case alphaFirst = 65", "  case `default` = 66", "  case unrecognized = 0",
      "  case one = 1", "  case ioc = 2", "  case unrecognized = 9",
      "public struct Reference: Equatable, Sendable {",
      "  public var `where`: Reference",
      "  public struct Entry: Equatable, Sendable {",
      "  public func entry(_ index: Int) -> Report.Entry {",
    ] {
      #expect(source.contains(line + "\n"), "\(line)")
    }
  }

  @Test func everyPublicMemberIsDocumented() throws {
    let lines = try source().split(separator: "\n").map { $0.trimmingCharacters(in: .whitespaces) }
    for (index, line) in lines.enumerated() where line.hasPrefix("public var") || line.hasPrefix("case ") {
      let isCase = line.hasPrefix("case ") && line.contains(" = ") && !line.contains(":")
      guard line.hasPrefix("public var") || isCase else { continue }
      let before = lines[..<index].last { !$0.hasPrefix("@") } ?? ""
      let isRequirement = line == "public var name: StaticString {" || line.contains("rawValue")
      #expect(before.hasPrefix("///") || isRequirement, "\(line) behind \(before)")
    }
  }
}
