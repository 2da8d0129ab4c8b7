import Testing
import Topology

private let sample = Sample()

@Test(arguments: [
  "tcp://127.0.0.1:1", "tcp://10.0.0.255:65535", "tcp://[::1]:5711", "ipc://a", "ipc://venue.pub_1-2",
])
func endpointsReadBackAsTheyWere(text: String) {
  #expect(Endpoint(text)?.description == text)
}

@Test(arguments: [
  "", "tcp://", "tcp://127.0.0.1", "tcp://127.0.0.1:", "tcp://127.0.0.1:0", "tcp://127.0.0.1:65536",
  "tcp://127.0.0.1:05", "tcp://127.0.0.1:+5", "tcp://localhost:5711", "tcp://*:5711", "tcp://127.0.0.256:1",
  "tcp://127.0.1:1", "tcp://::1:5711", "tcp://[127.0.0.1]:1", "udp://127.0.0.1:1", "ipc://", "ipc://a/b",
  "ipc://../a", "ipc://.a", "ipc://@abstract", "ipc://ä", "inproc://a", "tcp:/", "tcp://:1",
])
func whatIsNoEndpointIsRefused(text: String) {
  #expect(Endpoint(text) == nil)
}

@Test func badEndpointsAreReported() {
  let wrong = sample.replacing(
    "number: 6,", "number: 6, publish: \"tcp://localhost:1\", control: \"ipc://queen\",")
  expectOnly(.badEndpoint, at: "\"tcp://localhost:1\"", in: wrong)
  expectOnly(.badEndpoint, at: "\"localhost\"", in: sample.replacing("\"127.0.0.1\"", "\"localhost\""))
}

@Test func unprotectedEndpointsMustBeLocal() {
  let wrong = sample.replacing(
    "number: 6,", "number: 6, publish: \"tcp://10.0.0.1:6000\", control: \"ipc://queen\",")
  expectOnly(.insecureEndpoint, at: "\"tcp://10.0.0.1:6000\"", in: wrong)
  let host = sample.replacing("\"127.0.0.1\"", "\"10.0.0.1\"").problems()
  #expect(host.map(\.check) == [Check](repeating: .insecureEndpoint, count: 12))
}

@Test func aTrustedNetworkAllowsThemWithAWarning() throws {
  let trusted = sample.replacing("\"127.0.0.1\"", "\"10.0.0.1\"")
    .replacing("colony:", "security: { transport: \"none\", trustedNetwork: true }, colony:")
  expectOnly(.insecureEndpoint, at: "true", in: trusted)
  let topology = try trusted.load()
  #expect(topology.security.isNetworkTrusted)
  #expect(topology.warnings.map(\.severity) == [.warning])
  #expect(topology.warnings.first?.message.contains("tcp://10.0.0.1:5711 or one of 11 other") == true)
  let refused = sample.replacing("\"127.0.0.1\"", "\"10.0.0.1\"").problems()
  #expect(refused.allSatisfy { $0.hint.contains("trustedNetwork: true") })
}

@Test func trustWithoutExposureIsNoWarning() {
  let local = sample.replacing("colony:", "security: { trustedNetwork: true }, colony:")
  #expect(local.problems().isEmpty)
}

@Test func curveIsNotAvailableYet() {
  let wrong = sample.replacing("colony:", "security: { transport: \"curve\" }, colony:")
  expectOnly(.securityUnavailable, at: "\"curve\"", in: wrong)
}

@Test func portsMustFit() {
  let wrong = sample.replacing("base: 5710", "base: 65000").replacing("number: 6,", "number: 300,")
  expectOnly(.outOfRange, at: "300,", in: wrong)
}

@Test func socketPathsHaveALimit() {
  let long = String(repeating: "q", count: 80)
  let text = sample.replacing(
    "number: 6,", "number: 6, publish: \"ipc://\(long)\", control: \"ipc://queen\",")
  #expect(text.problems().isEmpty)
  let shorter = TopologyEnvironment(runtimeDirectory: "/" + String(repeating: "d", count: 25))
  #expect(text.problems(shorter).isEmpty, "107 bytes are allowed")
  let longer = TopologyEnvironment(runtimeDirectory: "/" + String(repeating: "d", count: 26))
  expectOnly(.pathTooLong, at: "\"ipc://\(long)\"", in: text, longer)
}

