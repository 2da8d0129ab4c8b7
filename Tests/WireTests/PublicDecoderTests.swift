import Foundation
import Testing
import Wire

/// A decoder others wrote, which has seen nothing of ours but the schema, reads the same from our frames.
///
/// Needs Python with the package `sbe` 0.4.3: from the environment variable WAGGLE_PYTHON, else
/// `.build/python/bin/python3`. Without it the test is skipped, except where CI is "true".
struct PublicDecoderTests {
  @Test func thePublicDecoderAgreesOnEveryMessage() throws {
    let environment = ProcessInfo.processInfo.environment
    let python = environment["WAGGLE_PYTHON"] ?? packageRoot.appending(path: ".build/python/bin/python3").path
    guard FileManager.default.isExecutableFile(atPath: python) else {
      if environment["CI"] == "true" { Issue.record("no Python at \(python)") }
      print("skipped: no Python at \(python); scripts/decode-with-sbe.py says how to install it")
      return
    }
    let perMessage = 40 as UInt64
    var input = ""
    for template in Template.allCases {
      for seed in 0..<perMessage {
        let frame = sample(template, seed: seed)
        let expected = try #require(json(of: frame), "\(template.name), seed \(seed)")
        input += "{\"frame\":\"\(frame.hex)\",\"expected\":\(expected)}\n"
      }
    }
    let result = try run(python, input: input)
    #expect(result.status == 0, "\(result.output)")
    let frames = UInt64(Template.allCases.count) * perMessage
    #expect(result.output == "\(frames) frames agree, 0 do not\n")
  }

  /// Runs the script on `input`; both streams go through files, so that neither side waits for the other.
  private func run(_ python: String, input: String) throws -> (status: Int32, output: String) {
    let folder = FileManager.default.temporaryDirectory.appending(path: "waggle-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { remove(folder) }
    let (inputFile, outputFile) = (folder.appending(path: "in"), folder.appending(path: "out"))
    try input.write(to: inputFile, atomically: true, encoding: .utf8)
    try Data().write(to: outputFile)
    let process = Process()
    process.executableURL = URL(fileURLWithPath: python)
    process.arguments = [
      packageRoot.appending(path: "scripts/decode-with-sbe.py").path(percentEncoded: false),
      packageRoot.appending(path: "Sources/Wire/messages.xml").path(percentEncoded: false),
    ]
    process.standardInput = try FileHandle(forReadingFrom: inputFile)
    let output = try FileHandle(forWritingTo: outputFile)
    process.standardOutput = output
    process.standardError = output
    try process.run()
    process.waitUntilExit()
    return (process.terminationStatus, try String(contentsOf: outputFile, encoding: .utf8))
  }
}
