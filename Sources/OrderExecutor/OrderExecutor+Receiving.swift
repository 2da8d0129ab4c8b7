import ActorKit
import Trading
import Vocabulary
import Wire

// What comes in, each kind only from whom it may come.
extension OrderExecutor {
  public mutating func receive(
    _ message: borrowing Inbound, from peer: Peer, at now: Instant, into effects: inout Effects
  ) {
    switch copy message {
    case .venueReport(let view):
      guard isVenue(peer) else { return refuse(.wrongSender) }
      take(view.block, at: now, into: &effects)
    case .accountState(let view):
      guard isVenue(peer) else { return refuse(.wrongSender) }
      take(view, at: now, into: &effects)
    case .targetQuotes(let view):
      guard isRisk(peer) else { return refuse(.wrongSender) }
      take(view, at: now)
    case .topOfBook(let view):
      guard peer.isFollowed else { return refuse(.wrongSender) }
      take(view.block, from: peer, at: now)
    case .feedStatus(let view):
      guard peer.isFollowed else { return refuse(.wrongSender) }
      take(view.block, from: peer)
    case .sessionState(let view):
      guard peer.component == configuration.queenComponent, peer.isFollowed else {
        return refuse(.wrongSender)
      }
      take(view.block, at: now, into: &effects)
    case .permit(let view):
      guard peer.link == .link, peer.component == configuration.queenComponent else {
        return refuse(.wrongSender)
      }
      take(view.block, at: now, into: &effects)
    case .command(let view):
      guard peer.link == .control else { return refuse(.unexpectedMessage) }
      take(view.block, reason: view.reasonString, from: peer, at: now, into: &effects)
    case .snapshotRequest(let view):
      guard peer.link == .control else { return refuse(.unexpectedMessage) }
      answer(view.block, to: peer, into: &effects)
    case .orderIntent(let view):
      guard isRisk(peer) else { return refuse(.wrongSender) }
      take(view.block, at: now, into: &effects)
    default: refuse(.unexpectedMessage)
    }
  }

  mutating func refuse(_ reason: Refusal) { counters.refused.add(reason) }

  private func isVenue(_ peer: Peer) -> Bool {
    peer.link == .link && peer.component == configuration.venueComponent
  }

  func isRisk(_ peer: Peer) -> Bool {
    peer.link == .session && peer.component == configuration.riskComponent
  }

  /// Place of an instrument among the desks; nil for one that is not ours.
  func deskPlace(of instrument: UInt32) -> Int? {
    var low = 0
    var high = desks.count
    while low < high {
      let middle = (low + high) / 2
      if desks[middle].instrument.number < instrument { low = middle + 1 } else { high = middle }
    }
    return low < desks.count && desks[low].instrument.number == instrument ? low : nil
  }
}

// The market.
extension OrderExecutor {
  private mutating func take(_ top: TopOfBook, from peer: Peer, at now: Instant) {
    guard let place = deskPlace(of: top.instrument) else { return refuse(.unknownInstrument) }
    desks[place].feed = peer.component
    func positive(_ raw: Int64?) -> Price? { raw.flatMap { $0 > 0 ? Price(raw: $0) : nil } }
    let wasPriced = desks[place].price != nil
    let isChanged = desks[place].take(
      bid: positive(top.bidPrice), ask: positive(top.askPrice), atBoot: now.boot)
    if isChanged || wasPriced != (desks[place].price != nil) { desks[place].needsDecision = true }
  }

  private mutating func take(_ status: FeedStatus, from peer: Peer) {
    guard let place = deskPlace(of: status.instrument) else { return refuse(.unknownInstrument) }
    desks[place].feed = peer.component
    guard desks[place].feedState != status.state || desks[place].feedCause != status.cause else { return }
    desks[place].feedState = status.state
    desks[place].feedCause = status.cause
    desks[place].needsDecision = true
  }
}

// Risk.
extension OrderExecutor {
  private mutating func take(_ view: TargetQuotesView, at now: Instant) {
    guard view.account == configuration.account.number else { return refuse(.wrongAccount) }
    guard let desk = deskPlace(of: view.instrument) else { return refuse(.unknownInstrument) }
    guard let place = targetPlace(strategy: view.strategy, instrument: view.instrument, desk: desk) else {
      return refuse(.tooManyTargets)
    }
    guard Revision.isPossible(view.revision, in: view.envelope.epoch) else { return refuse(.malformed) }
    guard view.revision > targets[place].revision else { return refuse(.oldRevision) }
    counters.targets += 1
    let instrument = desks[desk].instrument
    targets[place].takeHead(of: view, at: now)
    guard targets[place].takeLevels(of: view, instrument) else {
      // The older target is void and this one is not understood: nothing is wanted.
      targets[place].bids.removeAll(keepingCapacity: true)
      targets[place].asks.removeAll(keepingCapacity: true)
      return refuse(.malformed)
    }
  }

  /// Where the target of a strategy in an instrument stands, made if it is new; nil if there are too many.
  private mutating func targetPlace(strategy: UInt16, instrument: UInt32, desk: Int) -> Int? {
    let slot = targets.slot(strategy: strategy, instrument: instrument)
    if slot.isTaken { return slot.place }
    guard targets.count < Self.mostTargets else { return nil }
    targets.insert(QuoteTarget(strategy: strategy, instrument: instrument, desk: desk), at: slot.place)
    return slot.place
  }
}

