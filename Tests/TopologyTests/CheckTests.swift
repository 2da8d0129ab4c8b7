import Testing
import Topology

// One test a check: the sample with one mistake gives exactly one problem, at the place of the mistake.

private let sample = Sample()

@Test func theSampleIsCorrect() throws {
  #expect(sample.problems().isEmpty)
}

@Test func syntaxErrorsHaveTheirPlace() {
  let broken = sample.replacing("colony: \"test\",", "colony: \"test\"")
  let problems = broken.problems()
  #expect(problems.map(\.check) == [.syntax])
  #expect(problems.first?.place.description == broken.place(of: "session"))
  #expect(problems.first?.message == "expected ',' or '}' after the value of 'colony', found 's'")
}

@Test func unknownKeysAreRefusedWithTheNearest() {
  let wrong = sample.replacing(
    "tickSize: \"0.01\", lotSize: \"0.00001\"", "tickSize: 0.01, lotSize: 1, makerFeBps: 1")
  expectOnly(.unknownKey, at: "makerFeBps", in: wrong)
  #expect(wrong.problems().first?.hint == "did you mean 'makerFeeBps'?")
  #expect(wrong.problems().first?.path == "instruments.\"BTCUSDT.SIM\".makerFeBps")
}

@Test func keysOfAnotherKindAreUnknown() {
  let wrong = sample.replacing(
    "kind: \"queen\", host: \"local\"", "kind: \"queen\", host: \"local\", account: \"main\"")
  expectOnly(.unknownKey, at: "account: \"main\" }", in: wrong)
}

@Test func repeatedKeysAreRefused() {
  let wrong = sample.replacing("mode: \"paper\"", "mode: \"paper\", 'mode': \"live\"")
  expectOnly(.repeatedKey, at: "'mode'", in: wrong)
}

@Test func repeatedNamesAreRefused() {
  let wrong = sample.replacing("queen: {", "risk: { number: 9, kind: \"queen\", host: \"local\" }, queen: {")
  expectOnly(.repeatedKey, at: "risk: { number: 9", in: wrong)
}

@Test func repeatedInputsAreRefused() {
  expectOnly(
    .repeatedKey, at: "'feed'",
    in: sample.replacing("[\"feed\", \"executor\"]", "[\"executor\", \"feed\", 'feed']"))
}

@Test func missingKeysAreReportedAtTheirObject() {
  let wrong = sample.replacing(
    "quote: \"USDT\", tickSize: \"0.01\", lotSize: \"0.00001\"", "tickSize: 1, lotSize: 1")
  expectOnly(.missingKey, at: "{ number: 1, base", in: wrong)
  #expect(wrong.problems().first?.message == "the key 'quote' is missing")
}

@Test func missingEndpointsAreReported() {
  let wrong = sample.replacing(", ports: { base: 5710 }", "")
  let problems = wrong.problems()
  #expect(problems.count == 12, "two sockets of six components")
  #expect(problems.allSatisfy { $0.check == .missingKey })
}

@Test func aListenerNeedsInputs() {
  let wrong = sample.replacing("account: \"main\", inputs: [\"feed\"]", "account: \"main\", inputs: []")
  expectOnly(.missingKey, at: "executor: {\n", in: wrong)
}

@Test(arguments: [
  ("colony: \"test\"", "colony: 77", "77"), ("number: 6,", "number: \"6\",", "\"6\""),
  ("{ gamma: 0.05 }", "[0.05]", "[0.05]"), ("{ mode: \"paper\" }", "\"paper\"", "\"paper\""),
  ("inputs: [\"venue\"]", "inputs: \"venue\"", "\"venue\" }"),
  ("midPrice: \"60000\"", "midPrice: \"60,000\"", "\"60,000\""),
  ("midPrice: \"60000\"", "midPrice: true", "true"),
  ("maxOrderNotional: \"50000\"", "maxOrderNotional: \"50000 USDT\"", "\"50000 USDT\""),
])
func wrongTypesAreRefused(piece: String, wrong: String, place: String) {
  let problems = sample.replacing(piece, wrong).problems()
  #expect(
    problems.first { $0.check == .wrongType }?.place.description
      == sample.replacing(piece, wrong).place(of: place))
}

