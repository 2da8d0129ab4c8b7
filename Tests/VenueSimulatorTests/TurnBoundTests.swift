import ActorKit
import CoreTestKit
import Testing
import Trading
import VenueSimulator
import Wire

/// What many requests, huge figures and leaping clocks can make of one turn stays within its bounds.
@Suite struct TurnBoundTests {
  @Test func theLastMarketTimeThereIsTrapsNothing() {
    let faults = AnswerFaults(disconnectsPerMinute: 6)
    let venue = VenueBench(
      Fixture.configuration(.synthetic(Fixture.busyMarket(seed: 3))) { $0.faults = faults }, clockRuns: false)
    venue.bench.now.market = .max - 500_000_000
    venue.end()
    for step in 0..<20 {
      venue.send(venue.order("n\(step)", .buy, 1, at: 50))
      venue.end()
      let left = Int64.max - venue.bench.now.market
      venue.bench.now.market += min(left, 100_000_000)
    }
    #expect(venue.counter("marketEvents") > 0)
  }
}
