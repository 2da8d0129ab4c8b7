import ActorKit
import CoreTestKit
import Foundation
import Testing
import Trading
import Wire

/// A turn looks at what changed only. Beside each risk adjuster stands one that looks at every instrument in
/// every turn; both must say the same. A failure names its seed; WAGGLE_SEED repeats it.
@Suite struct RiskTurnTests {
  static let seeds: [UInt64] =
    ProcessInfo.processInfo.environment["WAGGLE_SEED"].flatMap { UInt64($0) }.map { [$0] }
    ?? Array(0..<16)

  @Test(arguments: seeds)
  func lookingAtWhatChangedSaysWhatLookingAtAllSays(seed: UInt64) {
    var pair = RiskPair(seed: seed)
    var standing: [UInt64: Int64] = [:]
    var looks = 0
    for step in 0..<400 {
      let (turn, thorough) = pair.step()
      let hint: Comment = "step \(step); repeat with WAGGLE_SEED=\(seed)"
      #expect(turn.sent == thorough.sent && turn.facts == thorough.facts, hint)
      for target in turn.targets {
        standing[UInt64(target.strategy) << 32 | UInt64(target.instrument)] = target.lastUntil
      }
      for (key, until) in standing where until != .max {
        looks += 1
        #expect(until > pair.wall, "a target outlived its time: \(hint)")
        let why = pair.whyNothingMayStand(UInt32(truncatingIfNeeded: key))
        #expect(why == nil, "a target stands: \(why ?? "") \(hint)")
      }
    }
    #expect(looks > 0, "no target ever stood")
    #expect(pair.verdicts.count >= 2, "nothing was tried: \(pair.verdicts)")
  }

  /// What a turn costs is asserted by what it looks at: with one instrument moving among many, the work of a
  /// turn is that of one.
  @Test func aFullBookOfInstrumentsStillDecides() {
    let limits = RiskFixture.limits(maxGross: "1000000", instruments: 200)
    let risk = RiskFixture(limits: limits, instruments: 200)
    risk.live()
    for number in 1...UInt32(200) { risk.market(instrument: number) }
    risk.openSession()
    risk.report()
    risk.bench.conclude()
    for number in 1...UInt32(200) { risk.signal(bids: [.init(10, "1")], instrument: number) }
    let told = Outcome(risk.bench.conclude()).targets.map(\.instrument)
    #expect(told == Array(1...200))
    risk.signal(bids: [.init(20, "1")], instrument: 77)
    #expect(Outcome(risk.bench.conclude()).targets.map(\.instrument) == [77])
    // Nothing renewed them: each is pulled, once.
    let ends = Outcome(risk.bench.run(nanos: 2 * .nanosPerSecond)).targets.map(\.instrument)
    #expect(ends.sorted() == Array(1...200))
  }
}

/// A random life that two risk adjusters lead side by side.
private struct RiskPair {
  private let one: RiskFixture
  private let thorough: RiskFixture
  private var random: SplitMix64
  private var isFeedSilent = false
  private var trades: [UInt32] = []
  private var marketClock: Int64 = 0
  private var revision: UInt64 = 1
  private var halted: Set<UInt32> = []
  private var permit = PermitLevel.open
  private var isExecutorKnown = true
  private var states: [UInt32: FeedState] = [:]
  /// Market time of each instrument's newest data, as far ahead as it is believed.
  private var events: [UInt32: Int64] = [:]
  private var fills: [UInt32: UInt64] = [:]
  private(set) var verdicts: Set<RiskVerdict> = []

  static let instruments: UInt32 = 5

  init(seed: UInt64) {
    random = SplitMix64(seed: seed)
    // With and without a limit that needs the value of all instruments.
    let limits = RiskFixture.limits(
      maxGross: seed % 4 == 0 ? nil : "1500", perSecond: 5 + Int64(seed % 40), burst: 40,
      instruments: Self.instruments)
    one = RiskFixture(limits: limits, instruments: Self.instruments)
    thorough = RiskFixture(limits: limits, instruments: Self.instruments)
    both { $0.ready() }
    for instrument in 1...Self.instruments { tellMarket(instrument) }
    both { $0.bench.conclude() }
  }

  /// What forbids that anything rests in an instrument; nil when nothing does.
  func whyNothingMayStand(_ instrument: UInt32) -> String? {
    let now = one.bench.now.market
    if halted.contains(instrument) { return "halted" }
    if permit == .cancel { return "no permit" }
    if !isExecutorKnown { return "no session with the executor" }
    if isFeedSilent { return "the feed is silent" }
    if states[instrument] != .live { return "the feed says \(String(describing: states[instrument]))" }
    guard now != 0, let event = events[instrument] else { return "no market time" }
    return abs(now - event) <= 1_500 * .nanosPerMilli ? nil : "data of \(now - event) ns"
  }

  var wall: Int64 { one.bench.now.wall }

  private func both(_ body: (RiskFixture) -> Void) {
    body(one)
    body(thorough)
  }

  private mutating func below(_ bound: Int64) -> Int64 { Int64(random.below(UInt64(bound))) }

