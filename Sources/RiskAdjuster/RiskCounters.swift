import ActorKit
import Wire

/// What risk counts since boot.
struct RiskCounters: Sendable {
  var signals = 0
  var accepted = 0
  var reduced = 0
  var refused = 0
  /// By the check's place in `RiskCheck.order`.
  var refusedByCheck = [Int](repeating: 0, count: RiskCheck.order.count)
  var targets = 0
  var decisions = 0
  var expired = 0
  var violations = 0
  /// By `Dropped.rawValue`.
  var dropped = [Int](repeating: 0, count: Dropped.allCases.count)

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
  }

  mutating func drop(_ reason: Dropped) { dropped[reason.rawValue] += 1 }

  mutating func refuse(by check: RiskCheck) {
    refused += 1
    precondition(check.rank < refusedByCheck.count, "a signal was refused without a check")
    refusedByCheck[check.rank] += 1
  }

  func report(into counters: inout CounterReport) {
    counters.add("signals", signals)
    counters.add("accepted", accepted)
    counters.add("reduced", reduced)
    counters.add("refused", refused)
    for check in RiskCheck.order { counters.add("refused.\(check.name)", refusedByCheck[check.rank]) }
    counters.add("targets", targets)
    counters.add("decisions", decisions)
    counters.add("expired", expired)
    counters.add("violations", violations)
    for reason in Dropped.allCases { counters.add("dropped.\(reason)", dropped[reason.rawValue]) }
  }
}
