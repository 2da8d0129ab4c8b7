import ActorKit
import OrderExecutor
import Trading
import Wire

/// An executor's facts, folded for the comparison with the venue: every order, every fill, and the books they
/// make.
///
/// The fold is this module's own. Beside it stand the executor's books as the executor itself would have them
/// after a restart, so that a fault in either shows. Memory: a line per order and fill of the run.
public struct ExecutorHistory: Sendable {
  public let account: UInt16
  /// In the order in which they were created or found.
  public private(set) var orders: [Order] = []
  /// In the order booked; a fill booked twice stands here twice.
  public private(set) var fills: [BookedFill] = []
  /// Positions, realised profit and fees as the fills make them, whatever the executor's own books say.
  public private(set) var ledger = Ledger()
  public private(set) var cancelsSent: Int64 = 0
  /// Orders and cancels that the venue refused.
  public private(set) var ordersRejected = ReasonCounts()
  public private(set) var cancelsRejected = ReasonCounts()
  /// The executor's own books; nil once a fact came that they would not have taken.
  public private(set) var books: ExecutorBooks?

  var irregularities = Irregularities()
  private var places: [ClOrdID: Int] = [:]
  private var booked: Set<FillKey> = []

  /// An order as the executor's facts tell it.
  public struct Order: Equatable, Sendable {
    public let id: ClOrdID
    public let instrument: UInt32
    public let side: Side
    public let price: Price
    public let quantity: Quantity
    /// Found at the venue under an id of ours, not created by this journal.
    public let wasFound: Bool
    public internal(set) var filled: Quantity = .zero
    /// The venue has shown in some way that it had the order.
    public internal(set) var isKnownAtVenue = false
    public internal(set) var hasEnded = false
  }

  /// Begins with no facts, and with empty books.
  public init(account: UInt16) {
    self.account = account
    books = ExecutorBooks(account: account)
  }

  /// All facts of an executor and the books it has made of them.
  public init(books: ExecutorBooks, facts: some Sequence<ExecutorFact>) {
    self.init(account: books.account)
    for fact in facts { fold(fact) }
    self.books = books
  }

  /// All facts of a core and the books it has made of them.
  public init(of core: OrderExecutor, facts: some Sequence<ExecutorFact>) {
    self.init(books: core.books, facts: facts)
  }

  /// Orders of which the executor's books say that something may still happen.
  public var openOrders: [ClOrdID] {
    if let books { return books.open.map(\.id) }
    return orders.filter { !$0.hasEnded && $0.filled < $0.quantity }.map(\.id).sorted()
  }

  public func order(_ id: ClOrdID) -> Order? { places[id].map { orders[$0] } }
}

extension ExecutorHistory {
  /// Takes in the next fact.
  public mutating func take(_ fact: ExecutorFact) {
    let irregularitiesBefore = irregularities.count
    let doubt = refusal(of: fact)
    fold(fact)
    if let doubt, irregularities.count == irregularitiesBefore { irregularities.add(.order, doubt) }
    // The books trap on facts that cannot be, rightly; a report names them instead and does without the
    // books.
    if irregularities.count > irregularitiesBefore { books = nil } else { books?.apply(fact) }
  }

  /// Takes in the next row of a journal.
  public mutating func take(kind: UInt16, _ body: [UInt8]) throws(RestoreError) {
    var reader = SnapshotReader(body)
    let fact = try ExecutorFact(kind: kind, from: &reader)
    try reader.finish()
    take(fact)
  }

  /// Holds a journal's snapshot against the facts before it, all of which have been taken in.
  public mutating func check(snapshot state: [UInt8], atRow row: Int64) throws(RestoreError) {
    var reader = SnapshotReader(state)
    let restored = try ExecutorBooks(account: account, from: &reader)
    try reader.finish()
    guard let books, restored != books else { return }
    irregularities.add(.order, "the snapshot at row \(row) is not what the facts before it make")
  }

  /// Why the executor's books would not take a fact; nil when they would.
  private func refusal(of fact: ExecutorFact) -> String? {
    guard let books else { return nil }
    switch fact {
    case .orderCreated(let created) where created.id <= books.lastID:
      return "order \(created.id) was created after \(books.lastID): ids must rise"
    case .cancelRequested(let id, _, _), .orderAccepted(let id, _, _), .orderInDoubt(let id, _),
      .orderNotPlaced(let id, _), .cancelRejected(let id, _, _):
      return books.order(id) == nil ? "\(fact.name) of order \(id), which the books do not have" : nil
    case .orderEnded(let end):
      return books.order(end.order) == nil
        ? "the end of order \(end.order), which the books do not have" : nil
    default: return nil
    }
  }

