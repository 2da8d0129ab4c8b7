import ActorKit
import Trading
import Wire

// What a person is told.
extension OrderExecutor {
  mutating func judge(
    _ working: WorkingIntent, _ share: Share, _ desk: InstrumentDesk, at now: Instant,
    into effects: inout Effects
  ) {
    let isLacking = lacksProtection(working, share, desk, at: now)
    let isDiscounted = isStopDiscounted(working, desk)
    let isPassed =
      !working.isStopTriggered
      && (isDiscounted
        || configuration.venueHasStops && isBeyondStop(working, desk)
          && legs(of: working.id, .stopLoss).contains { $0.type == .stop })
    updateWatch(of: working.id) {
      $0.noteLack(isLacking, atBoot: now.boot)
      $0.notePass(isPassed, atBoot: now.boot)
    }
    guard let watch = watch(of: working.id) else { return }
    for since in [watch.lackingSinceBoot, watch.passedSinceBoot].compactMap({ $0 }) {
      let due = since + ProtectionWatch.patienceNanos
      if due > now.boot { retry(atBoot: due) }
    }
    if watch.isLackDue(atBoot: now.boot) {
      updateWatch(of: working.id) { $0.isLackToldOf = true }
      alarm(
        .unprotectedPosition, .critical, instrument: working.intent.instrument,
        "\(working.openQuantity) \(desk.instrument.name) of intent \(working.id) have had no whole stop or "
          + "target for a second: \(obstacle(working, at: now)); look at the venue, or flatten",
        into: &effects)
    }
    if watch.isPassDue(atBoot: now.boot) {
      updateWatch(of: working.id) { $0.isPassToldOf = true }
      alarm(
        .stopPassed, .critical, instrument: working.intent.instrument,
        "the market in \(desk.instrument.name) has been beyond the stop of intent \(working.id) for a "
          + (isDiscounted
            ? "second, farther from the last price than exitCapBps: nothing is sold or bought there"
            : "second and the venue has not triggered it") + "; look at the venue, or flatten",
        into: &effects)
    }
  }

  func lacksProtection(
    _ working: WorkingIntent, _ share: Share, _ desk: InstrumentDesk, at now: Instant
  ) -> Bool {
    func covered(_ purpose: OrderPurpose) -> Quantity {
      sum(
        legs(of: working.id, purpose).filter { $0.state.isAccepted && $0.status != .inDoubt }
          .map(\.worstCaseOpen))
    }
    // Once triggered, what is open is being closed; that it still is after a second is worth telling too.
    if working.isStopTriggered { return true }
    if working.intent.stopPrice != nil {
      let isWhole =
        configuration.venueHasStops
        ? isEnough(covered(.stopLoss), share, desk) : mayProtect(working, at: now)
      if !isWhole { return true }
    }
    guard working.intent.takeProfitPrice != nil else { return false }
    if guardsTargets && working.intent.stopPrice != nil { return !mayProtect(working, at: now) }
    return !isEnough(covered(.takeProfit), share, desk)
  }

  /// All that is owed is covered, but for what would be too little for an order of its own.
  private func isEnough(_ covered: Quantity, _ share: Share, _ desk: InstrumentDesk) -> Bool {
    guard covered < share.owed else { return true }
    return covered.isPositive && isDust(share.owed - covered, desk)
  }

  private func obstacle(_ working: WorkingIntent, at now: Instant) -> String {
    if let quarantine { return "quarantined, \(quarantine)" }
    if isVenueSilent { return "the venue is silent" }
    if books.isPanicked(strategy: working.intent.strategy, instrument: working.intent.instrument) {
      return "a panic is latched and nothing is placed until a person resumes"
    }
    if !reconciliation.mayTrade { return "books and venue have not been compared yet" }
    let level = lease.level(atBoot: now.boot)
    if level != .open && level != .reduce { return "the permit allows only cancels" }
    if working.isStopTriggered { return "the stop was reached and the market does not take it all" }
    return "the venue has not taken its orders"
  }

  func watch(of id: IntentID) -> ProtectionWatch? { watches.first { $0.id == id } }

  mutating func updateWatch(of id: IntentID, _ change: (inout ProtectionWatch) -> Void) {
    if let place = watches.firstIndex(where: { $0.id == id }) { return change(&watches[place]) }
    var watch = ProtectionWatch(id)
    change(&watch)
    watches.append(watch)
  }
}

extension ProtectionWatch {
  fileprivate mutating func noteLack(_ isLacking: Bool, atBoot boot: Int64) {
    guard isLacking else { return (lackingSinceBoot, isLackToldOf) = (nil, false) }
    lackingSinceBoot = lackingSinceBoot ?? boot
  }

  fileprivate mutating func notePass(_ isPassed: Bool, atBoot boot: Int64) {
    guard isPassed else { return (passedSinceBoot, isPassToldOf) = (nil, false) }
    passedSinceBoot = passedSinceBoot ?? boot
  }

  fileprivate func isLackDue(atBoot boot: Int64) -> Bool {
    !isLackToldOf && lackingSinceBoot.map { boot - $0 >= Self.patienceNanos } ?? false
  }

  fileprivate func isPassDue(atBoot boot: Int64) -> Bool {
    !isPassToldOf && passedSinceBoot.map { boot - $0 >= Self.patienceNanos } ?? false
  }
}
