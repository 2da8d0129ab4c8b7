import ActorKit
import Trading
import Wire

/// The durable state of an executor: orders, fills, positions and money, intents, halts. Facts make it and
/// nothing else; a report that reads a journal builds the same books.
///
/// ```swift
/// var books = ExecutorBooks(account: 1)
/// for fact in journal { books.apply(fact) }
/// print(books.ledger[instrument].realized, books.fillCount)
/// ```
public struct ExecutorBooks: Equatable, Sendable {
  public let account: UInt16
  package internal(set) var orders = OpenOrders()
  var closed = ClosedOrders()
  var fills = FillLog()
  var commands = CommandLog()
  /// Intents that were taken on, and what became of them.
  public internal(set) var intents = IntentBook()
  /// Positions, realised profit, cash; fees per currency.
  public internal(set) var ledger = Ledger()
  /// What each strategy has of the positions; nil in a journal from before that was kept.
  public internal(set) var strategies: StrategyLedger?
  /// Per instrument traded, by number.
  public internal(set) var instruments: [InstrumentRecord] = []
  /// Fills booked on the account so far.
  public internal(set) var fillCount: UInt64 = 0
  /// Everything in the venue's list of trades up to this is booked.
  public internal(set) var confirmedTradeSequence: UInt64 = 0
  /// In the order latched; at most `mostHalts`, account and firm.
  public internal(set) var halts: [Halt] = []
  /// Panics latched, in that order; bounded like `halts`.
  public internal(set) var panics: [Halt] = []
  /// Told to end, and the session is still the same.
  public internal(set) var isStopOrdered = false
  /// Positions being closed, by instrument.
  public internal(set) var flattenings: [Flattening] = []
  /// Instruments in which a strategy has quoted, by number.
  public internal(set) var quoted: [UInt32] = []
  /// When the journal's first incarnation began, wall clock; 0 before.
  public internal(set) var lineage: UInt64 = 0
  /// Turns cut from the journal's end and not yet made good.
  public internal(set) var cut: JournalCut?
  /// The newest id given: none may be given twice.
  public internal(set) var lastID: ClOrdID

  /// Scopes that can be halted at once besides account and firm; a narrower halt beyond halts the account.
  public static let mostHalts = 256

  public init(account: UInt16) {
    self.account = account
    lastID = ClOrdID(account: account, epoch: 0, counter: 0)
  }

  /// What is known of an instrument beyond its position.
  public struct InstrumentRecord: Equatable, Sendable {
    public let instrument: UInt32
    /// Its fills booked so far.
    public internal(set) var lastFillSequence: UInt64 = 0
    /// Market time of its last fill, ns UTC.
    public internal(set) var lastFillNanos: Int64 = 0
    /// Fees of its fills; negative is earned.
    public internal(set) var fees: Money = .zero
  }

  /// A position being closed.
  public struct Flattening: Equatable, Sendable {
    public let instrument: UInt32
    public let begunNanos: Int64
    public let operatorName: String
  }
}

// Looking things up.
extension ExecutorBooks {
  /// Orders that may still be executed, by id, hence by age.
  public var open: [OwnOrder] { orders.orders }

  /// The same in outline: for whatever looks at all of them.
  package var outlines: OrderOutlines { orders.outlines }

  /// Copies of the open orders that are meant, the oldest first: they stay as they are when the books change.
  func openOrders(where isMeant: (OrderOutline) -> Bool) -> [OwnOrder] {
    orders.orders(in: outlines, where: isMeant)
  }

  /// The same of one instrument.
  func openOrders(in instrument: UInt32, where isMeant: (OrderOutline) -> Bool) -> [OwnOrder] {
    orders.orders(in: orders.outlines(in: instrument), where: isMeant)
  }

  /// An order of ours, open or among the newest closed.
  public func order(_ id: ClOrdID) -> OwnOrder? {
    if let index = orders.index(of: id) { return orders[index] }
    return closed[id]
  }

