import ActorKit
import Trading
import Vocabulary
import Wire

/// Takes one venue's market data, checks it, keeps the books, and publishes what is fit to decide on, with
/// how far it can be trusted (docs/ANOMALIES.md).
///
/// Deltas, snapshots and trades go out as they come; best quotes, metrics and changes of state once a turn.
/// All state is volatile: after a restart it is rebuilt from the venue's snapshots.
public struct FeedAggregator: ActorCore {
  public typealias Fact = NoFact

  public static var kind: ComponentKind { .feed }

  public let configuration: Configuration
  public let topics: [Topic]

  var feeds: [InstrumentFeed]
  var outlets: [Outlet]
  /// Numbers of the instruments, in the order of `feeds`: scanned as one block for each message.
  private let numbers: [UInt32]
  private var levels = DepthLevels()
  private var session = SessionCode.startup
  private var isSourceWaiting = false
  private var isVenueSilent = false
  private var isConnectorDown = false
  private var hasBeenReady = false
  var counters = FeedCounters()

  public init(_ configuration: Configuration) {
    if let problem = configuration.problem { preconditionFailure("a feed cannot be made of \(problem)") }
    self.configuration = configuration
    feeds = configuration.instruments.map { InstrumentFeed($0, configuration) }
    outlets = configuration.instruments.map { _ in Outlet() }
    numbers = configuration.instruments.map(\.number)
    topics = configuration.instruments.flatMap { FeedTopic.names(of: $0.name) }
  }

  public var state: ComponentState {
    if session == .shutdown { return .finished }
    guard hasBeenReady else { return .starting }
    return session == .live || session == .degraded ? .live : .ready
  }

  public mutating func start(epoch: UInt32, at now: Instant, into effects: inout Effects) {
    for index in feeds.indices { publishDefinition(index, &effects) }
  }

  public mutating func receive(
    _ message: Inbound, from peer: Peer, at now: Instant, into effects: inout Effects
  ) {
    switch message {
    case .venueMarketData(let data) where isVenue(peer): onVenueMarketData(data, at: now, into: &effects)
    case .sessionState(let state) where peer.isFollowed: session = state.state
    case .connectorHealth(let health)
    where isVenue(peer) && health.component == configuration.venueComponent:
      onConnectorHealth(health.state)
    case .snapshotRequest(let request) where peer.link == .control:
      onSnapshotRequest(request.block, peer, into: &effects)
    case .command(let command) where peer.link == .control:
      onCommand(command.block, peer, into: &effects)
    default: counters.unexpected += 1
    }
  }

  /// An instrument's book; nil while it is known not to be the venue's. For who watches it.
  package func book(of instrument: UInt32) -> OrderBook? {
    guard let feed = feeds.first(where: { $0.instrument.number == instrument }),
      feed.awaitingSnapshot == nil
    else { return nil }
    return feed.book
  }

  private func isVenue(_ peer: Peer) -> Bool {
    peer.isFollowed && peer.component == configuration.venueComponent
  }

  public mutating func receive(_ event: LinkEvent, at now: Instant, into effects: inout Effects) {
    let venue = configuration.venueComponent
    switch event {
    case .streamGap(venue, let topic):
      guard let index = feeds.indices.first(where: { Topics.venueMarket(feeds[$0].instrument.name) == topic })
      else { return }
      feeds[index].loseBook(to: .hole)
    case .streamRestarted(venue):
      for index in feeds.indices {
        feeds[index].restartSource()
        outlets[index].venueSequence = 0
      }
    case .peerSilent(venue):
      isVenueSilent = true
      tellLink()
    case .peerHeard(venue, _):
      isVenueSilent = false
      tellLink()
    default: break
    }
  }

  private mutating func tellLink() {
    for index in feeds.indices { feeds[index].setLink(isDown: isVenueSilent || isConnectorDown) }
  }

  /// Nothing of its own: silence, snapshots due and metrics held back are looked at in `conclude`.
  public mutating func wake(at now: Instant, into effects: inout Effects) {}

  public mutating func conclude(at now: Instant, into effects: inout Effects) {
    var areAllKnown = true
    for index in feeds.indices {
      feeds[index].passTime(toMarketNanos: now.market)
      publishStatus(index, at: now, &effects)
      publishTop(index, &effects)
      publishMetrics(index, at: now, &effects)
      askForSnapshot(index, at: now, &effects)
      // What goes out in a later turn was not caused by a message of this one.
      outlets[index].originNanos = 0
      areAllKnown = areAllKnown && outlets[index].hasBeenLive
    }
    // A recorded source says nothing before the session is live, and the session waits for the feed.
    if areAllKnown || isSourceWaiting { hasBeenReady = true }
  }

  public var nextWake: Wake {
    var wake = Wake.never
    for index in feeds.indices {
      wake.market = min(
        wake.market, feeds[index].silentFromNanos,
        outlets[index].metricsDueNanos(interval: configuration.metricsIntervalNanos))
      wake.boot = min(wake.boot, outlets[index].askAtBootNanos)
    }
    return wake
  }

