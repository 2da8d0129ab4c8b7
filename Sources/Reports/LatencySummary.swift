import Telemetry

/// How long something took: how often it was timed, and the times that half, 99 % and 99.9 % did not exceed.
public struct LatencySummary: Equatable, Sendable {
  public let count: Int64
  /// Nanoseconds; nil when nothing was timed.
  public let p50Nanos: Int64?
  public let p99Nanos: Int64?
  public let p999Nanos: Int64?

  init(_ histogram: Histogram) {
    count = histogram.count
    p50Nanos = histogram.percentile(50)
    p99Nanos = histogram.percentile(99)
    p999Nanos = histogram.percentile(99.9)
  }
}

/// The way of an order from the market event that caused it to the venue.
public struct Latencies: Equatable, Sendable {
  /// From the feed's receipt of the market event to the venue's receipt of the new order.
  public let tickToVenue: LatencySummary
  /// From one component's sending to the next one's receipt.
  public let hops: [Hop]

  public struct Hop: Equatable, Sendable {
    public let name: String
    public let latency: LatencySummary
  }

  init(_ totals: FigureTotals) {
    tickToVenue = LatencySummary(totals.timing(\.sinceOrigin, kind: "venue", of: [.newOrder]))
    hops = [
      Hop("feed→signal", totals.timing(\.hops, kind: "signal", of: [.marketMetrics, .topOfBook])),
      Hop("signal→risk", totals.timing(\.hops, kind: "risk", of: [.quoteSignal])),
      Hop("risk→executor", totals.timing(\.hops, kind: "executor", of: [.targetQuotes])),
      Hop("executor→venue", totals.timing(\.hops, kind: "venue", of: [.newOrder])),
    ]
  }
}

extension Latencies.Hop {
  fileprivate init(_ name: String, _ histogram: Histogram) {
    self.init(name: name, latency: LatencySummary(histogram))
  }
}
