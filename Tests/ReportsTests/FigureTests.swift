import Reports
import Telemetry
import Testing
import Wire

/// What a report makes of the components' own counters.
@Suite struct FigureTests {
  @Test func countersOfAllIncarnationsAreAdded() {
    let counts = report([
      figures("signal", 3, "signal", epoch: 2, [("signals", 30)]),
      figures("signal", 3, "signal", epoch: 1, [("signals", 12)]),
      figures("feed", 2, "feed", [("messages", 7), ("signals", 1_000)]),
    ]).counts
    #expect(counts.signals == 42, "only of signal processes")
    #expect(counts.marketEvents == 7)
  }

  @Test func countersOfSeveralComponentsOfAKindAreAdded() {
    let counts = report([
      figures("feed-a", 2, "feed", [("messages", 7), ("anomaly.hole", 1), ("anomaly.late", 0)]),
      figures("feed-b", 8, "feed", [("messages", 5), ("anomaly.hole", 2), ("anomaly.late", 0)]),
    ]).counts
    #expect(counts.marketEvents == 12)
    #expect(counts.anomalies.map(\.name) == ["hole", "late"])
    #expect(counts.anomalies.map(\.value) == [3, 0])
  }

  @Test func reasonsKeepTheirKind() {
    let counts = report([
      figures("risk", 4, "risk", [("refused", 5), ("refused.position", 3), ("refused.rate", 2)]),
      figures(
        "executor", 5, "executor",
        [("refused.malformed", 9), ("ordersDenied.noPermit", 4), ("alarms.orderStuck", 1)]),
      figures(
        "queen", 6, "queen",
        [
          ("alarms.orderStuck", 2), ("safetyEvents", 3), ("failsafes", 1),
          ("degradations.feed", 2), ("degradations.risk", 0),
        ]),
    ]).counts
    #expect(counts.signalsRefused.map { "\($0.name) \($0.value)" } == ["position 3", "rate 2"])
    #expect(counts.ordersDenied.map { "\($0.name) \($0.value)" } == ["noPermit 4"])
    #expect(counts.alarms.map { "\($0.name) \($0.value)" } == ["orderStuck 3"])
    #expect(counts.safetyEvents == 3 && counts.failsafeActivations == 1)
    #expect(counts.interruptions == 0)
    #expect(counts.degradations.map { "\($0.name) \($0.value)" } == ["feed 2"])
  }

  @Test func alarmsThatAreOnlyCountedAreOthers() {
    let alarms = report([
      figures("executor", 5, "executor", [("alarms.orderStuck", 1)]),
      figures("queen", 6, "queen", [("alarms", 2)]), figures("signal", 3, "signal", [("alarms", 3)]),
    ]).counts.alarms
    #expect(alarms.map { "\($0.name) \($0.value)" } == ["orderStuck 1", "other 5"])
  }

  @Test func sumsOfDamagedCountersStayAtTheLargestNumber() {
    let counts = report([
      figures("feed", 2, "feed", epoch: 1, [("messages", .max)]),
      figures("feed", 2, "feed", epoch: 2, [("messages", 1)]),
    ]).counts
    #expect(counts.marketEvents == .max)
  }

  @Test func histogramsOfAllIncarnationsAreMerged() throws {
    let micros: Int64 = 1_000
    let before = figures(
      "venue", 1, "venue", epoch: 1,
      received: (1...60).map { took(.newOrder, hop: $0 * micros, sinceOrigin: 2 * $0 * micros) })
    let after = figures(
      "venue", 1, "venue", epoch: 2,
      received: (61...100).map { took(.newOrder, hop: $0 * micros, sinceOrigin: 2 * $0 * micros) })
    let latencies = report([after, before]).latencies
    let tick = latencies.tickToVenue
    #expect(tick.count == 100)
    // Nearest rank: the 50th, 99th and 100th of 2, 4, … 200 µs, at most 1/128 above.
    let expected: [(Int64?, Int64)] = [
      (tick.p50Nanos, 100_000), (tick.p99Nanos, 198_000), (tick.p999Nanos, 200_000),
    ]
    for (nanos, exact) in expected {
      let nanos = try #require(nanos)
      #expect(nanos >= exact && nanos <= exact + exact / 128, "\(nanos) for \(exact)")
    }
    let hop = try #require(latencies.hops.last)
    #expect(hop.name == "executor→venue" && hop.latency.count == 100)
  }

