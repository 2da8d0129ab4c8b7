import Glibc
import Platform
import Testing

/// Real captures, read by this program and by gzip and wc.
@Suite struct CaptureFileTests {
  /// The folder of recorded market data: `WAGGLE_DATA`, else `../shared/data` beside the package.
  private static func dataFolder() throws -> String? {
    let package = #filePath.split(separator: "/").dropLast(3).joined(separator: "/")
    let folder = Environment.value("WAGGLE_DATA") ?? "/\(package)/../shared/data"
    if try FileSystem.exists(folder) { return folder }
    try #require(Environment.value("CI") != "true", "no market data in \(folder); set WAGGLE_DATA")
    print("skipped: no market data in \(folder); set WAGGLE_DATA to its folder")
    return nil
  }

  @Test func realCapturesHaveTheLinesGzipSays() throws {
    guard let folder = try CaptureFileTests.dataFolder() else { return }
    let captures = "\(folder)/hftbacktest"
    let names = try FileSystem.list(captures).filter { $0.hasSuffix(".gz") }
    try #require(!names.isEmpty, "no .gz file in \(captures)")
    for name in names {
      var reader = try LineReader("\(captures)/\(name)")
      var bytes: Int64 = 0
      while try reader.next() { bytes += Int64(reader.line.count) + 1 }
      #expect(try independentCount("\(captures)/\(name)") == "\(reader.linesRead) \(bytes)", "\(name)")
    }
  }

  /// "lines bytes" of the unpacked file, as other programs count them. Each line of these files ends in "\n".
  private func independentCount(_ path: String) throws -> String {
    try withTemporaryFolder { folder in
      let script = #"gzip -dc "$0" | tr -d '\r' | wc -lc"#
      let child = try ChildProcess(["/bin/sh", "-c", script, path], output: .append(path: "\(folder)/out"))
      #expect(child.wait(untilBootNanos: Clock.bootNanos() + patienceNanos) == .exited(code: 0))
      return try text("\(folder)/out").split { $0 == " " || $0 == "\n" }.joined(separator: " ")
    }
  }
}
