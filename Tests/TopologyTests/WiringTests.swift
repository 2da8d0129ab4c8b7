import ActorKit
import Testing
import Topology
import Vocabulary

private func prefixes(_ topology: Topology, _ wiring: Wiring, of publisher: String) throws -> [String] {
  let number = try #require(topology.component(named: publisher)).number
  return wiring.subscriptions.filter { $0.component == number }.flatMap { $0.prefixes.map(\.description) }
}

@Test func aSignalComponentHearsOfAnExecutorItsPositionsAndTheFillsOfWhatItsStrategiesTrade() throws {
  let topology = try Sample().load()
  let signal = try #require(topology.component(named: "signal"))
  let heard = try prefixes(topology, Wiring(of: signal, in: topology), of: "executor")
  let account = try #require(topology.account(named: "main")).number
  #expect(
    heard.filter { $0.hasPrefix("execution.") }.sorted() == [
      "execution.fill.\(account).BTCUSDT.SIM.", "execution.position.",
    ])
}

@Test func aSignalComponentThatWantsNoFillsHearsNone() throws {
  let topology = try Sample().load()
  let signal = try #require(topology.component(named: "signal"))
  let name = try #require(topology.instruments.first { $0.name.description == "BTCUSDT.SIM" }).name
  let account = try #require(topology.account(named: "main")).number
  let fill = Topics.executionFill(account: account, name)
  let whole = Wiring(of: signal, in: topology)
  let less = Wiring(of: signal, in: topology, wants: { $0 != fill })
  #expect(
    try prefixes(topology, less, of: "executor")
      == prefixes(topology, whole, of: "executor").filter {
        $0 != fill.description
      })
  #expect(less.links == whole.links && less.sessionClients == whole.sessionClients)
}

@Test func nobodyButObserversListensToReports() throws {
  let topology = try Sample().load()
  for component in topology.components {
    for subscription in Wiring(of: component, in: topology).subscriptions {
      #expect(!subscription.prefixes.contains { $0.description.hasPrefix("execution.report") })
    }
  }
}
