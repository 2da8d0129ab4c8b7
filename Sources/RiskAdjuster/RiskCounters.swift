import ActorKit
import Vocabulary
import Wire

/// What risk counts since boot.
struct RiskCounters: Sendable {
  var signals = 0
  var accepted = 0
  var reduced = 0
  var refused = 0
  /// By the check's index in `RiskCheck.order`.
  var refusedByCheck = [Int](repeating: 0, count: RiskCheck.order.count)
  var targets = 0
  var decisions = 0
  var expired = 0
  var violations = 0
  /// Directional signals decided on.
  var intents = 0
  var intentsAccepted = 0
  var intentsReduced = 0
  var intentsRefused = 0
  /// By the check's index in `RiskCheck.order`.
  private var intentsRefusedByCheck = [Int](repeating: 0, count: RiskCheck.order.count)
  /// Terminal reports, by index in `IntentOutcome.terminal`.
  private var intentsEnded = [Int](repeating: 0, count: IntentOutcome.terminal.count)
  /// Directional signals that came again.
  var intentsDuplicate = 0
  /// Reports of intents that had ended.
  var intentsLate = 0
  /// Open intents that our journal did not know.
  var intentsAdopted = 0
  /// Terminal reports that found the way to the signal component full, and are sent again.
  var intentsUndelivered = 0
  /// Refusals of orders and cancels that the executor told of and no check of its own made, by the index of
  /// their cause.
  private var rejects = [Int](repeating: 0, count: RejectReason.allCases.count)
  /// Those of its own gate, by the check's index in `RiskCheck.order`.
  private var denials = [Int](repeating: 0, count: RiskCheck.order.count)
  /// Causes shown one by one: there is an end to the counters a component may show.
  private static let mostCauses = 16
  /// By `Dropped.rawValue`.
  var dropped = [Int](repeating: 0, count: Dropped.allCases.count)

  mutating func countReject(_ cause: RejectReason, by check: RiskCheck) {
    // Not said by an older executor.
    if check.rank < denials.count { return denials[check.rank] += 1 }
    // A cause of a later schema is one that this program cannot name.
    guard let index = RejectReason.allCases.firstIndex(of: cause) else { return }
    rejects[index] += 1
  }

  /// Why an input was not taken in.
  enum Dropped: Int, CaseIterable {
    /// Not a message for us, or not by this way.
    case unexpected
    case unknownInstrument
    case wrongAccount
    /// A signal of a strategy that trades for another account.
    case otherAccount
    /// Not from our executor.
    case wrongSender
    /// A figure that cannot be.
    case malformed
    /// Older than what is known.
    case late
    /// More strategies and instruments than are kept.
    case tooMany
    /// A report of an intent whose sender is not, or no longer, in the topology.
    case unknownSender
  }

  mutating func drop(_ reason: Dropped) { dropped[reason.rawValue] += 1 }

  mutating func refuse(by check: RiskCheck) {
    refused += 1
    precondition(check.rank < refusedByCheck.count, "a signal was refused without a check")
    refusedByCheck[check.rank] += 1
  }

  mutating func refuseIntent(by check: RiskCheck) {
    intentsRefused += 1
    precondition(check.rank < intentsRefusedByCheck.count, "an intent was refused without a check")
    intentsRefusedByCheck[check.rank] += 1
  }

  mutating func countEnd(_ outcome: IntentOutcome) {
    guard let index = IntentOutcome.terminal.firstIndex(of: outcome) else { return }
    intentsEnded[index] += 1
  }

  func report(into counters: inout CounterReport) {
    counters.add("signals", signals)
    counters.add("accepted", accepted)
    counters.add("reduced", reduced)
    counters.add("refused", refused)
    report("refused.", refusedByCheck, into: &counters)
    counters.add("targets", targets)
    counters.add("decisions", decisions)
    counters.add("expired", expired)
    counters.add("violations", violations)
    reportIntents(into: &counters)
    reportRejects(into: &counters)
    for reason in Dropped.allCases { counters.add("dropped.\(reason)", dropped[reason.rawValue]) }
  }

  /// Of the checks only those that objected, so that the list stays short.
  private func report(_ family: String, _ counts: [Int], into counters: inout CounterReport) {
    for check in RiskCheck.order where counts[check.rank] > 0 {
      counters.add("\(family)\(check.name)", counts[check.rank])
    }
  }

  /// How many refusals there were, by which checks and of which other causes; of more than `mostCauses` the
  /// rest is one sum.
  private func reportRejects(into counters: inout CounterReport) {
    counters.add("rejects", rejects.reduce(0, +) + denials.reduce(0, +))
    let checks = RiskCheck.order.map { ("denied.\($0.name)", denials[$0.rank]) }
    let causes = zip(RejectReason.allCases, rejects).map { ("rejects.\($0.name)", $1) }
    let told = (checks + causes).filter { $0.1 > 0 }
    for (name, count) in told.prefix(Self.mostCauses) { counters.add(name, count) }
    guard told.count > Self.mostCauses else { return }
    counters.add("rejects.other", told.dropFirst(Self.mostCauses).reduce(0) { $0 + $1.1 })
  }

  private func reportIntents(into counters: inout CounterReport) {
    counters.add("intents", intents)
    counters.add("intents.accepted", intentsAccepted)
    counters.add("intents.reduced", intentsReduced)
    counters.add("intents.refused", intentsRefused)
    report("intents.check.", intentsRefusedByCheck, into: &counters)
    for (index, outcome) in IntentOutcome.terminal.enumerated() {
      counters.add("intents.ended.\(outcome.name)", intentsEnded[index])
    }
    counters.add("intents.duplicate", intentsDuplicate)
    counters.add("intents.late", intentsLate)
    counters.add("intents.adopted", intentsAdopted)
    counters.add("intents.undelivered", intentsUndelivered)
  }
}
