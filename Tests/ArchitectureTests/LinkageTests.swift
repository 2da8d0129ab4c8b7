import Foundation
import Testing

/// Programs on the trading path load no Foundation: it costs memory and start-up time, and drags locales in.
@Suite struct LinkageTests {
  private static let hot = [
    "waggle-feed", "waggle-signal", "waggle-risk", "waggle-executor", "waggle-queen", "waggle-venue",
  ]

  @Test(arguments: hot) func aHotProgramDoesNotLinkFoundation(name: String) throws {
    let built = ["release", "debug"]
      .map { SourceTree.root.appending(path: ".build/\($0)/\(name)").path(percentEncoded: false) }
      .filter { FileManager.default.isExecutableFile(atPath: $0) }
    guard !built.isEmpty else {
      print("skipped: \(name) has not been built")
      return
    }
    for program in built {
      let libraries = try Self.libraries(of: program)
      #expect(libraries.contains("libc.so"), "ldd says nothing of \(program)")
      #expect(!libraries.contains("libFoundation"), "\(program) links Foundation:\n\(libraries)")
    }
  }

  @Test func whatLinksFoundationIsSeen() throws {
    // This very process does.
    let own = try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
    let maps = try String(contentsOfFile: "/proc/self/maps", encoding: .utf8)
    let libraries = try Self.libraries(of: own)
    #expect(maps.contains("libFoundation") || libraries.contains("libFoundation"))
  }

  private static func libraries(of program: String) throws -> String {
    let process = Process()
    let output = Pipe()
    process.executableURL = URL(filePath: "/usr/bin/ldd")
    process.arguments = [program]
    process.standardOutput = output
    try process.run()
    let bytes = output.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    return String(decoding: bytes, as: UTF8.self)
  }
}