  /// What is known of an instrument; empty when it was never traded.
  public func record(of instrument: UInt32) -> InstrumentRecord {
    let index = instruments.lowestIndex { $0.instrument >= instrument }
    return index < instruments.count && instruments[index].instrument == instrument
      ? instruments[index] : InstrumentRecord(instrument: instrument)
  }

  /// Position and open orders at worst case. Open quantities beyond the range count as the largest there is,
  /// which no limit allows.
  public func exposure(in instrument: UInt32) -> WorstCaseExposure {
    let (buys, sells) = orders.worstCase(in: instrument)
    return WorstCaseExposure(position: ledger[instrument].quantity, workingBuys: buys, workingSells: sells)
  }

  /// Orders of which it is not known whether the venue has them.
  public var inDoubtCount: Int { orders.inDoubtCount }

  /// The halt that stops a strategy in an instrument, the first latched.
  public func halt(strategy: UInt16, instrument: UInt32) -> Halt? {
    halts.first { $0.covers(strategy: strategy, instrument: instrument) }
      ?? panics.first { $0.covers(strategy: strategy, instrument: instrument) }
  }

  /// Nothing may be placed for a strategy in an instrument, protection included.
  public func isPanicked(strategy: UInt16, instrument: UInt32) -> Bool {
    panics.contains { $0.covers(strategy: strategy, instrument: instrument) }
  }

  /// How much of a position stop orders at the venue would close, whoever is dead.
  public func restingStops(in instrument: UInt32) -> Quantity {
    let position = ledger[instrument].quantity
    let exit: Side = position.isPositive ? .sell : .buy
    let stops = openOrders(in: instrument) {
      $0.side == exit && $0.type == .stop && $0.isAccepted && !$0.isCancelPending && !$0.isInDoubt
    }
    return stops.reduce(.zero) { $0.adding($1.state.worstCaseOpen) ?? .max }
  }
}

// Taking facts in.
extension ExecutorBooks {
  /// Takes in one fact. Facts come from `OrderExecutor`, which checked them before it recorded them, or from
  /// its journal; one that cannot follow from those before it means a journal that cannot be trusted, and
  /// traps.
  public mutating func apply(_ fact: ExecutorFact) {
    switch fact {
    case .orderCreated(let created): create(created)
    case .cancelRequested(let id, let request, _):
      lastID = max(lastID, request)
      update(id) { _ = $0.state.apply(.cancelRequested(request)) }
    case .orderAccepted(let id, let venueOrderId, _):
      update(id) {
        if let venueOrderId { $0.venueOrderId = venueOrderId }
        _ = $0.state.apply(.accepted)
      }
    case .filled(let fill): book(fill)
    case .orderEnded(let end): update(end.order) { $0.end(end) }
    case .orderInDoubt(let id, let request):
      update(id) { _ = $0.state.apply(request.map(OrderFact.requestInDoubt) ?? .newInDoubt) }
    case .orderNotPlaced(let id, _):
      update(id) {
        _ = $0.state.apply(.rejected)
        $0.isNotPlaced = true
      }
    case .cancelRejected(let id, let request, _):
      update(id) { _ = $0.state.apply(.cancelRejected(request)) }
    case .orderAdopted(let adopted): adopt(adopted)
    case .tradesConfirmed(let through, let keys):
      confirmedTradeSequence = max(confirmedTradeSequence, through)
      for key in keys { fills.confirm(key) }
    case .haltLatched(let halt): halts.append(halt.ofAccount(account))
    case .haltReleased(let halt):
      let scope = halt.ofAccount(account).scope
      halts.removeAll { $0.scope == scope }
      panics.removeAll { $0.scope == scope }
    case .panicLatched(let halt): panics.append(halt.ofAccount(account))
    case .stopOrdered: isStopOrdered = true
    case .stopReleased: isStopOrdered = false
    case .flattenBegun(let instrument, let atNanos, let operatorName):
      let place = flattenings.firstIndex { $0.instrument >= instrument } ?? flattenings.count
      flattenings.insert(
        Flattening(instrument: instrument, begunNanos: atNanos, operatorName: operatorName), at: place)
    case .flattenEnded(let instrument, _): flattenings.removeAll { $0.instrument == instrument }
    case .commandSeen(let id, let kind, let outcome):
      commands.append(CommandLog.Entry(id: id, kind: kind, outcome: outcome))
    case .intentAccepted(let intent): intents.add(intent)
    case .intentEnded(let end):
      // One that was refused at the door was never taken on; it must not come in a second time all the same.
      intents.see(end.id)
      intents.update(end.id) { $0.end = end }
    case .stopTriggered(let id, _, _): intents.update(id) { $0.isStopTriggered = true }
    case .protectionEnded(let id, let cause): endProtection(of: id, cause)
    case .permitTaken, .booksAgreed: break
    case .journalBegan(let began): lineage = began
    case .journalCut(let found): cut = found
    case .cutMadeGood: cut = nil
    case .strategiesBegan: beginStrategies()
    case .strategiesNetted(let instrument): netStrategies(in: instrument)
    case .orderTakenOver(let taken): takeOver(taken)
    case .ordersLinked(let id, let partner):
      update(id) { $0.linked = partner }
      update(partner) { $0.linked = id }
    }
  }

