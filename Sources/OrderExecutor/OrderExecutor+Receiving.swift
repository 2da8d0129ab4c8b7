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
      guard isVenue(peer) else { return situation.refuse(.wrongSender) }
      take(view.block, at: now, into: &effects)
    case .accountState(let view):
      guard isVenue(peer) else { return situation.refuse(.wrongSender) }
      take(view, at: now, into: &effects)
    case .venueCapabilities(let view):
      guard isVenue(peer) else { return situation.refuse(.wrongSender) }
      take(view.block, at: now, into: &effects)
    case .targetQuotes(let view):
      guard isRisk(peer) else { return situation.refuse(.wrongSender) }
      take(view, at: now)
    case .topOfBook(let view):
      guard peer.isFollowed else { return situation.refuse(.wrongSender) }
      let isOurs = situation.markets.take(view.block, from: peer.component, atBoot: now.boot)
      if !isOurs { situation.refuse(.unknownInstrument) }
    case .feedStatus(let view):
      guard peer.isFollowed else { return situation.refuse(.wrongSender) }
      if !situation.markets.take(view.block, from: peer.component) { situation.refuse(.unknownInstrument) }
    case .sessionState(let view):
      guard peer.component == configuration.queenComponent, peer.isFollowed else {
        return situation.refuse(.wrongSender)
      }
      situation.take(view.block, at: now, into: &effects)
    case .permit(let view):
      guard peer.link == .link, peer.component == configuration.queenComponent else {
        return situation.refuse(.wrongSender)
      }
      situation.take(view.block, by: orders.holder, at: now, into: &effects)
    case .command(let view):
      guard peer.link == .control else { return situation.refuse(.unexpectedMessage) }
      situation.take(view.block, reason: view.reasonString, from: peer, &orders, at: now, into: &effects)
    case .snapshotRequest(let view):
      guard peer.link == .control,
        situation.answer(view.block, of: topics, to: peer, into: &effects)
      else { return situation.refuse(.unexpectedMessage) }
    case .orderIntent(let view):
      guard isRisk(peer) else { return situation.refuse(.wrongSender) }
      intents.take(view.block, reconciler.cut, &situation, at: now, into: &effects)
    default: situation.refuse(.unexpectedMessage)
    }
  }

  /// An intent on which incarnations trapped ends here, once: the report is journaled with the turn that
  /// counts the intent as processed, so that risk never waits for one that nobody will carry out.
  public mutating func refusePoisoned(
    _ message: Inbound, from peer: Peer, at now: Instant, into effects: inout Effects
  ) {
    guard case .orderIntent(let view) = message, isRisk(peer) else { return }
    let intent = view.block
    let id = IntentID(high: intent.intentHigh, low: intent.intentLow)
    guard !situation.books.intents.hasSeen(id) else { return situation.repeatEnd(of: id, into: &effects) }
    situation.turnDown(id, intent, Finding(.malformed), reason: .poisoned, at: now, into: &effects)
  }

  private func isVenue(_ peer: Peer) -> Bool {
    peer.link == .link && peer.component == configuration.venueComponent
  }

  private func isRisk(_ peer: Peer) -> Bool {
    peer.link == .session && peer.component == configuration.riskComponent
  }

  private mutating func take(_ report: VenueReport, at now: Instant, into effects: inout Effects) {
    guard report.account == configuration.account.number else { return situation.refuse(.wrongAccount) }
    reconciler.note(report: report.reportSequence, atBoot: now.boot)
    orders.take(report, &situation, at: now, into: &effects)
    hear(at: now)
  }

  private mutating func take(_ view: AccountStateView, at now: Instant, into effects: inout Effects) {
    let isEndConfirmed = reconciler.take(view, &orders, &situation, at: now, into: &effects)
    hear(at: now)
    guard isEndConfirmed, situation.isClosing, !situation.authority.isFinished else { return }
    if situation.finish(into: &effects) {
      // The venue must not take away for our silence what is left to protect.
      orders.setDeadMan(afterNanos: 0, situation, at: now, into: &effects)
    }
  }

  private mutating func take(
    _ told: Wire.VenueCapabilities, at now: Instant, into effects: inout Effects
  ) {
    guard told.account == configuration.account.number else { return situation.refuse(.wrongAccount) }
    guard let capabilities = Trading.VenueCapabilities(told) else { return situation.refuse(.malformed) }
    situation.take(capabilities, into: &effects)
    orders.keep(to: situation.messageRate, at: now)
  }

  private mutating func take(_ view: TargetQuotesView, at now: Instant) {
    guard view.account == configuration.account.number else { return situation.refuse(.wrongAccount) }
    if let refusal = quotes.take(view, &situation, at: now) { situation.refuse(refusal) }
  }
}

