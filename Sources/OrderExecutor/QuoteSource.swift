import ActorKit
import Trading
import Vocabulary
import Wire

/// What should rest for strategies' targets against what rests, with the least churn.
///
/// An order keeps its place in the venue's queue if its price is wanted and its open quantity is not more
/// than what is still wanted there. What is left over is cancelled, what is missing is placed as a new order;
/// cancels go first.
struct QuoteSource: OrderSource, Sendable {
  /// By strategy and instrument; at most `mostTargets`.
  private(set) var targets: [QuoteTarget] = []
  /// Those that are new, or came again.
  private var renewed = Indices()
  /// Those that could not have what they want when they were last compared, or had something to cancel.
  private var unsettled = Indices()
  /// When and where targets are to be taken back.
  private var expiries = QuoteExpiries()
  /// Targets by index of the instrument.
  private var byInstrument: [[Int]] = []
  /// What applied to all instruments at the last decision, to see when it changes.
  private var lastStanding: Standing?
  private var scratch = QuoteScratch()

  /// Pairs of strategy and instrument with a target; more are refused.
  static let mostTargets = 1_024

  /// When the first target expires, boot clock, as of the last decision.
  var nextExpiry: Int64 { expiries.nextBoot }

  func speaks(for order: OrderOutline, _ situation: Situation) -> Bool {
    targets.index(strategy: order.strategy, instrument: order.instrument) != nil
  }
}

// Deciding.
extension QuoteSource {
  /// What a target may have at the venue now.
  enum Leave: Equatable {
    /// Nothing; the check is told if something was wanted.
    case nothing(RiskCheck?)
    /// What rests may stay, nothing new.
    case keep(RiskCheck)
    /// What closes the position. Granted no more than that, what rests and would open is taken back, too;
    /// of a permit that has run out it stays for another life.
    case reduce(isGranted: Bool)
    case everything
  }

  /// What a decision looked at.
  enum Looked: Equatable {
    case atNothing
    /// At targets for which something happened.
    case atSome
    case atAll
  }

  /// Appends what is to be cancelled; what is missing is for `place`, when the cancels are on their way.
  mutating func decide(_ situation: Situation, at now: Instant, into wishes: inout [Wish]) -> Looked {
    let standing = Standing(situation, at: now)
    let isNew = standing != lastStanding || situation.agenda.isDue
    lastStanding = standing
    scratch.cancels.removeAll(keepingCapacity: true)
    scratch.placements.removeAll(keepingCapacity: true)
    expiries.settle(targets, at: now)
    scratch.compared.removeAll()
    if isNew { scratch.compared.insertAll(of: targets.indices) } else { collectConcerned(situation.markets) }
    renewed.removeAll()
    for index in scratch.compared.all { compare(index, situation, at: now) }
    for cancel in scratch.cancels {
      wishes.append(.cancel(cancel.id, origin: targets[cancel.target].origin))
    }
    return isNew ? .atAll : scratch.compared.isEmpty ? .atNothing : .atSome
  }

  /// The targets for which something happened. What a quote's change means for others in its instrument is
  /// room that they may have been waiting for.
  private mutating func collectConcerned(_ markets: Markets) {
    for index in renewed.all { scratch.compared.insert(index) }
    for index in expiries.expired.all { scratch.compared.insert(index) }
    for instrument in markets.marked.all where instrument < byInstrument.count {
      for index in byInstrument[instrument] { scratch.compared.insert(index) }
    }
    for key in markets.changedQuotes {
      guard let index = targets.index(strategy: key.strategy, instrument: key.instrument) else { continue }
      scratch.compared.insert(index)
    }
    guard !markets.requoted.isEmpty else { return }
    for index in unsettled.all where markets.requoted.contains(targets[index].instrumentIndex) {
      scratch.compared.insert(index)
    }
  }

  /// The orders that were found missing.
  mutating func place(_ situation: Situation, at now: Instant, into wishes: inout [Wish]) {
    for placement in scratch.placements {
      let target = targets[placement.target]
      let seen = situation.books.record(of: target.instrument).lastFillSequence
      guard target.fillSequenceSeen >= seen else {
        // Risk has not counted a fill yet: what it wants rests on a position that is no more.
        targets[placement.target].isStale = true
        continue
      }
      let pause = target[placement.side].pausedUntilBoot
      guard pause <= now.boot else {
        wishes.append(.retry(atBoot: pause))
        continue
      }
      wishes.append(
        .place(
          OrderWish(
            purpose: .quote, instrument: target.instrumentIndex, strategy: target.strategy,
            side: placement.side, price: placement.price, quantity: placement.quantity,
            conditions: .postOnly, origin: target.origin, correlation: target.correlation,
            effect: .opens(legs: 0), isMoved: placement.isMoved)))
    }
  }

