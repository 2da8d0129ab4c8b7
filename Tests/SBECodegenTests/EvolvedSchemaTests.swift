import Foundation
import SBECodegen
import Testing

/// Programs of two schema versions read each other's frames: each version's generated code is compiled with
/// the runtime of `Wire`, all warnings being errors, and the two programs exchange frames.
struct EvolvedSchemaTests {
  /// Fields of version 2 by message, with what they read as in a frame of version 1.
  static let added: [String: [String: String]] = [
    "Report": [
      "newPrice": "null", "newStep": "\"unrecognized\"", "newLetter": "null", "newMarks": "[]",
      "newLabel": "\"\"",
      "newFactor": "null", "newDoubt": "null", "newTiny": "null", "newWide": "null", "notes": "[]",
    ],
    "Blob": ["newPrice": "null"],
    "Ping": ["newText": "\"\""],
  ]

  @Test func oldAndNewProgramsReadEachOther() throws {
    let workshop = try Workshop()
    defer { workshop.remove() }
    let old = try workshop.program("old", schema: TestSchemas.first)
    let new = try workshop.program("new", schema: TestSchemas.second)

    let oldFrames = try workshop.run(old, "encode", input: "")
    let newFrames = try workshop.run(new, "encode", input: "")
    #expect(oldFrames.count == 3 * 50 && newFrames.count == 4 * 50)

    let oldByOld = try workshop.run(old, "print", input: oldFrames.joined(separator: "\n"))
    let oldByNew = try workshop.run(new, "print", input: oldFrames.joined(separator: "\n"))
    try compare(known: oldByOld, wider: oldByNew, absent: true)

    let newByNew = try workshop.run(new, "print", input: newFrames.joined(separator: "\n"))
    let newByOld = try workshop.run(old, "print", input: newFrames.joined(separator: "\n"))
    let unknown = newByOld.indices.filter { newByOld[$0] == "unknownTemplate" }
    #expect(unknown.count == 50 && unknown.allSatisfy { newByNew[$0].contains(#""message":"Pong""#) })
    let shared = newByOld.indices.filter { !unknown.contains($0) }
    try compare(known: shared.map { newByOld[$0] }, wider: shared.map { newByNew[$0] }, absent: false)
  }

  /// Each wider reading is the known one plus the added fields, which are absent or not as `absent` says.
  private func compare(known: [String], wider: [String], absent: Bool) throws {
    try #require(known.count == wider.count)
    for (known, wider) in zip(known, wider) {
      var object = try object(wider)
      let message = try #require(object["message"] as? String)
      for (name, none) in Self.added[message] ?? [:] {
        let value = try #require(object[name], "\(name) is not in \(wider)")
        object[name] = nil
        if absent { #expect(try text(value) == none, "\(name) of \(wider)") }
      }
      if let entries = object["entries"] as? [[String: Any]] {
        object["entries"] = try entries.map { entry in
          var entry = entry
          let label = try #require(entry["newLabel"])
          entry["newLabel"] = nil
          if absent { #expect(try text(label) == "\"\"") }
          return entry
        }
      }
      #expect(try text(object) == text(self.object(known)))
    }
  }

  private func object(_ line: String) throws -> [String: Any] {
    try #require(try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any], "\(line)")
  }

  private func text(_ value: Any) throws -> String {
    String(
      decoding: try JSONSerialization.data(withJSONObject: value, options: [.sortedKeys, .fragmentsAllowed]),
      as: UTF8.self)
  }
}

/// A temporary folder in which programs are made of a schema and run.
private struct Workshop {
  let folder: URL

  /// Encodes 50 samples of every message, or prints frames, one a line in hexadecimal digits.
  private static let main = """
    if CommandLine.arguments[1] == "encode" {
      for template in Template.allCases {
        for seed in 0..<50 as Range<UInt64> {
          var out = FrameWriter()
          WireSamples.encode(template, seed: seed, into: &out)
          if let difference = WireSamples.difference(template, seed: seed, in: out.bytes) {
            fatalError("\\(template.name), seed \\(seed): \\(difference)")
          }
          var line = ""
          for index in 0..<out.count {
            let byte = out.bytes.integer(at: index, as: UInt8.self)
            line += String(byte >> 4, radix: 16) + String(byte & 15, radix: 16)
          }
          print(line)
        }
      }
    }
    while let line = readLine() {
      let digits = Array(line.utf8).map { $0 < 0x3A ? $0 - 0x30 : $0 - 0x57 }
      let frame = stride(from: 0, to: digits.count, by: 2).map { digits[$0] << 4 | digits[$0 + 1] }
      if let reason = unsafe FrameRefusal.reason(for: frame.span.bytes) { print(reason) }
      if let json = unsafe WireJSON.string(frame.span.bytes) { print(json) }
    }

    """

  init() throws {
    folder = FileManager.default.temporaryDirectory.appending(path: "waggle-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
  }

  func remove() {
    do { try FileManager.default.removeItem(at: folder) } catch {
      Issue.record("\(folder.path) is left: \(error)")
    }
  }

  /// Compiles the program for `schema` with the settings of the package's own `Wire`.
  func program(_ name: String, schema: String) throws -> URL {
    let home = folder.appending(path: name)
    try FileManager.default.createDirectory(at: home, withIntermediateDirectories: true)
    let generated = home.appending(path: "Messages.swift")
    try generateSwift(fromSchema: Data(schema.utf8)).write(to: generated, atomically: true, encoding: .utf8)
    let main = home.appending(path: "main.swift")
    try Self.main.write(to: main, atomically: true, encoding: .utf8)
    let wire = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent().appending(path: "Sources/Wire")
    let runtime = try FileManager.default.contentsOfDirectory(at: wire, includingPropertiesForKeys: nil)
      .filter { $0.pathExtension == "swift" }
    let program = home.appending(path: "program")
    let settings = [
      "swiftc", "-swift-version", "6", "-package-name", "waggle", "-enable-experimental-feature", "Lifetimes",
      "-strict-memory-safety", "-warnings-as-errors", "-module-name", "Evolved", "-o", program.path,
    ]
    _ = try run(
      URL(fileURLWithPath: "/usr/bin/env"), settings + (runtime + [generated, main]).map(\.path), input: "")
    return program
  }

  /// Runs one of the programs; gives its lines.
  func run(_ program: URL, _ mode: String, input: String) throws -> [String] {
    try run(program, [mode], input: input).split(separator: "\n").map(String.init)
  }

  /// All streams go through files, so that neither side waits for the other.
  private func run(_ program: URL, _ arguments: [String], input: String) throws -> String {
    let (inputFile, outputFile) = (folder.appending(path: "in"), folder.appending(path: "out"))
    try input.write(to: inputFile, atomically: true, encoding: .utf8)
    try Data().write(to: outputFile)
    let process = Process()
    process.executableURL = program
    process.arguments = arguments
    process.standardInput = try FileHandle(forReadingFrom: inputFile)
    let output = try FileHandle(forWritingTo: outputFile)
    process.standardOutput = output
    process.standardError = output
    try process.run()
    process.waitUntilExit()
    let text = try String(contentsOf: outputFile, encoding: .utf8)
    try #require(process.terminationStatus == 0, "\(program.lastPathComponent): \(text)")
    return text
  }
}
