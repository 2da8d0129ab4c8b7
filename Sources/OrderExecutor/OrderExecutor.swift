import ActorKit
import Trading
import Vocabulary
import Wire

/// Owns the orders of one account: the only component that talks to the venue.
///
/// It keeps at the venue what risk's targets want, with as little churn as it can, and knows of every order
/// what the venue knows: facts are journaled before anything is sent, an unanswered order is in doubt and
/// counts at its worst until the venue has shown what became of it, a fill is booked once however often it is
/// told, and books and venue are compared at start, every ten seconds and at the end. Without a permit, with
/// a halt, with stale market data or with books that do not agree it places nothing.
///
/// It conducts its parts. `Situation` holds the durable books, the markets and what is allowed; the sources
/// decide what they want from it; `PreTradeGate` judges what may open; `OrderManager` alone makes orders and
/// speaks of them to the venue; `Reconciler` compares. All but the books is volatile and rebuilt from the
/// streams after a restart.
public struct OrderExecutor: ActorCore {
  public typealias Fact = ExecutorFact

  public static let kind = ComponentKind.executor
  /// It can still cancel.
  public static var runsWithoutJournal: Bool { true }
  /// What it takes from risk's sessions.
  public static var handledEvents: [Template]? { [.orderIntent] }
  /// Whether risk knows the whole truth.
  public static var trackedEvents: [Template] { [.accountReport] }

  public let topics: [Topic]
  var situation: Situation
  var orders: OrderManager
  var quotes = QuoteSource()
  var intents = IntentSource()
  var protection = ProtectionSource()
  var closing: ClosingSource
  var exits: Exits
  var reconciler = Reconciler()
  var end = ExecutorEnd()
  private var prices: PriceWatch
  private var wakeBoot: Int64 = 0
  /// What is wanted and not yet carried out; empty between two decisions.
  var wishes: [Wish] = []

  public init(_ configuration: Configuration) {
    let account = configuration.account.number
    topics =
      configuration.instruments.flatMap {
        InstrumentTopic.topics(account: account, $0.name)
      } + [Topics.orderStuck(account: account), Topics.alarm]
    situation = Situation(configuration)
    orders = OrderManager(configuration)
    closing = ClosingSource(instruments: configuration.instruments.count)
    exits = Exits(instruments: configuration.instruments.count)
    prices = PriceWatch(instruments: configuration.instruments.count)
  }

  public var configuration: Configuration { situation.configuration }

  /// Orders, fills, positions and money, halts.
  public var books: ExecutorBooks { situation.books }

  public var state: ComponentState { situation.state }

  public var hasMadeGoodTheCut: Bool { situation.books.cut == nil }

  public mutating func start(epoch: UInt32, at now: Instant, into effects: inout Effects) {
    let last = situation.books.lastID.epoch
    precondition(epoch > last, "epoch \(epoch) is not above \(last), in which ids were given")
    orders.begin(as: Incarnation(epoch: epoch, instance: UInt64(clamping: now.wall)))
    // What a first start wrote down is its halt; one that wrote nothing was none.
    let isFirst = situation.books.lineage == 0
    reconciler.cut.begin(configuration, at: now)
    if isFirst {
      situation.record(.journalBegan(lineage: orders.holder.instance), into: &effects)
    }
    if situation.books.strategies == nil {
      situation.record(.strategiesBegan(atNanos: now.wall), into: &effects)
    }
    if configuration.startsHalted, isFirst { situation.haltFirstStart(at: now, into: &effects) }
    orders.doubtUnanswered(&situation, at: now, into: &effects)
    situation.askPermit(as: orders.holder, at: now, into: &effects)
    reconciler.ask(.start, &orders, &situation, at: now, into: &effects)
  }

  public mutating func apply(_ fact: ExecutorFact) { situation.apply(fact) }

  public func save(into writer: inout SnapshotWriter) { situation.books.write(to: &writer) }

  public mutating func restore(from reader: inout SnapshotReader) throws(RestoreError) {
    situation.restore(try ExecutorBooks(account: configuration.account.number, from: &reader))
  }

  public func report(into counters: inout CounterReport) { situation.counters.report(into: &counters) }
}

// The turn.
extension OrderExecutor {
  /// Timers are looked at in `conclude`, which follows every `wake`.
  public mutating func wake(at now: Instant, into effects: inout Effects) {}

