import ActorKit
import Testing
import Trading
import VenueSimulator
import Wire

@Suite struct ConfigurationTests {
  @Test func whatCannotBeAVenueSaysWhy() {
    func problem(_ change: (inout VenueSimulator.Configuration) -> Void) -> String? {
      Fixture.configuration(.synthetic(Fixture.quietMarket), change).problem
    }
    #expect(problem { _ in } == nil)
    #expect(problem { $0.instruments = [] }?.contains("0 instruments") == true)
    #expect(problem { $0.instruments += $0.instruments } == "an instrument twice")
    #expect(problem { $0.accounts += $0.accounts } == "an account twice")
    #expect(problem { $0.orderLatencyNanos = -1 } == "a negative latency")
    #expect(problem { $0.maxOpenOrders = 4_097 }?.contains("4097 open orders") == true)
    #expect(problem { $0.capabilities.recvWindowNanos = 0 }?.contains("receive window") == true)
    #expect(problem { $0.accounts[0].balances[0].amount = Money(raw: -1) }?.contains("opens with") == true)
    #expect(
      problem { $0.market = .synthetic(SyntheticMarket(seed: 1, flows: [])) }?.contains("0 order flows")
        == true)
    var market = Fixture.quietMarket
    market.flows[0].depthBps = .nan
    #expect(problem { $0.market = .synthetic(market) }?.contains("depthBps is nan") == true)
    market = Fixture.quietMarket
    market.depthUpdateNanos = 0
    #expect(problem { $0.market = .synthetic(market) }?.contains("every 0 ns") == true)
  }

  @Test func randomDrawsHaveTheirDistributions() {
    var random = SplitMix64(seed: 42)
    let count = 200_000
    var (sum, squares, beyondOne, beyondThree) = (0.0, 0.0, 0, 0)
    for _ in 0..<count {
      let draw = random.exponential()
      sum += draw
      squares += draw * draw
      if draw > 1 { beyondOne += 1 }
      if draw > 3 { beyondThree += 1 }
    }
    // Five standard errors: mean 1, second moment 2 (variance of the square 20), tails e^-1 and e^-3.
    #expect(abs(sum / Double(count) - 1) < 0.0112)
    #expect(abs(squares / Double(count) - 2) < 0.05)
    #expect(abs(Double(beyondOne) / Double(count) - 0.367_879) < 0.0054)
    #expect(abs(Double(beyondThree) / Double(count) - 0.049_787) < 0.0025)
    (sum, squares) = (0, 0)
    for _ in 0..<count {
      let draw = random.normal()
      sum += draw
      squares += draw * draw
    }
    #expect(abs(sum / Double(count)) < 0.0112)
    #expect(abs(squares / Double(count) - 1) < 0.016)
  }

  @Test func factsOfUnknownKindOrMeaningAreRefused() {
    var reader = SnapshotReader([])
    #expect(throws: RestoreError.unknownKind(77)) { try VenueFact(kind: 77, from: &reader) }
    for kind in UInt16(1)...6 {
      #expect(throws: RestoreError.self) { try VenueFact(kind: kind, from: &reader) }
    }
    // An end as "filled" has no such fact.
    var writer = SnapshotWriter()
    writer.write(UInt16(1))
    writer.write(UInt64(1))
    writer.write(VenueOrder.Status.filled.rawValue)
    writer.write(UInt8(0))
    writer.write(Int64(0))
    var ended = SnapshotReader(writer.bytes)
    #expect(throws: RestoreError.self) { try VenueFact(kind: 3, from: &ended) }
  }
}
