import ActorKit
import Strategies
import Trading
import Vocabulary
import Wire

// What comes in. Nothing is decided here.

extension SignalGenerator {
  public mutating func receive(
    _ message: Inbound, from peer: Peer, at now: Instant, into effects: inout Effects
  ) {
    counters.inputs += 1
    switch message {
    case .sessionState(let state) where peer.isFollowed: session = state.state
    case .positionChanged(let view): onPositionChanged(view, from: peer)
    case .executionReport(let view): onExecutionReport(view.block, from: peer)
    case .intentReport(let view): onIntentReport(view.block, from: peer, at: now, into: &effects)
    case .quoteDenial(let view): onQuoteDenial(view.block, from: peer)
    case .command(let view) where peer.link == .control: onCommand(view, from: peer, at: now, into: &effects)
    case .topOfBook, .marketMetrics, .feedStatus, .trade, .bookDelta, .bookSnapshot, .instrumentDefinition:
      guard peer.component == configuration.feedComponent, peer.link == .stream else {
        counters.unexpected += 1
        return
      }
      onMarketData(message)
    default: counters.unexpected += 1
    }
  }

  private mutating func onMarketData(_ message: borrowing Inbound) {
    switch copy message {
    case .topOfBook(let view): onTopOfBook(view.block)
    case .marketMetrics(let view): onMarketMetrics(view.block)
    case .feedStatus(let view): onFeedStatus(view.block)
    case .trade(let view): onTrade(view.block)
    case .bookDelta(let view): onBookDelta(view)
    case .bookSnapshot(let view): onBookSnapshot(view)
    default: break  // A definition: the topology has told us all of it.
    }
  }

  /// The index of an instrument among the markets; nil, and counted, for one that is not ours.
  private mutating func market(_ instrument: UInt32) -> Int? {
    if let index = numbers.firstIndex(of: instrument) { return index }
    counters.unknown += 1
    return nil
  }

  private mutating func tell(_ news: RunningStrategy.News, _ market: Int, _ origin: Int64) {
    for index in strategies.indices { strategies[index].note(news, market: market, originNanos: origin) }
  }

  private mutating func onTopOfBook(_ top: TopOfBook) {
    guard let index = market(top.instrument) else { return }
    guard (top.bidPrice ?? 1) > 0, (top.askPrice ?? 1) > 0,
      top.bidPrice == nil || top.bidQuantity > 0, top.askPrice == nil || top.askQuantity > 0
    else {
      counters.malformed += 1
      return
    }
    func level(_ price: Int64?, _ quantity: Int64) -> BookLevel? {
      price.map { BookLevel(price: Price(raw: $0), quantity: Quantity(raw: quantity)) }
    }
    strategyView.markets[index].top = TopView(
      bid: level(top.bidPrice, top.bidQuantity), ask: level(top.askPrice, top.askQuantity),
      eventNanos: top.eventNanos)
    tell(.top, index, top.envelope.origin)
  }

  private mutating func onMarketMetrics(_ metrics: MarketMetrics) {
    guard let index = market(metrics.instrument) else { return }
    guard metrics.mid > 0, metrics.microPrice > 0, metrics.state != .unrecognized else {
      counters.malformed += 1
      return
    }
    strategyView.markets[index].metrics = MetricsView(metrics)
    tell(.metrics, index, metrics.envelope.origin)
  }

  private mutating func onFeedStatus(_ status: FeedStatus) {
    guard let index = market(status.instrument) else { return }
    if status.state == .unrecognized { counters.malformed += 1 }
    // A state this program does not know is no reason to go on.
    strategyView.markets[index].standing = status.state == .unrecognized ? nil : status.state
    tell(.standing, index, status.envelope.origin)
  }

  private mutating func onTrade(_ trade: Trade) {
    guard let index = market(trade.instrument) else { return }
    guard let side = Side(trade.aggressor), trade.price > 0, trade.quantity > 0 else {
      counters.malformed += 1
      return
    }
    // A print that is no trade of the market says nothing of price or pace. Who does not say means one.
    guard trade.condition == .market || trade.condition == .unrecognized else {
      counters.offMarketPrints += 1
      return
    }
    strategyView.markets[index].add(
      TradeView(
        aggressor: side, price: Price(raw: trade.price), quantity: Quantity(raw: trade.quantity),
        eventNanos: trade.eventNanos))
    tell(.trades, index, trade.envelope.origin)
  }

  private mutating func onBookSnapshot(_ snapshot: borrowing BookSnapshotView) {
    guard let index = market(snapshot.instrument), strategyView.markets[index].keepsBook else { return }
    strategyView.markets[index].book.clear()
    for level in 0..<snapshot.bidsCount {
      apply(.buy, snapshot.bid(level).price, snapshot.bid(level).quantity, index)
    }
    for level in 0..<snapshot.asksCount {
      apply(.sell, snapshot.ask(level).price, snapshot.ask(level).quantity, index)
    }
    strategyView.markets[index].isBookSynced = true
    strategyView.markets[index].bookNanos = snapshot.eventNanos
    tell(.book, index, snapshot.envelope.origin)
  }

