import ActorKit
import Wire

// Losses: those that heal in time, and those that count.
extension QueenOrchestrator {
  mutating func judgeMembers(at now: Instant, into effects: inout Effects) {
    for index in members.indices {
      if members[index].isWell {
        if members[index].absentSinceBoot != nil { welcome(index, at: now, into: &effects) }
      } else if let since = members[index].absentSinceBoot {
        let isLate = now.boot - since > configuration.graceNanos
        if isLate, books.state.isTrading, !books.lost.contains(members[index].member.number) {
          degrade(index, at: now, into: &effects)
        }
      }
    }
  }

  /// A member is back and well.
  private mutating func welcome(_ index: Int, at now: Instant, into effects: inout Effects) {
    let member = members[index].member
    let isInterruption = members[index].isLoss && members[index].hasBeenWell && books.state.isTrading
    members[index].absentSinceBoot = nil
    members[index].isLoss = false
    members[index].hasBeenWell = true
    if books.lost.contains(member.number) {
      record(.recovered(component: member.number, atNanos: now.wall), into: &effects)
      protect(
        .component, .componentLost, .info, "\(member.kind.name) \(member.name) is well again", into: &effects)
    } else if isInterruption {
      counters.interruptions += 1
      record(.interrupted(component: member.number, atNanos: now.wall), into: &effects)
      protect(
        .component, .componentLost, .info,
        "\(member.kind.name) \(member.name) was lost and is back within the grace time", into: &effects)
    }
  }

  /// A member has been away for longer than the grace time.
  private mutating func degrade(_ index: Int, at now: Instant, into effects: inout Effects) {
    let member = members[index].member
    counters.count(degradationOf: member.kind)
    record(.degraded(component: member.number, atNanos: now.wall), into: &effects)
    let count = degradationCount(at: now)
    if count >= configuration.degradationsToFailsafe {
      failsafe(count, last: member, at: now, into: &effects)
    } else if books.state == .live {
      change(to: .degraded, because: .componentLost, at: now, into: &effects)
    }
    let text =
      "\(member.kind.name) \(member.name) is lost for longer than "
      + "\(configuration.graceNanos / .nanosPerMilli) ms; degradation \(count)"
    protect(.component, .componentLost, .warning, text, into: &effects)
    raise(
      .componentLost, .warning, text + ". See its log, and whether its supervisor restarts it.",
      into: &effects)
  }

  func degradationCount(at now: Instant) -> Int {
    books.degradations(within: configuration.degradationWindowNanos, at: now.wall)
  }

  /// Quotes and entries are cancelled and nothing is opened until a person resumes; stops and targets are
  /// still placed and guarded.
  private mutating func failsafe(
    _ count: Int, last member: ColonyMember, at now: Instant, into effects: inout Effects
  ) {
    counters.failsafes += 1
    change(to: .failsafe, because: .repeatedDegradation, at: now, into: &effects)
    let text =
      "FAILSAFE: \(count) degradations within \(configuration.degradationWindowNanos / .nanosPerSecond) s, "
      + "the last by the loss of \(member.kind.name) \(member.name)"
    protect(Scope.firm, .repeatedDegradation, .critical, text, into: &effects)
    raise(
      .failsafe, .critical,
      text + ". Orders are being cancelled. Find the cause, compare with the venue, then resume.",
      into: &effects)
  }
}
