import Topology
import VenueSimulator

/// Makes a failure smaller: drops faults, and what else the plan has, while the same rule is still broken.
public struct Shrinker {
  /// Bound of runs.
  public static let mostRuns = 80

  private let topology: Topology
  private let rule: SeedRule
  public private(set) var plan: SeedPlan
  public private(set) var runs = 0
  private let tell: (String) -> Void

  /// `plan` is known to break `rule`.
  public init(_ topology: Topology, _ plan: SeedPlan, rule: SeedRule, tell: @escaping (String) -> Void) {
    self.topology = topology
    self.plan = plan
    self.rule = rule
    self.tell = tell
  }

  /// The smallest plan found.
  public mutating func run() -> SeedPlan {
    dropFaults()
    attempt("the venue answers well") { $0.answers = AnswerFaults() }
    attempt("all clocks are right") { $0.clockErrorsMillis = [:] }
    endEarlier()
    dropFaults()
    shorten()
    return plan
  }

  /// Halves, then quarters, … then single faults, from the last to the first.
  private mutating func dropFaults() {
    var size = max(1, plan.faults.count / 2)
    while runs < Self.mostRuns {
      var end = plan.faults.count
      while end > 0 {
        let range = max(0, end - size)..<end
        attempt("\(range.count) faults fewer") { $0.faults.removeSubrange(range) }
        end = range.lowerBound
      }
      guard size > 1 else { return }
      size = max(1, size / 2)
    }
  }

  /// The quiet phase begins right after the last fault.
  private mutating func endEarlier() {
    guard let last = plan.faults.map({ $0.atMillis + $0.lastsMillis }).max() else {
      attempt("no time for faults") { $0.faultMillis = SeedPlan.firstFaultMillis }
      return
    }
    attempt("quiet after \(last + 200) ms") { $0.faultMillis = min($0.faultMillis, last + 200) }
  }

  /// As far as it goes: what comes out is not made smaller by a second attempt.
  private mutating func shorten() {
    for place in plan.faults.indices {
      while plan.faults[place].lastsMillis > 1,
        attempt("fault \(place) half as long", { $0.faults[place].lastsMillis /= 2 })
      {}
    }
  }

  /// Whether the rule is broken all the same.
  @discardableResult
  private mutating func attempt(_ what: String, _ change: (inout SeedPlan) -> Void) -> Bool {
    guard runs < Self.mostRuns else { return false }
    var candidate = plan
    change(&candidate)
    guard candidate != plan else { return false }
    runs += 1
    let outcome = SimulatedColony(topology, candidate).run()
    guard outcome.judgement.violations.contains(where: { $0.rule == rule }) else { return false }
    plan = candidate
    tell("still fails with \(what): \(plan.faults.count) faults")
    return true
  }
}
