/// The topology of a paper colony of one instrument, for tests of what stands around the cores.
package enum SampleColony {
  /// `session` and `restart` are the keys of these sections, `ends` the endpoints and host of a component.
  package static func text(
    _ colony: String, session: String, restart: String, hasRelay: Bool, ends: (String) -> String
  ) -> String {
    """
    {
      format: 2, colony: "\(colony)", session: { \(session) }, hosts: { local: { address: "127.0.0.1" } },
      instruments: {
        "BTCUSDT.SIM": { number: 1, base: "BTC", quote: "USDT", tickSize: "0.01", lotSize: "0.00001" },
      },
      accounts: { main: { number: 1, venue: "venue", currency: "USDT" } },
      limits: {
        main: {
          maxOrderQuantity: { "BTCUSDT.SIM": "0.5" }, maxOrderNotional: "50000",
          maxPosition: { "BTCUSDT.SIM": "1" }, priceCollarBps: 200,
        },
      },
      components: {
        venue: {
          number: 1, kind: "venue", \(ends("venue")), instruments: ["BTCUSDT.SIM"],
          settings: { market: { source: "synthetic", midPrice: "60000", meanOrderQuantity: "0.05" } },
        },
        feed: { number: 2, kind: "feed", \(ends("feed")), inputs: ["venue"] },
        signal: {
          number: 3, kind: "signal", \(ends("signal")), inputs: ["feed", "executor"],
          settings: {
            strategies: [ { name: "maker", number: 1, kind: "glft", instrument: "BTCUSDT.SIM" } ],
          },
        },
        risk: {
          number: 4, kind: "risk", \(ends("risk")), account: "main", inputs: ["feed", "signal"],
          executor: "executor",
        },
        executor: {
          number: 5, kind: "executor", \(ends("executor")), account: "main", inputs: ["feed"],
          venue: "venue",
        },
        queen: { number: 6, kind: "queen", \(ends("queen")) },
        \(hasRelay ? "relay: { number: 7, kind: \"relay\", \(ends("relay")) }," : "")
      },
      restart: { \(restart) },
    }
    """
  }
}
