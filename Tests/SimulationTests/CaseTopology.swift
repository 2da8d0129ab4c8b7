/// A colony of one account and one instrument that replays a capture: the topology of a case, as text.
///
/// Each section is a list of keys with their values in JSON5; a test changes or adds what its case is about.
struct CaseTopology {
  static let symbol = "BTCUSDT.BINANCE"

  var session = ["mode": "'replay'", "goLive": "'at-once'", "graceSeconds": "5", "speed": "1"]
  var instrument = [
    "number": "1", "base": "'BTC'", "quote": "'USDT'", "tickSize": "'0.01'", "lotSize": "'0.00001'",
    "minQuantity": "'0.00001'", "minNotional": "'5'", "makerFeeBps": "'1'", "takerFeeBps": "'5'",
  ]
  var balances = ["USDT": "'1000000'", "BTC": "'10'"]
  var limits = [
    "maxOrderQuantity": "{ '\(symbol)': '0.5' }", "maxOrderNotional": "'50000'",
    "maxPosition": "{ '\(symbol)': '1' }", "priceCollarBps": "'200'", "ordersPerSecond": "500",
    "burst": "1000", "cancelReserve": "200", "maxDataAgeMillis": "5000", "maxLossPerTrade": "'50'",
    "minStopTicks": "5", "slippageAllowanceBps": "'10'",
  ]
  var venue = [
    "latencyMicros": "{ order: 2000, report: 2000, jitter: 0 }", "recvWindowMillis": "5000",
  ]
  var feed = ["volatilityHalfLifeSeconds": "60", "imbalanceLevels": "5", "staleAfterMillis": "5000"]
  var executor = ["ordersPerSecond": "1000", "priceCollarBps": "'500'"]
  /// One JSON5 object each.
  var strategies: [String] = []
  var files = ["data.txt"]

  init(strategies: [String]) { self.strategies = strategies }

  /// A market maker.
  static func glft(_ changes: [String: String] = [:], number: Int = 1) -> String {
    strategy(
      number, "glft",
      [
        "gamma": "0.01", "k": "0.5", "a": "1.0", "lotQuantity": "0.01", "maxInventoryLots": "20",
        "levels": "3", "minHalfSpreadBps": "1.5", "requoteThresholdBps": "0.5", "quoteLifeMillis": "1000",
        "volatilityZ": "1.0",
      ].merging(changes) { $1 })
  }

  /// A break-out strategy that by default trades once.
  static func breakout(_ changes: [String: String] = [:], number: Int = 2) -> String {
    strategy(
      number, "breakout",
      [
        "barMillis": "1000", "channelBars": "5", "stopVolatilities": "0.0", "minStopBps": "20",
        "rewardRisk": "2.0", "coolDownMillis": "600000", "signalLifeMillis": "2000",
      ].merging(changes) { $1 })
  }

  private static func strategy(_ number: Int, _ kind: String, _ parameters: [String: String]) -> String {
    "{ name: '\(kind)-\(number)', number: \(number), kind: '\(kind)', instrument: '\(symbol)', "
      + "parameters: \(object(parameters)) }"
  }

  /// The keys in order, so that a topology is the same text each time.
  private static func object(_ values: [String: String]) -> String {
    "{ " + values.keys.sorted().map { "'\($0)': \(values[$0] ?? "null")" }.joined(separator: ", ") + " }"
  }

  var text: String {
    let market =
      "{ source: 'capture', format: 'binance-spot', files: "
      + "[\(files.map { "'\($0)'" }.joined(separator: ", "))] }"
    let venueSettings = Self.object(venue.merging(["market": market]) { mine, _ in mine })
    return """
      {
        colony: 'case', session: \(Self.object(session)), durability: 'process',
        hosts: { local: { address: '127.0.0.1', ports: { base: 24000 } } },
        instruments: { '\(Self.symbol)': \(Self.object(instrument)) },
        accounts: {
          main: {
            number: 1, venue: 'venue', live: false, currency: 'USDT', balances: \(Self.object(balances)),
          },
        },
        limits: { main: \(Self.object(limits)) },
        components: {
          venue: {
            number: 1, kind: 'venue', host: 'local', instruments: ['\(Self.symbol)'],
            settings: \(venueSettings),
          },
          feed: { number: 2, kind: 'feed', host: 'local', inputs: ['venue'], settings: \(Self.object(feed)) },
          signal: {
            number: 3, kind: 'signal', host: 'local', inputs: ['feed', 'executor'],
            settings: { strategies: [\(strategies.joined(separator: ", "))] },
          },
          risk: {
            number: 4, kind: 'risk', host: 'local', account: 'main', inputs: ['feed', 'signal'],
            executor: 'executor',
          },
          executor: {
            number: 5, kind: 'executor', host: 'local', account: 'main', inputs: ['feed'], venue: 'venue',
            settings: \(Self.object(executor)),
          },
          queen: { number: 6, kind: 'queen', host: 'local' },
        },
        restart: { intensity: 5, windowSeconds: 60 }, security: { transport: 'none' },
      }
      """
  }
}
