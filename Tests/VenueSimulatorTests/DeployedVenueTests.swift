import Deployment
import Testing
import Topology
import VenueSimulator

/// A topology's words about a venue as the venue's configuration.
@Suite struct DeployedVenueTests {
  private func configuration(_ settings: String) throws -> VenueSimulator.Configuration {
    let topology = try Topology.load(text: Self.text(settings))
    let component = try #require(topology.component(named: "venue"))
    return try #require(VenueSimulator.Configuration(component, in: topology))
  }

  @Test func withoutAWordItTakesStopsAndAnswersWell() throws {
    let configuration = try configuration("")
    #expect(configuration.capabilities.hasStops && configuration.faults.isEmpty)
    #expect(configuration.capabilities.hasReduceOnly && !configuration.capabilities.has(.pairs))
    #expect(configuration.problem == nil)
  }

  @Test func faultsAndStopsAreHandedOn() throws {
    let configuration = try configuration(
      "stopOrders: false, reduceOnly: false, pairs: true, "
        + "faults: { seed: 7, lostReports: 0.01, lateReports: 0.02, duplicateReports: 0.03, "
        + "reorderedReports: 0.04, lostRequests: 0.05, lateRequests: 0.06, lostQueries: 0.07, "
        + "rateLimitAnswers: 0.08, unknownStatusAnswers: 0.09, rejectAfterAccept: 0.1, "
        + "lateMillis: [5, 12000], queryLagMillis: 300, disconnectsPerMinute: 2.5, "
        + "disconnectMillis: [100, 900] },")
    let capabilities = configuration.capabilities
    #expect(!capabilities.hasStops && !capabilities.hasReduceOnly && capabilities.has(.pairs))
    #expect(configuration.problem == nil)
    #expect(
      configuration.faults
        == AnswerFaults(
          seed: 7, lostReports: 0.01, lateReports: 0.02, duplicateReports: 0.03, reorderedReports: 0.04,
          lostRequests: 0.05, lateRequests: 0.06, lostQueries: 0.07, rateLimitAnswers: 0.08,
          unknownStatusAnswers: 0.09, rejectAfterAccept: 0.1, lateNanos: 5_000_000...12_000_000_000,
          queryLagNanos: 300_000_000, disconnectsPerMinute: 2.5, disconnectNanos: 100_000_000...900_000_000))
  }

  private static func text(_ settings: String) -> String {
    """
    {
      colony: "test", session: { mode: "paper" },
      hosts: { local: { address: "127.0.0.1", ports: { base: 5710 } } },
      instruments: {
        "BTCUSDT.SIM": { number: 1, base: "BTC", quote: "USDT", tickSize: "0.01", lotSize: "0.00001" },
      },
      accounts: {}, limits: {},
      components: {
        venue: {
          number: 1, kind: "venue", host: "local", instruments: ["BTCUSDT.SIM"],
          settings: {
            \(settings)
            market: { source: "synthetic", midPrice: "60000", meanOrderQuantity: "0.05" },
          },
        },
        queen: { number: 6, kind: "queen", host: "local" },
      },
    }
    """
  }
}
