import ActorKit
import JSON5
import Telemetry
import Wire

/// Figures for people and reports: the status and counters commands, and what the statistics file says.
extension HostCore {
  /// The core's counters, the device's, and the host's own.
  func counterReport() -> CounterReport {
    var report = CounterReport()
    core.report(into: &report)
    for entry in device.counters.entries { report.add(entry.name, entry.value) }
    report.add("host.received", statistics.receivedCount)
    report.add("host.published", statistics.publishedCount)
    report.add("host.dropped", statistics.dropped)
    report.add("host.misplaced", statistics.misplaced)
    report.add("host.malformed", statistics.malformedEnvelopes)
    report.add("host.withoutPeer", statistics.withoutPeer)
    report.add("host.backPressured", statistics.backPressured)
    report.add("host.duplicates", statistics.duplicates)
    report.add("host.clocksRefused", statistics.clocksRefused)
    report.add("host.streamGaps", statistics.streamGaps)
    report.add("host.snapshots", statistics.snapshotsTaken)
    report.add("host.outbox", undeliveredCount)
    report.add("host.turnsNotJournaled", journal.skippedTurns)
    if let usage = progress.usage {
      report.add("host.cpuNanos", usage.cpuNanos)
      report.add("host.residentBytes", usage.residentBytes)
    }
    return report
  }

  private var undeliveredCount: Int { sessions.reduce(0) { $0 + $1.endpoint.undeliveredCount } }

  /// Answers the two commands that need no core. False for any other command.
  mutating func answerFigures(_ command: Command, _ envelope: Envelope, route: UInt32) -> Bool {
    let json: String
    switch command.kind {
    case .status: json = statusJSON()
    case .counters: json = FiguresSummary.json(figures())
    default: return false
    }
    let result = commandResult(command.kind, .done, answering: envelope)
    sendHostFrame(toRoute: route) { result.encode(into: &$0, text: json.utf8) }
    return true
  }

  private func statusJSON() -> String {
    let usage = progress.usage
    var json = JSONWriter()
    json.beginObject()
    json.member("component", identity.name)
    json.member("colony", "\(identity.colony.colony)")
    json.member("run", "\(identity.colony.run)")
    json.member("pid", Int(identity.processID))
    json.member("kind", "\(Core.kind)")
    json.member("state", "\(core.state)")
    json.member("epoch", Int64(journal.epoch))
    json.member("journalRows", journal.lastRow)
    if let why = journal.impairment { json.member("journalImpaired", why) }
    writeAlarms(into: &json)
    json.member("outbox", undeliveredCount)
    json.member("turns", statistics.turns)
    json.member("received", statistics.receivedCount)
    json.member("published", statistics.publishedCount)
    json.member("dropped", statistics.dropped)
    json.member("residentBytes", usage?.residentBytes ?? 0)
    json.member("cpuNanos", usage?.cpuNanos ?? 0)
    json.member("wallNanos", now.wall)
    json.member("marketNanos", now.market)
    json.endObject()
    return json.text
  }

  /// Everything counted and timed by this incarnation, in the form `Reports` reads.
  package func figures() -> ComponentFigures {
    ComponentFigures(
      component: identity.name, number: identity.number, kind: "\(Core.kind)", epoch: journal.epoch,
      wallNanos: now.wall, counters: counterReport(), statistics: statistics)
  }
}
