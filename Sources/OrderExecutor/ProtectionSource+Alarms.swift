import ActorKit
import Trading
import Wire

// What a person is told.
extension ProtectionSource {
  mutating func judge(_ look: Look, into wishes: inout [Wish]) {
    let (working, now) = (look.working, look.now)
    let isDiscounted = look.isStopDiscounted
    let isPassed =
      !working.isStopTriggered
      && (isDiscounted
        || look.venue.hasStops && look.isBeyondStop
          && look.legs(.stopLoss).contains { $0.type == .stop })
    let isLacking = look.isLacking
    update(working.id) {
      $0.noteLack(isLacking, atBoot: now.boot)
      $0.notePass(isPassed, atBoot: now.boot)
    }
    guard let watch = watch(of: working.id) else { return }
    for since in [watch.lackingSinceBoot, watch.passedSinceBoot].compactMap({ $0 }) {
      let due = since + ProtectionWatch.patienceNanos
      if due > now.boot { wishes.append(.retry(atBoot: due)) }
    }
    let instrument = look.instrument
    if watch.isLackDue(atBoot: now.boot) {
      update(working.id) { $0.isLackToldOf = true }
      wishes.append(
        .alarm(
          .unprotectedPosition, .critical, instrument: instrument.number,
          "\(working.openQuantity) \(instrument.name) of intent \(working.id) have had no whole stop or "
            + "target for a second: \(obstacle(look)); look at the venue, or flatten"))
    }
    if watch.isPassDue(atBoot: now.boot) {
      update(working.id) { $0.isPassToldOf = true }
      wishes.append(
        .alarm(
          .stopPassed, .critical, instrument: instrument.number,
          "the market in \(instrument.name) has been beyond the stop of intent \(working.id) for a "
            + (isDiscounted
              ? "second, farther from the last price than exitCapBps: nothing is sold or bought there"
              : "second and the venue has not triggered it") + "; look at the venue, or flatten"))
    }
  }

  private func obstacle(_ look: Look) -> String {
    let (situation, working) = (look.situation, look.working)
    if let why = situation.authority.quarantine { return "quarantined, \(why)" }
    if situation.authority.isVenueSilent { return "the venue is silent" }
    if situation.books.isPanicked(strategy: working.intent.strategy, instrument: working.intent.instrument) {
      return "a panic is latched and nothing is placed until a person resumes"
    }
    if !situation.agreement.mayTrade { return "books and venue have not been compared yet" }
    let level = situation.permit(at: look.now)
    if level != .open && level != .reduce { return "the permit allows only cancels" }
    if working.isStopTriggered { return "the stop was reached and the market does not take it all" }
    return "the venue has not taken its orders"
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
