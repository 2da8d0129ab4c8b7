import ActorKit
import Trading
import Vocabulary
import Wire

/// The executor's own orders and what is under way for them: the only one that makes an order, and the only
/// one that speaks to the venue of orders.
///
/// An order is journaled before it is sent, at most once, under an id that is never used again. An unanswered
/// request is in doubt, and only the venue's answer to a query ends that.
struct OrderManager: Sendable {
  private(set) var holder = Incarnation()
  /// Requests made in this epoch; the newest id's counter.
  private var counter: UInt64 = 0
  var flights = Flights()
  private var bucket: TokenBucket
  /// Cancels that a person wants and the budget has not allowed yet, at most one for each open order.
  private var owed: [ClOrdID] = []
  /// When the venue's dead-man switch is to be renewed, boot clock.
  private var nextDeadManBoot: Int64 = 0
  /// What was heard of orders since it was last asked for.
  private var news: [OrderNews] = []
  /// Something was heard that only the venue's list of trades and orders can clear up.
  private var unclear: Unclear?

  /// When to ask the venue how the account stands, boot clock.
  struct Unclear: Equatable, Sendable {
    var boot: Int64
    var withOrders = false
  }

  /// A cancel that was refused is repeated after this.
  static let cancelPauseNanos: Int64 = .nanosPerSecond
  /// A cancel that found no link is repeated after this.
  static let linkPauseNanos: Int64 = 100 * .nanosPerMilli
  /// An order that protects is in doubt, and asked about, when it has had no answer for this long.
  static let protectiveTimeoutNanos: Int64 = 400 * .nanosPerMilli
  /// Between two questions to the venue about the same thing.
  static let askAgainNanos: Int64 = .nanosPerSecond
  /// What a report implies may be in another that is behind it for so long.
  static let settleNanos: Int64 = 250 * .nanosPerMilli

  init(_ configuration: OrderExecutor.Configuration) {
    let rate = configuration.messageRate
    bucket = TokenBucket(
      perSecond: rate.perSecond, burst: rate.burst, reserve: rate.cancelReserve, atNanos: 0)
  }

  mutating func begin(as holder: Incarnation) { self.holder = holder }

  /// What was heard of orders since the last time.
  mutating func takeNews() -> [OrderNews] {
    guard !news.isEmpty else { return [] }
    defer { news.removeAll() }
    return news
  }

  mutating func takeUnclear() -> Unclear? {
    defer { unclear = nil }
    return unclear
  }

  mutating func note(_ news: OrderNews) { self.news.append(news) }

  mutating func noteUnclear(atBoot boot: Int64, withOrders: Bool = false) {
    unclear = Unclear(
      boot: min(unclear?.boot ?? .max, boot), withOrders: unclear?.withOrders == true || withOrders)
  }
}

// Budget and ids.
extension OrderManager {
  /// Takes a message's worth of the budget; nil when there is some, else when there will be, boot clock.
  mutating func spend(_ purpose: TokenBucket.Purpose, at now: Instant) -> Int64? {
    if bucket.take(for: purpose, atNanos: now.boot) { return nil }
    return now.boot + max(bucket.nanosUntilAvailable(for: purpose, atNanos: now.boot), 1)
  }

  /// Keeps to another rate from now on. What is left of the budget is not made more by that.
  mutating func keep(to rate: MessageRate, at now: Instant) {
    guard (bucket.perPeriod, bucket.burst, bucket.reserve) != (rate.perSecond, rate.burst, rate.cancelReserve)
    else { return }
    bucket = TokenBucket(
      perSecond: rate.perSecond, burst: rate.burst, reserve: rate.cancelReserve,
      tokens: min(bucket.available(for: .cancel, atNanos: now.boot), rate.burst), atNanos: now.boot)
  }

  /// A new id. One that the venue showed under our name is passed over, though it should not be there.
  mutating func nextID(_ books: ExecutorBooks) -> ClOrdID {
    repeat { counter += 1 } while books.order(id(of: counter, books)) != nil
    return id(of: counter, books)
  }

  /// The id of this epoch with a counter.
  func id(of counter: UInt64, _ books: ExecutorBooks) -> ClOrdID {
    ClOrdID(account: books.account, epoch: holder.epoch, counter: counter)
  }

