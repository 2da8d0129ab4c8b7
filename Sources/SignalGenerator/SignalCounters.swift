import ActorKit
import Vocabulary
import Wire

/// What a signal generator counts, since boot.
struct SignalCounters {
  /// Quotes sent out, pulls not among them.
  var signals: Int64 = 0
  /// Wishes too close to the last signal to be worth one.
  var unchanged: Int64 = 0
  var faults: Int64 = 0
  /// Messages taken in.
  var inputs: Int64 = 0
  /// Runs of strategies.
  var runs: Int64 = 0
  var alarms: Int64 = 0
  /// Messages of a kind or sender that has no business here.
  var unexpected: Int64 = 0
  /// Messages about an instrument or account not in the configuration.
  var unknown: Int64 = 0
  /// Messages with a value that cannot be.
  var malformed: Int64 = 0
  /// Prints that are no trades of the market.
  var offMarketPrints: Int64 = 0
  var commandsRefused: Int64 = 0
  /// Directional signals given.
  var intentsIssued: Int64 = 0
  /// Directional signals that a strategy wanted while none could go out.
  var intentsBlocked: Int64 = 0
  /// Open signals that our journal did not know.
  var intentsAdopted: Int64 = 0
  /// Reports of signals that had ended.
  var intentsLate: Int64 = 0
  /// What came of denials of quotes: those that began, went on and ended.
  var denials: Int64 = 0
  var parametersSet: Int64 = 0
  /// Kept values that the program or topology of today does not allow.
  var parametersRefused: Int64 = 0
  var statesKept: Int64 = 0
  /// States that were too long to be kept.
  var statesTooLong: Int64 = 0
  var statesRestored: Int64 = 0
  /// Kept states that were not given back: too old, or of another version or kind, or unreadable.
  var statesRefused: Int64 = 0
  /// By index in `IntentOutcome.terminal`.
  private var intentsEnded = [Int64](repeating: 0, count: IntentOutcome.terminal.count)
  private var pulls = [Int64](repeating: 0, count: PullReason.allCases.count)

  mutating func addPull(_ reason: PullReason) {
    guard let index = PullReason.allCases.firstIndex(of: reason) else { return }
    pulls[index] += 1
  }

  mutating func countEnd(_ outcome: IntentOutcome) {
    guard let index = IntentOutcome.terminal.firstIndex(of: outcome) else { return }
    intentsEnded[index] += 1
  }

  func report(into report: inout CounterReport) {
    report.add("signals", signals)
    report.add("unchanged", unchanged)
    for (index, reason) in PullReason.allCases.enumerated() {
      report.add("pulls.\(reason.rawValue)", pulls[index])
    }
    report.add("intents.issued", intentsIssued)
    for (index, outcome) in IntentOutcome.terminal.enumerated() {
      report.add("intents.ended.\(outcome.name)", intentsEnded[index])
    }
    report.add("intents.blocked", intentsBlocked)
    report.add("intents.adopted", intentsAdopted)
    report.add("intents.late", intentsLate)
    report.add("denials", denials)
    report.add("faults", faults)
    report.add("inputs", inputs)
    report.add("runs", runs)
    report.add("alarms", alarms)
    report.add("unexpected", unexpected)
    report.add("unknown", unknown)
    report.add("malformed", malformed)
    report.add("offMarketPrints", offMarketPrints)
    report.add("commands.refused", commandsRefused)
    report.add("parameters.set", parametersSet)
    report.add("parameters.refused", parametersRefused)
    report.add("states.kept", statesKept)
    report.add("states.tooLong", statesTooLong)
    report.add("states.restored", statesRestored)
    report.add("states.refused", statesRefused)
  }
}
