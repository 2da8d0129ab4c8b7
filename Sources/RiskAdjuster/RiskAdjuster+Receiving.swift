import ActorKit
import Trading
import Vocabulary
import Wire

// What comes in. Decisions wait for the end of the turn.
extension RiskAdjuster {
  public mutating func receive(
    _ message: Inbound, from peer: Peer, at now: Instant, into effects: inout Effects
  ) {
    switch (message, peer.link) {
    case (.topOfBook(let view), .stream): onTopOfBook(view.block, at: now)
    case (.marketMetrics(let view), .stream): onMarketMetrics(view.block, at: now)
    case (.feedStatus(let view), .stream): onFeedStatus(view.block)
    case (.quoteSignal(let view), .stream): onQuoteSignal(view, at: now, into: &effects)
    case (.sessionState(let view), .stream): onSessionState(view.block)
    case (.accountReport(let view), .session): onAccountReport(view, from: peer)
    case (.positionChanged(let view), .session): onPositionChanged(view.block, from: peer)
    case (.executionReport(let view), .session): onExecutionReport(view.block, from: peer)
    case (.tradeSignal(let view), .session): onTradeSignal(view.block, from: peer, at: now, into: &effects)
    case (.quoteDenial(let view), .session): onQuoteDenial(view.block, from: peer, into: &effects)
    case (.intentReport(let view), .session): onIntentReport(view.block, from: peer, at: now, into: &effects)
    case (.heartbeat(let view), .stream), (.heartbeat(let view), .session):
      onHeartbeat(view.block, from: peer)
    case (.command(let view), .control): onCommand(view, from: peer, into: &effects)
    case (.snapshotRequest(let view), .control): onSnapshotRequest(view.block, from: peer, into: &effects)
    default: counters.drop(.unexpected)
    }
  }

  private mutating func knownInstrument(_ instrument: UInt32) -> Int? {
    let index = instruments.index(of: instrument)
    if index == nil { counters.drop(.unknownInstrument) }
    return index
  }

  private mutating func onTopOfBook(_ top: TopOfBook, at now: Instant) {
    guard let index = knownInstrument(top.instrument) else { return }
    instruments[index].market.take(top, atMarket: now.market)
  }

  private mutating func onMarketMetrics(_ metrics: MarketMetrics, at now: Instant) {
    guard let index = knownInstrument(metrics.instrument) else { return }
    instruments[index].market.take(metrics, atMarket: now.market)
  }

  private mutating func onFeedStatus(_ status: FeedStatus) {
    guard let index = knownInstrument(status.instrument) else { return }
    instruments[index].market.take(status)
  }

  private mutating func onSessionState(_ state: SessionState) {
    guard Revision.isPossible(state.revision, in: state.envelope.epoch) else {
      return counters.drop(.malformed)
    }
    guard (state.envelope.epoch, state.revision) >= (session.epoch, session.revision) else {
      counters.drop(.late)
      return
    }
    let previous = session.level
    session = SessionView(
      sender: state.envelope.sender, epoch: state.envelope.epoch, revision: state.revision,
      state: state.state, permit: state.permit)
    if session.level != previous { reconsiderAll() }
  }

  /// The executor's own beat, where the host delivers it: how it stands.
  private mutating func onHeartbeat(_ beat: Heartbeat, from peer: Peer) {
    guard peer.component == configuration.executorComponent else { return counters.drop(.unexpected) }
    setExecutorState(beat.state)
  }

  private mutating func setExecutorState(_ state: ComponentState) {
    let wasUsable = executor.isUsable
    executor.state = state
    if executor.isUsable != wasUsable { reconsiderAll() }
  }

  /// Everything a decision rests on may have changed.
  mutating func reconsiderAll() {
    slots.reconsiderAll()
    instruments.touchAll()
  }

  mutating func reconsider(instrument index: Int) {
    for slot in slots.indices(of: index) { slots.reconsider(slot) }
    instruments.touch(index)
  }
}

// The executor's truth.
extension RiskAdjuster {
  mutating func isOurs(_ account: UInt16, _ peer: Peer) -> Bool {
    guard peer.component == configuration.executorComponent else {
      counters.drop(.wrongSender)
      return false
    }
    guard account == configuration.account else {
      counters.drop(.wrongAccount)
      return false
    }
    return true
  }

  /// Replaces all that was known. An instrument that is not named has no position and no orders.
  private mutating func onAccountReport(_ view: AccountReportView, from peer: Peer) {
    guard isOurs(view.account, peer) else { return }
    let isDoubtful = view.inDoubt > 0
    doubts.removeAll(keepingCapacity: true)
    var named: [Int?] = instruments.indices.map { _ in nil }
    for entry in 0..<view.positionsCount {
      if let index = instruments.index(of: view.position(entry).instrument) { named[index] = entry }
    }
    for (index, entry) in named.enumerated() {
      let told =
        entry.map { view.position($0) }
        ?? AccountReport.Position(
          instrument: instruments[index].instrument.number, position: 0, workingBid: 0, workingAsk: 0,
          realizedPnl: 0, fillSequence: 0)
      let isSound = instruments[index].exposure.replace(
        position: told.position, workingBuys: told.workingBid, workingSells: told.workingAsk,
        fillSequence: told.fillSequence, isDoubtful: isDoubtful)
      if !isSound { counters.drop(.malformed) }
    }
    executor.isReported = true
    executor.state = view.state
    reconsiderAll()
  }