extension QuoteTarget {
  fileprivate mutating func takeHead(of view: TargetQuotesView, at now: Instant) {
    revision = view.revision
    fillSequenceSeen = view.fillSequenceSeen
    validUntil = view.validUntil
    let left = min(max(0, validUntil.saturatingSubtract(now.wall)), QuoteLife.longestNanos)
    expiryBoot = now.boot.saturatingAdd(left)
    origin = view.envelope.origin
    correlation = view.envelope.correlation
    isCountedStale = false
    needsDecision = true
  }

  /// Takes the levels in; false if one of them is not an order the venue could take, or there are too many.
  fileprivate mutating func takeLevels(of view: TargetQuotesView, _ instrument: Instrument) -> Bool {
    bids.removeAll(keepingCapacity: true)
    asks.removeAll(keepingCapacity: true)
    guard view.bidsCount <= Self.mostLevels, view.asksCount <= Self.mostLevels else { return false }
    for index in 0..<view.bidsCount {
      let bid = view.bid(index)
      guard bids.merge(Price(raw: bid.price), Quantity(raw: bid.quantity), instrument) else { return false }
    }
    for index in 0..<view.asksCount {
      let ask = view.ask(index)
      guard asks.merge(Price(raw: ask.price), Quantity(raw: ask.quantity), instrument) else { return false }
    }
    return true
  }
}

extension [QuoteTarget.Level] {
  /// Adds a level, to the one at its price if there is one.
  fileprivate mutating func merge(_ price: Price, _ quantity: Quantity, _ instrument: Instrument) -> Bool {
    guard instrument.isValid(price), quantity.isPositive, quantity.raw % instrument.lotSize.raw == 0 else {
      return false
    }
    guard let place = firstIndex(where: { $0.price == price }) else {
      append(QuoteTarget.Level(price: price, quantity: quantity))
      return true
    }
    guard let sum = self[place].quantity.adding(quantity) else { return false }
    self[place].quantity = sum
    return true
  }
}

// The queen.
extension OrderExecutor {
  private mutating func take(_ state: SessionState, at now: Instant, into effects: inout Effects) {
    let (epoch, revision) = (state.envelope.epoch, state.revision)
    guard Revision.isPossible(revision, in: epoch) else { return refuse(.malformed) }
    guard (epoch, revision) >= (session.epoch, session.revision) else { return refuse(.oldRevision) }
    session.epoch = epoch
    session.revision = revision
    // A session begins only when the one before is over: an order to end that an earlier incarnation was
    // given was for that one.
    if state.state == .startup, books.isStopOrdered, !isStopping {
      record(.stopReleased(atNanos: now.wall), into: &effects)
    }
    if state.speedMilli > 0 { session.speedMilli = Int64(state.speedMilli) }
    // The end of a session is final, whoever says otherwise afterwards.
    if session.code != .shutdown { session.code = state.state }
  }

  private mutating func take(_ permit: Permit, at now: Instant, into effects: inout Effects) {
    guard permit.act == .grant, permit.component == configuration.component,
      permit.account == configuration.account.number, permit.holderEpoch == epoch,
      permit.instance ?? instance == instance,
      permit.askedBootNanos > 0, permit.askedBootNanos <= now.boot, permit.level != .unrecognized,
      (1...PermitLease.longestLifeNanos).contains(permit.lifeNanos)
    else { return refuse(.permit) }
    guard lease.level == nil || permit.askedBootNanos >= lease.askedBoot else { return refuse(.permit) }
    lease.level = permit.level
    lease.askedBoot = permit.askedBootNanos
    lease.lifeNanos = permit.lifeNanos
    let taken = TakenPermit(
      level: permit.level, askedNanos: now.wall - (now.boot - permit.askedBootNanos),
      askedBootNanos: permit.askedBootNanos, lifeNanos: permit.lifeNanos)
    record(.permitTaken(taken), into: &effects)
    nextPermitBoot = min(nextPermitBoot, now.boot + lease.askEveryNanos)
  }

  mutating func askPermit(at now: Instant, into effects: inout Effects) {
    nextPermitBoot = now.boot + lease.askEveryNanos
    let request = Permit(
      envelope: Envelope(origin: 0), act: .request, component: configuration.component,
      account: configuration.account.number, holderEpoch: epoch, level: lease.level(atBoot: now.boot),
      askedBootNanos: now.boot, lifeNanos: lease.lifeNanos, sessionRevision: session.revision,
      instance: instance, lineage: books.lineage)
    effects.send(to: .link(component: configuration.queenComponent)) { request.encode(into: &$0) }
  }

  /// An executor that may not trade while the session does, for twice a permit's life, says so: nobody else
  /// would notice.
  mutating func judgePermit(at now: Instant, into effects: inout Effects) {
    // An order to end from before the last restart, while the session goes on: nobody else would notice.
    let isLeftOut = books.isStopOrdered && !isStopping
    let isForbidden = lease.level == .cancel || isClosing && !isLeftOut || isSuperseded
    let isMute = isLeftOut || lease.level(atBoot: now.boot) == .cancel
    guard session.isTrading, !isForbidden, isMute else {
      unpermittedSinceBoot = nil
      isLackOfPermitToldOf = false
      return
    }
    let since = unpermittedSinceBoot ?? now.boot
    unpermittedSinceBoot = since
    guard !isLackOfPermitToldOf, now.boot - since >= 2 * lease.lifeNanos else { return }
    isLackOfPermitToldOf = true
    alarm(
      .noPermit, .critical,
      isLeftOut
        ? "the session trades, and this executor was told to end while the queen was gone: `waggle resume` "
          + "lets it trade again"
        : "the session trades and the queen gives this executor no permit: is she there, or is there another "
          + "executor for account \(books.account)?",
      into: &effects)
  }
}
