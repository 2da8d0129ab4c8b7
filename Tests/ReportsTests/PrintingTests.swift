import JSON5
import Reports
import Telemetry
import Testing
import Trading
import Wire

/// The report as JSON and as text, whole.
@Suite struct PrintingTests {
  @Test func aSmallRunsJSONIsGolden() {
    let json = RunReport(Self.smallRun).json(isPretty: true)
    #expect(json == Self.golden, "the report's JSON changed:\n\(json)")
  }

  @Test func equalRecordsGiveTheSameBytesWhateverTheOrderOfTheFigures() {
    var shuffled = Self.smallRun
    shuffled.figures.reverse()
    #expect(RunReport(shuffled).json() == RunReport(Self.smallRun).json())
    #expect(RunReport(shuffled).text == RunReport(Self.smallRun).text)
  }

  @Test func anEmptyRecordIsAReportToo() throws {
    let report = RunReport(RunRecord(runID: "nothing", mode: "simulation", instruments: []))
    let node = try JSON5Reader.read(report.json())
    #expect(node["reconciled"]?.bool == true)
    #expect(node["sessionSeconds"]?.value == .null)
    #expect(node["latencyMicros"]?["tickToVenue"]?["p50"]?.value == .null)
    #expect(node["capture"] == nil)
    #expect(report.text.hasPrefix("Run nothing (simulation)\n"))
  }

  @Test func theTextFitsOnAScreenAndSaysWhatMatters() {
    let text = RunReport(Self.smallRun).text
    #expect(text == Self.goldenText, "the report's text changed:\n\(text)")
    let lines = text.split(separator: "\n")
    #expect(lines.count <= 40)
    #expect(lines.allSatisfy { $0.count <= 110 })
  }

  @Test func theTextNamesDifferences() {
    var story = Story.simple
    story.executor.remove(at: story.executorFill(2))
    let text = story.report.text
    #expect(text.contains("Books DO NOT AGREE with the venue:\n  orders: 1 difference\n"))
    #expect(text.contains("    account main, trade 0x10000000000000002: sell 1 BTCUSDT.SIM at 104 for order"))
  }

  @Test(arguments: [
    (0, "0.0"), (49, "0.0"), (50, "0.1"), (-49, "0.0"), (-150, "-0.2"), (1_234_567, "1234.6"),
  ])
  func microsecondsHaveOneDecimal(_ nanos: Int64, _ text: String) throws {
    var record = RunRecord(runID: "r", mode: "paper", instruments: [])
    record.figures = [figures("venue", 1, "venue", received: [took(.newOrder, hop: nanos)])]
    let node = try JSON5Reader.read(RunReport(record).json())
    let hop = node["latencyMicros"]?["perHop"]?["executor→venue"]
    #expect(hop?["p50"]?.number?.text == text)
  }

  @Test(arguments: [(1, "0.000000001"), (1_500_000_000, "1.5"), (60_000_000_000, "60"), (0, "0")])
  func secondsAreExact(_ nanos: Int64, _ text: String) throws {
    var record = RunRecord(runID: "r", mode: "paper", instruments: [])
    record.sessionNanos = nanos
    #expect(try JSON5Reader.read(RunReport(record).json())["sessionSeconds"]?.number?.text == text)
  }

  /// A run of half a minute in which the signal process was killed once.
  static var smallRun: RunRecord {
    var record = Story.simple.record
    record.seed = 18_446_744_073_709_551_615
    record.speed = 10
    record.sessionNanos = 30_000_250_000
    record.endedAsAsked = true
    record.endReason = "duration"
    record.restarts = [
      RunRecord.Restart(component: "signal", atNanos: 1_700_000_000_000_000_000, status: "ended by signal 9")
    ]
    record.figures = [
      figures(
        "venue", 1, "venue",
        [("marketEvents", 999), ("host.cpuNanos", 250_000_000), ("host.residentBytes", 8_192)],
        received: [took(.newOrder, hop: 61_040, sinceOrigin: 220_960)]),
      figures("feed", 2, "feed", [("messages", 500), ("anomaly.duplicate", 0), ("anomaly.hole", 1)]),
      figures("signal", 3, "signal", epoch: 1, [("signals", 40)], received: [took(.topOfBook, hop: 50_000)]),
      figures("signal", 3, "signal", epoch: 2, [("signals", 2)], received: [took(.topOfBook, hop: 52_000)]),
      figures("risk", 4, "risk", [("refused.position", 3)], refused: [.tooShort]),
      figures("executor", 5, "executor", [("ordersDenied.noPermit", 4), ("alarms.orderStuck", 1)]),
      figures("queen", 6, "queen", [("interruptions", 1)]),
    ]
    return record
  }
}
