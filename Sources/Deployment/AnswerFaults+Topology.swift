import Topology
import VenueSimulator

extension AnswerFaults {
  /// The faults as the topology orders them.
  init(_ faults: VenueFaults) {
    self.init(
      seed: faults.seed, lostReports: faults.lostReports, lateReports: faults.lateReports,
      duplicateReports: faults.duplicateReports, reorderedReports: faults.reorderedReports,
      lostRequests: faults.lostRequests, lateRequests: faults.lateRequests, lostQueries: faults.lostQueries,
      rateLimitAnswers: faults.rateLimitAnswers, unknownStatusAnswers: faults.unknownStatusAnswers,
      rejectAfterAccept: faults.rejectAfterAccept, lateNanos: faults.lateNanos,
      queryLagNanos: faults.queryLagNanos, disconnectsPerMinute: faults.disconnectsPerMinute,
      disconnectNanos: faults.disconnectNanos)
  }
}
