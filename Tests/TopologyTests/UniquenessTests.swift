import Testing
import Topology

private let sample = Sample()

@Test func instrumentNumbersMustBeUnique() {
  let wrong = sample.replacing("number: 2, base: \"ETH\"", "number: 1, base: \"ETH\"")
  expectOnly(.collidingNumber, at: "1, base: \"ETH\"", in: wrong)
  #expect(wrong.problems().first?.hint == "2 is free")
}

@Test func componentNumbersMustBeUnique() {
  // The endpoints are given, because those allotted from the number would collide too.
  let wrong = sample.replacing(
    "number: 6, kind: \"queen\"",
    "number: 5, publish: \"ipc://q.pub\", control: \"ipc://q.ctl\", kind: \"queen\"")
  expectOnly(.collidingNumber, at: "5, publish", in: wrong)
  #expect(wrong.problems().first?.message.contains("belongs to component 'executor'") == true)
  #expect(wrong.problems().first?.hint == "6 is free")
}

@Test func strategyNumbersAndNamesMustBeUnique() {
  let second =
    "name: \"other\", number: 1, kind: \"glft\", instrument: \"BTCUSDT.SIM\" }, { name: \"maker\""
  expectOnly(
    .collidingNumber, at: "1, kind: \"glft\", instrument: \"BTCUSDT.SIM\",\n",
    in: sample.replacing(
      "name: \"maker\"", second))
  let named = "name: \"maker\", number: 2, kind: \"glft\", instrument: \"BTCUSDT.SIM\" }, { name: \"maker\""
  expectOnly(.collidingName, at: "\"maker\", number: 1", in: sample.replacing("name: \"maker\"", named))
}

@Test func accountNumbersMustBeUnique() {
  let wrong = sample.replacing(
    "accounts: {", "accounts: { other: { number: 1, venue: \"venue\", currency: \"USDT\" },")
  let checks = wrong.problems().map(\.check)
  #expect(checks.contains(.collidingNumber))
  #expect(Set(checks) == [.collidingNumber, .missingExecutor, .missingRisk, .limitsMissing])
}

@Test func endpointsMustBeUnique() {
  let same = sample.replacing(
    "number: 6,", "number: 6, publish: \"ipc://queen\", control: \"ipc://queen\",")
  expectOnly(.collidingEndpoint, at: "\"ipc://queen\", kind", in: same)
  let ofAnother = sample.replacing(
    "number: 6,", "number: 6, publish: \"tcp://127.0.0.1:5711\", control: \"ipc://queen\",")
  expectOnly(.collidingEndpoint, at: "\"tcp://127.0.0.1:5711\"", in: ofAnother)
  #expect(ofAnother.problems().first?.message.contains("by 'venue' too") == true)
}

@Test func aWildcardCollidesWithEveryAddressOfThePort() {
  let wrong = sample.replacing(
    "number: 6,", "number: 6, publish: \"tcp://0.0.0.0:5711\", control: \"ipc://queen\",")
  #expect(Set(wrong.problems().map(\.check)) == [.collidingEndpoint, .insecureEndpoint])
}
