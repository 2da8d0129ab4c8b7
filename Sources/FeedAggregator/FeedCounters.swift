import ActorKit

/// What a feed counts besides anomalies, since boot.
struct FeedCounters {
  /// Market messages of known instruments.
  var messages: Int64 = 0
  /// Deltas that came while a snapshot was awaited.
  var ignored: Int64 = 0
  /// Market messages without a field they must have.
  var malformed: Int64 = 0
  /// Market messages after the source said that there is nothing more.
  var afterEnd: Int64 = 0
  var unknownInstruments: Int64 = 0
  /// Messages of a kind or sender that has no business here.
  var unexpected: Int64 = 0
  var published: Int64 = 0
  /// Snapshots asked of the venue, and those asked of us.
  var snapshotsAsked: Int64 = 0
  var snapshotsAnswered: Int64 = 0
  var snapshotsRefused: Int64 = 0
  var commandsRefused: Int64 = 0

  func report(into report: inout CounterReport) {
    report.add("messages", messages)
    report.add("ignored", ignored)
    report.add("malformed", malformed)
    report.add("afterEnd", afterEnd)
    report.add("unexpected", unexpected)
    report.add("published", published)
    report.add("snapshots.asked", snapshotsAsked)
    report.add("snapshots.answered", snapshotsAnswered)
    report.add("snapshots.refused", snapshotsRefused)
    report.add("commands.refused", commandsRefused)
  }
}
