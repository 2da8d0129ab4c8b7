import ActorKit
import Trading
import Wire

// Where the venue answers badly. What it does, and what it counts, is in `AnswerFaults`.
extension VenueSimulator {
  /// Puts a request of the executor on its way, as far as its fate allows.
  mutating func forward(
    _ request: VenueRequest, _ account: Int, from peer: Peer, fate: FaultDice.RequestFate, at now: Instant,
    into effects: inout Effects
  ) {
    var (lateNanos, isUnanswered): (Int64, Bool) = (0, false)
    switch fate {
    case .arrives: break
    case .isLost: return
    case .isRefused:
      refuse(request, .rateLimit, to: peer, at: now, into: &effects)
      return
    case .isLate(let nanos): lateNanos = nanos
    case .isUnanswered: isUnanswered = true
    }
    let isTaken = lines[account].send(
      request, from: peer, at: now.market, latency: configuration.orderLatencyNanos, lateNanos: lateNanos,
      isUnanswered: isUnanswered)
    guard !isTaken else { return }
    counters.refuse(.tooManyRequests)
    refuse(request, .rateLimit, to: peer, at: now, into: &effects)
  }

  /// Draws whether the venue will end an order that it has just accepted.
  mutating func drawLateReject(of order: VenueOrder, _ account: Int) {
    guard let nanos = lines[account].dice?.lateReject() else { return }
    lines[account].doom(order.venueOrderId, at: clockNanos.saturatingAdd(nanos))
  }

  /// Ends an order that was accepted and works, if it still does.
  mutating func rejectLate(_ id: UInt64, _ account: Int, at now: Instant, into effects: inout Effects) {
    guard let order = ledger.accounts[account].orders[id], order.status == .open else { return }
    let reason = AnswerFaults.lateRejectReason
    lines[account].dice?.note(.rejectAfterAccept)
    counters.reject(reason)
    withdraw(order, into: &effects)
    end(
      order, account, .rejected, reason, .rejected, cause: Cause(correlation: order.correlation), at: now,
      into: &effects)
  }

  /// Whether an answer is lost because the line is down.
  mutating func isDropped(_ departure: Departure, _ account: Int) -> Bool {
    guard lines[account].isExecutors(departure.peer), lines[account].dice?.isDown(at: clockNanos) == true
    else { return false }
    lines[account].dice?.note(.droppedReport)
    return true
  }

  /// An account as its queries see it.
  mutating func visible(_ account: Int) -> QueryHistory.State {
    let lag = configuration.faults.queryLagNanos
    if lag > 0, let past = lines[account].history.state(at: clockNanos, lag: lag) {
      lines[account].dice?.note(.laggingQuery)
      return past
    }
    return present(account)
  }

  func present(_ account: Int) -> QueryHistory.State {
    QueryHistory.State(
      account: ledger.accounts[account], lastReport: lines[account].lastReport(epoch: epoch))
  }

  /// Keeps an account as it is before a change, for queries that lag.
  mutating func rememberForQueries(_ number: UInt16) {
    let lag = configuration.faults.queryLagNanos
    guard lag > 0, clockNanos > 0, let account = ledger.accountIndex(number) else { return }
    let state = present(account)
    lines[account].history.note(state, at: clockNanos, lag: lag)
  }

  /// What the faults have done so far; nothing if there are none.
  func reportFaults(into report: inout CounterReport) {
    guard !configuration.faults.isEmpty else { return }
    for fault in AnswerFault.allCases {
      let count = lines.reduce(0) { $0 + ($1.dice?.counts[fault.rawValue] ?? 0) }
      report.add("faults.\(fault)", count)
    }
  }
}