  public mutating func apply(_ fact: NoFact) {}
  public func save(into writer: inout SnapshotWriter) {}
  public mutating func restore(from reader: inout SnapshotReader) throws(RestoreError) {}

  public func report(into report: inout CounterReport) {
    counters.report(into: &report)
    var anomalies = AnomalyCounts()
    for feed in feeds { anomalies.add(feed.anomalies) }
    anomalies.add(.unknownInstrument, counters.unknownInstruments)
    anomalies.report(into: &report)
  }
}

// MARK: - Market data

extension FeedAggregator {
  private mutating func onVenueMarketData(
    _ data: borrowing VenueMarketDataView, at now: Instant, into effects: inout Effects
  ) {
    guard let index = numbers.firstIndex(of: data.instrument) else {
      counters.unknownInstruments += 1
      return
    }
    guard !feeds[index].isEnded else {
      counters.afterEnd += 1
      return
    }
    guard data.eventNanos > 0 else {
      counters.malformed += 1
      return
    }
    counters.messages += 1
    outlets[index].isTouched = true
    outlets[index].originNanos = now.wall
    let header = MessageHeader(data, at: now)
    switch data.kind {
    case .snapshot: onSnapshot(data, header, index, into: &effects)
    case .delta: onDelta(data, header, index, into: &effects)
    case .trade: onTrade(data, header, index, into: &effects)
    case .ticker: onTicker(data, header, index)
    case .unrecognized: counters.malformed += 1
    }
  }

  private mutating func onSnapshot(
    _ data: borrowing VenueMarketDataView, _ header: MessageHeader, _ index: Int,
    into effects: inout Effects
  ) {
    // An answer that is older than what the stream has said since would leave out what came between.
    let sequence = data.envelope.sequence
    guard sequence >= outlets[index].venueSequence else {
      _ = feeds[index].drop(.late)
      return
    }
    outlets[index].venueSequence = sequence
    if let fault = levels.read(data, for: feeds[index].instrument, mayDelete: false) {
      feeds[index].loseBook(to: fault)
      outlets[index].wantSnapshot()
      return
    }
    guard feeds[index].takeSnapshot(levels, header) == .applied else { return }
    guard feeds[index].awaitingSnapshot == nil else {
      outlets[index].wantSnapshot()
      return
    }
    outlets[index].snapshotCame()
    outlets[index].areMetricsDue = true
    publishBook(index, &effects)
  }

  private mutating func onDelta(
    _ data: borrowing VenueMarketDataView, _ header: MessageHeader, _ index: Int,
    into effects: inout Effects
  ) {
    outlets[index].venueSequence = data.envelope.sequence
    guard feeds[index].awaitingSnapshot == nil else {
      counters.ignored += 1
      return
    }
    if let fault = levels.read(data, for: feeds[index].instrument, mayDelete: true) {
      feeds[index].loseBook(to: fault)
      outlets[index].wantSnapshot()
      return
    }
    let outcome = feeds[index].takeDelta(levels, header)
    if feeds[index].awaitingSnapshot != nil {
      outlets[index].wantSnapshot()
    } else if outcome == .applied {
      outlets[index].areMetricsDue = true
      publishDelta(index, levels, header, &effects)
    }
  }

  private mutating func onTicker(
    _ data: borrowing VenueMarketDataView, _ header: MessageHeader, _ index: Int
  ) {
    outlets[index].venueSequence = data.envelope.sequence
    if let fault = levels.read(data, for: feeds[index].instrument, mayDelete: false) {
      _ = feeds[index].drop(fault)
      return
    }
    if feeds[index].takeTicker(levels, header) == .applied { outlets[index].areMetricsDue = true }
  }

  private mutating func onTrade(
    _ data: borrowing VenueMarketDataView, _ header: MessageHeader, _ index: Int,
    into effects: inout Effects
  ) {
    outlets[index].venueSequence = data.envelope.sequence
    guard let side = Side(data.aggressor), let price = data.price, let quantity = data.quantity else {
      counters.malformed += 1
      return
    }
    let fault = DepthLevels.fault(price, quantity, feeds[index].instrument, false)
    if let fault {
      _ = feeds[index].drop(fault)
      return
    }
    let (tradePrice, tradeQuantity) = (Price(raw: price), Quantity(raw: quantity))
    // A venue of an older schema says nothing of the kind: its prints count as trades, as they always did.
    let condition = data.condition == .unrecognized ? TradeCondition.market : data.condition
    let outcome = feeds[index].takeTrade(
      side, tradePrice, tradeQuantity, header, isOnMarket: condition == .market)
    guard outcome == .applied else { return }
    if condition == .market { outlets[index].areMetricsDue = true }
    publishTrade(index, side, tradePrice, tradeQuantity, condition, header, &effects)
  }

  private mutating func onConnectorHealth(_ state: ConnectorState) {
    guard state != .unrecognized else {
      counters.malformed += 1
      return
    }
    isSourceWaiting = state == .waiting
    isConnectorDown = state == .down
    tellLink()
    guard state == .endOfData else { return }
    for index in feeds.indices { feeds[index].end() }
  }
}