  private mutating func create(_ created: CreatedOrder) {
    precondition(created.id > lastID, "order \(created.id) after \(lastID): ids must rise")
    lastID = created.id
    insert(OwnOrder(created))
    if created.purpose == .quote { noteQuoting(in: created.instrument) }
    if created.purpose == .entry, let intent = created.intent {
      intents.update(intent) { $0.entry = created.id }
    }
  }

  private mutating func takeOver(_ taken: TakenOrder) {
    precondition(order(taken.id) == nil, "order \(taken.id) was taken over and is known")
    insert(OwnOrder(taken))
    if taken.purpose == .entry, let intent = taken.intent {
      intents.update(intent) { $0.entry = taken.id }
    }
    guard !taken.executions.isEmpty else { return }
    update(taken.id) { order in
      for part in taken.executions {
        _ = order.state.apply(.executed(part.execution, part.quantity, part.price))
      }
    }
    claimBooked(taken)
  }

  private mutating func adopt(_ adopted: AdoptedOrder) {
    if order(adopted.id) == nil { insert(OwnOrder(found: adopted)) }
    update(adopted.id) { $0.adopt(adopted) }
  }

  private mutating func book(_ fill: BookedFill) {
    precondition(!fills.contains(fill.key), "fill \(fill.key) was booked before")
    var record = record(of: fill.key.instrument)
    let attribution = attribution(of: fill)
    do {
      try ledger.book(fill)
    } catch { preconditionFailure("fill \(fill.key) cannot be booked: \(error)") }
    fillCount += 1
    record.fees += fill.fee
    record.lastFillSequence += 1
    record.lastFillNanos = max(record.lastFillNanos, fill.eventNanos)
    set(record)
    fills.append(
      FillLog.Entry(
        key: fill.key, signedQuantity: fill.signedQuantity, sequence: fillCount,
        isConfirmed: fill.tradeSequence > 0))
    if let id = fill.order, order(id) != nil {
      update(id) { _ = $0.state.apply(.executed(fill.key.execution, fill.quantity, fill.price)) }
      takeFromPartner(of: id, fill.quantity)
    }
    attribute(fill, attribution)
  }

  /// What one of a pair filled the venue has taken from the other.
  private mutating func takeFromPartner(of id: ClOrdID, _ quantity: Quantity) {
    guard let partner = order(id)?.linked, let order = order(partner) else { return }
    update(partner) { $0.taken = min($0.taken + quantity, order.state.quantity) }
  }