  private func leave(for target: QuoteTarget, _ situation: Situation, at now: Instant) -> Leave {
    if target.isEmpty || target.isExpired(at: now) { return .nothing(nil) }
    let (books, authority) = (situation.books, situation.authority)
    if let check = situation.bar(toOpening: target.strategy, in: target.instrument) { return .nothing(check) }
    if isClosingAtMarket(target.instrument, books) { return .nothing(.closing) }
    let level = situation.permit(at: now)
    if !authority.session.isTrading || level == .cancel { return .nothing(.noPermit) }
    let state = situation.markets[target.instrumentIndex]
    if state.usableTop == nil { return .nothing(.staleMarketData) }
    if state.price == nil { return .nothing(.unpriced) }
    if !situation.venue.missing.isEmpty { return .nothing(.notReady) }
    if !situation.mayOpen || authority.isVenueSilent { return .keep(.notReady) }
    return level == .open ? .everything : .reduce(isGranted: authority.lease.level == .reduce)
  }

  /// A position is being closed against the market, in which our own quotes must not stand.
  private func isClosingAtMarket(_ instrument: UInt32, _ books: ExecutorBooks) -> Bool {
    books.orders.isClosingOwnerless(in: instrument)
      || books.intents.open.contains {
        $0.intent.instrument == instrument && $0.isStopTriggered && $0.held.isPositive
          && books.closable($0.exitSide, in: instrument).isPositive
      }
  }

  /// Compares a target's two sides with its orders; collects what to cancel and what to place.
  private mutating func compare(_ index: Int, _ situation: Situation, at now: Instant) {
    let leave = leave(for: targets[index], situation, at: now)
    targets[index].buyGate.turnDenial = nil
    targets[index].sellGate.turnDenial = nil
    let cancels = scratch.cancels.count
    defer { if scratch.cancels.count > cancels { unsettled.insert(index) } }
    unsettled.remove(index)
    for side in Side.allCases {
      switch leave {
      case .nothing(let check):
        scratch.wants.removeAll(keepingCapacity: true)
        if let check, !targets[index].levels(side).isEmpty { deny(index, side, Finding(check)) }
      case .keep, .reduce, .everything:
        collectWants(index, side, situation.markets[targets[index].instrumentIndex])
      }
      clearWay(index, side, situation)
      if leave == .reduce(isGranted: true) { cutWants(to: closable(side, index, situation)) }
      matchOrders(index, side, situation.books)
      targets[index][side].isSatisfied = !scratch.wants.contains { $0.missing.isPositive }
      guard !targets[index][side].isSatisfied else { continue }
      unsettled.insert(index)
      if case .keep(let check) = leave {
        deny(index, side, Finding(check))
      } else {
        collectPlacements(index, side)
      }
    }
  }

  private mutating func collectWants(_ index: Int, _ side: Side, _ state: InstrumentState) {
    scratch.wants.removeAll(keepingCapacity: true)
    guard let top = state.usableTop else { return }
    for level in targets[index].levels(side) {
      scratch.wants.append(
        QuoteScratch.Want(
          price: level.price, resting: state.restingPrice(side, level.price, top), missing: level.quantity))
    }
  }

  /// Wants nothing that an entry would trade with which waits for that.
  private mutating func clearWay(_ index: Int, _ side: Side, _ situation: Situation) {
    guard !scratch.wants.isEmpty,
      let reach = situation.reachInWait(side.opposite, in: targets[index].instrument)
    else { return }
    let count = scratch.wants.count
    scratch.wants.removeAll { want in
      guard let price = want.resting else { return false }
      return side == .sell ? price <= reach : price >= reach
    }
    if scratch.wants.count < count { deny(index, side, Finding(.selfTrade, .price, limit: reach.raw)) }
  }

