import JSON5
import Trading

extension RunReport {
  /// The report as JSON, members always in the same order. Prices, quantities and money are exact decimals in
  /// strings; seconds and microseconds are numbers; what is not known is null.
  public func json(isPretty: Bool = false) -> String {
    var json = JSONWriter(isPretty: isPretty)
    json.beginObject()
    write(header, into: &json)
    write(counts, into: &json)
    json.key("accounts")
    json.beginArray()
    for account in accounts { write(account, into: &json) }
    json.endArray()
    json.member("reconciled", isReconciled)
    json.key("reconciliation")
    json.beginObject()
    json.write("orders", reconciliation.orders, asAmounts: false)
    json.write("fills", reconciliation.fills, asAmounts: false)
    json.write("positions", reconciliation.positions, asAmounts: true)
    json.write("cash", reconciliation.cash, asAmounts: true)
    json.endObject()
    write(restarts, into: &json)
    writeTrouble(into: &json)
    if let capture { write(capture, into: &json) }
    write(latencies, into: &json)
    writeProcesses(into: &json)
    json.endObject()
    return json.text
  }

  private func write(_ header: Header, into json: inout JSONWriter) {
    json.member("run", header.runID)
    json.member("mode", header.mode)
    json.optional("seed", header.seed) { $0.value(decimal: "\($1)") }
    json.optional("speed", header.speed) { $0.value($1) }
    json.optional("endedAsAsked", header.endedAsAsked) { $0.value($1) }
    json.optional("endReason", header.endReason) { $0.value($1) }
    json.key("endedOtherwise")
    json.beginObject()
    for end in header.endedOtherwise { json.member(end.component, end.status) }
    json.endObject()
    json.key("kills")
    json.beginArray()
    for name in header.kills { json.value(name) }
    json.endArray()
    json.optional("sessionSeconds", header.sessionNanos) { $0.value(decimal: decimalText($1, decimals: 9)) }
  }

  private func write(_ counts: Counts, into json: inout JSONWriter) {
    json.member("marketEvents", counts.marketEvents)
    json.member("signals", counts.signals)
    json.member("signalsRefused", counts.signalsRefused)
    json.member("ordersSent", counts.ordersSent)
    json.member("ordersRejected", counts.ordersRejected)
    json.member("ordersDenied", counts.ordersDenied)
    json.member("cancels", counts.cancels)
    json.member("cancelsRejected", counts.cancelsRejected)
    json.member("fills", counts.fills)
  }

  private func write(_ account: AccountResult, into json: inout JSONWriter) {
    json.beginObject()
    json.member("account", account.name)
    json.key("instruments")
    json.beginArray()
    for result in account.instruments {
      json.beginObject()
      json.member("instrument", result.name)
      json.member("fills", result.fillCount)
      json.member("position", "\(result.position)")
      json.decimal("averagePrice", result.averagePrice)
      json.decimal("markPrice", result.mark?.price)
      json.optional("markSource", result.mark?.source) { $0.value($1.rawValue) }
      json.decimal("realizedPnl", result.realized)
      json.decimal("unrealizedPnl", result.unrealized)
      json.decimal("fees", result.fees)
      json.decimal("netPnl", result.net)
      json.endObject()
    }
    json.endArray()
    json.key("cash")
    json.beginObject()
    for balance in account.cash { json.member("\(balance.currency)", "\(balance.amount)") }
    json.endObject()
    json.endObject()
  }

  private func write(_ restarts: Restarts, into json: inout JSONWriter) {
    json.key("restarts")
    json.beginObject()
    json.member("count", restarts.count)
    json.member("byComponent", restarts.byComponent)
    json.key("events")
    json.beginArray()
    for event in restarts.events {
      json.beginObject()
      json.member("component", event.component)
      json.member("atNanos", event.atNanos)
      json.member("status", event.status)
      json.endObject()
    }
    json.endArray()
    json.endObject()
  }

