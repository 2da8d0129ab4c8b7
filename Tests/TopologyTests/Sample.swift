import Testing
import Topology

/// A small correct topology whose parts a test can replace, one mistake at a time.
struct Sample {
  var text = """
    {
      colony: "test",
      session: { mode: "paper" },
      hosts: { local: { address: "127.0.0.1", ports: { base: 5710 } } }, "format": 2,
      instruments: {
        "BTCUSDT.SIM": { number: 1, base: "BTC", quote: "USDT", tickSize: "0.01", lotSize: "0.00001" },
        "ETHUSDT.SIM": { number: 2, base: "ETH", quote: "USDT", tickSize: "0.01", lotSize: "0.0001" },
      },
      accounts: { main: { number: 1, venue: "venue", currency: "USDT" } },
      limits: {
        main: {
          maxOrderQuantity: { "BTCUSDT.SIM": "0.5" }, maxOrderNotional: "50000",
          maxPosition: { "BTCUSDT.SIM": "1" }, priceCollarBps: 200,
        },
      },
      components: {
        venue: {
          number: 1, kind: "venue", host: "local", instruments: ["BTCUSDT.SIM"],
          settings: {
            market: {
              source: "synthetic", midPrice: "60000", meanOrderQuantity: "0.05",
            },
          },
        },
        feed: { number: 2, kind: "feed", host: "local", inputs: ["venue"] },
        signal: {
          number: 3, kind: "signal", host: "local", inputs: ["feed", "executor"],
          settings: {
            strategies: [
              {
                name: "maker", number: 1, kind: "glft", instrument: "BTCUSDT.SIM",
                parameters: { gamma: 0.05 },
              },
            ],
          },
        },
        risk: {
          number: 4, kind: "risk", host: "local", account: "main", inputs: ["feed", "signal"],
          executor: "executor",
        },
        executor: {
          number: 5, kind: "executor", host: "local", account: "main", inputs: ["feed"], venue: "venue",
        },
        queen: { number: 6, kind: "queen", host: "local" },
      },
    }
    """

  /// The sample with one piece of text replaced; the piece must stand in it exactly once.
  func replacing(_ piece: String, _ replacement: String) -> Sample {
    let found = text.split(separator: piece, omittingEmptySubsequences: false)
    guard found.count == 2 else {
      Issue.record("'\(piece)' stands \(found.count - 1) times in the sample, not once")
      return self
    }
    return Sample(text: String(found[0]) + replacement + String(found[1]))
  }

  func load(_ environment: TopologyEnvironment = TopologyEnvironment()) throws(TopologyProblems) -> Topology {
    try Topology.load(text: text, environment: environment)
  }

  /// What is wrong; warnings only when nothing is.
  func problems(_ environment: TopologyEnvironment = TopologyEnvironment()) -> [Problem] {
    do throws(TopologyProblems) { return try load(environment).warnings } catch { return error.problems }
  }

  /// Where a piece of text begins, as `line:column`; the piece must stand in it exactly once.
  func place(of piece: String) -> String {
    let found = text.split(separator: piece, omittingEmptySubsequences: false)
    guard found.count == 2 else {
      Issue.record("'\(piece)' stands \(found.count - 1) times in the sample, not once")
      return ""
    }
    let lines = found[0].split(separator: "\n", omittingEmptySubsequences: false)
    return "\(lines.count):\(lines[lines.count - 1].count + 1)"
  }
}

/// Expects exactly one problem: this check, at the beginning of this piece of the text.
func expectOnly(
  _ check: Check, at piece: String, in sample: Sample,
  _ environment: TopologyEnvironment = TopologyEnvironment(),
  sourceLocation: SourceLocation = #_sourceLocation
) {
  let problems = sample.problems(environment)
  let listing = problems.map(\.description).joined(separator: "\n")
  #expect(problems.map(\.check) == [check], "\(listing)", sourceLocation: sourceLocation)
  #expect(
    problems.first?.place.description == sample.place(of: piece), "\(listing)", sourceLocation: sourceLocation
  )
}
