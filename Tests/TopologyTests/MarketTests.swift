import Testing
import Topology
import Trading

private let sample = Sample()

@Test(arguments: [
  ("tickSize: \"0.01\", lotSize: \"0.0001\" ", "tickSize: \"0\", lotSize: \"0.0001\" ", "\"0\", lot"),
  ("lotSize: \"0.0001\" ", "lotSize: \"-0.0001\" ", "\"-0.0001\""),
  ("lotSize: \"0.0001\" ", "lotSize: \"0.0001\", minQuantity: \"0.00015\" ", "{ number: 2, base"),
])
func tickLotAndMinimumMustWork(piece: String, wrong: String, place: String) {
  expectOnly(.badInstrument, at: place, in: sample.replacing(piece, wrong))
}

@Test(arguments: ["1000.1", "-1001", "\"5000\""])
func feesMustBePlausible(fee: String) {
  let wrong = sample.replacing("lotSize: \"0.0001\" ", "lotSize: \"0.0001\", takerFeeBps: \(fee) ")
  expectOnly(.feeOutOfRange, at: fee, in: wrong)
}

@Test func rebatesAreFees() throws {
  let topology = try sample.replacing("lotSize: \"0.0001\" ", "lotSize: \"0.0001\", makerFeeBps: -0.25 ")
    .load()
  #expect(topology.instrument(number: 2)?.makerFee.description == "-0.25")
}

@Test(arguments: ["'0.05'", "NaN", "Infinity", "true", "null", "[1]"])
func parametersMustBeNumbers(value: String) {
  expectOnly(.parameterNotNumber, at: value, in: sample.replacing("gamma: 0.05", "gamma: \(value)"))
}

@Test func parametersKeepTheirExactDecimal() throws {
  let topology = try sample.replacing("gamma: 0.05", "lot: 0.10, gamma: 5e-2").load()
  guard case .signal(let signal) = topology.component(named: "signal")?.role else {
    Issue.record("no signal")
    return
  }
  #expect(signal.strategies[0].parameters.map(\.name) == ["gamma", "lot"])
  #expect(signal.strategies[0].parameter("gamma")?.value == 0.05)
  #expect(signal.strategies[0].parameter("lot")?.decimal == "0.1")
  #expect(signal.strategies[0].parameter("delta") == nil)
}

@Test func howLongAStrategysStateCountsIsSaidInSeconds() throws {
  func age(_ sample: Sample) throws -> Int64? {
    guard case .signal(let signal) = try sample.load().component(named: "signal")?.role else { return nil }
    return signal.strategies[0].stateMaxAgeSeconds
  }
  #expect(try age(sample) == 300)
  #expect(try age(sample.replacing("kind: \"glft\"", "stateMaxAgeSeconds: 0, kind: \"glft\"")) == 0)
  for wrong in ["-1", "604801", "0.5", "\"60\""] {
    let bad = sample.replacing("kind: \"glft\"", "stateMaxAgeSeconds: \(wrong), kind: \"glft\"")
    #expect(throws: (any Error).self) { try bad.load() }
  }
}

@Test func aStrategyOfAnotherBuildIsAWarning() throws {
  let environment = TopologyEnvironment(strategyKinds: ["as2008", "gltf"])
  let warning = try #require(sample.load(environment).warnings.first)
  #expect(warning.check == .unknownKind && warning.hint == "did you mean 'gltf'?")
  #expect(warning.place.description == sample.place(of: "\"glft\""))
}

