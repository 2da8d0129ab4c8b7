import Reports
import Simulation
import Testing
import Topology

/// Two accounts that trade the same two instruments, a signal generator for each, and risk owners that both
/// hear both generators: what one account's strategy wishes must not be traded on the other.
@Suite struct TwoAccountTests {
  @Test func eachAccountTradesItsOwnStrategyAloneAndAllBooksAgree() throws {
    var session = try SimulatedSession(Topology.load(text: Self.topology), capturesFolder: ".")
    let record = try session.run(seconds: 20)
    let report = RunReport(record)
    #expect(report.isReconciled, "\(report.text)")
    #expect(record.endedAsAsked == true && record.accounts.map(\.number) == [1, 2])
    for (account, instrument) in zip(record.accounts, [UInt32(1), 2]) {
      var orders = account.executor.orders.walk()
      while let order = orders.take()?.record {
        #expect(order.instrument == instrument, "an order of account \(account.name)")
      }
      #expect(account.executor.fills.count > 0, "account \(account.name) had no fill")
    }
    for figures in record.figures {
      for counter in figures.counters where Self.isRefusal(counter.name) {
        #expect(counter.value == 0, "\(figures.component): \(counter.name) \(counter.value)")
      }
    }
  }

  /// Counters of messages sent to somebody who has no use for them.
  private static func isRefusal(_ name: String) -> Bool {
    ["unexpected", "unknown", "dropped.unexpected", "refused.unexpectedMessage", "refused.wrongMessage"]
      .contains(name)
  }

  private static func account(_ number: Int) -> String {
    "{ number: \(number), venue: 'venue', live: false, currency: 'USDT', "
      + "balances: { USDT: '1000000', BTC: '10', ETH: '100' } }"
  }

  private static let limits = """
    { maxOrderQuantity: { 'BTCUSDT.SIM': '1', 'ETHUSDT.SIM': '10' }, maxOrderNotional: '50000',
      maxPosition: { 'BTCUSDT.SIM': '1', 'ETHUSDT.SIM': '20' }, priceCollarBps: '200' }
    """

  private static func strategy(
    _ number: Int, _ instrument: String, _ account: String, lot: Double
  ) -> String {
    """
    { name: 'maker-\(number)', number: \(number), kind: 'glft', instrument: '\(instrument)',
      account: '\(account)', parameters: { lotQuantity: \(lot), minHalfSpreadBps: 1 } }
    """
  }

  private static let topology = """
    {
      colony: 'two', session: { mode: 'paper', goLive: 'at-once' },
      hosts: { local: { address: '127.0.0.1', ports: { base: 5810 } } },
      instruments: {
        'BTCUSDT.SIM': { number: 1, base: 'BTC', quote: 'USDT', tickSize: '0.01', lotSize: '0.00001' },
        'ETHUSDT.SIM': { number: 2, base: 'ETH', quote: 'USDT', tickSize: '0.01', lotSize: '0.0001' },
      },
      accounts: { one: \(account(1)), two: \(account(2)) },
      limits: { one: \(limits), two: \(limits) },
      components: {
        venue: {
          number: 1, kind: 'venue', host: 'local', instruments: ['BTCUSDT.SIM', 'ETHUSDT.SIM'],
          settings: {
            market: {
              source: 'synthetic', seed: 3, halfSpreadBps: 1.5, marketOrdersPerSecond: 20,
              midPrice: { 'BTCUSDT.SIM': '60000', 'ETHUSDT.SIM': '3000' },
              meanOrderQuantity: { 'BTCUSDT.SIM': '0.02', 'ETHUSDT.SIM': '0.4' },
            },
          },
        },
        feed: { number: 2, kind: 'feed', host: 'local', inputs: ['venue'] },
        signal: {
          number: 3, kind: 'signal', host: 'local', inputs: ['feed', 'executor1', 'executor2'],
          settings: {
            strategies: [
              \(strategy(1, "BTCUSDT.SIM", "one", lot: 0.01)),
              \(strategy(2, "ETHUSDT.SIM", "two", lot: 0.2)),
            ],
          },
        },
        risk1: {
          number: 5, kind: 'risk', host: 'local', account: 'one', inputs: ['feed', 'signal'],
          executor: 'executor1',
        },
        risk2: {
          number: 6, kind: 'risk', host: 'local', account: 'two', inputs: ['feed', 'signal'],
          executor: 'executor2',
        },
        executor1: {
          number: 7, kind: 'executor', host: 'local', account: 'one', inputs: ['feed'], venue: 'venue',
          settings: { maxOrderQuantity: { 'BTCUSDT.SIM': '1', 'ETHUSDT.SIM': '10' },
            maxPosition: { 'BTCUSDT.SIM': '2', 'ETHUSDT.SIM': '40' }, priceCollarBps: '500' },
        },
        executor2: {
          number: 8, kind: 'executor', host: 'local', account: 'two', inputs: ['feed'], venue: 'venue',
          settings: { maxOrderQuantity: { 'BTCUSDT.SIM': '1', 'ETHUSDT.SIM': '10' },
            maxPosition: { 'BTCUSDT.SIM': '2', 'ETHUSDT.SIM': '40' }, priceCollarBps: '500' },
        },
        queen: { number: 9, kind: 'queen', host: 'local' },
      },
      security: { transport: 'none' },
    }
    """
}