@Test func portsAreAllottedByComponentNumber() throws {
  let topology = try sample.load()
  let ports = topology.components.flatMap { [$0.publish.description, $0.control.description] }
  #expect(ports == (5711...5722).map { "tcp://127.0.0.1:\($0)" })
}

@Test func aPortBaseMovesEveryPortAndNothingElse() throws {
  let topology = try sample.replacing(
    "number: 6,", "number: 6, publish: \"ipc://q\", control: \"tcp://[::1]:9\","
  )
  .load()
  let moved = try topology.withPortBase(7000)
  #expect(moved.queen.publish == .ipc(name: "q"))
  #expect(moved.queen.control.description == "tcp://[::1]:7012")
  #expect(moved.component(named: "venue")?.publish.description == "tcp://127.0.0.1:7001")
  #expect(moved.component(named: "risk")?.control.description == "tcp://127.0.0.1:7008")
  #expect(moved.component(named: "risk")?.role == topology.component(named: "risk")?.role)
  #expect(moved.fingerprint == topology.fingerprint)
  #expect(throws: PortBaseError.portOutOfRange(component: "queen", base: 65_524)) {
    try topology.withPortBase(65_524)
  }
}

/// A second host, on which the queen runs.
private func twoHosts(publish: String, control: String, endpoints: String = "") -> Sample {
  sample.replacing("hosts: {", "hosts: { lab: { address: \"127.0.0.2\" },")
    .replacing(
      "number: 6, kind: \"queen\", host: \"local\"",
      """
      number: 6, kind: "queen", host: "lab", publish: "\(publish)", control: "\(control)"\(endpoints)
      """
    )
}

@Test func componentsMustBeReachableFromOtherHosts() {
  let problems = twoHosts(publish: "ipc://q.pub", control: "ipc://q.ctl").problems()
  // Five cannot reach the queen, and she reaches none of the five.
  #expect(problems.map(\.check) == [Check](repeating: .unreachable, count: 10))
}

@Test func aHostMayUseAnotherAddress() throws {
  let wildcard = twoHosts(
    publish: "tcp://0.0.0.0:6000", control: "tcp://0.0.0.0:6001",
    endpoints: ", endpoints: { local: \"10.1.1.1\" }")
  // Refused, because nothing protects it yet; but the queen is no longer out of reach.
  let checks = wildcard.problems().map(\.check)
  #expect(checks.filter { $0 == .insecureEndpoint }.count == 2)
  #expect(
    checks.filter { $0 == .unreachable }.count == 5, "the five loopback components, from the queen's host")
  let badAddress = sample.replacing("number: 6,", "number: 6, endpoints: { local: \"lab.example\" },")
  expectOnly(.badEndpoint, at: "\"lab.example\"", in: badAddress)
  let badHost = sample.replacing("number: 6,", "number: 6, endpoints: { lab: \"10.1.1.1\" },")
  expectOnly(.unknownReference, at: "lab: \"10.1.1.1\"", in: badHost)
}

@Test func connectAddressesFollowTheHost() throws {
  let topology = try sample.replacing("number: 6,", "number: 6, endpoints: { local: \"127.0.0.9\" },").load()
  #expect(
    topology.publishEndpoint(of: topology.queen, seenFrom: "local").description == "tcp://127.0.0.9:5721")
  #expect(topology.publishEndpoint(of: topology.queen, seenFrom: "elsewhere") == topology.queen.publish)
  #expect(topology.queen.control.text(runtimeDirectory: "/run/w") == "tcp://127.0.0.1:5722")
  #expect(Endpoint("ipc://q")?.text(runtimeDirectory: "/run/w") == "ipc:///run/w/q")
}
