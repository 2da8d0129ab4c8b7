import Foundation
import Testing
import waggle_models

/// A recording of the real market, for tests that judge the estimators on it.
enum RecordedData {
  static let file = "hftbacktest/usdm_btcusdt_20240808.gz"

  /// `WAGGLE_DATA`, or `../shared/data` beside the package.
  static var path: String {
    let package = URL(fileURLWithPath: #filePath)
      .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    let folder =
      ProcessInfo.processInfo.environment["WAGGLE_DATA"]
      ?? package.deletingLastPathComponent().appendingPathComponent("shared/data").path
    return folder + "/" + file
  }

  /// Read once for all tests. `nil` where the recording is missing: that fails in CI and skips elsewhere.
  static let tape: Result<Tape, any Error>? = {
    guard FileManager.default.isReadableFile(atPath: path) else { return nil }
    return Result { try read() }
  }()

  /// The tape, or `nil` after saying why the test is skipped (in CI: after failing).
  static func required(sourceLocation: SourceLocation = #_sourceLocation) throws -> Tape? {
    if let tape { return try tape.get() }
    if ProcessInfo.processInfo.environment["CI"] == "true" {
      Issue.record("no recording at \(path); set WAGGLE_DATA", sourceLocation: sourceLocation)
    } else {
      print("skipped: no recording at \(path); set WAGGLE_DATA to the folder that holds \(file)")
    }
    return nil
  }

  private static func read() throws -> Tape {
    let gzip = Process()
    gzip.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    gzip.arguments = ["gzip", "-dc", path]
    let output = Pipe()
    gzip.standardOutput = output
    try gzip.run()
    let data = output.fileHandleForReading.readDataToEndOfFile()
    gzip.waitUntilExit()
    var tape = Tape(tick: 0.1)
    for line in data.split(separator: UInt8(ascii: "\n")) {
      tape.add(line: String(decoding: line, as: UTF8.self))
    }
    return tape
  }
}
