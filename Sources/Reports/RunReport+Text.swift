import Trading

extension RunReport {
  /// The report for a person, on one screen: what was done, what it made, whether the books agree.
  /// Differences and trouble are shown only when there are any.
  public var text: String {
    var lines = [headline]
    lines.append(
      "  market events \(counts.marketEvents)   signals \(counts.signals)   orders \(counts.ordersSent)"
        + "   cancels \(counts.cancels)   fills \(counts.fills)")
    lines += named("signals refused", counts.signalsRefused)
    lines += named("orders denied", counts.ordersDenied)
    lines += named("orders rejected", counts.ordersRejected)
    lines += named("cancels rejected", counts.cancelsRejected)
    lines += accounts.flatMap(accountLines)
    lines += reconciliationLines
    lines += troubleLines
    if let capture { lines += captureLines(capture) }
    lines += latencyLines
    return lines.joined(separator: "\n")
  }

  private var headline: String {
    var line = "Run \(header.runID) (\(header.mode)"
    if let seed = header.seed { line += ", seed \(seed)" }
    if let speed = header.speed { line += ", speed \(speed)" }
    line += ")"
    if let nanos = header.sessionNanos {
      // Rounded half up to milliseconds.
      let millis = nanos / 1_000_000 + (nanos % 1_000_000 >= 500_000 ? 1 : 0)
      line += ", \(decimalText(millis, decimals: 3)) s live"
    }
    if header.endedAsAsked == false { line += ", NOT ended as asked" }
    if let reason = header.endReason { line += ", ended: \(reason)" }
    return line
  }

  private func accountLines(_ account: AccountResult) -> [String] {
    var rows = [["", "position", "average", "mark", "realized", "unrealized", "fees", "net"]]
    for result in account.instruments {
      rows.append([
        result.name, "\(result.position)", exact(result.averagePrice), exact(result.mark?.price),
        rounded(result.realized), rounded(result.unrealized), rounded(result.fees), rounded(result.net),
      ])
    }
    var lines = ["Account \(account.name)"]
    if account.instruments.isEmpty { lines[0] += ": nothing traded" } else { lines += table(rows) }
    let cash = account.cash.map { flow in
      let amount = Money(rounding: flow.amount).map { "\($0)" } ?? "\(flow.amount)"
      return "\(amount) \(flow.currency)"
    }
    if !cash.isEmpty { lines.append("  cash " + cash.joined(separator: "   ")) }
    return lines
  }

  private var reconciliationLines: [String] {
    let parts: [(String, Comparison)] = [
      ("orders", reconciliation.orders), ("fills", reconciliation.fills),
      ("positions", reconciliation.positions), ("cash", reconciliation.cash),
    ]
    guard !isReconciled else {
      let others = reconciliation.orders.othersCount
      return [
        "Books RECONCILED with the venue: \(reconciliation.orders.venue.count) orders, "
          + "\(reconciliation.fills.venue.count) fills, positions and cash agree"
          + (others > 0 ? "; \(others) of the orders are not the colony's" : "")
      ]
    }
    var lines = ["Books DO NOT AGREE with the venue:"]
    for (name, comparison) in parts where !comparison.isEqual {
      let count = comparison.differenceCount
      lines.append("  \(name): \(count) difference\(count == 1 ? "" : "s")")
      lines += comparison.differences.map { "    \($0)" }
      let more = count - comparison.differences.count
      if more > 0 { lines.append("    and \(more) more") }
    }
    return lines
  }

  private var troubleLines: [String] {
    var lines: [String] = []
    lines += header.endedOtherwise.map { "  \($0.component) \($0.status), which nobody asked for" }
    if !header.kills.isEmpty { lines.append("  killed: " + header.kills.joined(separator: ", ")) }
    lines += named("restarts", restarts.byComponent)
    lines += named("anomalies", counts.anomalies.filter { $0.value > 0 })
    lines += named("alarms", counts.alarms)
    let session = [
      NamedCount(name: "safety events", value: counts.safetyEvents),
      NamedCount(name: "failsafes", value: counts.failsafeActivations),
      NamedCount(name: "interruptions", value: counts.interruptions),
    ]
    lines += named("session", session.filter { $0.value > 0 })
    lines += named("degraded without", counts.degradations)
    for (component, reasons) in refusedFrames { lines += named("frames refused by \(component)", reasons) }
    return lines
  }

  private func captureLines(_ capture: CaptureSummary) -> [String] {
    let verdict = capture.isComplete ? "every line accounted for" : "NOT every line accounted for"
    return [
      "Capture: \(capture.lines) lines, \(verdict); book crossed \(capture.bookCrossings) times"
    ] + named("used", capture.used) + named("dropped", capture.dropped)
  }

  private var latencyLines: [String] {
    var rows = [["latency, µs", "count", "p50", "p99", "p99.9"]]
    for (name, latency) in [("tick→venue", latencies.tickToVenue)]
      + latencies.hops.map({ ($0.name, $0.latency) })
    where latency.count > 0 {
      rows.append(
        [name, "\(latency.count)"]
          + [latency.p50Nanos, latency.p99Nanos, latency.p999Nanos].map { $0.map(microsText) ?? "-" })
    }
    return rows.count > 1 ? table(rows) : []
  }

  /// One line, or none when there is nothing to name.
  private func named(_ title: String, _ counts: [NamedCount]) -> [String] {
    guard !counts.isEmpty else { return [] }
    return ["  \(title): " + counts.map { "\($0.name) \($0.value)" }.joined(separator: ", ")]
  }

  private func exact(_ value: Price?) -> String { value.map { "\($0)" } ?? "-" }

  private func rounded(_ value: Money?) -> String { value.map { $0.text(roundedTo: 4) } ?? "-" }

  /// Columns as wide as their widest text; the first to the left, numbers to the right.
  private func table(_ rows: [[String]]) -> [String] {
    let widths = (0..<(rows.first?.count ?? 0)).map { column in rows.map { $0[column].count }.max() ?? 0 }
    return rows.map { row in
      let cells = row.indices.map { column in
        let padding = String(repeating: " ", count: widths[column] - row[column].count)
        return column == 0 ? row[column] + padding : padding + row[column]
      }
      return "  " + cells.joined(separator: "  ")
    }
  }
}
