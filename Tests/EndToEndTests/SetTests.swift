import JSON5
import Testing

/// A parameter that is changed while the colony runs.
@Suite(.serialized) struct SetTests {
  @Test func aSetParameterMovesTheQuotesAndOutlivesTheProcess() async throws {
    try await withColony("paper.json5", []) { colony in
      try await colony.trading()
      try await colony.eventually("quotes are nearer than 40 bps") {
        (try await nearestBid(colony)?.offsetBps).map { $0 < 40 } ?? false
      }
      let set = try await colony.command(["set", "maker", "minHalfSpreadBps", "40"])
      #expect(set.code == 0 && set.output == "minHalfSpreadBps of 'maker' is 40, was 1.5\n", "\(set)")
      try await colony.eventually("quotes stand 40 bps away") {
        try await nearestBid(colony)?.offsetBps == 40
      }
      try await expectRefusals(colony)

      let epoch = try #require(try await nearestBid(colony)?.epoch)
      let killed = try colony.kill("signal")
      try await colony.eventually("signal is back") {
        try colony.components()["signal"].map { $0 != killed } ?? false
      }
      try await colony.eventually("the new process quotes") {
        (try await nearestBid(colony)?.epoch).map { $0 > epoch } ?? false
      }
      #expect(try await nearestBid(colony)?.offsetBps == 40)
      let list = try await colony.call("waggle", ["set", "maker", "--operator", "tester"])
      #expect(
        list.code == 0
          && list.output.contains(
            "minHalfSpreadBps = 40; 0 to 1000; topology 1.5; set to 40 by tester "),
        "\(list)")

      #expect(try await colony.command(["stop"]).code == 0)
      #expect(try await colony.end().code == 0)
      try await expectJournaled(colony)
    }
  }

  private func expectRefusals(_ colony: RunningColony) async throws {
    let far = try await colony.command(["set", "maker", "minHalfSpreadBps", "5000"])
    #expect(far.code == 1 && far.output.contains("must be from 0.0 to 1000.0"), "\(far)")
    let fixed = try await colony.command(["set", "maker", "eigenvector", "1"])
    #expect(fixed.code == 1 && fixed.output.contains("while it runs, gamma, k, a,"), "\(fixed)")
    let nobody = try await colony.command(["set", "taker", "gamma", "1"])
    #expect(nobody.code == 64 && nobody.errors.contains("it has maker"), "\(nobody)")
    #expect(try colony.counters("signal")?["parameters.set"]?.integer == 1)
  }

  /// The journal holds who set what, once, and its facts make its states.
  private func expectJournaled(_ colony: RunningColony) async throws {
    let show = try await colony.call("waggle", ["journal", "show", "signal"])
    let lines = show.output.split(separator: "\n").filter { $0.contains("parameterSet") }
    #expect(lines.count == 1, "\(show)")
    for word in ["minHalfSpreadBps", "40", "1.5", "tester", "a test"] {
      #expect(lines.first?.contains(word) == true, "\(word): \(lines)")
    }
    let verified = try await colony.call("waggle", ["journal", "verify", "signal"])
    #expect(verified.code == 0, "\(verified)")
  }

  /// The nearest bid of the newest quotes, and the incarnation that quotes it; nil while none are heard.
  private func nearestBid(_ colony: RunningColony) async throws -> (offsetBps: Double, epoch: Int64)? {
    let result = try await colony.call(
      "waggle-monitor", ["--once", "--json", "--topic", "signal.quote."])
    for line in result.output.split(separator: "\n").reversed() {
      let message = try JSON5Reader.read(String(line))
      guard let bid = message["bids"]?.elements?.first?["offsetBps"]?.number?.double,
        let epoch = message["envelope"]?["epoch"]?.integer
      else { continue }
      return (bid, epoch)
    }
    return nil
  }
}
