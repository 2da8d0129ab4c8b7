import JSON5
import Platform
import Reports
import Simulation
import Testing
import Topology

/// The whole colony in virtual time, as `waggle simulate` runs it.
@Suite struct SimulatedSessionTests {
  @Test func theSameSeedGivesTheSameReportToTheLastByte() throws {
    let first = try report("paper.json5", .init(seed: 7), seconds: 60)
    let second = try report("paper.json5", .init(seed: 7), seconds: 60)
    #expect(first.json(isPretty: true) == second.json(isPretty: true))
    #expect(first.text == second.text)
  }

  @Test func anotherSeedGivesAnotherSession() throws {
    let first = try JSON5Reader.read(try report("paper.json5", .init(seed: 7), seconds: 60).json())
    let second = try JSON5Reader.read(try report("paper.json5", .init(seed: 8), seconds: 60).json())
    #expect(first["marketEvents"]?.integer != second["marketEvents"]?.integer)
    #expect(cash(first) != cash(second))
  }

  @Test(arguments: UInt64(0)..<10) func aSimulatedSessionTradesAndReconciles(seed: UInt64) throws {
    let report = try report("paper.json5", .init(seed: seed), seconds: 60)
    #expect(report.isReconciled, "seed \(seed): \(report.text)")
    #expect(report.counts.fills > 0, "seed \(seed)")
    #expect(report.counts.ordersSent > 0 && report.counts.cancels > 0, "seed \(seed)")
    #expect(report.header.endedAsAsked == true, "seed \(seed)")
    #expect(report.restarts.count == 0 && report.refusedFrames.isEmpty, "seed \(seed)")
  }

  @Test func aRecordingInSimulationIsAccountedForToTheLine() throws {
    guard let files = try Self.recordings() else { return }
    let first = try report("replay-binance-spot.json5", .init(captureFiles: files), seconds: nil)
    let capture = try #require(first.capture)
    #expect(capture.lines > 90_000)
    #expect(capture.isComplete && capture.waiting == 0, "\(first.text)")
    #expect(capture.bookCrossings == 0)
    #expect(first.counts.fills > 0)
    #expect(first.isReconciled, "\(first.text)")
    #expect(first.header.endedAsAsked == true)
    let second = try report("replay-binance-spot.json5", .init(captureFiles: files), seconds: nil)
    #expect(first.json() == second.json())
  }

  @Test func aRecordingThatIsNotThereIsNamed() throws {
    let topology = try topology("replay-binance-spot.json5", .init(captureFiles: ["/nowhere/day.gz"]))
    #expect {
      _ = try SimulatedSession(topology, capturesFolder: "/nowhere")
    } throws: { error in
      "\(error)".contains("/nowhere/day.gz")
    }
  }

  private func report(
    _ name: String, _ overrides: Topology.Overrides, seconds: Int64?
  ) throws -> RunReport {
    var session = try SimulatedSession(try topology(name, overrides), capturesFolder: ".")
    return RunReport(try session.run(seconds: seconds))
  }

  private func topology(_ name: String, _ overrides: Topology.Overrides) throws -> Topology {
    let bytes = try FileSystem.read("\(Self.root)/topology/\(name)", maxBytes: 1 << 20)
    return try Topology.load(bytes: bytes).applying(overrides)
  }

  private func cash(_ report: SyntaxNode) -> [String?]? {
    report["accounts"]?.elements?.first?["cash"]?.members?.map(\.value.string)
  }

  /// The package's folder.
  private static let root: String = {
    let parts = #filePath.split(separator: "/", omittingEmptySubsequences: false)
    return parts.dropLast(3).joined(separator: "/")
  }()

  /// From WAGGLE_DATA or `../shared/data`; nil, said in the output, when not there. In CI that is a failure.
  private static func recordings() throws -> [String]? {
    let folder = Environment.value("WAGGLE_DATA") ?? "\(root)/../shared/data"
    let names = ["spot_btcusdt_20240808.gz", "spot_btcusdt_20240809.gz"]
    let paths = names.map { "\(folder)/hftbacktest/\($0)" }
    guard let missing = try paths.first(where: { try !FileSystem.exists($0) }) else { return paths }
    let message = "\(missing) is missing; set WAGGLE_DATA to the folder of shared data"
    if Environment.value("CI") == "true" { Issue.record("\(message)") }
    print("skipped: \(message)")
    return nil
  }
}
