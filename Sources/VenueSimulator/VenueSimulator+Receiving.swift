import ActorKit
import Trading
import Wire

extension VenueSimulator {
  public mutating func receive(
    _ message: borrowing Inbound, from peer: Peer, at now: Instant, into effects: inout Effects
  ) {
    switch message {
    case .sessionState(let view) where peer.isFollowed: onSessionState(view.block)
    case .snapshotRequest(let view): onSnapshotRequest(view.block, from: peer, at: now, into: &effects)
    case .venueMarketData(let view): onVenueMarketData(view, from: peer, at: now, into: &effects)
    case .newOrder(let view): onRequest(.new(view.block), from: peer, at: now, into: &effects)
    case .cancelOrder(let view): onRequest(.cancel(view.block), from: peer, at: now, into: &effects)
    case .replaceOrder(let view): onRequest(.replace(view.block), from: peer, at: now, into: &effects)
    case .cancelAll(let view): onRequest(.cancelAll(view.block), from: peer, at: now, into: &effects)
    case .orderQuery(let view): onRequest(.orderQuery(view.block), from: peer, at: now, into: &effects)
    case .accountQuery(let view): onRequest(.accountQuery(view.block), from: peer, at: now, into: &effects)
    default: counters.refuse(.wrongMessage)
    }
  }

  public mutating func receive(_ event: LinkEvent, at now: Instant, into effects: inout Effects) {
    switch event {
    case .sourceReady(let firstMarketNanos): connector.ready(firstMarketNanos: firstMarketNanos)
    case .sourceEnded: connector.ended()
    case .notSent: counters.reportsNotSent += 1
    case .streamGap, .streamRestarted, .peerSuspect, .peerSilent, .peerHeard, .sessionOpened, .sessionClosed,
      .acknowledged, .journalImpaired, .journalCut:
      break
    }
  }

  private mutating func onSessionState(_ session: SessionState) {
    if let clock = MarketClock(session) { marketStartNanos = clock.marketStartNanos }
    sessionIsShutdown = session.state == .shutdown
  }

  /// Checks who asks and by when, and puts the request on its way to matching.
  private mutating func onRequest(
    _ request: VenueRequest, from peer: Peer, at now: Instant, into effects: inout Effects
  ) {
    guard peer.link == .control || peer.link == .session else {
      counters.refuse(.wrongLink)
      return
    }
    if case .new = request { counters.ordersReceived += 1 }
    guard let account = ledger.accountIndex(request.account) else {
      counters.refuse(.unknownAccount)
      refuse(request, .unknownAccount, to: peer, at: now, into: &effects)
      return
    }
    let isExecutor = isExecutor(peer, of: account, request)
    if request.needsExecutor && !isExecutor {
      counters.refuse(.notTheExecutor)
      refuse(request, .unknownAccount, to: peer, at: now, into: &effects)
      return
    }
    guard isExecutor else {
      onOperatorRequest(request, account, from: peer, at: now, into: &effects)
      return
    }
    let fate = lines[account].dice?.fate(of: request, at: now.market) ?? .arrives
    guard fate != .isLost else { return }
    lines[account].hear(peer, atBoot: now.boot)
    // First of the two checks of the window; the second stands before the matching.
    if let window = request.window,
      !window.isOpen(atWall: now.wall, longest: configuration.capabilities.recvWindowNanos)
    {
      refuse(request, .outsideRecvWindow, to: peer, at: now, into: &effects)
      return
    }
    forward(request, account, from: peer, fate: fate, at: now, into: &effects)
  }

  /// Requests of others than the executor: queries, and the emergency brake, which waits for nothing but what
  /// came before it.
  private mutating func onOperatorRequest(
    _ request: VenueRequest, _ account: Int, from peer: Peer, at now: Instant, into effects: inout Effects
  ) {
    guard case .cancelAll = request else {
      forward(request, account, from: peer, fate: .arrives, at: now, into: &effects)
      return
    }
    if !lines[account].sendAtOnce(request, from: peer, at: now.market) { counters.refuse(.tooManyRequests) }
  }

  /// Whether the sender is the one to whom the account's reports go. Where the configuration does not say who
  /// that is, it is whoever trades; until someone has, any component.
  private func isExecutor(_ peer: Peer, of account: Int, _ request: VenueRequest) -> Bool {
    if let executor = configuration.accounts[account].executorComponent { return executor == peer.component }
    if request.needsExecutor { return true }
    guard let known = lines[account].executor else { return peer.component != 0 }
    return known.component == peer.component
  }

  /// Answers at the door, without the latencies: the request never reached the venue's queues.
  mutating func refuse(
    _ request: VenueRequest, _ reason: RejectReason, to peer: Peer, at now: Instant,
    into effects: inout Effects
  ) {
    guard var report = refusal(of: request, reason, at: now) else { return }
    counters.reject(reason)
    if let account = ledger.accountIndex(report.account) {
      report.reportSequence = lines[account].nextReport(epoch: epoch)
      lines[account].answer(.report(report), to: peer, at: clockNanos, latency: 0)
    } else {
      effects.reply(to: peer) { report.encode(into: &$0) }
    }
  }
}
