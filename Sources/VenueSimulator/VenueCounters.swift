import ActorKit
import Wire

/// What the venue counts, since its start.
struct VenueCounters: Equatable, Sendable {
  var ordersReceived = 0
  var ordersAccepted = 0
  var cancels = 0
  var replaces = 0
  var trades = 0
  var stopsTriggered = 0
  var marketEvents = 0
  /// Synthetic markets that were too far behind to be lived through.
  var marketsBegunAnew = 0
  var queries = 0
  /// Reports for an account whose executor has not been heard since the start.
  var reportsUnaddressed = 0
  /// Answers that the host could not send.
  var reportsNotSent = 0
  private var rejected = Array(repeating: 0, count: 256)
  private var refused = Array(repeating: 0, count: Refusal.allCases.count)

  /// Why an input was not taken in.
  enum Refusal: Int, CaseIterable, Sendable {
    /// Not a message for a venue.
    case wrongMessage
    /// A message for a venue, but from where it cannot come.
    case wrongLink
    case unknownAccount
    case unknownInstrument
    /// The sender may not trade for the account.
    case notTheExecutor
    /// Too many requests under way.
    case tooManyRequests
    /// Recorded market data with impossible figures.
    case badMarketData
    /// A field without meaning in a request that has no reject.
    case malformed
  }

  mutating func reject(_ reason: RejectReason) { rejected[Int(reason.rawValue)] += 1 }

  mutating func refuse(_ refusal: Refusal) { refused[refusal.rawValue] += 1 }

  func report(into counters: inout CounterReport) {
    counters.add("ordersReceived", ordersReceived)
    counters.add("ordersAccepted", ordersAccepted)
    counters.add("cancels", cancels)
    counters.add("replaces", replaces)
    counters.add("trades", trades)
    counters.add("stopsTriggered", stopsTriggered)
    counters.add("marketEvents", marketEvents)
    counters.add("marketsBegunAnew", marketsBegunAnew)
    counters.add("queries", queries)
    counters.add("reportsUnaddressed", reportsUnaddressed)
    counters.add("reportsNotSent", reportsNotSent)
    for reason in RejectReason.allCases where rejected[Int(reason.rawValue)] > 0 {
      counters.add("rejected.\(reason.name)", rejected[Int(reason.rawValue)])
    }
    for refusal in Refusal.allCases { counters.add("refused.\(refusal)", refused[refusal.rawValue]) }
  }
}
