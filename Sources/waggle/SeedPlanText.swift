import Records
import SimulatedColony
import Topology
import Trading
import VenueSimulator

/// What a seed makes of a topology, in lines for people.
package enum SeedPlanText {
  package static func text(_ plan: SeedPlan, in topology: Topology) -> String {
    let end = plan.faultMillis
    var text = "plan of seed \(plan.seed): faults from \(SeedPlan.firstFaultMillis) to \(end) ms\n"
    text += "journals: durability \(plan.durability), a state saved every \(plan.snapshotRows) rows\n"
    text += SeedTally.list("venue takes", takes(plan.capabilities))
    text += SeedTally.list("venue answers", plan.answers.isEmpty ? ["well"] : answers(plan.answers))
    text += SeedTally.list("clocks", clocks(plan, topology))
    text += "faults: \(plan.faults.isEmpty ? "none" : "\(plan.faults.count)")\n"
    return text + plan.faults.map { "  \($0.text(in: topology))\n" }.joined()
  }

  private static func takes(_ venue: VenueCapabilities) -> [String] {
    [
      venue.hasStops ? "stops" : "no stops",
      venue.hasReduceOnly ? "reduce-only orders" : "no reduce-only orders",
      venue.has(.pairs) ? "pairs of a stop and a target" : "no pairs",
      venue.clientIDs.rule == .uniqueEver
        ? "a client id once and never again" : "a client id again when its order has ended",
    ]
  }

  private static func answers(_ answers: AnswerFaults) -> [String] {
    let shares: [(String, Double)] = [
      ("reports lost", answers.lostReports), ("late", answers.lateReports),
      ("doubled", answers.duplicateReports), ("in another order", answers.reorderedReports),
      ("requests lost", answers.lostRequests), ("late", answers.lateRequests),
      ("queries lost", answers.lostQueries), ("refused for their rate", answers.rateLimitAnswers),
      ("of unknown status", answers.unknownStatusAnswers),
      ("accepted and rejected later", answers.rejectAfterAccept),
    ]
    var parts = shares.filter { $0.1 > 0 }.map { "\($0.0) \(percent($0.1))" }
    let (first, last) = (answers.lateNanos.lowerBound / 1_000_000, answers.lateNanos.upperBound / 1_000_000)
    if answers.lateReports > 0 || answers.lateRequests > 0 { parts.append("late by \(first) to \(last) ms") }
    if answers.queryLagNanos > 0 { parts.append("queries \(answers.queryLagNanos / 1_000_000) ms behind") }
    if answers.disconnectsPerMinute > 0 {
      parts.append("\(answers.disconnectsPerMinute) disconnects a minute")
    }
    return parts
  }

  /// Tenths of a percent are the finest that plans have.
  private static func percent(_ share: Double) -> String { "\((share * 1_000).rounded() / 10) %" }

  private static func clocks(_ plan: SeedPlan, _ topology: Topology) -> [String] {
    let wrong = plan.clockErrorsMillis.filter { $0.value != 0 }.sorted { $0.key < $1.key }
    guard !wrong.isEmpty else { return ["right"] }
    return wrong.map { number, millis in
      let name = topology.component(number: number)?.name ?? "\(number)"
      return "\(name) \(millis.magnitude) ms \(millis > 0 ? "ahead" : "behind")"
    }
  }
}