// News about links.
extension OrderExecutor {
  public mutating func receive(_ event: LinkEvent, at now: Instant, into effects: inout Effects) {
    switch event {
    case .streamGap(_, let topic): situation.markets.forget(topic)
    case .streamRestarted(configuration.venueComponent): loseAnswers(at: now, into: &effects)
    case .streamRestarted(let sender):
      situation.markets.forgetAll(from: sender)
      if sender == configuration.queenComponent { situation.authority.forgetSessionEpoch() }
    case .peerSuspect(let component), .peerSilent(let component): setSilent(component, true)
    case .peerHeard(let component, _):
      if component == configuration.venueComponent, situation.authority.isVenueSilent {
        loseAnswers(at: now, into: &effects)
      }
      setSilent(component, false)
    case .sessionOpened(let component, _):
      guard component == configuration.riskComponent else { return }
      situation.risk.open()
      if situation.books.cut != nil { reconciler.hurry(toBoot: now.boot) }
    case .notSent(let component, let template, let correlation, _):
      takeBack(template, correlation, from: component, at: now, into: &effects)
    case .acknowledged(let component, .accountReport, let mark):
      if component == configuration.riskComponent { situation.noteAccountKnown(mark, by: orders.holder) }
    case .acknowledged: return
    case .sessionClosed(let component):
      if component == configuration.riskComponent { situation.risk.close(in: state) }
    case .journalImpaired(let why):
      situation.authority.isJournalImpaired = true
      situation.quarantine(why, code: .journal, into: &effects)
    case .journalCut(let turns): situation.takeCut(turns: turns, at: now, into: &effects)
    case .sourceReady, .sourceEnded: return
    }
  }

  /// The venue has been away, or is another process: what it had not answered it may never answer, and
  /// reports may be lost.
  private mutating func loseAnswers(at now: Instant, into effects: inout Effects) {
    orders.doubtUnanswered(&situation, at: now, into: &effects)
    reconciler.hurry(toBoot: now.boot, withOrders: true)
  }

  private mutating func setSilent(_ component: UInt16, _ isSilent: Bool) {
    situation.markets.setSilent(component, isSilent)
    if component == configuration.venueComponent { situation.authority.isVenueSilent = isSilent }
  }

  /// A message that did not leave has had no effect.
  private mutating func takeBack(
    _ template: Template, _ correlation: Correlation, from component: UInt16, at now: Instant,
    into effects: inout Effects
  ) {
    // What a strategy is told of denials changes nothing of what risk knows, and a risk that is too old for
    // it has no use for it.
    if template == .quoteDenial { return }
    if component == configuration.riskComponent { situation.risk.noteMissed(at: now) }
    let soon = now.boot + Authority.reconnectNanos
    if component == configuration.queenComponent, template == .permit {
      situation.authority.nextPermitBoot = min(situation.authority.nextPermitBoot, soon)
    }
    guard component == configuration.venueComponent else { return }
    let id = ClOrdID(requestCorrelation: correlation)
    switch template {
    case .newOrder: orders.takeBackOrder(id, &situation, at: now, into: &effects)
    case .cancelOrder: orders.takeBackCancel(id, &situation, at: now, into: &effects)
    // As after a start, before the link is up: a second's wait would be most of the way back.
    case .accountQuery: reconciler.nextBoot = min(reconciler.nextBoot, soon)
    default: return
    }
    hear(at: now)
  }
}