  /// Whether an id was, or may have been, given in turns that were cut off.
  func isOfTheCut(_ id: ClOrdID, _ books: ExecutorBooks) -> Bool {
    guard let cut = books.cut else { return false }
    return id.account == books.account && id > cut.lastKnown && id.epoch < holder.epoch
  }

  /// Whether an id of our account is one that we have given.
  func hasGiven(_ id: ClOrdID, _ books: ExecutorBooks) -> Bool { id <= self.id(of: counter, books) }
}

// New orders and cancels.
extension OrderManager {
  /// Judges a wish, takes its budget, journals the order and sends it.
  mutating func place(
    _ wish: OrderWish, _ situation: inout Situation, at now: Instant, into effects: inout Effects
  ) -> Placing {
    if case .opens(let legs) = wish.effect,
      let finding = PreTradeGate.objection(to: wish, legs: legs, situation, at: now)
    {
      return .denied(finding)
    }
    if let boot = spend(wish.effect == .closes ? .cancel : .order, at: now) {
      return .putOff(untilBoot: boot)
    }
    let created = CreatedOrder(
      id: nextID(situation.books), strategy: wish.strategy,
      instrument: situation.markets[wish.instrument].instrument.number, side: wish.side,
      timeInForce: wish.timeInForce, purpose: wish.purpose, type: wish.type, price: wish.price,
      quantity: wish.quantity, intent: wish.intent, requestNanos: now.wall,
      recvWindowNanos: situation.recvWindowNanos, origin: wish.origin, correlation: wish.correlation)
    send(created, wish.conditions, linkedTo: wish.partner, &situation, at: now, into: &effects)
    return .placed(created.id)
  }

  private mutating func send(
    _ created: CreatedOrder, _ conditions: ExecInst, linkedTo partner: ClOrdID?,
    _ situation: inout Situation, at now: Instant, into effects: inout Effects
  ) {
    let configuration = situation.configuration
    situation.counters.ordersSent += 1
    situation.record(.orderCreated(created), correlation: created.correlation, into: &effects)
    if let partner {
      situation.record(
        .ordersLinked(order: created.id, partner: partner), correlation: created.correlation, into: &effects)
    }
    // Not asked of a venue that does not know it: it would refuse the order.
    let conditions = situation.venue.usable.hasReduceOnly ? conditions : conditions.subtracting(.reduceOnly)
    let message = NewOrder(
      envelope: Envelope(origin: created.origin, correlation: created.id.requestCorrelation),
      account: created.id.account, instrument: created.instrument, clOrdID: ClOrdIDText(created.id),
      side: SideCode(created.side), ordType: OrdTypeCode(created.type),
      timeInForce: TimeInForceCode(created.timeInForce), execInst: conditions,
      price: created.type == .limit ? created.price.raw : nil, quantity: created.quantity.raw,
      requestNanos: created.requestNanos, recvWindowNanos: created.recvWindowNanos,
      stopPrice: created.type == .stop ? created.price.raw : nil,
      linkedClOrdID: partner.map { ClOrdIDText($0) } ?? ClOrdIDText())
    effects.send(to: .link(component: configuration.venueComponent)) { message.encode(into: &$0) }
    let patience =
      created.purpose.isProtective ? Self.protectiveTimeoutNanos : configuration.orderTimeoutNanos
    let deadline = now.boot + min(patience, configuration.orderTimeoutNanos)
    updateFlight(of: created.id, situation, at: now) {
      $0.createDeadline = deadline
      $0.sentBoot = now.boot
    }
    situation.report(created.id, .pendingNew, into: &effects)
  }