  @Test func eachHopIsTimedWhereItArrives() {
    let latencies = report([
      figures(
        "signal", 3, "signal",
        received: [took(.marketMetrics, hop: 10), took(.topOfBook, hop: 20), took(.trade, hop: 99)]),
      figures("risk", 4, "risk", received: [took(.quoteSignal, hop: 30), took(.topOfBook, hop: 99)]),
      figures("executor", 5, "executor", received: [took(.targetQuotes, hop: 40)]),
      figures("venue", 1, "venue", received: [took(.newOrder, hop: 50), took(.cancelOrder, hop: 99)]),
    ]).latencies
    #expect(latencies.hops.map(\.name) == ["feed→signal", "signal→risk", "risk→executor", "executor→venue"])
    #expect(latencies.hops.map(\.latency.count) == [2, 1, 1, 1])
    #expect(latencies.hops.map(\.latency.p999Nanos) == [20, 30, 40, 50])
    // An order without an origin, as one that closes a position, has no tick.
    #expect(latencies.tickToVenue.count == 0 && latencies.tickToVenue.p50Nanos == nil)
  }

  @Test func framesRefusedAreListedByComponent() {
    let refused = report([
      figures("feed", 2, "feed", epoch: 1, refused: [.tooShort, .tooShort]),
      figures("feed", 2, "feed", epoch: 2, refused: [.tooShort, .unknownTemplate]),
      figures("risk", 4, "risk"),
    ]).refusedFrames
    #expect(refused.map(\.component) == ["feed"])
    #expect(refused.first?.reasons.map { "\($0.name) \($0.value)" } == ["tooShort 3", "unknownTemplate 1"])
  }

  @Test func restartsAreThoseTheSupervisorSaw() {
    var record = RunRecord(runID: "r", mode: "paper", instruments: [])
    record.restarts = [
      RunRecord.Restart(component: "signal", atNanos: 9, status: "ended by signal 9"),
      RunRecord.Restart(component: "feed", atNanos: 5, status: "ended with code 70"),
      RunRecord.Restart(component: "signal", atNanos: 7, status: "ended by signal 9"),
    ]
    record.figures = (1...9).map { figures("risk", 4, "risk", epoch: $0) }
    let restarts = RunReport(record).restarts
    #expect(restarts.count == 3)
    #expect(restarts.byComponent.map { "\($0.name) \($0.value)" } == ["feed 1", "signal 2"])
    #expect(restarts.events.map(\.atNanos) == [5, 7, 9])
  }

  @Test func withoutASupervisorIncarnationsAreCounted() {
    let restarts = report([
      figures("signal", 3, "signal", epoch: 4), figures("signal", 3, "signal", epoch: 5),
      figures("signal", 3, "signal", epoch: 6), figures("risk", 4, "risk", epoch: 4),
    ]).restarts
    #expect(restarts.byComponent.map { "\($0.name) \($0.value)" } == ["signal 2"])
    #expect(restarts.events.isEmpty)
  }

  @Test func aCaptureCountsAsItsVenuesLastIncarnationReadIt() throws {
    func venue(_ epoch: UInt32, lines: Int64, dropped: Int64, waiting: Int64 = 0) -> ComponentFigures {
      figures(
        "venue", 1, "venue", epoch: epoch,
        [
          ("capture.lines", lines), ("capture.used.depth", lines - dropped - waiting),
          ("capture.used.trade", 0), ("capture.dropped.staleDiff", dropped), ("capture.waiting", waiting),
          ("capture.holes", 1),
        ])
    }
    let feed = figures("feed", 2, "feed", [("anomaly.crossedBook", 2)])
    let capture = try #require(
      report([venue(1, lines: 50, dropped: 3), venue(2, lines: 100, dropped: 7), feed]).capture)
    #expect(capture.lines == 100 && capture.isComplete && capture.bookCrossings == 2 && capture.holes == 1)
    #expect(capture.used.map { "\($0.name) \($0.value)" } == ["depth 93"])
    #expect(capture.dropped.map { "\($0.name) \($0.value)" } == ["staleDiff 7"])

    #expect(report([venue(1, lines: 100, dropped: 7, waiting: 1)]).capture?.isComplete == false)
    let lost = figures("venue", 1, "venue", [("capture.lines", 10), ("capture.used.depth", 9)])
    #expect(report([lost]).capture?.isComplete == false, "a line without a fate")
    #expect(report([feed]).capture == nil)
  }

  @Test func processesAreListedByNumberAndIncarnation() {
    let processes = report([
      figures(
        "risk", 4, "risk", epoch: 2, [("host.cpuNanos", 1_500_000_000), ("host.residentBytes", 4_096)]),
      figures("venue", 1, "venue"), figures("risk", 4, "risk", epoch: 1),
    ]).processes
    #expect(processes.map { "\($0.component) \($0.epoch)" } == ["venue 1", "risk 1", "risk 2"])
    #expect(processes.map(\.cpuNanos) == [nil, nil, 1_500_000_000])
    #expect(processes.map(\.residentBytes) == [nil, nil, 4_096])
  }

  private func report(_ figures: [ComponentFigures]) -> RunReport {
    var record = RunRecord(runID: "r", mode: "paper", instruments: [])
    record.figures = figures
    return RunReport(record)
  }
}
