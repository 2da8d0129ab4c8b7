import ActorKit
import Colony
import Topology
import Trading
import Vocabulary
import Wire

/// What a colony shows of itself, as far as it has been heard. Pure: frames and times come in.
///
/// What a former incarnation of a publisher said, or what a message that never came may have changed, is not
/// shown any more: it is unknown until the publisher has been asked (`takeQuestions`, `takeAnswer`).
package struct ColonyView {
  package struct Member: Sendable {
    package let number: UInt16
    package let name: String
    package let kind: Component.Kind
    package var epoch: UInt32 = 0
    /// New incarnations seen.
    package var restarts = 0
    package var state = ComponentState.unrecognized
    /// 0 until first heard.
    package var lastBeatBootNanos: Int64 = 0
    package var residentBytes: UInt64 = 0
    /// Nil until two beats of one incarnation have been heard.
    package var messagesPerSecond: Double?
    /// Of one processor.
    package var cpuPercent: Double?
    package var ordersPerSecond: Double?
    /// What an executor's own gate held back since boot, by check, in the order of the checks.
    package var denied: [(check: String, count: Int64)] = []
    fileprivate var beat: Heartbeat?
    fileprivate var orders: (count: Int64, sentNanos: Int64)?
  }

  package struct Market: Sendable {
    package let instrument: Instrument
    package var top: TopOfBook?
    package var metrics: MarketMetrics?
    package var state: FeedState?
    /// Who tells of it; nil before anybody has.
    package var feed: UInt16?
  }

  package struct Holding: Sendable {
    package let account: Account
    package let instrument: Instrument
    /// Nil while it is unknown.
    package var position: PositionChanged?
    package var executor: UInt16
  }

  package struct News: Sendable {
    package let atNanos: Int64
    package let severity: Severity
    package let text: String
  }

  /// Alarms and the like that are kept; older ones go, those that are not critical first while critical ones
  /// have no more than half of the places.
  package static let maxNews = 8
  /// Four beats of the queen, each of which tells the session's state, have been missed.
  package static let sessionLifeNanos: Int64 = 1_000_000_000

  package let topology: Topology
  package private(set) var members: [Member]
  package private(set) var markets: [Market]
  package private(set) var holdings: [Holding] = []
  package private(set) var session: SessionState?
  package private(set) var sessionHeardBootNanos: Int64 = 0
  /// Whether the session's state is a former queen's word, or a newer one is missing.
  private var isSessionVoid = false
  /// The relay it is heard through; nil for the publishers themselves.
  package let relay: UInt16?
  /// What the relays say they carry, by number.
  package private(set) var relays: [(number: UInt16, status: RelayStatus)] = []
  /// By rising time.
  package private(set) var news: [News] = []
  private var streams: ObservedStreams

  package init(_ topology: Topology, through relay: UInt16? = nil, atBootNanos now: Int64 = 0) {
    streams = ObservedStreams(topology, hasMarkets: true, atBootNanos: now)
    self.topology = topology
    self.relay = relay
    members = topology.components.map { Member(number: $0.number, name: $0.name, kind: $0.kind) }
    markets = topology.instruments.map { Market(instrument: $0) }
  }

  /// Takes in a frame that was published. Frames of others than the colony's members are ignored.
  package mutating func take(_ frame: RawSpan, atBootNanos now: Int64, wallNanos: Int64) {
    guard let message = Inbound(frame) else { return }
    let sender = message.envelope.sender
    guard let index = members.firstIndex(where: { $0.number == sender }) else { return }
    let verdict = streams.take(message, frame, atBootNanos: now, wallNanos: wallNanos)
    if verdict.isRestart { forget(publisher: sender) }
    if verdict.isShown { show(message, index, atBootNanos: now) }
  }

  private mutating func show(_ message: Inbound, _ index: Int, atBootNanos now: Int64) {
    switch message {
    case .heartbeat(let beat): onHeartbeat(beat.block, index, atBootNanos: now)
    case .engineHealth(let health): onEngineHealth(health, index)
    case .sessionState(let state):
      session = state.block
      sessionHeardBootNanos = now
      isSessionVoid = false
    case .topOfBook(let top):
      change(top.instrument, members[index].number) { $0.top = top.block }
    case .marketMetrics(let metrics):
      change(metrics.instrument, members[index].number) {
        $0.metrics = metrics.block
        $0.state = metrics.state
      }
    case .feedStatus(let status):
      change(status.instrument, members[index].number) { $0.state = status.state }
    case .positionChanged(let position): onPositionChanged(position.block)
    case .relayStatus(let status): onRelayStatus(status.block)
    case .alarm(let alarm): tell(alarm.envelope, alarm.severity, index, alarm.textString)
    case .safetyEvent(let event): tell(event.envelope, event.severity, index, event.textString)
    case .systemError(let error): tell(error.envelope, error.severity, index, error.textString)
    default: break
    }
  }

  private mutating func onHeartbeat(_ beat: Heartbeat, _ index: Int, atBootNanos now: Int64) {
    adopt(beat.envelope.epoch, index)
    members[index].state = beat.state
    members[index].lastBeatBootNanos = now
    members[index].residentBytes = beat.residentBytes
    if let before = members[index].beat {
      let nanos = Double(beat.envelope.sent &- before.envelope.sent)
      // Beats come four times a second; two that are nearer tell no rate.
      guard nanos >= 100_000_000 else { return }
      let messages = Self.growth(before.received &+ before.published, beat.received &+ beat.published)
      members[index].messagesPerSecond = messages * 1e9 / nanos
      members[index].cpuPercent = Self.growth(before.cpuNanos, beat.cpuNanos) * 100 / nanos
    }
    members[index].beat = beat
  }

  private static func growth(_ before: UInt64, _ now: UInt64) -> Double {
    now >= before ? Double(now - before) : 0
  }

  private mutating func onEngineHealth(_ health: EngineHealthView, _ index: Int) {
    adopt(health.envelope.epoch, index)
    guard members[index].kind == .executor else { return }
    members[index].denied = Self.denied(health)
    for entry in 0..<health.countersCount where health.counter(entry).name == Self.ordersSent {
      let count = health.counter(entry).value
      let sent = health.envelope.sent
      if let before = members[index].orders, sent > before.sentNanos, count >= before.count {
        members[index].ordersPerSecond =
          (Double(count) - Double(before.count)) * 1e9 / (Double(sent) - Double(before.sentNanos))
      }
      members[index].orders = (count, sent)
    }
  }

  private static let ordersSent = NameText("ordersSent")

  /// A message has a bounded number of counters.
  private static func denied(_ health: EngineHealthView) -> [(check: String, count: Int64)] {
    let family = "ordersDenied."
    return (0..<health.countersCount).compactMap { entry in
      let counter = health.counter(entry)
      let name = "\(counter.name)"
      return name.hasPrefix(family) ? (String(name.dropFirst(family.count)), counter.value) : nil
    }
  }

  /// A new incarnation counts from zero.
  private mutating func adopt(_ epoch: UInt32, _ index: Int) {
    guard epoch != members[index].epoch else { return }
    if members[index].epoch != 0 { members[index].restarts += 1 }
    members[index].epoch = epoch
    members[index].beat = nil
    members[index].orders = nil
    members[index].messagesPerSecond = nil
    members[index].cpuPercent = nil
    members[index].ordersPerSecond = nil
    members[index].denied = []
  }

  private mutating func change(
    _ instrument: UInt32, _ feed: UInt16, _ change: (inout Market) -> Void
  ) {
    guard let index = markets.firstIndex(where: { $0.instrument.number == instrument }) else { return }
    markets[index].feed = feed
    change(&markets[index])
  }

  private mutating func onPositionChanged(_ position: PositionChanged) {
    guard let account = topology.account(number: position.account),
      let instrument = topology.instrument(number: position.instrument)
    else { return }
    let index = holdings.firstIndex {
      $0.account.number == position.account && $0.instrument.number == position.instrument
    }
    if let index {
      holdings[index].position = position
      holdings[index].executor = position.envelope.sender
    } else {
      // Bounded by the topology's accounts and instruments.
      holdings.append(
        Holding(
          account: account, instrument: instrument, position: position, executor: position.envelope.sender))
    }
  }

  private mutating func onRelayStatus(_ status: RelayStatus) {
    let number = status.envelope.sender
    // Bounded by the topology's components.
    relays.removeAll { $0.number == number }
    relays.append((number, status))
    relays.sort { $0.number < $1.number }
  }

  private mutating func tell(
    _ envelope: Envelope, _ severity: Severity, _ member: Int, _ text: String
  ) {
    let told = News(
      atNanos: envelope.sent, severity: severity,
      text: "\(severity.name) \(members[member].name): \(text)")
    let place = news.firstIndex { $0.atNanos > told.atNanos } ?? news.endIndex
    news.insert(told, at: place)
    guard news.count > Self.maxNews else { return }
    let critical = news.count { $0.severity == .critical }
    let lesser = critical <= Self.maxNews / 2 ? news.firstIndex { $0.severity != .critical } : nil
    news.remove(at: lesser ?? 0)
  }
}

