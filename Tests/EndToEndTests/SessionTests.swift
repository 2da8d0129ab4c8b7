import JSON5
import Platform
import Testing

/// Whole sessions from start to report, as `waggle run` gives them.
@Suite(.serialized) struct SessionTests {
  @Test func aPaperSessionTradesAndItsBooksReconcile() async throws {
    try await withColony("paper.json5", ["--for", "12"]) { colony in
      let result = try await colony.end()
      #expect(result.code == 0, "\(result)")
      let report = try await colony.report()
      expectWhole(report)
      let missing = Self.keys.filter { report[$0] == nil }
      #expect(missing.isEmpty, "the report lacks \(missing)")
      expectFigures(report)
      #expect(report["restarts"]?["count"]?.integer == 0)
      #expect(report["endReason"]?.string == "duration")
      #expect(report["refusedFrames"]?.members?.isEmpty == true)
      #expect(report["capture"] == nil)
      #expect((report["sessionSeconds"]?.number?.double ?? 0) >= 6)
    }
  }

  @Test func aRecordingIsReplayedToItsLastLine() async throws {
    guard let files = try PackageFiles.recordings() else { return }
    let words = ["--speed", "25", "--data"] + files
    let lines = try files.reduce(Int64(0)) { try $0 + lineCount($1) }
    try await withColony("replay-binance-spot.json5", words) { colony in
      let result = try await colony.end()
      #expect(result.code == 0, "\(result)")
      let report = try await colony.report()
      expectWhole(report)
      let capture = try #require(report["capture"])
      #expect(capture["lines"]?.integer == lines)
      let fates = (capture["used"]?.members ?? []) + (capture["dropped"]?.members ?? [])
      #expect(fates.allSatisfy { !$0.key.isEmpty && ($0.value.integer ?? 0) > 0 })
      #expect(fates.reduce(0) { $0 + ($1.value.integer ?? 0) } == lines, "\(fates.map(\.key))")
      #expect(capture["used"]?["depth"]?.integer ?? 0 > 1_000)
      #expect(capture["waiting"]?.integer == 0)
      #expect(capture["complete"]?.bool == true)
      #expect(capture["bookCrossings"]?.integer == 0)
      #expect(report["endReason"]?.string == "endOfData", "\(result)")
    }
  }

  /// What issue trackers and scripts rely on.
  private static let keys = [
    "marketEvents", "signals", "ordersSent", "ordersRejected", "cancels", "fills", "accounts", "reconciled",
    "reconciliation", "restarts", "anomalies", "safetyEvents", "failsafeActivations", "sessionSeconds",
    "latencyMicros",
  ]

  private func lineCount(_ path: String) throws -> Int64 {
    var reader = try LineReader(path)
    while try reader.next() {}
    return reader.linesRead
  }

  /// A session that traded, whose books are those of its venue.
  private func expectWhole(_ report: SyntaxNode) {
    let text = "\(String(describing: report["reconciliation"]))"
    #expect(report["reconciled"]?.bool == true, "\(text)")
    for part in ["orders", "fills", "positions", "cash"] {
      let comparison = report["reconciliation"]?[part]
      #expect(comparison?["ok"]?.bool == true && comparison?["differenceCount"]?.integer == 0, "\(part)")
    }
    let fills = report["fills"]?.integer ?? 0
    #expect(fills > 0)
    #expect(report["reconciliation"]?["fills"]?["venue"]?.integer == fills)
    #expect(report["ordersSent"]?.integer ?? 0 > 0)
    #expect(report["cancels"]?.integer ?? 0 > 0)
    #expect(report["signals"]?.integer ?? 0 > 0)
    #expect(report["marketEvents"]?.integer ?? 0 > 0)
    #expect(report["endedAsAsked"]?.bool == true)
    #expect(report["endedOtherwise"]?.members?.isEmpty == true)
    #expect(report["kills"]?.elements?.isEmpty == true)
  }

  /// Per account and instrument, and per hop.
  private func expectFigures(_ report: SyntaxNode) {
    let accounts = report["accounts"]?.elements ?? []
    #expect(accounts.map { $0["account"]?.string } == ["main"])
    let instrument = accounts.first?["instruments"]?.elements?.first
    #expect(instrument?["instrument"]?.string == "BTCUSDT.SIM")
    for key in ["position", "realizedPnl", "unrealizedPnl", "fees"] {
      #expect(instrument?[key]?.string.flatMap(Double.init) != nil, "\(key)")
    }
    let hops = report["latencyMicros"]?["perHop"]?.members ?? []
    #expect(hops.count >= 4)
    let latencies = [report["latencyMicros"]?["tickToVenue"]] + hops.map(\.value)
    for latency in latencies {
      #expect(latency?["count"]?.integer ?? 0 > 0)
      let quantiles = ["p50", "p99", "p999"].map { latency?[$0]?.number?.double ?? -1 }
      #expect(quantiles[0] >= 0 && quantiles == quantiles.sorted(), "\(quantiles)")
    }
  }
}
