import ActorKit
import Trading
import Vocabulary
import Wire

// Stops and targets of what intents opened.
//
// Both follow the fills of the entry: a further fill adds to both, a fill of one takes from the other. What
// can fill never exceeds the position, and how that is so depends on the venue:
//
// - It has reduce-only orders: stop and target rest whole, and the venue lets them close and never open. A
//   better stop is placed before the one it replaces is taken back.
// - It has pairs: stop and target are linked, and what one fills the venue takes from the other.
// - It has neither: the stop rests whole, and the executor guards the target. Reached, the stop is taken
//   back, and what is open is closed when the venue has confirmed that.
// - It has no stops: the target rests, and the executor guards the stop.
//
// Sizes are held against the position, not against the intent: whatever makes it smaller makes them smaller.
// Taking back needs nothing. Placing needs no permit to open anything, because it never does: it goes on
// while the permit allows reducing, and through a halt. With a permit that allows only cancels nothing is
// sent.
extension OrderExecutor {
  /// What an intent may have working to close it.
  struct Share: Equatable {
    /// Of what it holds, as much as there is of the position.
    var owed: Quantity
    /// That, and the dust in its direction that would otherwise never leave.
    var wanted: Quantity
  }

  mutating func decideProtection(at now: Instant, into effects: inout Effects) {
    guard !books.intents.open.isEmpty || !watches.isEmpty else { return }
    for (working, share) in shares() { protect(working, share, at: now, into: &effects) }
    watches.removeAll { watch in books.intents[watch.id].map { !$0.needsProtection } ?? true }
  }

  /// What each intent with an entry may have working to close it, the oldest first.
  func shares() -> [(WorkingIntent, Share)] {
    var shared: [(instrument: UInt32, quantity: Quantity)] = []
    return books.intents.open.filter { $0.entry != nil }.map { working in
      let instrument = working.intent.instrument
      let place = shared.firstIndex { $0.instrument == instrument } ?? shared.count
      if place == shared.count { shared.append((instrument, .zero)) }
      let left = books.closable(working.exitSide, in: instrument) - shared[place].quantity
      let share = share(of: working, of: max(left, .zero))
      shared[place].quantity += share.owed
      return (working, share)
    }
  }

  private func share(of working: WorkingIntent, of left: Quantity) -> Share {
    let owed = min(working.held, left)
    let instrument = working.intent.instrument
    let newest = books.intents.open.last { $0.intent.instrument == instrument && $0.held.isPositive }
    guard let place = deskPlace(of: instrument), newest?.id == working.id else {
      return Share(owed: owed, wanted: owed)
    }
    let dust = min(dust(of: desks[place], working.exitSide), left - owed)
    return Share(owed: owed, wanted: owed + dust)
  }

  /// What nobody owns and an order of a side would close, if it is too little for one of its own.
  private func dust(of desk: InstrumentDesk, _ side: Side) -> Quantity {
    let ownerless = books.ownerless(in: desk.instrument.number)
    guard side == .sell ? ownerless.isPositive : ownerless.isNegative, isDust(ownerless, desk),
      let dust = ownerless.absolute()
    else { return .zero }
    return dust
  }

  private mutating func protect(
    _ working: WorkingIntent, _ share: Share, at now: Instant, into effects: inout Effects
  ) {
    // The end of a session takes no protection back: the position outlives it.
    if !working.needsProtection || !share.owed.isPositive {
      for order in legs(of: working.id) { cancel(order.id, at: now, into: &effects) }
      return
    }
    guard let place = deskPlace(of: working.intent.instrument) else { return }
    if books.isPanicked(strategy: working.intent.strategy, instrument: working.intent.instrument) {
      // Again as long as one works: a cancel may be refused, get lost, or overtake its order.
      for order in legs(of: working.id) { cancel(order.id, at: now, into: &effects) }
      return judge(working, share, desks[place], at: now, into: &effects)
    }
    cut(working, share, at: now, into: &effects)
    let hasStood = hasStood(working, desks[place], at: now)
    if !working.isStopTriggered, hasStood, isStopReached(working, share, desks[place]) {
      trigger(working, desks[place], at: now, into: &effects)
    }
    judge(working, share, desks[place], at: now, into: &effects)
    guard mayProtect(working, at: now) else { return }
    if books.intents[working.id]?.isStopTriggered == true {
      exit(working, share, desks[place], at: now, into: &effects)
    } else if isTargetReached(working, desks[place], at: now) {
      takeTarget(working, share, desks[place], at: now, into: &effects)
    } else {
      keepStop(working, share, desks[place], at: now, into: &effects)
      keepTarget(working, share, desks[place], at: now, into: &effects)
    }
  }

  /// Open orders that protect what an intent opened, oldest first.
  func legs(of id: IntentID, _ purpose: OrderPurpose? = nil) -> [OwnOrder] {
    books.openOrders {
      $0.intent == id && $0.purpose.isProtective && (purpose == nil || $0.purpose == purpose)
    }
  }

  func mayProtect(_ working: WorkingIntent, at now: Instant) -> Bool {
    mayReduce(working.intent.instrument, at: now)
      && !books.isPanicked(strategy: working.intent.strategy, instrument: working.intent.instrument)
  }

  /// Whether orders that only close may be sent in an instrument.
  func mayReduce(_ instrument: UInt32, at now: Instant) -> Bool {
    let level = lease.level(atBoot: now.boot)
    // A suspicion is not waited out where the venue lets such orders open nothing, whatever the position is.
    let isAgreed =
      configuration.venueHasReduceOnly ? reconciliation.isComplete : reconciliation.mayTrade
    return quarantine == nil && isAgreed && !isVenueSilent
      && (level == .open || level == .reduce)
      && !books.flattenings.contains { $0.instrument == instrument }
      && !books.isPanicked(strategy: 0, instrument: instrument)
  }

  /// The position in an instrument was closed by command: what protected it has nothing left to protect.
  mutating func releaseProtection(in instrument: UInt32, into effects: inout Effects) {
    for working in books.intents.open
    where working.intent.instrument == instrument && working.needsProtection {
      record(
        .protectionEnded(intent: working.id, cause: .flattened), correlation: working.id.correlation,
        into: &effects)
    }
  }
}
