import ActorKit
import Trading
import Wire

/// Stops and targets of what intents opened.
///
/// Both follow the fills of the entry: a further fill adds to both, a fill of one takes from the other. What
/// can fill never exceeds the position, and how that is so depends on the venue:
///
/// - It has reduce-only orders: stop and target rest whole, and the venue lets them close and never open. A
///   better stop is placed before the one it replaces is taken back.
/// - It has pairs: stop and target are linked, and what one fills the venue takes from the other.
/// - It has neither: the stop rests whole, and the executor guards the target. Reached, the stop is taken
///   back, and what is open is closed when the venue has confirmed that.
/// - It has no stops: the target rests, and the executor guards the stop.
///
/// Sizes are held against the position, not against the intent: whatever makes it smaller makes them smaller.
/// Taking back needs nothing. Placing needs no permit to open anything, because it never does: it goes on
/// while the permit allows reducing, and through a halt. With a permit that allows only cancels nothing is
/// sent.
struct ProtectionSource: OrderSource, Sendable {
  /// Of intents that need protection.
  private var watches: [ProtectionWatch] = []

  /// What an intent may have working to close it.
  struct Share: Equatable {
    /// Of what it holds, as much as there is of the position.
    var owed: Quantity
    /// That, and the dust in its direction that would otherwise never leave.
    var wanted: Quantity
    /// What found orders may close of it, so that nothing is placed for that.
    var found = Quantity.zero
  }

  /// An intent with its share, and where it trades.
  struct Ward {
    let working: WorkingIntent
    var share: Share
    /// Index of the instrument.
    let index: Int
  }

  /// What is done for an intent one after the other: each step sees what the one before has done.
  enum Step: CaseIterable {
    /// Takes back what is too much.
    case cut
    /// Looks whether the market has reached a stop that the executor guards.
    case trigger
    /// Tells a person what is not as it should be.
    case judge
    /// Closes what is to be closed now, or keeps the stop.
    case stop
    /// Keeps the target.
    case target
  }

  func speaks(for order: OrderOutline, _ situation: Situation) -> Bool {
    guard let intent = order.intent.flatMap({ situation.books.intents[$0] }) else { return false }
    return intent.needsProtection
      && !situation.books.isPanicked(strategy: order.strategy, instrument: order.instrument)
  }

  /// Nothing is open for an intent, nor watched.
  func isIdle(_ books: ExecutorBooks) -> Bool { books.intents.open.isEmpty && watches.isEmpty }

  /// Forgets intents that need nothing any more.
  mutating func forgetEnded(_ books: ExecutorBooks) {
    watches.removeAll { watch in books.intents[watch.id].map { !$0.needsProtection } ?? true }
  }
}

// Shares.
extension ProtectionSource {
  /// What each intent with an entry may have working to close it, the oldest first.
  func wards(_ situation: Situation) -> [Ward] {
    var shared: [(instrument: UInt32, quantity: Quantity)] = []
    var wards = situation.books.intents.open.filter { $0.entry != nil }.compactMap { working -> Ward? in
      let instrument = working.intent.instrument
      let slot = shared.firstIndex { $0.instrument == instrument } ?? shared.count
      if slot == shared.count { shared.append((instrument, .zero)) }
      let left = situation.books.closable(working.exitSide, in: instrument) - shared[slot].quantity
      let share = share(of: working, of: max(left, .zero), situation)
      shared[slot].quantity += share.owed
      return situation.markets.index(of: instrument).map { Ward(working: working, share: share, index: $0) }
    }
    countFound(in: &wards, situation)
    return wards
  }

  private func share(of working: WorkingIntent, of left: Quantity, _ situation: Situation) -> Share {
    let owed = min(working.held, left)
    let instrument = working.intent.instrument
    let newest = situation.books.intents.open.last {
      $0.intent.instrument == instrument && $0.held.isPositive
    }
    guard let state = situation.markets.state(of: instrument), newest?.id == working.id else {
      return Share(owed: owed, wanted: owed)
    }
    let dust = min(dust(in: state, working.exitSide, situation), left - owed)
    return Share(owed: owed, wanted: owed + dust)
  }

  /// What nobody owns and an order of a side would close, if it is too little for one of its own.
  private func dust(in state: InstrumentState, _ side: Side, _ situation: Situation) -> Quantity {
    let ownerless = situation.books.ownerless(in: state.instrument.number)
    guard side == .sell ? ownerless.isPositive : ownerless.isNegative, situation.isDust(ownerless, state),
      let dust = ownerless.absolute()
    else { return .zero }
    return dust
  }
}

