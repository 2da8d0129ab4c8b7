import ActorKit
import HostKit
import JSON5
import Platform
import Telemetry
import Wire

/// Figures for people and reports: the status and counters commands, and the statistics file.
extension Reactor {
  /// Core counters, the source's, and the host's own.
  func counterReport() -> CounterReport {
    var report = CounterReport()
    core.report(into: &report)
    source.report(into: &report)
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
    report.add("host.outbox", sessions.reduce(0) { $0 + $1.endpoint.undeliveredCount })
    report.add("host.turnsNotJournaled", journal.skippedTurns)
    if let usage = ProcessUsage.own() {
      report.add("host.cpuNanos", usage.cpuNanos)
      report.add("host.residentBytes", usage.residentBytes)
    }
    return report
  }

  /// Answers the two commands that need no core. False for any other command.
  mutating func answerFigures(
    _ command: Command, _ envelope: Envelope, route: UInt32, at now: Instant
  ) -> Bool {
    let json: String
    switch command.kind {
    case .status: json = statusJSON(at: now)
    case .counters: json = FiguresSummary.json(figures(at: now))
    default: return false
    }
    let result = CommandResult(
      envelope: Envelope(origin: 0, correlation: envelope.correlation), kind: command.kind, outcome: .done,
      component: configuration.number, colony: colonyName.colony, run: colonyName.run)
    sendHostFrame(toRoute: route, at: now) { result.encode(into: &$0, text: json.utf8) }
    return true
  }

  private func statusJSON(at now: Instant) -> String {
    let usage = ProcessUsage.own()
    var json = JSONWriter()
    json.beginObject()
    json.member("component", configuration.name)
    json.member("colony", configuration.colony)
    json.member("run", "\(configuration.runText)")
    json.member("pid", Int(ProcessStats.ownPID))
    json.member("kind", "\(Core.kind)")
    json.member("state", "\(core.state)")
    json.member("epoch", Int64(journal.epoch))
    json.member("journalRows", journal.lastSequence)
    if let why = journal.impairment { json.member("journalImpaired", why) }
    json.member("outbox", sessions.reduce(0) { $0 + $1.endpoint.undeliveredCount })
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
  func figures(at now: Instant) -> ComponentFigures {
    ComponentFigures(
      component: configuration.name, number: configuration.number, kind: "\(Core.kind)", epoch: journal.epoch,
      wallNanos: now.wall, counters: counterReport(), statistics: statistics)
  }

  /// Has this incarnation's statistics file replaced, so that a kill loses at most the last second.
  mutating func writeStatistics(at now: Instant) {
    if let failure = statisticsFile.takeFailure() { log.error("statistics", "\(failure)") }
    if isStopping {
      statisticsFile.writeNow(figures(at: now))
    } else {
      statisticsFile.write(figures(at: now))
    }
  }
}
