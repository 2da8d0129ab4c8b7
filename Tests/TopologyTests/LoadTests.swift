import Testing
import Topology
import Trading

/// Ten mistakes a tired person makes; each is found in one run, with its line and column.
private let tenMistakes = """
  {
    colony: "ten mistakes",
    session: { mode: "paper", graceSecond: 5 },
    hosts: { local: { address: "127.0.0.1", ports: { base: 5710 } } }, format: 2,
    instruments: {
      "BTCUSDT.SIM": { number: 1, base: "BTC", quote: "USDT", tickSize: "0", lotSize: "0.00001" },
    },
    accounts: { main: { number: 1, venue: "venue", currency: "USDT" } },
    limits: {
      main: {
        maxOrderQuantity: { "BTCUSDT.SIM": "-0.5" }, maxOrderNotional: "50000",
        maxPosition: { "BTCUSDT.SIM": "1" }, priceCollarBps: "2%",
      },
    },
    components: {
      venue: {
        number: 1, kind: "venue", host: "local", instruments: ["BTCUSDT.SIM"],
        settings: { market: { source: "capture", format: "binance-spot", files: ["a"] } },
      },
      feed: { number: 2, kind: "feed", host: "local", inputs: ["venu"], inputs: ["venue"] },
      signal: {
        number: 3, kind: "signal", host: "local", inputs: ["feed", "executor"],
        settings: { strategies: [
          { name: "maker", number: 1, kind: "glft", instrument: "BTCUSDT.SIM", parameters: { a: "high" } },
        ] },
      },
      risk: { number: 4, kind: "risk", host: "local", account: "main", inputs: ["feed", "signal"] },
      executor: {
        number: 4, kind: "executor", host: "local", publish: "tcp://127.0.0.1:5719",
        control: "tcp://127.0.0.1:5720", account: "main", inputs: ["feed"], venue: "venue",
      },
      queen: { number: 6, kind: "queen", host: "local" },
    },
  }
  """

@Test func tenMistakesAreFoundInOneRun() {
  let found = Sample(text: tenMistakes).problems().map { "\($0.place) \($0.check.rawValue)" }
  #expect(
    found == [
      "2:11 bad-name", "3:29 unknown-key", "6:71 bad-instrument", "11:42 limit-not-positive",
      "12:60 wrong-type", "20:62 unknown-reference", "20:71 repeated-key", "24:95 parameter-not-number",
      "27:11 missing-key", "29:15 colliding-number",
    ])
}

@Test func problemsReadAsOneLineEach() {
  let problem = Sample(text: tenMistakes).problems()[1]
  #expect(
    problem.description
      == "3:29: error: session.graceSecond: the key 'graceSecond' means nothing here "
      + "(did you mean 'graceSeconds'?) [unknown-key]")
}

@Test func theListIsBounded() {
  let keys = (0..<4000).map { "k\($0): 1" }.joined(separator: ", ")
  do throws(TopologyProblems) {
    _ = try Topology.load(text: "{ \(keys) }")
    Issue.record("accepted")
  } catch {
    #expect(error.problems.count == TopologyProblems.maxListed)
    #expect(error.unlistedCount > 3500)
    #expect(error.description.hasSuffix("… and \(error.unlistedCount) more"))
  }
}

@Test func objectsAndListsAreBounded() {
  let names = (0...4096).map { "\"n\($0)\": 1" }.joined(separator: ", ")
  let parameters = Sample().replacing("{ gamma: 0.05 }", "{ \(names) }").problems()
  #expect(parameters.map(\.check) == [.outOfRange])
  #expect(parameters.first?.message == "has 4097 entries, but may have 4096")
  let inputs = (0...4096).map { "'c\($0)'" }.joined(separator: ", ")
  let listed = Sample().replacing("[\"venue\"]", "[\(inputs)]").problems()
  #expect(listed.contains { $0.check == .outOfRange && $0.path == "components.feed.inputs" })
  let session = Sample().replacing("{ mode: \"paper\" }", "{ \(names) }").problems()
  #expect(session.map(\.check) == [.outOfRange])
}

@Test(arguments: ["[]", "1", "null", "{}", "{ components: [], hosts: 1, instruments: 'x', accounts: null }"])
func otherTextsAreRefusedWithoutATrap(text: String) {
  #expect(!Sample(text: text).problems().isEmpty)
}

