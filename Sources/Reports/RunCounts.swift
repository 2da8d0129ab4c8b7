extension RunReport {
  /// How often what happened.
  public struct Counts: Equatable, Sendable {
    /// Market messages that the feeds took in.
    public let marketEvents: Int64
    /// Signals published.
    public let signals: Int64
    /// Signals that risk refused, by check.
    public let signalsRefused: [NamedCount]
    /// Orders created, journaled and given to the link to the venue.
    public let ordersSent: Int64
    /// Orders that a venue refused, by its reason.
    public let ordersRejected: [NamedCount]
    /// Orders that the executor's own gate did not let out, by reason.
    public let ordersDenied: [NamedCount]
    /// Cancels sent, and those refused by a venue, by its reason.
    public let cancels: Int64
    public let cancelsRejected: [NamedCount]
    /// Executions booked.
    public let fills: Int64
    /// Faults in market data, by name, those that never happened included.
    public let anomalies: [NamedCount]
    public let safetyEvents: Int64
    public let failsafeActivations: Int64
    public let interruptions: Int64
    /// By the kind of component that was missing.
    public let degradations: [NamedCount]
    /// Alarms raised by any component, by name; those that a component only counts, under `other`.
    public let alarms: [NamedCount]

    init(_ record: RunRecord, _ totals: FigureTotals) {
      let executors = record.accounts.map(\.executor)
      marketEvents = totals.sum("messages", kind: "feed")
      signals = totals.sum("signals", kind: "signal")
      signalsRefused = totals.family("refused.", kind: "risk")
      ordersSent = executors.reduce(0) { $0 + Int64($1.createdCount) }
      ordersRejected = Self.sum(executors.map(\.ordersRejected))
      ordersDenied = totals.family("ordersDenied.", kind: "executor")
      cancels = executors.reduce(0) { $0 + $1.cancelsSent }
      cancelsRejected = Self.sum(executors.map(\.cancelsRejected))
      fills = executors.reduce(0) { $0 + Int64($1.fillCount) }
      anomalies = totals.family("anomaly.", kind: "feed", withZeros: true)
      safetyEvents = totals.sum("safetyEvents", kind: "queen")
      failsafeActivations = totals.sum("failsafes", kind: "queen")
      interruptions = totals.sum("interruptions", kind: "queen")
      degradations = totals.family("degradations.", kind: "queen")
      var alarms = totals.family("alarms.")
      let unnamed = totals.sum("alarms")
      if unnamed > 0 { alarms.add("other", unnamed) }
      self.alarms = alarms
    }

    private static func sum(_ counts: [ReasonCounts]) -> [NamedCount] {
      var sum = ReasonCounts()
      for count in counts { sum.add(count) }
      return sum.given
    }
  }
}
