import ActorKit
import Trading

/// Draws an account's faults, and counts those that struck.
struct FaultDice: Sendable {
  let faults: AnswerFaults
  private var streams: [SplitMix64]
  private(set) var counts = Array(repeating: 0, count: AnswerFault.allCases.count)
  /// The disconnect that is on or comes next, and whether it has been counted.
  private var outage: (nanos: Range<Int64>, isCounted: Bool)?

  init(_ faults: AnswerFaults, account: UInt16) {
    self.faults = faults
    var seeds = SplitMix64(seed: faults.seed ^ UInt64(account) &* 0x9e37_79b9_7f4a_7c15)
    streams = AnswerFault.allCases.map { _ in SplitMix64(seed: seeds.next()) }
  }

  /// What becomes of a request at the venue's door.
  enum RequestFate: Equatable, Sendable {
    case arrives
    case isLost
    case isRefused
    /// Late by so much.
    case isLate(Int64)
    /// Carried out, but not answered.
    case isUnanswered
  }

  /// What becomes of a report.
  enum ReportFate: Equatable, Sendable {
    case leaves
    case isLost
    /// Late by so much.
    case isLate(Int64)
    /// Leaves, and again so much later.
    case isDoubled(Int64)
  }

  mutating func fate(of request: VenueRequest, at nanos: Int64) -> RequestFate {
    if isDown(at: nanos) {
      note(.droppedRequest)
      return .isLost
    }
    switch request {
    case .accountQuery: return strikes(.lostQuery) ? .isLost : .arrives
    case .orderQuery:
      if strikes(.lostQuery) { return .isLost }
      return strikes(.rateLimitAnswer) ? .isRefused : .arrives
    case .cancelAll: return strikes(.lostRequest) ? .isLost : .arrives
    case .new, .cancel, .replace:
      if strikes(.lostRequest) { return .isLost }
      if strikes(.rateLimitAnswer) { return .isRefused }
      if strikes(.unknownStatus) {
        return streams[AnswerFault.unknownStatus.rawValue].below(2) == 0 ? .isLost : .isUnanswered
      }
      return strikes(.lateRequest) ? .isLate(draw(.lateRequest, faults.lateNanos)) : .arrives
    }
  }

  mutating func fateOfReport() -> ReportFate {
    if strikes(.lostReport) { return .isLost }
    if strikes(.lateReport) { return .isLate(draw(.lateReport, faults.lateNanos)) }
    if strikes(.reorderedReport) {
      return .isLate(draw(.reorderedReport, AnswerFaults.reorderNanos))
    }
    if strikes(.duplicateReport) {
      return .isDoubled(draw(.duplicateReport, 0...faults.lateNanos.upperBound))
    }
    return .leaves
  }

  /// After what time the venue ends an order that it has just accepted; nil if it does not. Counted when it
  /// does.
  mutating func lateReject() -> Int64? {
    hits(.rejectAfterAccept) ? draw(.rejectAfterAccept, faults.lateNanos) : nil
  }

  /// Whether the line is down. Disconnects follow each other at random; they are made up as time passes them.
  mutating func isDown(at nanos: Int64) -> Bool {
    guard faults.disconnectsPerMinute > 0, nanos > 0 else { return false }
    var next = outage ?? (nextOutage(after: nanos), false)
    while next.nanos.lowerBound <= nanos {
      if !next.isCounted { note(.disconnect) }
      next.isCounted = true
      guard next.nanos.upperBound <= nanos, nanos < .max else { break }
      next = (nextOutage(after: next.nanos.upperBound), false)
    }
    outage = next
    return next.nanos.contains(nanos)
  }

  mutating func note(_ fault: AnswerFault) { counts[fault.rawValue] += 1 }

  private mutating func nextOutage(after nanos: Int64) -> Range<Int64> {
    let index = AnswerFault.disconnect.rawValue
    let wait = min(streams[index].exponential(), 1_000) * 60e9 / faults.disconnectsPerMinute
    let start = nanos.saturatingAdd(max(1, Int64(min(wait, 1e15))))
    return start..<start.saturatingAdd(draw(.disconnect, faults.disconnectNanos))
  }

  private mutating func strikes(_ fault: AnswerFault) -> Bool {
    guard hits(fault) else { return false }
    note(fault)
    return true
  }

  private mutating func hits(_ fault: AnswerFault) -> Bool {
    let probability = faults.probability(of: fault)
    return probability > 0 && streams[fault.rawValue].unit() < probability
  }

  private mutating func draw(_ fault: AnswerFault, _ times: ClosedRange<Int64>) -> Int64 {
    let width = UInt64(times.upperBound - times.lowerBound)
    return times.lowerBound + Int64(streams[fault.rawValue].below(width + 1))
  }
}
