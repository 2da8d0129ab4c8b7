import JSON5
import Platform
import Testing

/// What others see of a running colony: the monitor, and a decoder in another language.
@Suite(.serialized) struct WatcherTests {
  @Test func watchersSeeComponentsAndMarkets() async throws {
    try await withColony("paper.json5", []) { colony in
      try await colony.trading()
      try await expectTable(colony)
      try await expectLines(colony)
      try await expectPython(colony)
      #expect(try await colony.command(["stop"]).code == 0)
      #expect(try await colony.end().code == 0)
    }
  }

  /// `waggle-monitor --once`: every component beats, and the market has a price.
  private func expectTable(_ colony: RunningColony) async throws {
    let result = try await colony.call("waggle-monitor", ["--once"])
    #expect(result.code == 0, "\(result)")
    let rows = result.output.split(separator: "\n")
    #expect(rows.first?.contains("colony paper (paper)") == true, "\(result)")
    #expect(rows.first?.contains("LIVE") == true, "\(result)")
    for name in ["venue", "feed", "signal", "risk", "executor", "queen"] {
      let row = rows.first { $0.hasPrefix("\(name) ") }
      #expect(row?.contains(" ms ") == true, "\(name): \(result)")
    }
    let market = rows.first { $0.hasPrefix("BTCUSDT.SIM ") }?.split(separator: " ") ?? []
    #expect(market.count >= 4, "\(result)")
    let prices = market.dropFirst().prefix(3).compactMap { Double($0) }
    #expect(prices.count == 3 && prices[0] < prices[2] && prices[2] < prices[1], "\(market)")
  }

  /// `waggle-monitor --once --json`: every line is a message under its topic.
  private func expectLines(_ colony: RunningColony) async throws {
    let result = try await colony.call("waggle-monitor", ["--once", "--json"])
    #expect(result.code == 0, "\(result.errors)")
    var topics: Set<String> = []
    for line in result.output.split(separator: "\n") {
      let message = try JSON5Reader.read(String(line))
      let topic = try #require(message["topic"]?.string, "\(line)")
      topics.insert(topic.split(separator: ".").prefix(2).joined(separator: "."))
    }
    let expected: Set = [
      "market.top", "market.book", "market.metrics", "signal.quote", "colony.heartbeat", "colony.session",
      "colony.health",
    ]
    #expect(topics.isSuperset(of: expected), "only \(topics)")
    let chosen = try await colony.call("waggle-monitor", ["--once", "--json", "--topic", "market.top."])
    let lines = chosen.output.split(separator: "\n")
    #expect(!lines.isEmpty && lines.allSatisfy { $0.hasPrefix("{\"topic\":\"market.top.BTCUSDT.SIM.\"") })
  }

  /// The subscriber of the README reads the feed's metrics with nothing of ours but the schema.
  private func expectPython(_ colony: RunningColony) async throws {
    guard let python = try await PackageFiles.python(with: "sbe", "zmq") else { return }
    let script = """
      import sys, sbe, zmq
      schema = sbe.Schema.parse(open(sys.argv[1]))
      sub = zmq.Context().socket(zmq.SUB)
      sub.setsockopt(zmq.RCVTIMEO, 30000)
      sub.connect("tcp://127.0.0.1:" + sys.argv[2])
      sub.subscribe("market.metrics.BTCUSDT.SIM.")
      topic, body = sub.recv_multipart()
      message = schema.decode(body)
      print(topic.decode(), message.message_name, message.value["instrument"], message.value["mid"])
      """
    let output = "\(colony.folder)/python"
    let schema = "\(PackageFiles.root)/Sources/Wire/messages.xml"
    // The feed publishes at base + 3.
    let child = try ChildProcess(
      [python, "-c", script, schema, "\(colony.portBase + 3)"], output: .append(path: output))
    let status = await Programs.end(of: child, forSeconds: 60)
    if status == nil { try child.send(signal: 9) }
    let words = try text(output)
    #expect(status == .exited(code: 0), "\(words)")
    let parts = words.split(separator: " ")
    #expect(parts.prefix(3) == ["market.metrics.BTCUSDT.SIM.", "MarketMetrics", "1"], "\(words)")
    let mid = Double(parts.last?.split(separator: "\n").first ?? "") ?? 0
    #expect((40_000...90_000).contains(mid / 1e9), "\(words)")
  }
}
