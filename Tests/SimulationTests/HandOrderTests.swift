import OrderExecutor
import Platform
import Reports
import Simulation
import Testing
import Topology
import Trading

/// A maker, a breakout trader and a person on one account and in one instrument, in virtual time.
@Suite struct HandOrderTests {
  static let instrument: UInt32 = 1

  @Test(arguments: [UInt64(11), 12]) func eachTradesAndTheirLedgersAddUp(seed: UInt64) throws {
    var session = try SimulatedSession(try Self.topology(seed), capturesFolder: ".")
    session.handOrders = [
      SimulatedHandOrder(
        afterSeconds: 20, account: 1, instrument: Self.instrument, .buy, Quantity(raw: 5_000_000)),
      SimulatedHandOrder(
        afterSeconds: 40, account: 1, instrument: Self.instrument, .sell, Quantity(raw: 2_000_000)),
    ]
    let record = try session.run(seconds: 60)
    #expect(RunReport(record).isReconciled, "seed \(seed)")
    let executor = try #require(session.cast.executors.first?.core)
    #expect(executor.books.strategiesAddUp(in: Self.instrument), "seed \(seed)")
    let entries = try #require(executor.books.strategies).entries(in: Self.instrument)
    for strategy in [StrategyLedger.nobody, 1, 2] {
      let entry = entries.first { $0.strategy == strategy }
      #expect(entry?.fills ?? 0 > 0, "strategy \(strategy) of seed \(seed) has no fill")
    }
    let byHand = session.cast.executors[0].facts.reduce(Int64(0)) { sum, fact in
      guard case .filled(let fill) = fact, fill.order == nil else { return sum }
      return sum + fill.signedQuantity.raw
    }
    #expect(byHand == 3_000_000, "seed \(seed)")
  }

  private static func topology(_ seed: UInt64) throws -> Topology {
    let parts = #filePath.split(separator: "/", omittingEmptySubsequences: false)
    let root = parts.dropLast(3).joined(separator: "/")
    let bytes = try FileSystem.read("\(root)/topology/intents.json5", maxBytes: 1 << 20)
    let text = String(decoding: bytes, as: UTF8.self)
      .replacing(#"instrument: "ETHUSDT.SIM",      //"#, with: #"instrument: "BTCUSDT.SIM", //"#)
      .replacing("barMillis: 1000,", with: "barMillis: 200,")
      .replacing("coolDownMillis: 10000,", with: "coolDownMillis: 500,")
      .replacing("minStopBps: 5,", with: "minStopBps: 1,")
      .replacing("stopVolatilities: 1.0,", with: "stopVolatilities: 0.1,")
    return try Topology.load(text: text).applying(.init(seed: seed))
  }
}
