import Foundation

// Turns what is described once into Swift, at build time, run by SBECodegenPlugin:
//
//     SBECodegen messages <messages.xml> <out.swift>
//     SBECodegen records  <records.xml>  <out.swift> <target>
//     SBECodegen exports  <records.xml>  <out.swift>
//     SBECodegen samples  <records.xml>  <out.swift>
//
// Prints every problem as `file:line: error: …` and exits with 1; 64 is wrong usage.

let words = Array(CommandLine.arguments.dropFirst())
guard words.count == (words.first == "records" ? 4 : 3) else {
  complain("usage: SBECodegen messages|exports|samples <xml> <out.swift>, or records … <target>")
  exit(64)
}
let (documentPath, outputPath) = (words[1], words[2])

var source = ""
do {
  let document = try Data(contentsOf: URL(fileURLWithPath: documentPath))
  switch words[0] {
  case "messages": source = try generateSwift(fromSchema: document)
  case "records": source = try generateRecords(from: document).source(forTarget: words[3])
  case "exports": source = try generateRecords(from: document).exportsSource()
  case "samples": source = try generateRecords(from: document).samplesSource()
  default:
    complain("\(words[0]): messages, records, exports or samples can be made")
    exit(64)
  }
} catch let problems as SchemaProblems {
  for problem in problems.list { complain("\(documentPath):\(problem.line): error: \(problem.message)") }
  exit(1)
} catch {
  complain("\(documentPath): error: cannot be read: \(error.localizedDescription)")
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
