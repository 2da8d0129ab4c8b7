import ActorKit
import OrderExecutor
import Trading
import Vocabulary
import Wire

/// An executor's facts, folded for the comparison with the venue: every order, every fill, and the books they
/// make.
///
/// The fold is this module's own. Beside it stand the executor's books as the executor itself would have them
/// after a restart, so that a fault in either shows.
public struct ExecutorHistory {
  public let account: UInt16
  /// All ever created or found.
  package private(set) var orders = RecordList<Order>()
  /// A fill booked twice stands here twice.
  package private(set) var fills = RecordList<BookedFill>()
  /// Orders that this journal created.
  private(set) var createdCount = 0
  /// Positions, realised profit and fees as the fills make them, whatever the executor's own books say.
  public private(set) var ledger = Ledger()
  public private(set) var cancelsSent: Int64 = 0
  /// Orders and cancels that the venue refused.
  public private(set) var ordersRejected = ReasonCounts()
  public private(set) var cancelsRejected = ReasonCounts()
  /// The executor's own books; nil once a fact came that they would not have taken.
  public private(set) var books: ExecutorBooks?

  var irregularities = Irregularities()
  /// By instrument, in the order first traded.
  private var totals: [FillTotals] = []

  /// An order as the executor's facts tell it.
  package struct Order: Equatable, Sendable {
    let id: ClOrdID
    package let instrument: UInt32
    let side: Side
    let price: Price
    let quantity: Quantity
    /// Found at the venue under an id of ours, not created by this journal.
    let wasFound: Bool
    var filled: Quantity = .zero
    /// The venue has shown in some way that it had the order.
    var isKnownAtVenue = false
    var hasEnded = false
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
  package var openOrders: [ClOrdID] {
    if let books { return books.open.map(\.id) }
    var open: [ClOrdID] = []
    var walk = orders.walk()
    while let order = walk.take()?.record {
      if !order.hasEnded && order.filled < order.quantity { open.append(order.id) }
    }
    return open.sorted()
  }

  /// Executions booked.
  var fillCount: Int { fills.count }

  func totals(in instrument: UInt32) -> FillTotals {
    totals.first { $0.instrument == instrument } ?? FillTotals(instrument: instrument)
  }
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
      if !orders.contains(adopted.id) { add(Order(adopted)) }
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
      .journalCut, .cutMadeGood, .strategiesBegan, .strategiesNetted:
      break
    }
  }

  private mutating func add(_ order: Order) {
    guard !orders.contains(order.id) else {
      return irregularities.add(.order, "order \(order.id) was created twice")
    }
    if !order.wasFound { createdCount += 1 }
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
    if fills.contains(fill.key) {
      irregularities.add(.fill, "trade \(fill.key.execution) is booked twice by the executor")
    }
    fills.append(fill)
    count(fill)
    do {
      try ledger.book(
        fill.key.instrument, fill.side, price: fill.price, quantity: fill.quantity,
        fee: Fee(fill.fee, in: fill.feeCurrency))
    } catch {
      irregularities.add(.fill, "trade \(fill.key.execution) cannot be booked: \(error)")
    }
    // Somebody else's order on the account, or one that a lost journal knew, has no place here.
    guard let id = fill.order else { return }
    _ = orders.update(id) {
      $0.isKnownAtVenue = true
      $0.filled = $0.filled.adding(fill.quantity) ?? .max
    }
  }

  private mutating func count(_ fill: BookedFill) {
    let place = totals.firstIndex { $0.instrument == fill.key.instrument } ?? totals.count
    if place == totals.count { totals.append(FillTotals(instrument: fill.key.instrument)) }
    totals[place].add(fill)
  }

  private mutating func update(_ id: ClOrdID, _ what: String, _ change: (inout Order) -> Void) {
    guard !orders.update(id, change) else { return }
    irregularities.add(.order, "order \(id) \(what), and was never created")
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

extension ExecutorHistory.Order: ListedRecord {
  package var key: ClOrdID { id }

  /// Those of the text, under which the venue knows it.
  package static func bytes(of key: ClOrdID) -> [UInt8] {
    let bytes = key.textBytes
    return bytes.indices.map { bytes[$0] }
  }

  package func write(to writer: inout SnapshotWriter) {
    writer.write(id)
    writer.write(instrument)
    writer.write(side)
    writer.write(price)
    writer.write(quantity)
    writer.write(wasFound)
    writer.write(filled)
    writer.write(isKnownAtVenue)
    writer.write(hasEnded)
  }

  package init(from reader: inout SnapshotReader) throws(RestoreError) {
    self.init(
      id: try ClOrdID(from: &reader), instrument: try reader.read(), side: try Side(from: &reader),
      price: try Price(from: &reader), quantity: try Quantity(from: &reader), wasFound: try reader.read())
    filled = try Quantity(from: &reader)
    isKnownAtVenue = try reader.read()
    hasEnded = try reader.read()
  }
}

extension BookedFill: ListedRecord {
  /// The venue's number first: it rises.
  package static func bytes(of key: FillKey) -> [UInt8] {
    var bytes: [UInt8] = []
    for part in [key.execution.high, key.execution.low, UInt64(key.instrument)] {
      for shift in stride(from: 56, through: 0, by: -8) {
        bytes.append(UInt8(truncatingIfNeeded: part >> shift))
      }
    }
    return bytes
  }
}
