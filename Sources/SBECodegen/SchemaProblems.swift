/// One thing wrong with a schema, and where.
package struct SchemaProblem: Equatable, CustomStringConvertible {
  package var line: Int
  package var message: String

  package var description: String { "\(line): \(message)" }
}

/// Everything wrong with a schema, so that one run tells all; ordered by line.
package struct SchemaProblems: Error {
  package private(set) var list: [SchemaProblem] = []

  package var isEmpty: Bool { list.isEmpty }

  package mutating func add(_ line: Int, _ message: String) {
    list.append(SchemaProblem(line: line, message: message))
    // A stable order: by line, and by finding within a line.
    list = list.enumerated().sorted { ($0.element.line, $0.offset) < ($1.element.line, $1.offset) }.map(
      \.element)
  }
}