  /// Why a fill cannot be booked; nil when it can. Asked before the fill is recorded: also the figures that
  /// are reported must fit.
  package func refusal(of fill: BookedFill) -> LedgerError? {
    let position: Position
    do { position = try ledger.position(after: fill) } catch { return error }
    guard Money(rounding: position.realized) != nil, Money(rounding: position.cash) != nil,
      record(of: fill.key.instrument).fees.adding(fill.fee) != nil
    else { return .moneyOverflow(fill.feeCurrency) }
    if let refusal = strategies?.refusal(of: fill, attribution(of: fill).parts) { return refusal }
    return isCountable(fill) ? nil : .quantityOverflow
  }

  /// Whether what is kept per order and per intent can take the fill in.
  private func isCountable(_ fill: BookedFill) -> Bool {
    guard let order = fill.order.flatMap(order) else { return true }
    guard order.state.cumQuantity.adding(fill.quantity) != nil else { return false }
    if let partner = order.linked.flatMap(self.order), partner.taken.adding(fill.quantity) == nil {
      return false
    }
    guard order.purpose == .entry, let working = order.intent.flatMap({ intents[$0] }) else { return true }
    return working.entered.adding(fill.quantity) != nil
  }

  private mutating func set(_ record: InstrumentRecord) {
    let index = instruments.lowestIndex { $0.instrument >= record.instrument }
    if index < instruments.count, instruments[index].instrument == record.instrument {
      instruments[index] = record
    } else {
      instruments.insert(record, at: index)
    }
  }

  /// A strategy has said what it wants in an instrument: volatile, and no part of what is compared or kept.
  package mutating func claimQuotes(of strategy: UInt16, in instrument: UInt32) {
    orders.claim(strategy, in: instrument)
  }

  /// Changes an order and puts it where it then belongs, among the open or the closed.
  private mutating func update(_ id: ClOrdID, _ change: (inout OwnOrder) -> Void) {
    if let index = orders.index(of: id) {
      guard let over = orders.update(index, change) else { return }
      closed.append(over)
      return noteLegs(of: over)
    }
    guard var order = closed[id] else { preconditionFailure("a fact about \(id), which is not known") }
    change(&order)
    guard order.isOpen else { return closed.replace(with: order) }
    closed.remove(id)
    insert(order)
  }

  private mutating func insert(_ order: OwnOrder) {
    orders.insert(order)
    noteLegs(of: order)
  }

  /// A stop or target has come or gone.
  private mutating func noteLegs(of order: OwnOrder) {
    guard let id = order.intent, order.purpose.isProtective else { return }
    let isOpen = orders.hasOpen(order.purpose, of: id)
    intents.update(id) {
      if order.purpose == .stopLoss { $0.isStopOpen = isOpen } else { $0.isTargetOpen = isOpen }
    }
  }

  /// What follows from the open orders of a snapshot.
  mutating func noteLegs() {
    for outline in outlines {
      if let index = orders.index(of: outline.id) { noteLegs(of: orders[index]) }
    }
  }
}

extension Ledger {
  /// The position that booking a fill would make; throws what that would throw. A trial on a copy of the
  /// whole ledger would cost the more, the more instruments there are.
  fileprivate func position(after fill: BookedFill) throws(LedgerError) -> Position {
    var trial = entries.count < Self.mostInstruments ? Ledger() : self
    try trial.restore(fill.key.instrument, self[fill.key.instrument])
    trial.restore(fees: fees, funding: funding)
    try trial.book(fill)
    return trial[fill.key.instrument]
  }

  fileprivate mutating func book(_ fill: BookedFill) throws(LedgerError) {
    try book(
      fill.key.instrument, fill.side, price: fill.price, quantity: fill.quantity,
      fee: Fee(fill.fee, in: fill.feeCurrency))
  }
}

extension OwnOrder {
  fileprivate mutating func end(_ end: OrderEnd) {
    reportedCum = max(reportedCum, min(end.cumQuantity, state.quantity))
    switch end.cause {
    case .canceled, .gone: _ = state.apply(.canceled(nil))
    case .expired: _ = state.apply(.expired)
    case .rejected:
      reason = end.reason
      _ = state.apply(.rejected)
    }
  }
}