  /// Asks the venue to cancel an order, unless it has been asked or the order may not be there; with
  /// `again` also then, because one cancel too many does no harm. False when there was no budget for it.
  @discardableResult
  mutating func cancel(
    _ id: ClOrdID, origin: Int64 = 0, again: Bool = false, _ situation: inout Situation, at now: Instant,
    into effects: inout Effects
  ) -> Bool {
    guard let order = situation.books.order(id), order.state.canRequest, order.state.isOpen,
      !situation.authority.isSuperseded, again || (!order.isCancelPending && order.status != .inDoubt)
    else { return true }
    if !again, let pause = flights[id]?.nextCancelBoot, pause > now.boot {
      situation.agenda.retry(atBoot: pause)
      return true
    }
    if let boot = spend(.cancel, at: now) {
      situation.agenda.retry(atBoot: boot)
      return false
    }
    situation.counters.cancels += 1
    let request = nextID(situation.books)
    situation.record(
      .cancelRequested(order: id, request: request, requestNanos: now.wall), correlation: order.correlation,
      into: &effects)
    let configuration = situation.configuration
    let message = CancelOrder(
      envelope: Envelope(origin: origin, correlation: request.requestCorrelation),
      account: id.account, instrument: order.instrument, clOrdID: ClOrdIDText(request),
      origClOrdID: ClOrdIDText(id), requestNanos: now.wall, recvWindowNanos: situation.recvWindowNanos)
    effects.send(to: .link(component: configuration.venueComponent)) { message.encode(into: &$0) }
    let deadline = now.boot + configuration.cancelTimeoutNanos
    updateFlight(of: id, situation, at: now) {
      $0.cancelDeadline = deadline
      $0.cancelSentBoot = now.boot
    }
    situation.report(id, .orderStatus, into: &effects)
    return true
  }

  /// Cancels at once and in any case: neither an answer that is late or lost nor the pause after a refusal
  /// keeps a person waiting. What the budget does not allow now goes before everything else once it does.
  mutating func cancelAll(
    _ situation: inout Situation, at now: Instant, into effects: inout Effects,
    where isMeant: (OrderOutline) -> Bool
  ) {
    for order in situation.books.outlines where isMeant(order) && !owed.contains(order.id) {
      owed.append(order.id)
    }
    sendOwed(&situation, at: now, into: &effects)
  }

  /// Sends what a person's cancels are still owed.
  mutating func sendOwed(_ situation: inout Situation, at now: Instant, into effects: inout Effects) {
    guard !owed.isEmpty else { return }
    var sent = 0
    while sent < owed.count,
      cancel(owed[sent], again: true, &situation, at: now, into: &effects)
    {
      sent += 1
    }
    owed.removeFirst(sent)
  }
}

// The last protection: the venue itself cancels when this process has died or hangs.
extension OrderManager {
  /// When the switch is to be set or renewed, boot clock. It matters only while orders are open, and is set
  /// once before the first is placed.
  func deadManDueBoot(_ situation: Situation) -> Int64 {
    guard situation.agreement.isComplete, !situation.authority.isFinished, situation.deadManNanos != nil
    else {
      return .max
    }
    return nextDeadManBoot == 0 || !situation.books.outlines.isEmpty ? nextDeadManBoot : .max
  }

  /// Tells the venue to cancel all orders of the account but stops, which can only close, when it hears
  /// nothing more for a while. Sent by the loop that can cancel, so that one that hangs does not keep its
  /// orders alive.
  mutating func renewDeadMan(_ situation: Situation, at now: Instant, into effects: inout Effects) {
    if let boot = spend(.cancel, at: now) {
      nextDeadManBoot = boot
      return
    }
    guard let silence = situation.deadManNanos else { return }
    nextDeadManBoot = now.boot.saturatingAdd(
      (silence > 0 ? silence : situation.configuration.deadManNanos) / 4)
    setDeadMan(afterNanos: silence, situation, at: now, into: &effects)
  }

  /// 0 takes the switch off: our silence must not take away what outlives the session.
  func setDeadMan(
    afterNanos: Int64, _ situation: Situation, at now: Instant, into effects: inout Effects
  ) {
    let command = CancelAll(
      envelope: Envelope(origin: 0), account: situation.books.account, requestNanos: now.wall,
      afterSilenceNanos: afterNanos, conditions: .sparesStops)
    effects.send(to: .link(component: situation.configuration.venueComponent)) { command.encode(into: &$0) }
  }
}

extension ClOrdID {
  /// The correlation of a request to the venue is its id, so that an answer, or the news that it did not
  /// leave, names exactly one request.
  var requestCorrelation: Correlation {
    Correlation(high: UInt64(account) << 32 | UInt64(epoch), low: counter)
  }

  init(requestCorrelation correlation: Correlation) {
    self.init(
      account: UInt16(truncatingIfNeeded: correlation.high >> 32),
      epoch: UInt32(truncatingIfNeeded: correlation.high), counter: correlation.low)
  }
}
