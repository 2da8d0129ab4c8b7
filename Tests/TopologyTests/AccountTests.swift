import Testing
import Topology
import Trading

private let sample = Sample()

/// The sample with another component before the queen.
private func adding(_ component: String) -> Sample { sample.replacing("queen: {", component + ", queen: {") }

@Test func anAccountNeedsAnExecutor() {
  let problems = sample.replacing(
    "accounts: {", "accounts: { b: { number: 2, venue: \"venue\", currency: \"USDT\" },"
  )
  .replacing(
    "limits: {",
    "limits: { b: { maxOrderQuantity: {}, maxOrderNotional: 1, maxPosition: {}, priceCollarBps: 1 },"
  )
  .problems()
  #expect(problems.map(\.check) == [.missingExecutor, .missingRisk])
}

@Test func anAccountHasOneExecutor() {
  let wrong = adding(
    """
    second: { number: 7, kind: "executor", host: "local", inputs: ["feed"], venue: "venue", account: 'main' }
    """
  )
  expectOnly(.twoExecutors, at: "'main'", in: wrong)
}

@Test func anAccountHasOneRiskOwner() {
  let wrong = adding(
    """
    second: {
      number: 7, kind: "risk", host: "local", inputs: ["feed"], executor: "executor", account: 'main',
    }
    """
  )
  expectOnly(.twoRiskOwners, at: "'main'", in: wrong)
}

@Test func riskAndExecutorServeTheSameAccount() {
  let wrong = sample.replacing(
    "accounts: {", "accounts: { b: { number: 2, venue: \"venue\", currency: \"USDT\" },"
  ).replacing("account: \"main\", inputs: [\"feed\", \"signal\"]", "account: \"b\", inputs: [\"feed\"]")
  #expect(wrong.problems().map(\.check).contains(.accountMismatch))
}

@Test func theExecutorTradesAtTheAccountsVenue() {
  let wrong = adding(
    """
    other: { number: 7, kind: "venue", host: "local", instruments: ["ETHUSDT.SIM"], settings: {
      market: { source: "capture", format: "x", files: ["a"] } } }
    """
  ).replacing("venue: \"venue\",\n", "venue: 'other',\n")
  expectOnly(.accountMismatch, at: "'other'", in: wrong)
}

@Test func aColonyHasOneQueen() {
  let none = sample.replacing("queen: { number: 6, kind: \"queen\", host: \"local\" },", "")
  #expect(none.problems().map(\.check) == [.missingQueen])
  expectOnly(.twoQueens, at: "queen: {", in: adding("first: { number: 7, kind: \"queen\", host: \"local\" }"))
}

@Test func noLimitsMeansNoTrading() {
  let wrong = sample.replacing("main: {\n", "mian: {\n")
  #expect(Set(wrong.problems().map(\.check)) == [.unknownReference, .limitsMissing])
}

@Test func everyTradedInstrumentHasLimits() {
  expectOnly(
    .instrumentWithoutLimit, at: "{ 'ETHUSDT.SIM': 1 }",
    in: sample.replacing("{ \"BTCUSDT.SIM\": \"1\" }", "{ 'ETHUSDT.SIM': 1 }"))
}

@Test(arguments: [
  ("\"0.5\" }, maxOrderNotional", "\"0\" }, maxOrderNotional", "\"0\""), ("\"1\" }", "-1 }", "-1"),
  ("\"50000\"", "\"0\"", "\"0\""), ("priceCollarBps: 200", "priceCollarBps: 0", "0,\n"),
  ("priceCollarBps: 200", "priceCollarBps: 200, ordersPerSecond: 0", "0,\n    },\n  },\n  components"),
  ("priceCollarBps: 200", "priceCollarBps: 200, burst: -5", "-5"),
])
func limitsMustBePositive(piece: String, wrong: String, place: String) {
  let changed = sample.replacing(piece, wrong)
  let problems = changed.problems().filter { $0.check == .limitNotPositive }
  #expect(problems.count == 1, "\(changed.problems())")
}

@Test func aHardCapBelowTheLimitIsAWarning() throws {
  let capped = sample.replacing(
    "inputs: [\"feed\"], venue: \"venue\",",
    """
    inputs: ["feed"], venue: "venue",
    settings: { maxPosition: { "BTCUSDT.SIM": '0.9' }, priceCollarBps: 300 },
    """
  )
  expectOnly(.capBelowLimit, at: "'0.9'", in: capped)
  let topology = try capped.load()
  #expect(topology.warnings.map(\.severity) == [.warning])
  #expect(topology.warnings[0].message.hasPrefix("the hard cap 0.9 is below the limit 1 "))
}