  private mutating func fold(_ fact: ExecutorFact) {
    switch fact {
    case .orderCreated(let created): add(Order(created))
    case .cancelRequested: cancelsSent += 1
    case .orderAccepted(let id, _, _): update(id, "was accepted") { $0.isKnownAtVenue = true }
    case .filled(let fill): book(fill)
    case .orderEnded(let end): self.end(end)
    case .orderNotPlaced(let id, _): update(id, "was not placed") { $0.hasEnded = true }
    case .cancelRejected(_, _, let reason): cancelsRejected.add(reason)
    case .orderAdopted(let adopted):
      if places[adopted.id] == nil { add(Order(adopted)) }
      update(adopted.id, "was adopted") {
        $0.isKnownAtVenue = true
        $0.hasEnded = false
      }
    case .orderTakenOver(let taken):
      add(Order(taken))
      update(taken.id, "was taken over") {
        $0.isKnownAtVenue = true
        // Booked before the order was known, so they found no place here.
        for part in taken.executions { $0.filled = $0.filled.adding(part.quantity) ?? .max }
      }
    case .orderInDoubt, .haltLatched, .haltReleased, .flattenBegun, .flattenEnded, .commandSeen,
      .tradesConfirmed, .intentAccepted, .intentEnded, .stopTriggered, .protectionEnded, .permitTaken,
      .booksAgreed, .journalBegan, .ordersLinked, .panicLatched, .stopOrdered, .stopReleased,
      .journalCut, .cutMadeGood, .strategiesBegan:
      break
    }
  }

  private mutating func add(_ order: Order) {
    guard places[order.id] == nil else {
      return irregularities.add(.order, "order \(order.id) was created twice")
    }
    places[order.id] = orders.count
    orders.append(order)
  }

  private mutating func end(_ end: OrderEnd) {
    if end.cause == .rejected { ordersRejected.add(end.reason) }
    update(end.order, "ended") {
      $0.hasEnded = true
      if end.cause != .rejected { $0.isKnownAtVenue = true }
    }
  }

  private mutating func book(_ fill: BookedFill) {
    fills.append(fill)
    if !booked.insert(fill.key).inserted {
      irregularities.add(.fill, "trade \(fill.key.execution) is booked twice by the executor")
    }
    do {
      try ledger.book(
        fill.key.instrument, fill.side, price: fill.price, quantity: fill.quantity,
        fee: Fee(fill.fee, in: fill.feeCurrency))
    } catch {
      irregularities.add(.fill, "trade \(fill.key.execution) cannot be booked: \(error)")
    }
    // Somebody else's order on the account, or one that a lost journal knew, has no place here.
    guard let id = fill.order, let place = places[id] else { return }
    orders[place].isKnownAtVenue = true
    orders[place].filled = orders[place].filled.adding(fill.quantity) ?? .max
  }

  private mutating func update(_ id: ClOrdID, _ what: String, _ change: (inout Order) -> Void) {
    guard let place = places[id] else {
      return irregularities.add(.order, "order \(id) \(what), and was never created")
    }
    change(&orders[place])
  }
}

extension ExecutorHistory.Order {
  fileprivate init(_ created: CreatedOrder) {
    self.init(
      id: created.id, instrument: created.instrument, side: created.side, price: created.price,
      quantity: created.quantity, wasFound: created.purpose == .found)
  }

  fileprivate init(_ found: AdoptedOrder) {
    self.init(
      id: found.id, instrument: found.instrument, side: found.side, price: found.price,
      quantity: found.quantity, wasFound: true)
  }

  fileprivate init(_ taken: TakenOrder) {
    self.init(
      id: taken.id, instrument: taken.instrument, side: taken.side, price: taken.price,
      quantity: taken.quantity, wasFound: true)
  }

  private init(
    id: ClOrdID, instrument: UInt32, side: Side, price: Price, quantity: Quantity, wasFound: Bool
  ) {
    self.id = id
    self.instrument = instrument
    self.side = side
    self.price = price
    self.quantity = quantity
    self.wasFound = wasFound
  }
}
