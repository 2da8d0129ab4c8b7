import Foundation

// Turns the message schema into Swift: `SBECodegen <messages.xml> <out.swift>`. Run by SBECodegenPlugin at
// build time. Prints every problem of the schema as `file:line: error: …` and exits with 1; 64 is wrong
// usage.

guard CommandLine.arguments.count == 3 else {
  complain("usage: SBECodegen <messages.xml> <out.swift>")
  exit(64)
}
let schemaPath = CommandLine.arguments[1]
let outputPath = CommandLine.arguments[2]

var source = ""
do {
  source = try generateSwift(fromSchema: try Data(contentsOf: URL(fileURLWithPath: schemaPath)))
} catch let problems as SchemaProblems {
  for problem in problems.list { complain("\(schemaPath):\(problem.line): error: \(problem.message)") }
  exit(1)
} catch {
  complain("\(schemaPath): error: cannot be read: \(error.localizedDescription)")
  exit(1)
}
do {
  try Data(source.utf8).write(to: URL(fileURLWithPath: outputPath), options: .atomic)
} catch {
  complain("\(outputPath): error: cannot be written: \(error.localizedDescription)")
  exit(1)
}

func complain(_ message: String) {
  FileHandle.standardError.write(Data((message + "\n").utf8))
}