  /// What closes of the position, beside what else may fill on that side: of several strategies the one with
  /// the lowest number comes first. Legs that the venue lets close and never open take nothing away.
  private func closable(_ side: Side, _ index: Int, _ situation: Situation) -> Quantity {
    let target = targets[index]
    let others = situation.books.orders.outlines(in: target.instrument).filter { order in
      guard order.side == side else { return false }
      if order.purpose == .quote { return order.strategy < target.strategy }
      return !(order.purpose.isProtective && situation.venue.usable.hasReduceOnly)
    }
    let taken = others.map(\.worstCaseOpen).saturatingSum
    return max(situation.books.closable(side, in: target.instrument) - taken, .zero)
  }

  /// Leaves of what is wanted as much as closes, the first levels first.
  private mutating func cutWants(to closable: Quantity) {
    var left = closable
    for index in scratch.wants.indices {
      let part = min(scratch.wants[index].missing, left)
      scratch.wants[index].missing = part
      left -= part
    }
  }

  /// Lets orders at wanted prices keep their places; the rest is to be cancelled.
  private mutating func matchOrders(_ index: Int, _ side: Side, _ books: ExecutorBooks) {
    let (strategy, instrument) = (targets[index].strategy, targets[index].instrument)
    scratch.unmatched.removeAll(keepingCapacity: true)
    for order in books.orders.quotes(of: strategy, in: instrument, side) {
      // On its way out, or waiting for its last fills: neither kept nor cancelled again.
      guard order.isWorking, !order.isCancelPending else { continue }
      if !cover(order, atMoved: false) { scratch.unmatched.append(order) }
    }
    for order in scratch.unmatched where !cover(order, atMoved: true) {
      scratch.cancels.append(QuoteScratch.Cancel(id: order.id, target: index))
    }
  }

  /// Counts an order towards a want at its price; false if there is none or the order is too large for it.
  private mutating func cover(_ order: OrderOutline, atMoved isMoved: Bool) -> Bool {
    for index in scratch.wants.indices {
      let want = scratch.wants[index]
      guard (isMoved ? want.resting : want.price) == order.price, want.missing >= order.worstCaseOpen else {
        continue
      }
      scratch.wants[index].missing = want.missing - order.worstCaseOpen
      return true
    }
    return false
  }

  /// What is missing, summed where moving has made prices equal.
  private mutating func collectPlacements(_ target: Int, _ side: Side) {
    let first = scratch.placements.count
    for want in scratch.wants where want.missing.isPositive {
      guard let price = want.resting else {
        deny(target, side, Finding(.tickSize, .price, measured: want.price.raw))
        continue
      }
      if let same = scratch.placements[first...].firstIndex(where: { $0.price == price }),
        let sum = scratch.placements[same].quantity.adding(want.missing)
      {
        scratch.placements[same].quantity = sum
      } else {
        scratch.placements.append(
          QuoteScratch.Placement(
            target: target, side: side, price: price, quantity: want.missing, isMoved: price != want.price))
      }
    }
  }
}

// What became of it.
extension QuoteSource {
  mutating func note(
    _ placing: Placing, of wish: OrderWish, _ situation: Situation, at now: Instant,
    into wishes: inout [Wish]
  ) {
    let instrument = situation.markets[wish.instrument].instrument.number
    guard let index = targets.index(strategy: wish.strategy, instrument: instrument) else { return }
    switch placing {
    case .placed: targets[index][wish.side].hasPlaced = true
    case .denied(let finding): deny(index, wish.side, finding)
    case .putOff: deny(index, wish.side, Finding(.messageRate))
    }
  }

  /// The venue took an order: the next refusal is a first one again. It refused one: wait before the next, or
  /// the same one would be refused every turn.
  mutating func note(
    _ news: OrderNews, _ situation: Situation, at now: Instant, into wishes: inout [Wish]
  ) {
    let order = news.order
    guard let index = targets.index(strategy: order.strategy, instrument: order.instrument) else { return }
    switch news {
    case .accepted: targets[index][order.side].pauseNanos = 0
    case .refused:
      targets[index][order.side].pause(atBoot: now.boot)
      wishes.append(.retry(atBoot: targets[index][order.side].pausedUntilBoot))
    case .expired: break
    }
  }

  /// Notes why a side could not have what it wanted; the first objection of a turn counts.
  private mutating func deny(_ index: Int, _ side: Side, _ finding: Finding) {
    unsettled.insert(index)
    if targets[index][side].turnDenial == nil { targets[index][side].turnDenial = finding }
  }