/// A value of the wrong kind anywhere is reported, never a trap: each value of the sample in turn becomes
/// null, a number, a string, a list, an object.
@Test func anyValueMayBeOfAnyKind() throws {
  let text = Sample().text
  var starts: [String.Index] = []
  for index in text.indices where text[index] == ":" { starts.append(text.index(after: index)) }
  #expect(starts.count > 60)
  var accepted: [String] = []
  for start in starts {
    for kind in ["null", "-1", "1e30", "''", "[]", "{}", "[{}]", "{ a: {} }"] {
      var changed = text
      changed.insert(contentsOf: " \(kind), x:", at: start)
      if Sample(text: changed).problems().isEmpty { accepted.append(kind) }
    }
  }
  // Only a strategy's parameters take any number, and any further name.
  #expect(accepted == ["-1", "1e30"])
}

@Test func theFingerprintIsFNV1aOfTheText() throws {
  // Published vectors: draft-eastlake-fnv, appendix C.
  #expect(Topology.fnv1a("".utf8) == 0xCBF2_9CE4_8422_2325)
  #expect(Topology.fnv1a("a".utf8) == 0xAF63_DC4C_8601_EC8C)
  #expect(Topology.fnv1a("foobar".utf8) == 0x8594_4171_F739_67E8)
  let text = Sample().text
  let topology = try Topology.load(text: text)
  #expect(topology.fingerprint == Topology.fnv1a(text.utf8))
  #expect(try Topology.load(bytes: Array(text.utf8)) == topology)
  #expect(try Topology.load(text: text + " ").fingerprint != topology.fingerprint)
}

@Test func bytesThatAreNotUTF8AreASyntaxProblem() {
  #expect {
    try Topology.load(bytes: [0x7B, 0xFF])
  } throws: { error in
    let problem = (error as? TopologyProblems)?.problems.first
    return problem?.check == .syntax && problem?.place.description == "1:2"
  }
}

@Test func theOrderOfTheFileDoesNotMatter() throws {
  let text = Sample().text
  let queen = "queen: { number: 6, kind: \"queen\", host: \"local\" },"
  let moved = Sample().replacing(queen, "").replacing("components: {", "components: { " + queen)
  let first = try Topology.load(text: text)
  let second = try moved.load()
  #expect(first.components == second.components)
  #expect(first.components.map(\.number) == [1, 2, 3, 4, 5, 6])
}

@Test func lookupsFindWhatTheFileSays() throws {
  let topology = try Sample().load()
  #expect(topology.component(named: "risk")?.number == 4)
  #expect(topology.component(number: 5)?.name == "executor")
  #expect(topology.component(number: 7) == nil)
  #expect(topology.risk(of: "main")?.name == "risk")
  #expect(topology.listeners(to: "feed").map(\.name) == ["signal", "risk", "executor"])
  #expect(topology.components(on: "local").count == 6)
  for name in ["venue", "feed", "signal", "risk", "executor"] {
    let component = try #require(topology.component(named: name))
    #expect(topology.instruments(of: component).map(\.number) == [1], "\(name)")
  }
  #expect(topology.instruments(of: topology.queen).map(\.number) == [1, 2])
}

@Test func defaultsAreTheDocumentedOnes() throws {
  let topology = try Sample().load()
  #expect(topology.durability == .process)
  #expect(topology.session.goLive == .byCommand)
  #expect(topology.session.graceNanos == 5_000_000_000)
  #expect(topology.restart.restarts == 5)
  #expect(topology.restart.windowNanos == 60_000_000_000)
  #expect(topology.security.transport == .none)
  guard case .queen(let queen) = topology.queen.role,
    case .executor(let executor) = topology.executor(of: "main")?.role,
    case .venue(let venue) = topology.component(named: "venue")?.role,
    case .feed(let feed) = topology.component(named: "feed")?.role
  else {
    Issue.record("a component is missing")
    return
  }
  #expect(queen.permitLifeNanos == 5_000_000_000)
  #expect(queen.degradationsToFailsafe == 3)
  #expect(queen.degradationWindowNanos == 600_000_000_000)
  #expect(executor.settings.orderTimeoutNanos == 10_000_000_000)
  #expect(executor.settings.cancelTimeoutNanos == 5_000_000_000)
  #expect(executor.settings.stuckAfterNanos == 30_000_000_000)
  #expect(venue.orderLatencyNanos == 300_000)
  #expect(venue.jitterNanos == 100_000)
  #expect(venue.capabilities.recvWindowNanos == 5_000_000_000)
  #expect(venue.capabilities.clientIDs.rule == .uniqueAmongOpen)
  #expect(feed.staleAfterNanos == 2_000_000_000)
  #expect(topology.limits[0].maxDataAgeNanos == 1_500_000_000)
}
