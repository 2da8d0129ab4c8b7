import JSON5
import Testing
import Topology

private func problems(_ format: String) -> [Problem] {
  var sample = Sample()
  sample.text = sample.text.replacing("\"format\": 2,", with: format)
  return sample.problems()
}

@Test func formatTwoIsReadWithoutAWord() throws {
  #expect(problems("format: 2,").isEmpty)
}

@Test(arguments: ["", "format: 1,"])
func formatOneIsReadWithAWarning(text: String) throws {
  let warning = try #require(problems(text).first)
  #expect(problems(text).count == 1)
  #expect(warning.check == .oldFormat && warning.severity == .warning)
  #expect(warning.hint.contains("waggle check --migrate"))
}

@Test(arguments: [
  ("format: 3,", "is 3, but"), ("format: 0,", "is 0, but"), ("format: \"2\",", "whole number"),
])
func otherFormatsAreRefusedWithTheirPlace(text: String, words: String) throws {
  let problem = try #require(problems(text).first { $0.severity == .error })
  #expect(problem.path == "format" && problem.message.contains(words), "\(problem)")
  #expect(problem.line == 4 && problem.column > 60, "\(problem)")
}

/// What is written is the same colony, in the current format, with every comment where it was.
@Test(arguments: [
  "", "format: 1,", "format: 0x1, // one", "/* ü */ format: +1,", "// {\r\n  'format' : 1,",
])
func whatIsMigratedIsTheSameColony(text: String) throws {
  var sample = Sample()
  sample.text = "// { a comment\n" + sample.text.replacing("\"format\": 2,", with: text)
  let earlier = try sample.load()
  let bytes = try #require(try TopologyFormat.migrated(Array(sample.text.utf8)))
  let migrated = try Topology.load(bytes: bytes)
  #expect(migrated.warnings.isEmpty)
  #expect(migrated.components == earlier.components && migrated.accounts == earlier.accounts)
  #expect(migrated.limits == earlier.limits && migrated.colony == earlier.colony)
  let written = String(decoding: bytes, as: UTF8.self)
  #expect(written.hasPrefix("// { a comment\n"))
  #expect(try TopologyFormat.migrated(bytes) == nil, "it is in the current format")
}