/// The sample has one strategy.
@Test(arguments: [(200, 200, nil), (201, 200, "write maxOpenOrders: 201 for 'executor' and 'venue'")])
func moreOrdersWantedThanAreKeptIsAWarning(wanted: Int, kept: Int, hint: String?) {
  let environment = TopologyEnvironment(mostOrders: { kind, _ in kind == "glft" ? wanted : nil })
  let problems = sample.problems(environment)
  #expect(problems.map(\.check) == (hint == nil ? [] : [.countBelowWants]))
  #expect(
    problems.first?.hint.hasPrefix(hint ?? "") ?? true && problems.allSatisfy { $0.severity == .warning })
}

/// The smaller of the two counts.
@Test func executorAndVenueBothBoundTheOpenOrders() throws {
  let wide = sample.replacing(
    "inputs: [\"feed\"], venue: \"venue\",",
    "inputs: [\"feed\"], venue: \"venue\", settings: { maxOpenOrders: 1000 },")
  let topology = try wide.load()
  guard case .executor(let executor) = topology.executor(of: "main")?.role,
    case .venue(let venue) = topology.component(named: "venue")?.role
  else {
    Issue.record("no executor or venue")
    return
  }
  #expect(executor.settings.maxOpenOrders == 1_000 && venue.capabilities.counts.openOrders == 200)
  let environment = TopologyEnvironment(mostOrders: { _, _ in 500 })
  #expect(
    wide.problems(environment).first?.message.contains("500 orders open at once, and 200 are kept") == true)
}

@Test func capsLeftOutEqualTheLimits() throws {
  let topology = try sample.load()
  guard case .executor(let executor) = topology.executor(of: "main")?.role else {
    Issue.record("no executor")
    return
  }
  let limits = try #require(topology.limits(of: "main"))
  #expect(executor.settings.maxOrderQuantity == limits.maxOrderQuantity)
  #expect(executor.settings.maxPosition == limits.maxPosition)
  #expect(executor.settings.priceCollar == limits.priceCollar)
  #expect(executor.settings.ordersPerSecond == 50)
  let name = try InstrumentName("BTCUSDT.SIM")
  #expect(limits.maxOrderQuantity(of: name)?.description == "0.5")
  #expect(limits.maxPosition(of: try InstrumentName("ETHUSDT.SIM")) == nil)
}

@Test func whatNobodyOwnsIsKeptUnlessTheFileSaysClose() throws {
  func policy(_ sample: Sample) throws -> ExecutorSettings.OwnerlessPolicy? {
    guard case .executor(let executor) = try sample.load().executor(of: "main")?.role else { return nil }
    return executor.settings.ownerless
  }
  func with(_ settings: String) -> Sample {
    sample.replacing(
      "inputs: [\"feed\"], venue: \"venue\",",
      "inputs: [\"feed\"], venue: \"venue\", settings: { \(settings) },")
  }
  #expect(try policy(sample) == .keep)
  #expect(try policy(with("ownerless: 'close'")) == .close)
  #expect(throws: TopologyProblems.self) { try policy(with("ownerless: 'sell'")) }
}

// MARK: - Live accounts

private let live = sample.replacing("mode: \"paper\" }", "mode: \"live\" }, durability: \"power\"")
  .replacing("venue: \"venue\", currency", "venue: \"venue\", live: true, currency")

@Test func aLiveAccountWithEverythingIsAccepted() throws {
  let topology = try live.load()
  #expect(topology.accounts[0].isLive)
  #expect(topology.durability == .power)
  guard case .queen(let queen) = topology.queen.role else {
    Issue.record("no queen")
    return
  }
  #expect(queen.permitLifeNanos == 30_000_000_000, "longer than in paper")
}

@Test func aLiveAccountNeedsLimits() {
  let wrong = live.replacing("limits: {\n", "limits: {} }\n").text
  let cut = wrong.split(separator: "limits: {} }", omittingEmptySubsequences: false)
  let rest = cut[1].split(separator: "components:", omittingEmptySubsequences: false)
  let without = Sample(text: cut[0] + "components:" + rest[1])
  #expect(without.problems().map(\.check) == [.liveWithoutLimits])
}

@Test func aLiveAccountNeedsDurabilityPower() {
  expectOnly(.liveDurability, at: "true", in: live.replacing("\"power\"", "\"process\""))
  expectOnly(.liveDurability, at: "true", in: live.replacing(", durability: \"power\"", ""))
}

@Test func aLiveJournalIsOnALocalDisk() {
  expectOnly(
    .networkFileSystem, at: "true", in: live, TopologyEnvironment(isJournalOnNetworkFileSystem: true))
  #expect(sample.problems(TopologyEnvironment(isJournalOnNetworkFileSystem: true)).isEmpty)
}

@Test func aLiveAccountNeedsALiveSession() {
  expectOnly(.liveOutsideLive, at: "true", in: live.replacing("\"live\"", "\"paper\""))
}
