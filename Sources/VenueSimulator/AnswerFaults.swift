import Wire

/// How badly the venue answers an account's executor: the ways of real venues and of the network before them,
/// drawn from a seed.
///
/// Probabilities are 0 to 1, of each request or report; times are on the market clock. With all of them 0
/// nothing is drawn and nothing is different. Operators' requests and the answers to them are spared.
public struct AnswerFaults: Equatable, Sendable {
  /// All faults come from it and the account's number, each kind from a stream of its own: one more kind of
  /// fault leaves the others where they were.
  public var seed: UInt64
  /// A report never leaves; what it told of has happened.
  public var lostReports: Double
  /// A report leaves late, and others overtake it.
  public var lateReports: Double
  /// A report leaves twice, the second time up to the longest lateness after the first.
  public var duplicateReports: Double
  /// A report leaves up to 20 ms late: just after those that follow it closely.
  public var reorderedReports: Double
  /// A new order, cancel, replace or renewal of the dead-man switch never arrives.
  public var lostRequests: Double
  /// A new order, cancel or replace arrives late and is overtaken; what a cancel is for may fill before.
  public var lateRequests: Double
  /// A query never arrives, which for the asker is the same as a lost answer.
  public var lostQueries: Double
  /// A new order, cancel, replace or order query is refused with `rateLimit`, and certainly not carried out.
  public var rateLimitAnswers: Double
  /// A new order, cancel or replace of which the venue would say "execution status unknown": nothing is
  /// answered; at even odds it is carried out all the same.
  public var unknownStatusAnswers: Double
  /// An accepted order is ended by the venue with a `rejected` report, late, if it is still open then.
  public var rejectAfterAccept: Double
  /// Shortest and longest time by which something is late.
  public var lateNanos: ClosedRange<Int64>
  /// Queries answer with the account as it was this long ago, at least half of it.
  public var queryLagNanos: Int64
  /// How often nothing leaves and nothing arrives for a while.
  public var disconnectsPerMinute: Double
  /// Shortest and longest time for which that lasts.
  public var disconnectNanos: ClosedRange<Int64>

  /// Above this a query could deny an order after an executor's fence.
  public static let longestQueryLagNanos: Int64 = 500_000_000
  /// Nothing is late for longer.
  public static let longestLateNanos: Int64 = 60_000_000_000
  /// Least and most by which a reordered report is late.
  static let reorderNanos: ClosedRange<Int64> = 1_000_000...20_000_000
  /// Why the venue ends an order that it had accepted.
  static let lateRejectReason = RejectReason.insufficientBalance

  public init(
    seed: UInt64 = 1, lostReports: Double = 0, lateReports: Double = 0, duplicateReports: Double = 0,
    reorderedReports: Double = 0, lostRequests: Double = 0, lateRequests: Double = 0,
    lostQueries: Double = 0, rateLimitAnswers: Double = 0, unknownStatusAnswers: Double = 0,
    rejectAfterAccept: Double = 0, lateNanos: ClosedRange<Int64> = 200_000_000...15_000_000_000,
    queryLagNanos: Int64 = 0, disconnectsPerMinute: Double = 0,
    disconnectNanos: ClosedRange<Int64> = 200_000_000...1_500_000_000
  ) {
    self.seed = seed
    self.lostReports = lostReports
    self.lateReports = lateReports
    self.duplicateReports = duplicateReports
    self.reorderedReports = reorderedReports
    self.lostRequests = lostRequests
    self.lateRequests = lateRequests
    self.lostQueries = lostQueries
    self.rateLimitAnswers = rateLimitAnswers
    self.unknownStatusAnswers = unknownStatusAnswers
    self.rejectAfterAccept = rejectAfterAccept
    self.lateNanos = lateNanos
    self.queryLagNanos = queryLagNanos
    self.disconnectsPerMinute = disconnectsPerMinute
    self.disconnectNanos = disconnectNanos
  }

  /// Whether there is any fault at all.
  public var isEmpty: Bool {
    AnswerFault.allCases.allSatisfy { probability(of: $0) == 0 } && queryLagNanos == 0
      && disconnectsPerMinute == 0
  }

  /// What is wrong with the figures, nil if nothing is.
  public var problem: String? {
    for fault in AnswerFault.allCases where !(0...1).contains(probability(of: fault)) {
      return "the probability \(probability(of: fault)) of \(fault); allowed are 0 to 1"
    }
    if !(0...600).contains(disconnectsPerMinute) {
      return "\(disconnectsPerMinute) disconnects a minute; allowed are 0 to 600"
    }
    if !(0...Self.longestQueryLagNanos).contains(queryLagNanos) {
      return "a query lag of \(queryLagNanos) ns; allowed are 0 to \(Self.longestQueryLagNanos)"
    }
    for times in [lateNanos, disconnectNanos]
    where times.lowerBound < 1 || times.upperBound > Self.longestLateNanos {
      return "\(times.lowerBound) to \(times.upperBound) ns late or down; allowed are 1 to "
        + "\(Self.longestLateNanos)"
    }
    return nil
  }

  /// How often a fault that is drawn strikes; 0 for those that are not.
  func probability(of fault: AnswerFault) -> Double {
    switch fault {
    case .lostReport: lostReports
    case .lateReport: lateReports
    case .duplicateReport: duplicateReports
    case .reorderedReport: reorderedReports
    case .lostRequest: lostRequests
    case .lateRequest: lateRequests
    case .lostQuery: lostQueries
    case .rateLimitAnswer: rateLimitAnswers
    case .unknownStatus: unknownStatusAnswers
    case .rejectAfterAccept: rejectAfterAccept
    case .laggingQuery, .disconnect, .droppedRequest, .droppedReport: 0
    }
  }
}

/// A fault as it is counted.
enum AnswerFault: Int, CaseIterable, Sendable {
  case lostReport
  case lateReport
  case duplicateReport
  case reorderedReport
  case lostRequest
  case lateRequest
  case lostQuery
  case rateLimitAnswer
  case unknownStatus
  case rejectAfterAccept
  /// A query answered with an older state than there was.
  case laggingQuery
  /// A disconnect, and what was lost in them.
  case disconnect
  case droppedRequest
  case droppedReport
}