  private mutating func onBookDelta(_ delta: borrowing BookDeltaView) {
    guard let index = market(delta.instrument), strategyView.markets[index].keepsBook,
      strategyView.markets[index].isBookSynced
    else { return }
    for level in 0..<delta.bidsCount {
      apply(.buy, delta.bid(level).price, delta.bid(level).quantity, index)
    }
    for level in 0..<delta.asksCount {
      apply(.sell, delta.ask(level).price, delta.ask(level).quantity, index)
    }
    strategyView.markets[index].bookNanos = delta.eventNanos
    tell(.book, index, delta.envelope.origin)
  }

  private mutating func apply(_ side: Side, _ price: Int64, _ quantity: Int64, _ index: Int) {
    // The feed has checked the levels; a negative one is refused by the book and only counted.
    let change = strategyView.markets[index].book.apply(side, Price(raw: price), Quantity(raw: quantity))
    if change == .refusedNegative { counters.malformed += 1 }
  }
}

// MARK: - Positions, executions, links

extension SignalGenerator {
  private mutating func onPositionChanged(_ view: PositionChangedView, from peer: Peer) {
    guard let executor = executor(peer, account: view.account) else { return }
    for index in strategies.indices {
      let position = strategies[index].position
      guard positions[position].executor == executor, positions[position].instrument == view.instrument
      else { continue }
      positions[position].view = PositionView(view, of: positions[position].strategy)
      strategies[index].input.add(.position("quoted"))
    }
  }

  private mutating func onExecutionReport(_ report: ExecutionReport, from peer: Peer) {
    guard executor(peer, account: report.account) != nil, report.execType == .trade else { return }
    guard let side = Side(report.side), let price = report.lastPrice, let quantity = report.lastQuantity,
      price > 0, quantity > 0
    else {
      counters.malformed += 1
      return
    }
    let execution = ExecutionView(
      side: side, price: Price(raw: price), quantity: Quantity(raw: quantity),
      eventNanos: report.eventNanos, purpose: report.purpose, signal: report.signal)
    for index in strategies.indices {
      let ours = strategies[index].configuration
      guard ours.number == report.strategy, ours.instrument == report.instrument,
        ours.account == report.account
      else { continue }
      strategies[index].add(execution)
    }
  }

  /// The executor that speaks for an account; nil, and counted, when someone else does.
  private mutating func executor(_ peer: Peer, account: UInt16) -> Int? {
    guard let index = executors.firstIndex(where: { $0.account == account }) else {
      counters.unknown += 1
      return nil
    }
    guard executors[index].component == peer.component, peer.link == .stream else {
      counters.unexpected += 1
      return nil
    }
    return index
  }

  public mutating func receive(_ event: LinkEvent, at now: Instant, into effects: inout Effects) {
    let feed = configuration.feedComponent
    switch event {
    case .streamGap(feed, let topic): onStreamGap(topic)
    case .streamGap(let sender, let topic):
      for index in positions.indices
      where positions[index].topic == topic && executors[positions[index].executor].component == sender {
        positions[index].view = nil
      }
    case .streamRestarted(feed):
      for index in strategyView.markets.indices { strategyView.markets[index].forget() }
    case .streamRestarted(let sender):
      for index in positions.indices where executors[positions[index].executor].component == sender {
        positions[index].view = nil
      }
    // Two missed beats are enough to stand aside; that costs a few quotes, not a position.
    case .peerSuspect(let component), .peerSilent(let component): setSilent(component, true)
    case .peerHeard(let component, _): setSilent(component, false)
    case .sessionOpened(let component, _): onSessionOpened(component)
    case .notSent(_, .tradeSignal, let correlation, _):
      onNotSent(IntentID(correlation), at: now, into: &effects)
    default: break
    }
  }

  private mutating func onStreamGap(_ topic: Topic) {
    if let index = bookTopics.firstIndex(of: topic) { strategyView.markets[index].isBookSynced = false }
    if let index = statusTopics.firstIndex(of: topic) { strategyView.markets[index].standing = nil }
  }

  private mutating func setSilent(_ component: UInt16, _ isSilent: Bool) {
    if component == configuration.feedComponent { isFeedSilent = isSilent }
    for index in executors.indices where executors[index].component == component {
      executors[index].isSilent = isSilent
    }
  }
}

extension ExecutionReport {
  /// The signal that the order belongs to.
  fileprivate var signal: IntentID? {
    guard let intentHigh, let intentLow else { return nil }
    return IntentID(high: intentHigh, low: intentLow)
  }
}