// Deciding.
extension ProtectionSource {
  /// Decides one step for one intent; false when no further step is to be taken for it.
  mutating func decide(
    _ step: Step, _ ward: Ward, _ situation: Situation, _ orders: OrderManager, _ exits: inout Exits,
    at now: Instant, into wishes: inout [Wish]
  ) -> Bool {
    let look = Look(ward, situation, orders, at: now)
    switch step {
    case .cut: return cut(look, into: &wishes)
    case .trigger:
      let hasStood = hasStood(look, into: &wishes)
      if !look.working.isStopTriggered, hasStood, isStopReached(look) { trigger(look, into: &wishes) }
      return true
    case .judge:
      judge(look, into: &wishes)
      return situation.mayProtect(ward.working, at: now)
    case .stop:
      if situation.books.intents[ward.working.id]?.isStopTriggered == true {
        exit(look, &exits, into: &wishes)
        return false
      }
      guard isTargetReached(look) else {
        keepStop(look, into: &wishes)
        return true
      }
      takeTarget(look, into: &wishes)
      return false
    case .target:
      keepTarget(look, into: &wishes)
      return true
    }
  }

  /// Takes back what is too much; all, when there is nothing to protect, or nothing may be placed at all.
  private mutating func cut(_ look: Look, into wishes: inout [Wish]) -> Bool {
    let (working, situation) = (look.working, look.situation)
    // The end of a session takes no protection back: the position outlives it.
    if !working.needsProtection || !look.share.owed.isPositive {
      for order in look.legs() { wishes.append(.cancel(order.id)) }
      return false
    }
    if situation.books.isPanicked(
      strategy: working.intent.strategy, instrument: working.intent.instrument)
    {
      // Again as long as one works: a cancel may be refused, get lost, or overtake its order.
      for order in look.legs() { wishes.append(.cancel(order.id)) }
      judge(look, into: &wishes)
      return false
    }
    if look.venue.hasReduceOnly {
      for purpose in [OrderPurpose.stopLoss, .takeProfit] { cutReplaced(purpose, look, into: &wishes) }
    } else {
      cutToShare(look, into: &wishes)
    }
    return true
  }

  /// The venue lets nothing open. The oldest goes first, and none before what stays is enough and accepted:
  /// the best that can stand stays until a better one does.
  private func cutReplaced(_ purpose: OrderPurpose, _ look: Look, into wishes: inout [Wish]) {
    let leg = look.legs(purpose).filter { $0.timeInForce == .gtc && !$0.isCancelPending }
    let accepted = leg.filter { $0.state.isAccepted && $0.status != .inDoubt }
    var standing = accepted.map(\.worstCaseOpen).saturatingSum
    for order in accepted {
      guard standing - order.worstCaseOpen >= look.share.wanted else { continue }
      wishes.append(.cancel(order.id))
      standing -= order.worstCaseOpen
    }
  }

  /// The venue would let all of them fill: the newest go until the rest is no more than there is.
  private func cutToShare(_ look: Look, into wishes: inout [Wish]) {
    let bundles = Bundle.all(of: look.legs().filter { !$0.isCancelPending })
    var kept = bundles.map(\.mostFilled).saturatingSum
    for bundle in bundles.reversed() where kept > look.share.wanted {
      for id in bundle.orders { wishes.append(.cancel(id)) }
      kept -= bundle.mostFilled
    }
  }
}

// What became of it.
extension ProtectionSource {
  mutating func note(
    _ placing: Placing, of wish: OrderWish, _ situation: Situation, at now: Instant,
    into wishes: inout [Wish]
  ) {
    guard case .placed = placing else { return }
    if wish.isPart { wishes.append(.retry(atBoot: now.boot)) }
    guard wish.purpose == .takeProfit, wish.timeInForce == .ioc, let id = wish.intent else { return }
    // A guarded target: what the market does not take is tried again after a pause.
    update(id) { $0.guardedTargetPause.begin(atBoot: now.boot) }
    if let pause = watch(of: id)?.guardedTargetPause.untilBoot { wishes.append(.retry(atBoot: pause)) }
  }

  mutating func note(
    _ news: OrderNews, _ situation: Situation, at now: Instant, into wishes: inout [Wish]
  ) {
    // What exits at once was paused when it was sent.
    guard news.order.isRestingLeg, let id = news.order.intent else { return }
    switch news {
    case .accepted(let order):
      // When it stands for a while, the next refusal is a first one again.
      guard watch(of: id) != nil else { return }
      update(id) { $0[pauseOf: order.purpose].acceptedBoot = now.boot }
    case .refused(let order, let reason), .expired(let order, let reason):
      // Nothing is open, as the venue says: what opens next has its legs at once.
      if reason == .reduceOnlyWouldOpen,
        situation.books.closable(order.side, in: order.instrument).isZero
      {
        return
      }
      // It found nothing to trade with, or nothing to reduce. The next one waits, each time longer, or it
      // would find the same.
      update(id) { $0[pauseOf: order.purpose].begin(atBoot: now.boot) }
      if let pause = watch(of: id)?[pauseOf: order.purpose].untilBoot {
        wishes.append(.retry(atBoot: pause))
      }
    }
  }

  func watch(of id: IntentID) -> ProtectionWatch? { watches.first { $0.id == id } }

  mutating func update(_ id: IntentID, _ change: (inout ProtectionWatch) -> Void) {
    if let index = watches.firstIndex(where: { $0.id == id }) { return change(&watches[index]) }
    var watch = ProtectionWatch(id)
    change(&watch)
    watches.append(watch)
  }
}