/// With two executors to choose from, the wrong account would be traded.
@Test func aStrategyNamesItsAccountWhenThereAreSeveral() throws {
  let second = sample.replacing(
    "main: { number: 1, venue: \"venue\", currency: \"USDT\" }",
    "main: { number: 1, venue: \"venue\", currency: \"USDT\" }, "
      + "more: { number: 2, venue: \"venue\", currency: \"USDT\" }"
  ).replacing(
    "queen: { number: 6,",
    "risk2: { number: 7, kind: \"risk\", host: \"local\", account: \"more\", inputs: [\"feed\"], "
      + "executor: \"executor2\" }, "
      + "executor2: { number: 8, kind: \"executor\", host: \"local\", account: \"more\", "
      + "inputs: [\"feed\"], venue: \"venue\" }, queen: { number: 6,"
  ).replacing(
    "limits: {",
    "limits: { more: { maxOrderQuantity: { \"BTCUSDT.SIM\": \"0.5\" }, maxOrderNotional: \"5\", "
      + "maxPosition: { \"BTCUSDT.SIM\": \"1\" }, priceCollarBps: 200 },")
  #expect(second.problems().isEmpty)
  let stranger = second.replacing("gamma: 0.05 },", "gamma: 0.05 }, account: \"more\",")
  expectOnly(.accountMismatch, at: "\"more\",\n", in: stranger)
  let both = second.replacing("[\"feed\", \"executor\"]", "[\"feed\", \"executor\", \"executor2\"]")
  expectOnly(.missingKey, at: "\"maker\"", in: both)
  let told = try both.replacing("gamma: 0.05 },", "gamma: 0.05 }, account: \"more\",").load()
  guard case .signal(let signal) = told.component(named: "signal")?.role else {
    Issue.record("no signal")
    return
  }
  #expect(signal.strategies.map(\.account) == ["more"])
  expectOnly(
    .unknownReference, at: "\"nobody\"",
    in: both.replacing("gamma: 0.05 },", "gamma: 0.05 }, account: \"nobody\","))
}

@Test func parametersAreJudgedByTheirStrategyWhenKnown() {
  let environment = TopologyEnvironment(
    strategyKinds: ["glft"],
    parameterProblems: { kind, parameters in
      parameters.filter { $0.value > 1 }.map { ($0.name, "\(kind) takes \($0.name) up to 1") }
    })
  let wrong = sample.replacing("gamma: 0.05", "gamma: 1.5")
  expectOnly(.parameterRefused, at: "gamma", in: wrong, environment)
  #expect(wrong.problems(environment).first?.message == "glft takes gamma up to 1")
}

@Test func captureFormatsAreCheckedWhenKnown() {
  let capture = sample.replacing(
    "source: \"synthetic\", midPrice: \"60000\", meanOrderQuantity: \"0.05\",",
    "source: \"capture\", format: \"binance-sopt\", files: [\"a.gz\"],")
  #expect(capture.problems().isEmpty)
  expectOnly(
    .unknownKind, at: "\"binance-sopt\"", in: capture, TopologyEnvironment(captureFormats: ["binance-spot"]))
  expectOnly(.outOfRange, at: "[]", in: capture.replacing("[\"a.gz\"]", "[]"))
  expectOnly(.unknownKey, at: "seed", in: capture.replacing("format:", "seed: 1, format:"))
}

@Test func instrumentsMustBeFed() {
  let wrong = sample.replacing("instrument: \"BTCUSDT.SIM\"", "instrument: 'ETHUSDT.SIM'")
  #expect(
    wrong.problems().map(\.check) == [.instrumentWithoutLimit, .instrumentWithoutLimit, .instrumentNotFed])
}

@Test func aMarketOfTwoInstrumentsNeedsAValueForEach() throws {
  let two = sample.replacing(
    "instruments: [\"BTCUSDT.SIM\"]", "instruments: [\"BTCUSDT.SIM\", \"ETHUSDT.SIM\"]")
  #expect(two.problems().map(\.check) == [.outOfRange, .outOfRange])
  let mapped = two.replacing("\"60000\"", "{ \"ETHUSDT.SIM\": 2500, \"BTCUSDT.SIM\": 60000 }")
  let whole = mapped.replacing("\"0.05\"", "{ \"ETHUSDT.SIM\": 1, \"BTCUSDT.SIM\": \"0.05\" }")
  guard case .venue(let venue) = try whole.load().component(named: "venue")?.role,
    case .synthetic(let market) = venue.market
  else {
    Issue.record("no synthetic market")
    return
  }
  #expect(market.midPrice.map(\.instrument.description) == ["BTCUSDT.SIM", "ETHUSDT.SIM"])
  #expect(market.midPrice.map(\.value.description) == ["60000", "2500"])
  expectOnly(.missingKey, at: "{ 'BTCUSDT.SIM'", in: mapped.replacing("\"0.05\"", "{ 'BTCUSDT.SIM': 1 }"))
}
