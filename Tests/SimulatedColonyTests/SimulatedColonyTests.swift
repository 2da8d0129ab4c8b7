import Testing
import Topology

import SimulatedColony

struct SimulatedColonyTests {
  /// A few virtual seconds: the debug build takes about as long as they last.
  private func outcome(_ seed: UInt64, _ faults: [Fault], _ topology: Topology) -> SeedOutcome {
    var plan = SeedPlan(seed: seed, minutes: 0.1, of: topology)
    plan.faultMillis = 6_000
    plan.faults = faults
    return SimulatedColony(topology, plan).run()
  }

  @Test func aColonyWithoutFaultsTradesAndEndsAndItsBooksAreTheVenues() throws {
    let outcome = outcome(1, [], try SmallColony.topology())
    #expect(outcome.judgement.violations == [])
    #expect(outcome.orders > 100)
    #expect(outcome.judgement.count(.agrees) == 1)
    #expect(outcome.judgement.count(.journaled) == outcome.orders)
  }

  @Test func theSamePlanGivesTheSameRunAndAnotherAnother() throws {
    let topology = try SmallColony.topology()
    let faults = [
      Fault(.kill, atMillis: 4_200, component: 5),
      Fault(.pause, atMillis: 5_000, lastsMillis: 300, component: 4),
    ]
    let hash = outcome(2, faults, topology).hash
    #expect(outcome(2, faults, topology).hash == hash)
    #expect(outcome(2, Array(faults.dropLast()), topology).hash != hash)
  }

  @Test func anExecutorWhoseMachineLosesPowerTwiceComesBack() throws {
    let topology = try SmallColony.topology()
    var plan = SeedPlan(seed: 5, minutes: 0.1, of: topology)
    (plan.durability, plan.faultMillis) = (.power, 6_000)
    plan.faults = [
      Fault(.power, atMillis: 4_100, component: 5), Fault(.power, atMillis: 5_000, component: 5),
    ]
    let outcome = SimulatedColony(topology, plan).run()
    #expect(outcome.judgement.violations == [])
    #expect(outcome.judgement.count(.epoch) == nodeCount(topology) + 2)
    #expect(outcome.struck == [.power: 2])
  }

  private func nodeCount(_ topology: Topology) -> Int { topology.publishers.count }
}