  /// Counts the turn's denials once per revision, and tells of one when its check is another than the last.
  mutating func settle(_ counters: inout ExecutorCounters, at now: Instant, into wishes: inout [Wish]) {
    for index in scratch.compared.all {
      if targets[index].takeStaleness() { counters.staleTargets += 1 }
      for side in Side.allCases {
        let gate = targets[index][side]
        // What waits for risk or for the venue's pardon is neither denied nor content.
        if gate.turnDenial != nil || gate.hasPlaced || gate.isSatisfied {
          let isNews = targets[index][side].told.note(
            gate.turnDenial, revision: targets[index].revision, atBoot: now.boot)
          if isNews { wishes.append(.tellDenial(targets[index], side)) }
        }
        targets[index][side].hasPlaced = false
        guard let finding = gate.turnDenial else { continue }
        let isAnother = gate.told.finding?.check != finding.check
        if isAnother || gate.told.revision != targets[index].revision {
          counters.ordersDenied.add(finding.check)
        }
        if isAnother, let level = targets[index].levels(side).first {
          wishes.append(.tellDenied(targets[index], side, finding, level))
        }
        targets[index][side].turnDenial = nil
      }
      // What a timer, a fill or a refilled budget makes of it later was not caused by that market event.
      targets[index].origin = 0
    }
  }
}

// Risk's targets.
extension QuoteSource {
  /// Takes a target in; why not, if it is refused.
  mutating func take(
    _ view: TargetQuotesView, _ situation: inout Situation, at now: Instant
  ) -> Refusal? {
    guard let instrument = situation.markets.index(of: view.instrument) else { return .unknownInstrument }
    guard let index = index(strategy: view.strategy, view.instrument, instrument, &situation) else {
      return .tooManyTargets
    }
    guard Revision.isPossible(view.revision, in: view.envelope.epoch) else { return .malformed }
    guard view.revision > targets[index].revision else { return .oldRevision }
    situation.counters.targets += 1
    renewed.insert(index)
    targets[index].takeHead(of: view, at: now)
    defer { expiries.note(targets[index], at: index) }
    guard targets[index].takeLevels(of: view, situation.markets[instrument].instrument) else {
      // The older target is void and this one is not understood: nothing is wanted.
      targets[index].forgetLevels()
      return .malformed
    }
    return nil
  }

  /// Where the target of a strategy in an instrument stands, made if it is new; nil if there are too many.
  private mutating func index(
    strategy: UInt16, _ instrument: UInt32, _ instrumentIndex: Int, _ situation: inout Situation
  ) -> Int? {
    let slot = targets.slot(strategy: strategy, instrument: instrument)
    if slot.isTaken { return slot.index }
    guard targets.count < Self.mostTargets else { return nil }
    targets.insert(
      QuoteTarget(strategy: strategy, instrument: instrument, instrumentIndex: instrumentIndex),
      at: slot.index)
    situation.claimQuotes(of: strategy, in: instrument)
    makeRoom(at: slot.index, instrumentIndex)
    return slot.index
  }

  /// A target is new: those behind it have moved.
  private mutating func makeRoom(at index: Int, _ instrumentIndex: Int) {
    renewed.makeRoom(at: index)
    renewed.insert(index)
    unsettled.makeRoom(at: index)
    expiries = QuoteExpiries(targets)
    while byInstrument.count <= instrumentIndex { byInstrument.append([]) }
    for instrument in byInstrument.indices { byInstrument[instrument].removeAll(keepingCapacity: true) }
    for (index, target) in targets.enumerated() { byInstrument[target.instrumentIndex].append(index) }
  }
}

/// What applies to all instruments alike.
struct Standing: Equatable, Sendable {
  var level: PermitLevel
  var granted: PermitLevel?
  var isTrading: Bool
  var isClosing: Bool
  var isQuarantined: Bool
  var mayOpen: Bool
  var isVenueSilent: Bool
  var isVenueLacking: Bool
  var latchChanges: Int

  init(_ situation: Situation, at now: Instant) {
    level = situation.permit(at: now)
    granted = situation.authority.lease.level
    isTrading = situation.authority.session.isTrading
    isClosing = situation.isClosing
    isQuarantined = situation.authority.quarantine != nil
    mayOpen = situation.mayOpen
    isVenueSilent = situation.authority.isVenueSilent
    isVenueLacking = !situation.venue.missing.isEmpty
    latchChanges = situation.latchChanges
  }
}