// MARK: - What is unknown

extension ColonyView {
  /// What the publishers are to be asked now. `hasReadAll` tells that nothing waits at the socket, so that
  /// what the publishers have counted and has not come is missing.
  package mutating func takeQuestions(
    atBootNanos now: Int64, hasReadAll: Bool
  ) -> [ObservedStreams.Place] {
    if hasReadAll {
      for lost in streams.confirm(atBootNanos: now) { forget(lost) }
    }
    return streams.takeDue(atBootNanos: now)
  }

  /// When `takeQuestions` may have something to do, boot clock.
  package var questionsBootNanos: Int64 { streams.dueBootNanos }

  /// Takes in what a publisher answers.
  package mutating func takeAnswer(
    to place: ObservedStreams.Place, _ frame: RawSpan, atBootNanos now: Int64, wallNanos: Int64
  ) {
    guard let message = Inbound(frame),
      let index = members.firstIndex(where: { $0.number == place.publisher })
    else { return }
    let verdict = streams.takeSnapshot(of: place, message, atBootNanos: now, wallNanos: wallNanos)
    if verdict.isRestart { forget(publisher: place.publisher) }
    guard verdict.isShown else { return }
    guard case .recentAlarms(let recent) = message else { return show(message, index, atBootNanos: now) }
    var cursor = FramePack.Cursor()
    while recent.frames.byteCount > 0, case .message(let alarm) = cursor.next(in: recent.frames) {
      take(recent.frames.extracting(alarm), atBootNanos: now, wallNanos: wallNanos)
    }
  }

