import ActorKit
import Testing
import Topology

/// A component of kind relay: what the file may say of it, and what it is not.
@Suite struct RelayTests {
  private static let queen = "queen: { number: 6, kind: \"queen\", host: \"local\" },"

  private func sample(_ relay: String) -> Sample {
    Sample().replacing(Self.queen, "\(Self.queen)\n        \(relay)")
  }

  @Test("A relay needs a number and a host, and gets ports as every component does")
  func ports() throws {
    let topology = try sample("relay: { number: 7, kind: \"relay\", host: \"local\" },").load()
    let relay = try #require(topology.relay(seenFrom: "local"))
    #expect(relay.publish.description == "tcp://127.0.0.1:5723")
    #expect(relay.control.description == "tcp://127.0.0.1:5724")
    #expect(relay.isObserver && relay.inputs.isEmpty && relay.account == nil)
    #expect(topology.publishers.map(\.number) == [1, 2, 3, 4, 5, 6])
    #expect(
      try topology.withPortBase(8000).relay(seenFrom: "local")?.control.description == "tcp://127.0.0.1:8014")
    #expect(try Sample().load().relay(seenFrom: "local") == nil)
  }

  @Test("Nobody can take a relay for an input, and it has no inputs and no settings")
  func noInput() {
    expectOnly(
      .unknownKey, at: "inputs: [\"feed\"] /* relay */",
      in: sample("relay: { number: 7, kind: \"relay\", host: \"local\", inputs: [\"feed\"] /* relay */ },"))
    expectOnly(
      .unknownKey, at: "settings: {} /* relay */",
      in: sample("relay: { number: 7, kind: \"relay\", host: \"local\", settings: {} /* relay */ },"))
    let heard = sample("relay: { number: 7, kind: \"relay\", host: \"local\" },")
      .replacing("inputs: [\"feed\", \"executor\"]", "inputs: [\"feed\", \"relay\"]")
    #expect(heard.problems().map(\.check).contains(.wrongKind))
  }

  @Test("Its number and its endpoints may not be another's")
  func collisions() {
    expectOnly(
      .collidingNumber, at: "6 /* again */",
      in: sample(
        """
        relay: { number: 6 /* again */, kind: "relay", host: "local", publish: "ipc://a", control: "ipc://b" },
        """))
    #expect(
      sample(
        """
        relay: { number: 7, kind: "relay", host: "local", publish: "tcp://127.0.0.1:5711", control: "ipc://b" },
        """
      ).problems().map(\.check) == [.collidingEndpoint])
  }

  @Test("An observer takes the relay of its own host, else the first")
  func nearest() throws {
    let relays = """
      far: { number: 8, kind: "relay", host: "other", publish: "tcp://10.0.0.2:1", control: "tcp://10.0.0.2:2" },
            near: { number: 7, kind: "relay", host: "local" },
      """
    let topology = try sample(relays)
      .replacing(
        "ports: { base: 5710 } } }",
        "ports: { base: 5710 } }, other: { address: \"10.0.0.2\" } },"
          + " security: { trustedNetwork: true }"
      )
      .replacing("address: \"127.0.0.1\"", "address: \"10.0.0.1\"").load()
    #expect(topology.relay(seenFrom: "other")?.name == "far")
    #expect(topology.relay(seenFrom: "local")?.name == "near")
    #expect(topology.relay(seenFrom: "elsewhere")?.name == "near")
  }

  @Test("A relay that cannot reach a publisher on another host is told")
  func reach() {
    let relay = """
      far: { number: 8, kind: "relay", host: "other", publish: "tcp://10.0.0.2:1", control: "tcp://10.0.0.2:2" },
      """
    let problems = sample(relay)
      .replacing(
        "ports: { base: 5710 } } }",
        "ports: { base: 5710 } }, other: { address: \"10.0.0.2\" } },"
          + " security: { trustedNetwork: true }"
      ).problems().filter { $0.severity == .error }
    #expect(problems.count == 6 && problems.allSatisfy { $0.check == .unreachable }, "\(problems)")
  }

  @Test("Neither the wiring nor the session knows of it")
  func unwired() throws {
    let topology = try sample("relay: { number: 7, kind: \"relay\", host: \"local\" },").load()
    let without = try Sample().load()
    for component in topology.publishers {
      #expect(Wiring(of: component, in: topology) == Wiring(of: component, in: without))
    }
    let relay = try #require(topology.component(named: "relay"))
    #expect(Wiring(of: relay, in: topology).subscriptions.isEmpty)
    #expect(Wiring(of: relay, in: topology).links.isEmpty)
  }
}