  public mutating func conclude(at now: Instant, into effects: inout Effects) {
    situation.agenda.begin(atBoot: now.boot)
    runTimers(at: now, into: &effects)
    intents.watch(situation, at: now, into: &wishes)
    carryOut(at: now, into: &effects)
    // Before quotes and entries: a stop never waits behind what they cancel or place.
    decideProtection(at: now, into: &effects)
    closing.flatten(situation, orders, &exits, at: now, into: &wishes)
    carryOut(at: now, into: &effects)
    decideQuotes(at: now, into: &effects)
    intents.place(situation, at: now, into: &wishes)
    carryOut(at: now, into: &effects)
    closing.closeOwnerless(situation, &exits, at: now, into: &wishes)
    if situation.agreement.isComplete { situation.noteOwnersLookedAt() }
    carryOut(at: now, into: &effects)
    decideEnd(at: now, into: &effects)
    situation.judgePermit(at: now, into: &effects)
    prices.judge(situation, at: now, into: &wishes)
    carryOut(at: now, into: &effects)
    if !situation.authority.isSuperseded { orders.ask(&situation, at: now, into: &effects) }
    situation.reportWorking(into: &effects)
    situation.reportStateChange(by: orders.holder, at: now, into: &effects)
    wakeBoot = nextDeadline(at: now)
  }

  public var nextWake: Wake { Wake(boot: wakeBoot) }

  private mutating func runTimers(at now: Instant, into effects: inout Effects) {
    reconciler.sample(situation.books.fillCount, atBoot: now.boot)
    if situation.authority.nextPermitBoot <= now.boot {
      situation.askPermit(as: orders.holder, at: now, into: &effects)
    }
    if situation.authority.isSuperseded { return }
    reconciler.judgeGap(atBoot: now.boot)
    if reconciler.nextBoot <= now.boot {
      reconciler.askAgain(&orders, &situation, at: now, into: &effects)
    }
    if orders.deadManDueBoot(situation) <= now.boot {
      orders.renewDeadMan(situation, at: now, into: &effects)
    }
    orders.sendOwed(&situation, at: now, into: &effects)
    orders.runTimers(&situation, at: now, into: &effects)
    hear(at: now)
  }

  private mutating func decideQuotes(at now: Instant, into effects: inout Effects) {
    let looked = quotes.decide(situation, at: now, into: &wishes)
    if looked != .atNothing || situation.markets.isAnyMarked {
      // Left over from an earlier life, found at the venue, or of an intent that is over.
      for order in situation.books.orders.maybeStray where !isSpokenFor(order) {
        wishes.append(.cancel(order.id))
      }
    }
    situation.markets.unmarkAll()
    carryOut(at: now, into: &effects)
    quotes.place(situation, at: now, into: &wishes)
    carryOut(at: now, into: &effects)
    quotes.settle(&situation.counters, at: now, into: &wishes)
    carryOut(at: now, into: &effects)
  }

  private mutating func decideProtection(at now: Instant, into effects: inout Effects) {
    guard !protection.isIdle(situation.books) else { return }
    for ward in protection.wards(situation) {
      for step in ProtectionSource.Step.allCases {
        let goesOn = protection.decide(step, ward, situation, orders, &exits, at: now, into: &wishes)
        carryOut(at: now, into: &effects)
        if !goesOn { break }
      }
    }
    protection.forgetEnded(situation.books)
  }

  private mutating func decideEnd(at now: Instant, into effects: inout Effects) {
    var next = end.next(situation, exits, protection, orders, at: now)
    if next == .flatten {
      situation.flattenAtEnd(at: now, into: &effects)
      next = end.next(situation, exits, protection, orders, at: now)
    }
    switch next {
    case .nothing, .flatten: return
    case .wait(let boot): situation.agenda.retry(atBoot: boot)
    case .confirm:
      guard reconciler.query?.purpose != .end else { return }
      reconciler.ask(.end, &orders, &situation, at: now, into: &effects)
    }
  }

  /// The earliest time at which something is due although nothing arrives.
  private func nextDeadline(at now: Instant) -> Int64 {
    let authority = situation.authority
    var next = min(
      authority.nextPermitBoot, situation.agenda.retryBoot, situation.risk.catchUpBoot,
      authority.lease.nextFall(afterBoot: now.boot))
    if !authority.isSuperseded {
      next = min(next, reconciler.nextBoot, reconciler.gapBoot, orders.deadManDueBoot(situation))
      next = min(next, orders.flights.nextDeadline, authority.lackDueBoot)
      next = min(next, intents.nextExpiry(situation.books, at: now), quotes.nextExpiry)
    }
    // Never at once: what is due now has been looked at in this turn.
    return max(next, now.boot + 1)
  }
}