@Test(arguments: [
  ("mode: \"paper\"", "mode: \"papre\"", "\"papre\""), ("number: 6,", "number: 0,", "0, kind"),
  ("number: 6,", "number: 65535,", "65535"), ("number: 6,", "number: 6.5,", "6.5"),
  ("mode: \"paper\"", "mode: \"paper\", graceSeconds: 301", "301"),
  ("mode: \"paper\"", "mode: \"paper\", graceSeconds: 0.0000000001", "0.0000000001"),
  ("priceCollarBps: 200", "priceCollarBps: 5001", "5001"), ("base: 5710", "base: 70000", "70000"),
  ("priceCollarBps: 200", "priceCollarBps: 200, cancelReserve: 100", "100,\n"),
  ("midPrice: \"60000\"", "midPrice: \"0\"", "\"0\""),
  ("midPrice: \"60000\"", "midPrice: \"1e11\"", "\"1e11\""),
  ("midPrice: \"60000\"", "midPrice: \"0.0000000001\"", "\"0.0000000001\""),
  ("midPrice: \"60000\"", "midPrice: \"60000\", depthBps: 5001", "5001"),
  ("midPrice: \"60000\"", "midPrice: \"60000\", volatilityBpsPerSqrtSecond: Infinity", "Infinity"),
])
func valuesOutOfRangeAreRefused(piece: String, wrong: String, place: String) {
  let changed = sample.replacing(piece, wrong)
  let problems = changed.problems()
  let found = problems.first { $0.check == .outOfRange }
  #expect(found?.place.description == changed.place(of: place), "\(problems)")
}

@Test func namesMustBePlain() {
  expectOnly(.badName, at: "\"my test\"", in: sample.replacing("\"test\"", "\"my test\""))
  expectOnly(.badName, at: "\"../x\"", in: sample.replacing("\"test\"", "\"../x\""))
  expectOnly(
    .badName, at: "\"btcusdt\"", in: sample.replacing("\"ETHUSDT.SIM\": {", "\"btcusdt\": {"))
  expectOnly(.badName, at: "\"usdt\"", in: sample.replacing("currency: \"USDT\"", "currency: \"usdt\""))
}

@Test func speedIsForReplayOnly() {
  expectOnly(
    .outOfPlace, at: "10.5 }", in: sample.replacing("mode: \"paper\"", "mode: \"paper\", speed: 10.5"))
}

@Test(arguments: [
  ("inputs: [\"venue\"]", "inputs: [\"venu\"]", "\"venu\"", "did you mean 'venue'?"),
  ("executor: \"executor\"", "executor: \"exec\"", "\"exec\"", "one of 'executor'"),
  (
    "inputs: [\"feed\"], venue: \"venue\"", "inputs: [\"feed\"], venue: \"binance\"", "\"binance\"",
    "one of 'venue'"
  ),
  (
    "number: 6, kind: \"queen\", host: \"local\"", "number: 6, kind: \"queen\", host: \"locla\"", "\"locla\"",
    "did you mean 'local'?"
  ),
  (
    "instruments: [\"BTCUSDT.SIM\"]", "instruments: [\"BTCUSDT.SIM\", \"XRPUSDT.SIM\"]", "\"XRPUSDT.SIM\"", ""
  ),
  ("number: 1, venue: \"venue\"", "number: 1, venue: \"venues\"", "\"venues\"", "did you mean 'venue'?"),
  (
    "account: \"main\", inputs: [\"feed\"]", "account: \"mian\", inputs: [\"feed\"]", "\"mian\"",
    "did you mean 'main'?"
  ),
  (
    "limits: {",
    "limits: { other: { maxOrderQuantity: {}, maxOrderNotional: 1, maxPosition: {}, priceCollarBps: 1 },",
    "other:", "one of 'main'"
  ),
  (
    "maxOrderQuantity: {", "maxOrderQuantity: { \"BTCUSD.SIM\": 1, ", "\"BTCUSD.SIM\": 1",
    "did you mean 'BTCUSDT.SIM'?"
  ),
])
func unknownNamesAreRefused(piece: String, wrong: String, place: String, hint: String) {
  let changed = sample.replacing(piece, wrong)
  let problems = changed.problems().filter { $0.check == .unknownReference }
  #expect(problems.map(\.place.description) == [changed.place(of: place)], "\(changed.problems())")
  if !hint.isEmpty { #expect(problems.first?.hint == hint) }
}

@Test func inputsMustBeOfTheRightKind() {
  expectOnly(
    .wrongKind, at: "\"queen\"], venue",
    in: sample.replacing("inputs: [\"feed\"],", "inputs: [\"feed\", \"queen\"],"))
  let wrong = sample.replacing("executor: \"executor\"", "executor: 'feed'")
  expectOnly(.wrongKind, at: "'feed'", in: wrong)
  #expect(wrong.problems().first?.message == "'feed' is of kind feed, but must be of kind executor")
}