  /// Something happens, and the turn ends, or time passes.
  mutating func step() -> (Turn, thorough: Turn) {
    let instrument = UInt32(1 + below(Int64(Self.instruments)))
    switch below(18) {
    case 0...3: quote(instrument)
    case 4...6: moveMarket(instrument)
    case 7: takePosition(instrument)
    case 8: trade(instrument)
    case 9:
      let state = [FeedState.live, .live, .stale, .unpriced][Int(below(4))]
      states[instrument] = state
      both { $0.status(state, instrument: instrument) }
    case 10:
      isFeedSilent = below(4) == 0
    case 11:
      let (kind, id) = (below(3) == 0 ? CommandKind.halt : .resume, random.next())
      if kind == .halt { halted.insert(instrument) } else { halted.remove(instrument) }
      both { $0.command(kind, .instrument, instrument: instrument, id: id) }
    case 12: disturb()
    case 13:
      let seconds = below(6) - 3
      both { $0.bench.now.wall += seconds * .nanosPerSecond }
    case 14: moveMarketClock()
    case 15:
      for instrument in 1...Self.instruments { tellMarket(instrument) }
    default:
      let nanos = 1 + below(900) * .nanosPerMilli
      lookAtAll()
      let turns = (one.bench.run(nanos: nanos), thorough.bench.run(nanos: nanos))
      note(turns.0)
      return turns
    }
    lookAtAll()
    let turns = (one.bench.conclude(), thorough.bench.conclude())
    note(turns.0)
    return turns
  }

  private mutating func note(_ turn: Turn) { verdicts.formUnion(Outcome(turn).decisions.map(\.verdict)) }

  /// What the feed is known to be is said again, of all its instruments.
  private func lookAtAll() {
    let event: LinkEvent =
      isFeedSilent
      ? .peerSuspect(component: RiskFixture.feed) : .peerHeard(component: RiskFixture.feed, epoch: 1)
    one.bench.deliver(event)
    thorough.bench.deliver(event)
  }
}

extension RiskPair {
  private mutating func quote(_ instrument: UInt32) {
    let strategy: UInt16 = below(2) == 0 ? 7 : 8
    let levels = (0..<below(4)).map {
      RiskFixture.Level(Double(5 + 10 * $0), raw: 100_000_000 * (1 + below(4)))
    }
    let seen = fills[instrument, default: 0] - (below(8) == 0 ? min(1, fills[instrument, default: 0]) : 0)
    let life = (1 + below(1_500)) * .nanosPerMilli
    both {
      $0.signal(
        bids: levels, asks: levels, strategy: strategy, instrument: instrument, lifeNanos: life,
        fillsSeen: seen)
    }
  }

  private mutating func moveMarket(_ instrument: UInt32) {
    let mid = 10_000 + below(300) - 150
    let age = below(10) == 0 ? (below(4_000) - 2_000) * .nanosPerMilli : 0
    let isOneSided = below(12) == 0
    func cents(_ value: Int64) -> String { "\(Price(raw: value * 1_000_000))" }
    noteEvent(instrument, ageNanos: age)
    both {
      $0.top(cents(mid - 1), isOneSided ? nil : cents(mid + 1), instrument: instrument, ageNanos: age)
    }
  }

  /// A live market, of now.
  private mutating func tellMarket(_ instrument: UInt32) {
    states[instrument] = .live
    noteEvent(instrument, ageNanos: 0)
    both { $0.market(instrument: instrument) }
  }

  private mutating func noteEvent(_ instrument: UInt32, ageNanos: Int64) {
    let now = one.bench.now.market
    let latest = now == 0 ? Int64.max : now + 10 * .nanosPerSecond
    events[instrument] = min(max(events[instrument] ?? .min, now - ageNanos), latest)
  }

  /// It stops, goes on where it was, or is set.
  private mutating func moveMarketClock() {
    let now = one.bench.now.market
    let next = now == 0 ? marketClock : below(3) == 0 ? 0 : now + (below(4) - 2) * .nanosPerSecond
    if now != 0 { marketClock = now }
    both { $0.bench.now.market = next }
  }

  private mutating func takePosition(_ instrument: UInt32) {
    fills[instrument, default: 0] += UInt64(below(2))
    let (position, buys, sells) = (below(24) - 12, below(4), below(4))
    let count = fills[instrument, default: 0]
    both {
      $0.positionRaw(
        position * 100_000_000, workingBid: buys * 100_000_000, workingAsk: sells * 100_000_000, fills: count,
        instrument: instrument)
    }
  }

  private mutating func trade(_ instrument: UInt32) {
    trades.append(instrument)
    let number = UInt64(trades.count)
    both { $0.trade(number, instrument: instrument) }
    if below(3) == 0 {
      let ended = Int(below(Int64(number)))
      // Now and then under another instrument than it has.
      let told = below(4) == 0 ? instrument : trades[ended]
      both { $0.intentReport(RiskFixture.id(UInt64(ended + 1)), .canceled, instrument: told) }
    }
  }

  /// Orders in doubt, a session that breaks, a report of everything, another permit.
  private mutating func disturb() {
    switch below(4) {
    case 0:
      let (id, isOver) = ("W\(below(3))", below(2) == 0)
      both { $0.execution(.pendingNew, isOver ? .canceled : .inDoubt, id: id, leaves: "1") }
    case 1:
      both { $0.bench.deliver(.sessionClosed(component: RiskFixture.executor)) }
      both { $0.openSession() }
      isExecutorKnown = false
    case 2:
      both { $0.report(position: "1", fills: self.fills[1, default: 0]) }
      isExecutorKnown = true
    default:
      permit = [PermitLevel.open, .open, .reduce, .cancel][Int(below(4))]
      revision += 1
      let (permit, revision) = (permit, revision)
      both { $0.live(permit: permit, revision: revision) }
    }
  }
}

extension Turn {
  /// Strategy, instrument and end of each target; never for one that keeps nothing.
  fileprivate var targets: [(strategy: UInt16, instrument: UInt32, lastUntil: Int64)] {
    var all: [(strategy: UInt16, instrument: UInt32, lastUntil: Int64)] = []
    for sent in sent where sent.template == .targetQuotes {
      sent.read { message in
        guard case .targetQuotes(let view) = copy message else { return }
        let isEmpty = view.bidsCount == 0 && view.asksCount == 0
        all.append((view.strategy, view.instrument, isEmpty ? .max : view.validUntil))
      }
    }
    return all
  }
}
