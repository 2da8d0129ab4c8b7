import ActorKit
import Trading
import Wire

/// The books, the markets and what is allowed, at this moment: the ground on which the parts of an executor
/// decide. Whoever changes an order, a position or a latch does it by a fact, through `record`; so the books
/// are what a restart would make of the journal.
struct Situation: Sendable {
  let configuration: OrderExecutor.Configuration
  /// The durable state.
  private(set) var books: ExecutorBooks
  var markets: Markets
  var authority: Authority
  var venue: VenueView
  /// How far books and venue have been found to agree.
  var agreement = Agreement()
  /// What risk has been told.
  var risk = RiskLink()
  var counters = ExecutorCounters()
  /// How often a halt or panic was latched or released.
  private(set) var latchChanges = 0
  /// Instruments in which a position may have changed hands since that was last looked at.
  private(set) var changedOwners: Indices
  var agenda = Agenda()
  /// Intents whose entry waits for our own quotes to go; at most one for each open intent.
  private var inWait: [IntentID] = []

  init(_ configuration: OrderExecutor.Configuration) {
    self.configuration = configuration
    books = ExecutorBooks(account: configuration.account.number)
    markets = Markets(configuration)
    authority = Authority(configuration)
    venue = VenueView(configuration.venue)
    risk = RiskLink(instruments: configuration.instruments.count)
    changedOwners = Indices(configuration.instruments.indices)
  }

  mutating func apply(_ fact: ExecutorFact) {
    switch fact {
    case .haltLatched, .haltReleased, .panicLatched: latchChanges += 1
    case .filled(let fill):
      noteOwners(in: fill.key.instrument)
      noteOwners(in: fill.order.flatMap(books.order)?.instrument)
    case .orderTakenOver(let taken): noteOwners(in: taken.instrument)
    case .orderCreated(let order) where order.purpose == .entry: leaveWait(order.intent)
    case .intentEnded(let end):
      noteOwners(in: books.intents[end.id]?.intent.instrument)
      leaveWait(end.id)
    case .strategiesNetted(let instrument): noteOwners(in: instrument)
    case .protectionEnded(let id, _): noteOwners(in: books.intents[id]?.intent.instrument)
    default: break
    }
    books.apply(fact)
  }

  private mutating func noteOwners(in instrument: UInt32?) {
    if let index = instrument.flatMap({ markets.index(of: $0) }) { changedOwners.insert(index) }
  }

  mutating func noteOwnersLookedAt() { changedOwners.removeAll() }

  /// A strategy has said what it wants in an instrument.
  mutating func claimQuotes(of strategy: UInt16, in instrument: UInt32) {
    books.claimQuotes(of: strategy, in: instrument)
  }

  /// Applies a fact and puts it in the turn's transaction.
  mutating func record(
    _ fact: ExecutorFact, correlation: Correlation = .none, into effects: inout Effects
  ) {
    apply(fact)
    effects.append(fact, correlation: correlation)
  }

  mutating func restore(_ books: ExecutorBooks) { self.books = books }

  mutating func refuse(_ reason: Refusal) { counters.refused.add(reason) }
}

// Own quotes in the way of entries.
extension Situation {
  mutating func clearWay(of id: IntentID) {
    if !inWait.contains(id) { inWait.append(id) }
  }

  /// It was sent, is over, or waits for something else: the quotes that made way are looked at again.
  mutating func leaveWait(_ id: IntentID?) {
    guard let index = inWait.firstIndex(where: { $0 == id }) else { return }
    inWait.remove(at: index)
    agenda.retry(atBoot: 0)
  }

  /// How far entries on a side reach that wait for our own quotes to go: quotes there would trade with them.
  func reachInWait(_ side: Side, in instrument: UInt32) -> Price? {
    guard !inWait.isEmpty else { return nil }
    let prices = inWait.compactMap { books.intents[$0]?.intent }
      .filter { $0.side == side && $0.instrument == instrument }.compactMap(\.price)
    return side == .buy ? prices.max() : prices.min()
  }
}

// What is asked of it everywhere.
extension Situation {
  /// The session or an operator wants an end: all but what protects is cancelled, confirmed and over.
  var isClosing: Bool {
    authority.isStopping || books.isStopOrdered || authority.session.code == .shutdown
  }

  /// What the permit allows now.
  func permit(at now: Instant) -> PermitLevel { authority.lease.level(atBoot: now.boot) }

  func isFlattening(_ instrument: UInt32) -> Bool {
    books.flattenings.contains { $0.instrument == instrument }
  }

  /// Whether orders that only close may be sent in an instrument.
  func mayReduce(_ instrument: UInt32, at now: Instant) -> Bool {
    let level = permit(at: now)
    // A suspicion is not waited out where the venue lets such orders open nothing, whatever the position is.
    let isAgreed = venue.usable.hasReduceOnly ? agreement.isComplete : agreement.mayTrade
    return authority.quarantine == nil && isAgreed && !authority.isVenueSilent
      && (level == .open || level == .reduce)
      && !isFlattening(instrument) && !books.isPanicked(strategy: 0, instrument: instrument)
  }

  func mayProtect(_ working: WorkingIntent, at now: Instant) -> Bool {
    mayReduce(working.intent.instrument, at: now)
      && !books.isPanicked(strategy: working.intent.strategy, instrument: working.intent.instrument)
  }

  /// Open orders that protect what an intent opened, oldest first.
  func legs(of id: IntentID, _ purpose: OrderPurpose? = nil) -> [OwnOrder] {
    books.orders.orders(of: id).filter {
      $0.purpose.isProtective && (purpose == nil || $0.purpose == purpose)
    }
  }

  /// Less than the venue takes as an order at the present price; without one, less than its least quantity.
  func isDust(_ quantity: Quantity, _ state: InstrumentState) -> Bool {
    guard let amount = quantity.absolute() else { return false }
    let whole = state.instrument.roundDown(amount)
    guard let last = state.price ?? state.reference.lastConfirmed else {
      return whole < max(state.instrument.minQuantity, state.instrument.lotSize)
    }
    // The price need not lie on a tick.
    guard let price = state.instrument.roundDown(last), price.isPositive else { return false }
    return state.instrument.validate(price, whole) != nil
  }
}

/// How far books and venue have been found to agree, by the newest answers.
struct Agreement: Equatable, Sendable {
  /// The first comparison after the start agreed.
  var isComplete = false
  /// A difference was seen that a later answer may explain.
  var isDoubted = false

  /// Books and venue agree as far as is known.
  var mayTrade: Bool { isComplete && !isDoubted }
}

/// What was put off.
struct Agenda: Equatable, Sendable {
  /// When something that could not be done may be possible, boot clock.
  private(set) var retryBoot = Int64.max
  /// That time had come when this turn was decided: everything is looked at.
  private(set) var isDue = false

  /// Look again then.
  mutating func retry(atBoot boot: Int64) { retryBoot = min(retryBoot, boot) }

  /// A turn is decided; what it puts off is for a later one.
  mutating func begin(atBoot boot: Int64) {
    isDue = retryBoot <= boot
    if isDue { retryBoot = .max }
  }
}
