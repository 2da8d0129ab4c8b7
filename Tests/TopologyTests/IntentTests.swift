import ActorKit
import Testing
import Topology
import Trading

private let sample = Sample()

private func limiting(_ keys: String) -> Sample {
  sample.replacing("priceCollarBps: 200,", "priceCollarBps: 200, \(keys),")
}

// MARK: - Limits

@Test func theLimitsOfTradesHaveDefaults() throws {
  let limits = try #require(try sample.load().limits(of: "main"))
  #expect(limits.maxLossPerTrade == nil && limits.minStopTicks == 5)
  #expect(limits.slippageAllowance == Bps(whole: 10))
}

@Test func theLimitsOfTradesAreRead() throws {
  let text = "maxLossPerTrade: '12.5', minStopTicks: 20, slippageAllowanceBps: '2.5'"
  let limits = try #require(try limiting(text).load().limits(of: "main"))
  #expect(limits.maxLossPerTrade == Money(raw: 1_250_000_000) && limits.minStopTicks == 20)
  #expect(limits.slippageAllowance == Bps(raw: 2_500_000))
  #expect(try limiting("slippageAllowanceBps: 0").load().limits[0].slippageAllowance == .zero)
}

@Test(arguments: [
  ("maxLossPerTrade: '0'", "'0'", Check.limitNotPositive),
  ("maxLossPerTrade: '-5'", "'-5'", .limitNotPositive),
  ("maxLossPerTrade: '5 USDT'", "'5 USDT'", .wrongType), ("maxLossPerTrade: true", "true", .wrongType),
  ("minStopTicks: 1000001", "1000001", .outOfRange), ("minStopTicks: -1", "-1", .outOfRange),
  ("minStopTicks: 2.5", "2.5", .outOfRange), ("slippageAllowanceBps: '-0.1'", "'-0.1'", .outOfRange),
  ("slippageAllowanceBps: '1000.1'", "'1000.1'", .outOfRange),
  ("maxLosPerTrade: '5'", "maxLosPerTrade", .unknownKey),
])
func aWrongLimitOfTradesIsFound(keys: String, place: String, check: Check) {
  expectOnly(check, at: place, in: limiting(keys))
}

// MARK: - Directional strategies

private let known = TopologyEnvironment(strategyKinds: ["glft", "breakout"], directionalKinds: ["breakout"])

/// The sample with a breakout strategy beside its maker.
private func directional(_ more: String = "", budget: Bool = true) -> Sample {
  (budget ? limiting("maxLossPerTrade: '50'") : sample).replacing(
    "parameters: { gamma: 0.05 },\n          },",
    """
    parameters: { gamma: 0.05 },
              },
              { name: "trend", number: 2, kind: "breakout", instrument: 'BTCUSDT.SIM'\(more) },
    """)
}

@Test func twoStrategiesOnOnePositionAreAWarningWhenOneIsDirectional() throws {
  expectOnly(.sharedPosition, at: "'BTCUSDT.SIM'", in: directional(), known)
  let warning = try #require(directional().problems(known).first)
  #expect(warning.severity == .warning && warning.message.hasPrefix("'maker' trades 'BTCUSDT.SIM' for"))
  // Nobody said which kinds are directional, or the other one is not.
  #expect(directional().problems().isEmpty)
  #expect(directional().replacing("\"breakout\"", "\"glft\"").problems(known).isEmpty)
  // Both name the account, one by leaving it out.
  #expect(directional(", account: \"main\"").problems(known).map(\.check) == [.sharedPosition])
}

@Test func aDirectionalStrategyWithoutABudgetIsAWarning() {
  let alone = sample.replacing("kind: \"glft\"", "kind: \"breakout\"")
  expectOnly(.tradeBudgetMissing, at: "main: {\n      maxOrderQuantity", in: alone, known)
  let budgeted = limiting("maxLossPerTrade: '50'").replacing("kind: \"glft\"", "kind: \"breakout\"")
  #expect(budgeted.problems(known).isEmpty)
}

@Test func aDirectionalStrategyWhoseVenueTakesNoStopsIsAWarning() throws {
  let alone = limiting("maxLossPerTrade: '50'").replacing("kind: \"glft\"", "kind: \"breakout\"")
  let without = alone.replacing(
    "settings: {\n        market: {", "settings: {\n        stopOrders: false,\n        market: {")
  expectOnly(.stopsNotAtVenue, at: "\"breakout\"", in: without, known)
  let warning = try #require(without.problems(known).first)
  #expect(warning.severity == .warning)
  #expect(warning.message.contains("the venue 'venue' takes no stop orders: the executor of 'main' guards"))
  // Quotes have no stops.
  #expect(without.replacing("\"breakout\"", "\"glft\"").problems(known).isEmpty)
}

// MARK: - Sessions

@Test func aSignalComponentHoldsASessionWithTheRiskOfItsStrategies() throws {
  let topology = try sample.load()
  let signal = try #require(topology.component(named: "signal"))
  let risk = try #require(topology.component(named: "risk"))
  let executor = try #require(topology.component(named: "executor"))
  let link = Wiring(of: signal, in: topology).links.first { $0.component == risk.number }
  #expect(link?.hasSession == true)
  #expect(Wiring(of: risk, in: topology).sessionClients == [signal.number])
  #expect(Wiring(of: executor, in: topology).sessionClients == [risk.number])
  #expect(Wiring(of: signal, in: topology).sessionClients.isEmpty)
  // It hears that risk lives.
  #expect(Wiring(of: signal, in: topology).subscriptions.contains { $0.component == risk.number })
}

@Test func withARiskThatDoesNotListenThereIsNoSession() throws {
  let deaf = sample.replacing("inputs: [\"feed\", \"signal\"]", "inputs: [\"feed\"]")
  let topology = try deaf.load()
  let signal = try #require(topology.component(named: "signal"))
  let risk = try #require(topology.component(named: "risk"))
  #expect(topology.risks(of: signal).isEmpty)
  #expect(!Wiring(of: signal, in: topology).links.contains { $0.hasSession })
  #expect(Wiring(of: risk, in: topology).sessionClients.isEmpty)
}