  private mutating func onPositionChanged(_ change: PositionChanged, from peer: Peer) {
    guard isOurs(change.account, peer), let index = knownInstrument(change.instrument) else { return }
    let before = instruments[index].exposure.position
    let isSound = instruments[index].exposure.change(
      position: change.position, workingBuys: change.workingBid, workingSells: change.workingAsk,
      fillSequence: change.fillSequence)
    if !isSound { counters.drop(.malformed) }
    // Working orders change with every target of ours; only a changed position asks for a new decision.
    if instruments[index].exposure.position != before { reconsider(instrument: index) }
  }

  private mutating func onExecutionReport(_ report: ExecutionReport, from peer: Peer) {
    guard isOurs(report.account, peer), let index = knownInstrument(report.instrument) else { return }
    switch report.execType {
    case .trade, .tradeBust:
      instruments[index].exposure.noteFill(report.fillSequence)
      reconsider(instrument: index)
    case .rejected, .denied, .cancelRejected:
      counters.countReject(report.reason, by: report.check)
    default: break
    }
    noteDoubt(report, instrument: index)
  }

  private mutating func noteDoubt(_ report: ExecutionReport, instrument index: Int) {
    let listed = doubts.firstIndex { $0.id == report.clOrdID }
    if let listed { instruments.touch(doubts[listed].instrumentIndex) }
    guard report.ordStatus == .inDoubt else {
      if let listed { doubts.remove(at: listed) }
      return
    }
    guard let side = Side(report.side), report.leavesQuantity >= 0 else { return counters.drop(.malformed) }
    instruments.touch(index)
    if let listed {
      doubts[listed].leaves = report.leavesQuantity
    } else if doubts.count < DoubtfulOrder.most {
      doubts.append(
        DoubtfulOrder(
          id: report.clOrdID, instrumentIndex: index, side: side, leaves: report.leavesQuantity))
    } else {
      // More doubt than can be listed: whatever works may be in doubt until the next account report.
      counters.drop(.tooMany)
      for index in instruments.indices { instruments[index].exposure.doubtAll() }
    }
  }
}

// Links.
extension RiskAdjuster {
  public mutating func receive(_ event: LinkEvent, at now: Instant, into effects: inout Effects) {
    switch event {
    case .streamGap(_, let topic): onStreamGap(topic)
    case .streamRestarted(let sender):
      for index in instruments.indices where instruments[index].market.feed == sender {
        instruments[index].market.forget()
      }
      forgetRevisions(of: sender)
    case .peerSuspect(let component), .peerSilent(let component): setFeed(component, isSilent: true)
    case .peerHeard(let component, _): setFeed(component, isSilent: false)
    case .sessionOpened(let component, _) where component == configuration.executorComponent:
      // Reports that it has not sent yet are about to come; what was known counts no more.
      executor = ExecutorView(isOpen: true)
      intents.forgetProgress()
      adopted.removeAll(keepingCapacity: true)
      forgetExecutorDenials(into: &effects)
      reconsiderAll()
    case .sessionClosed(let component) where component == configuration.executorComponent:
      executor = ExecutorView()
      reconsiderAll()
    case .sessionOpened(let component, _): onSessionOpened(component, into: &effects)
    case .sessionClosed(let component): onSessionClosed(component)
    case .notSent(_, .orderIntent, let correlation, _):
      onNotSent(IntentID(correlation), at: now, into: &effects)
    case .notSent(_, .intentReport, let correlation, _): senders.keepUndelivered(IntentID(correlation))
    // Targets and denials travel on the state lane, which keeps the newest and sends it again by itself.
    case .notSent: break
    case .acknowledged, .sourceReady, .sourceEnded, .journalImpaired, .journalCut: counters.drop(.unexpected)
    }
  }

  /// The host decides which epoch of a publisher is believed, and may go back to a lower one: revisions begin
  /// anew.
  private mutating func forgetRevisions(of sender: UInt16) {
    if sender == session.sender { (session.epoch, session.revision) = (0, 0) }
    guard configuration.signalComponents.contains(sender) else { return }
    for slot in slots.indices { (slots[slot].signal.epoch, slots[slot].signal.revision) = (0, 0) }
  }

  private mutating func onStreamGap(_ topic: Topic) {
    for index in instruments.indices {
      if instruments[index].topTopic == topic { instruments[index].market.forgetTop() }
      if instruments[index].metricsTopic == topic { instruments[index].market.forgetMetrics() }
      if instruments[index].statusTopic == topic { instruments[index].market.forgetStatus() }
    }
  }

  private mutating func setFeed(_ component: UInt16, isSilent: Bool) {
    for index in instruments.indices where instruments[index].market.feed == component {
      instruments[index].market.isFeedSilent = isSilent
    }
  }
}
