import ActorKit
import Vocabulary
import Wire

/// Counts since boot, for people.
struct ExecutorCounters: Sendable {
  var ordersSent: Int64 = 0
  var cancels: Int64 = 0
  var fills: Int64 = 0
  var inDoubt: Int64 = 0
  var notPlaced: Int64 = 0
  var notSent: Int64 = 0
  var staleTargets: Int64 = 0
  var targets: Int64 = 0
  var postOnlyMoved: Int64 = 0
  var duplicates: Int64 = 0
  var foreignReports: Int64 = 0
  var foreignOrders: Int64 = 0
  var orderQueries: Int64 = 0
  var accountQueries: Int64 = 0
  var ordersTakenOver: Int64 = 0
  var fillsOfTheCut: Int64 = 0
  var intents: Int64 = 0
  var stopsTriggered: Int64 = 0
  var intentsEnded = Table<IntentOutcome>()
  var ordersDenied = Table<RiskCheck>()
  var rejected = Table<RejectReason>()
  var alarms = Table<AlarmCode>()
  var refused = Table<Refusal>()

  /// One count per case.
  struct Table<Reason: CaseIterable & Equatable & Sendable>: Sendable {
    private var counts = [Int64](repeating: 0, count: Reason.allCases.count)

    mutating func add(_ reason: Reason) {
      guard let place = place(of: reason) else { return }
      counts[place] += 1
    }

    subscript(reason: Reason) -> Int64 { place(of: reason).map { counts[$0] } ?? 0 }

    private func place(of reason: Reason) -> Int? {
      Reason.allCases.firstIndex(of: reason).map {
        Reason.allCases.distance(from: Reason.allCases.startIndex, to: $0)
      }
    }
  }

  /// Adds all; of the tables only what happened, so that the list stays short.
  func report(into counters: inout CounterReport) {
    counters.add("ordersSent", ordersSent)
    counters.add("cancels", cancels)
    counters.add("fills", fills)
    counters.add("inDoubt", inDoubt)
    counters.add("notPlaced", notPlaced)
    counters.add("notSent", notSent)
    counters.add("staleTargets", staleTargets)
    counters.add("targets", targets)
    counters.add("postOnlyMoved", postOnlyMoved)
    counters.add("duplicates", duplicates)
    counters.add("foreignReports", foreignReports)
    counters.add("foreignOrders", foreignOrders)
    counters.add("orderQueries", orderQueries)
    counters.add("accountQueries", accountQueries)
    counters.add("ordersTakenOver", ordersTakenOver)
    counters.add("fillsOfTheCut", fillsOfTheCut)
    counters.add("intents", intents)
    counters.add("stopsTriggered", stopsTriggered)
    for outcome in IntentOutcome.allCases where intentsEnded[outcome] > 0 {
      counters.add("intentsEnded.\(outcome.name)", intentsEnded[outcome])
    }
    for check in RiskCheck.order where ordersDenied[check] > 0 {
      counters.add("ordersDenied.\(check.name)", ordersDenied[check])
    }
    for reason in RejectReason.allCases where rejected[reason] > 0 {
      counters.add("rejected.\(reason.name)", rejected[reason])
    }
    for code in AlarmCode.allCases where alarms[code] > 0 {
      counters.add("alarms.\(code.name)", alarms[code])
    }
    for reason in Refusal.allCases where refused[reason] > 0 {
      counters.add("refused.\(reason)", refused[reason])
    }
  }
}

/// Why a message was not acted on.
enum Refusal: CaseIterable, Sendable {
  /// Not a message this component takes, or not on this link.
  case unexpectedMessage
  /// From a component that has no business sending it.
  case wrongSender
  case wrongAccount
  case unknownInstrument
  case malformed
  case oldRevision
  case tooManyTargets
  /// An answer to a question that is no longer open.
  case lateAnswer
  case permit
  case command
  /// A report on an order that does not match what we know of it.
  case mismatch
  case unsupported
}