  /// All that another incarnation of a publisher has said.
  private mutating func forget(publisher: UInt16) {
    for index in holdings.indices where holdings[index].executor == publisher {
      holdings[index].position = nil
    }
    for index in markets.indices where markets[index].feed == publisher {
      markets[index].top = nil
      markets[index].metrics = nil
      markets[index].state = nil
    }
    if topology.queen.number == publisher { isSessionVoid = true }
  }

  /// The state behind a topic.
  private mutating func forget(_ place: ObservedStreams.Place) {
    if place.topic == Topics.session { isSessionVoid = true }
    for index in holdings.indices
    where place.topic
      == Topics.position(
        account: holdings[index].account.number, holdings[index].instrument.name)
    {
      holdings[index].position = nil
    }
    for index in markets.indices {
      let name = markets[index].instrument.name
      if place.topic == Topics.top(name) { markets[index].top = nil }
      if place.topic == Topics.feedStatus(name) { markets[index].state = nil }
    }
  }

  /// The session's state if it is known now.
  package func knownSession(atBootNanos now: Int64) -> SessionState? {
    isSessionVoid || now - sessionHeardBootNanos > Self.sessionLifeNanos ? nil : session
  }

  /// Alarms and safety events of each member that never came, where there are some.
  package var missedNews: [(name: String, count: UInt64)] {
    members.map { (name: $0.name, count: streams.missed(of: $0.number)) }.filter { $0.count > 0 }
  }

  /// Whether a publisher is heard no more; what it said is then as old as its last beat.
  package func isSilent(_ publisher: UInt16?, atBootNanos now: Int64) -> Bool {
    guard let member = members.first(where: { $0.number == publisher }), member.lastBeatBootNanos != 0 else {
      return false
    }
    return now - member.lastBeatBootNanos > 1_000_000_000
  }
}

extension ColonyView {
  /// The relay through which nothing comes; nil while it is heard, or none is listened to.
  package func silentRelay(atBootNanos now: Int64) -> Member? {
    guard let member = members.first(where: { $0.number == relay }) else { return nil }
    return member.lastBeatBootNanos == 0 || now - member.lastBeatBootNanos > 1_000_000_000 ? member : nil
  }

  /// What an open position would bring at the mid price, before fees; nil without a mid price or when it does
  /// not fit.
  package func unrealizedPnl(of holding: Holding) -> Money? {
    guard let position = holding.position else { return nil }
    guard position.position != 0 else { return .zero }
    guard let average = position.averagePrice,
      let market = markets.first(where: { $0.instrument.number == holding.instrument.number }),
      let mid = market.metrics?.mid, mid > 0
    else { return nil }
    // 1e-8 of a quantity times 1e-9 of a price is 1e-17; money has 1e-8.
    let exact = Int128(position.position) * (Int128(mid) - Int128(average))
    return Int64(exactly: exact / 1_000_000_000).map(Money.init(raw:))
  }
}