  private func writeTrouble(into json: inout JSONWriter) {
    json.member("anomalies", counts.anomalies)
    json.member("safetyEvents", counts.safetyEvents)
    json.member("failsafeActivations", counts.failsafeActivations)
    json.member("interruptions", counts.interruptions)
    json.member("degradations", counts.degradations)
    json.member("alarms", counts.alarms)
    json.key("refusedFrames")
    json.beginObject()
    for (component, reasons) in refusedFrames { json.member(component, reasons) }
    json.endObject()
  }

  private func write(_ capture: CaptureSummary, into json: inout JSONWriter) {
    json.key("capture")
    json.beginObject()
    json.member("lines", capture.lines)
    json.member("used", capture.used)
    json.member("dropped", capture.dropped)
    json.member("waiting", capture.waiting)
    json.member("complete", capture.isComplete)
    json.member("holes", capture.holes)
    json.member("bookCrossings", capture.bookCrossings)
    json.endObject()
  }

  private func write(_ latencies: Latencies, into json: inout JSONWriter) {
    json.key("latencyMicros")
    json.beginObject()
    json.write("tickToVenue", latencies.tickToVenue)
    json.key("perHop")
    json.beginObject()
    for hop in latencies.hops { json.write(hop.name, hop.latency) }
    json.endObject()
    json.endObject()
  }

  private func writeProcesses(into json: inout JSONWriter) {
    json.key("processes")
    json.beginArray()
    for process in processes {
      json.beginObject()
      json.member("component", process.component)
      json.member("epoch", Int64(process.epoch))
      if let nanos = process.cpuNanos {
        json.member("cpuSeconds", decimal: decimalText(nanos, decimals: 9))
      }
      if let bytes = process.residentBytes { json.member("residentBytes", bytes) }
      json.endObject()
    }
    json.endArray()
  }
}

extension JSONWriter {
  fileprivate mutating func optional<Value>(
    _ name: String, _ value: Value?, _ write: (inout JSONWriter, Value) -> Void
  ) {
    key(name)
    if let value { write(&self, value) } else { null() }
  }

  fileprivate mutating func decimal(_ name: String, _ value: (some FixedPoint)?) {
    optional(name, value) { $0.value("\($1)") }
  }

  fileprivate mutating func member(_ name: String, _ counts: [NamedCount]) {
    key(name)
    beginObject()
    for count in counts { member(count.name, count.value) }
    endObject()
  }

  fileprivate mutating func write(_ name: String, _ comparison: Comparison, asAmounts: Bool) {
    key(name)
    beginObject()
    member("ok", comparison.isEqual)
    for (side, holding) in [("executor", comparison.executor), ("venue", comparison.venue)] {
      if asAmounts { write(side, holding.amounts) } else { member(side, holding.count) }
    }
    if comparison.othersCount > 0 { member("others", comparison.othersCount) }
    member("differenceCount", comparison.differenceCount)
    key("differences")
    beginArray()
    for text in comparison.differences { value(text) }
    endArray()
    endObject()
  }

  /// `{"main":{"BTCUSDT.SIM":"0.1"}}`; the amounts of an account stand together.
  private mutating func write(_ name: String, _ amounts: [Comparison.Amount]) {
    key(name)
    beginObject()
    var account: String?
    for amount in amounts {
      if account != amount.account {
        if account != nil { endObject() }
        key(amount.account)
        beginObject()
        account = amount.account
      }
      member(amount.name, amount.text)
    }
    if account != nil { endObject() }
    endObject()
  }

  fileprivate mutating func write(_ name: String, _ latency: LatencySummary) {
    key(name)
    beginObject()
    member("count", latency.count)
    for (name, nanos) in [("p50", latency.p50Nanos), ("p99", latency.p99Nanos), ("p999", latency.p999Nanos)] {
      optional(name, nanos) { $0.value(decimal: microsText($1)) }
    }
    endObject()
  }
}
