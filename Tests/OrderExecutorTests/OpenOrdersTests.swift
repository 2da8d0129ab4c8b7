import ActorKit
import OrderExecutor
import Testing
import Trading
import Vocabulary
import Wire

/// What is kept of open orders per instrument, side, price, target and intent is what a walk over all of them
/// finds. A failure names its seed, which is its argument.
@Suite struct OpenOrdersTests {
  @Test(arguments: UInt64(0)..<8)
  func everyIndexIsWhatAWalkOverAllOpenOrdersFinds(seed: UInt64) {
    var history = RandomHistory(seed: seed)
    for step in 0..<800 {
      history.step()
      compare(history, "seed \(seed), step \(step)")
    }
    #expect(history.mostOpen > 20 && history.reopened > 0, "seed \(seed)")
  }

  @Test(arguments: UInt64(0)..<4)
  func booksFromASnapshotHaveTheSameIndices(seed: UInt64) throws {
    var history = RandomHistory(seed: seed)
    for _ in 0..<300 { history.step() }
    var writer = SnapshotWriter()
    history.books.write(to: &writer)
    var reader = SnapshotReader(writer.bytes)
    let restored = try ExecutorBooks(account: 2, from: &reader)
    #expect(restored == history.books, "seed \(seed)")
    (history.books, history.claims) = (restored, [])
    compare(history, "seed \(seed)")
  }

  private func compare(_ history: RandomHistory, _ hint: Comment) {
    let books = history.books
    let all = books.open.map(OrderOutline.init)
    #expect(Array(books.outlines) == all, hint)
    #expect(books.inDoubtCount == all.count { $0.isInDoubt }, hint)
    for instrument in RandomHistory.instruments {
      let here = all.filter { $0.instrument == instrument }
      #expect(Array(books.orders.outlines(in: instrument)) == here, hint)
      #expect(
        books.orders.isClosingOwnerless(in: instrument) == here.contains { $0.purpose == .ownerless }, hint)
      for side in Side.allCases {
        let found = here.filter { $0.purpose == .found && $0.side == side }
        #expect(books.orders.found(side, in: instrument) == found, hint)
      }
      let exposure = books.exposure(in: instrument)
      #expect(exposure.workingBuys == sum(here, .buy) && exposure.workingSells == sum(here, .sell), hint)
      for (side, strategy) in [(Side.buy, UInt16(1)), (.buy, 2), (.sell, 1), (.sell, 2)] {
        let quotes = here.filter { $0.side == side && $0.strategy == strategy && $0.purpose == .quote }
        #expect(Array(books.orders.quotes(of: strategy, in: instrument, side)) == quotes, hint)
      }
      for (side, tick) in [(Side.buy, Int64(97)), (.buy, 100), (.buy, 103), (.sell, 97), (.sell, 100)] {
        let price = ticks(tick)
        let inTheWay = here.filter {
          $0.type == .limit
            && ($0.side == side ? $0.price == price && $0.isInDoubt : $0.crosses(price))
        }
        #expect(Array(books.orders.inTheWay(of: side, at: price, in: instrument)) == inTheWay, hint)
      }
    }
    for intent in history.intents {
      #expect(books.orders.orders(of: intent) == books.open.filter { $0.intent == intent }, hint)
    }
    let maybeStray = all.filter { order in
      order.purpose != .quote || !history.claims.contains { $0 == (order.strategy, order.instrument) }
    }
    #expect(Array(books.orders.maybeStray) == maybeStray, hint)
    #expect(books.orders.conditionalCount == all.count { $0.type == .stop }, hint)
    let needing = books.intents.open.filter { $0.entry != nil && ($0.end == nil || $0.needsProtection) }
    func missing(_ purpose: OrderPurpose, _ isWanted: (AcceptedIntent) -> Bool) -> Int {
      needing.count { working in
        isWanted(working.intent) && !books.open.contains { $0.intent == working.id && $0.purpose == purpose }
      }
    }
    let stops = missing(.stopLoss) { $0.stopPrice != nil }
    #expect(books.intents.stopsToCome == stops, hint)
    let targets = missing(.takeProfit) { $0.takeProfitPrice != nil }
    #expect(books.intents.legsToCome == stops + targets, hint)
  }

  private func sum(_ orders: [OrderOutline], _ side: Side) -> Quantity {
    orders.reduce(.zero) { $1.side == side ? $0.adding($1.worstCaseOpen) ?? .max : $0 }
  }
}

/// Books that take in facts of all kinds, with orders of all kinds, in a random order.
private struct RandomHistory {
  static let instruments: [UInt32] = [7, 8, 9]

  var books = ExecutorBooks(account: 2)
  var claims: [(UInt16, UInt32)] = []
  private(set) var intents: [IntentID] = []
  private(set) var mostOpen = 0
  private(set) var reopened = 0
  private var random: SplitMix64
  private var counter: UInt64 = 0
  private var known: [ClOrdID] = []

  init(seed: UInt64) { random = SplitMix64(seed: seed) }

  mutating func step() {
    counter += 1
    switch random.below(20) {
    case 0: claim()
    case 1: accept()
    case 2: endIntent()
    case 3..<10: create()
    case 10: adoptUnknown()
    case 11: link()
    default: change()
    }
    mostOpen = max(mostOpen, books.open.count)
  }

  private var nextID: ClOrdID { ClOrdID(account: 2, epoch: 1, counter: 2 * counter) }

  private mutating func pick<Element>(_ all: [Element]) -> Element {
    all[Int(random.below(UInt64(all.count)))]
  }

  private mutating func claim() {
    let (strategy, instrument) = (UInt16(1 + random.below(2)), pick(Self.instruments))
    books.claimQuotes(of: strategy, in: instrument)
    claims.append((strategy, instrument))
  }

  private mutating func accept() {
    let id = IntentID(component: 3, strategy: 1, epoch: 1, counter: counter)
    books.apply(
      .intentAccepted(
        AcceptedIntent(
          id: id, strategy: 1, instrument: pick(Self.instruments), side: .buy, type: .limit,
          timeInForce: .gtc, isPostOnly: false, quantity: lots(1), price: ticks(100),
          stopPrice: random.below(2) == 0 ? ticks(90) : nil,
          takeProfitPrice: random.below(2) == 0 ? ticks(110) : nil, expireNanos: 9, atNanos: 1, origin: 0)))
    intents.append(id)
  }

  private mutating func endIntent() {
    guard let working = books.intents.open.first(where: { $0.end == nil }) else { return }
    books.apply(
      .intentEnded(
        IntentEnd(
          id: working.id, outcome: .canceled, reason: .none, filledQuantity: .zero, averagePrice: nil,
          atNanos: 1)))
  }

  private mutating func create() {
    let purposes: [OrderPurpose] = [
      .quote, .quote, .quote, .entry, .stopLoss, .takeProfit, .flatten, .ownerless,
    ]
    let purpose = pick(purposes)
    let isOfIntent = purpose == .entry || purpose.isProtective
    guard !isOfIntent || !intents.isEmpty else { return }
    let quantity = random.below(40) == 0 ? Quantity(raw: .max) : lots(Int64(1 + random.below(9)))
    books.apply(
      .orderCreated(
        CreatedOrder(
          id: nextID, strategy: UInt16(1 + random.below(2)), instrument: pick(Self.instruments),
          side: pick(Side.allCases), timeInForce: .gtc, purpose: purpose,
          type: purpose == .stopLoss ? .stop : .limit, price: ticks(Int64(95 + random.below(10))),
          quantity: quantity, intent: isOfIntent ? pick(intents) : nil, requestNanos: 1,
          recvWindowNanos: 1, origin: 0, correlation: .none)))
    known.append(nextID)
  }

  private mutating func adoptUnknown() {
    let id = ClOrdID(account: 2, epoch: 1, counter: 2 * random.below(counter) + 1)
    guard books.order(id) == nil else { return }
    adopt(id, pick(Self.instruments), pick(Side.allCases))
    known.append(id)
  }

  private mutating func adopt(_ id: ClOrdID, _ instrument: UInt32, _ side: Side) {
    books.apply(
      .orderAdopted(
        AdoptedOrder(
          id: id, instrument: instrument, side: side, price: ticks(100), quantity: lots(3),
          venueOrderId: 1, atNanos: 1)))
  }

  private mutating func link() {
    guard books.open.count > 1 else { return }
    let first = pick(books.open)
    guard let second = books.open.last(where: { $0.instrument == first.instrument && $0.id != first.id })
    else { return }
    books.apply(.ordersLinked(order: first.id, partner: second.id))
  }

  /// Something happens to an order, open or not.
  private mutating func change() {
    guard !known.isEmpty, let order = books.order(pick(known)) else { return }
    switch random.below(8) {
    case 0: books.apply(.orderAccepted(order: order.id, venueOrderId: 1, eventNanos: 1))
    case 1:
      guard order.state.canRequest else { return }
      let request = ClOrdID(account: 2, epoch: 1, counter: 2 * counter)
      books.apply(.cancelRequested(order: order.id, request: request, requestNanos: 1))
    case 2: books.apply(.orderInDoubt(order: order.id, request: order.state.pending.first?.id))
    case 3:
      guard let request = order.state.pending.first?.id else { return }
      books.apply(.cancelRejected(order: order.id, request: request, reason: .none))
    case 4:
      let cum = min(order.state.cumQuantity + lots(Int64(random.below(2))), order.state.quantity)
      books.apply(
        .orderEnded(
          OrderEnd(order: order.id, cause: .canceled, reason: .none, cumQuantity: cum, eventNanos: 1)))
    case 5: books.apply(.orderNotPlaced(order: order.id, isProven: true))
    case 6:
      if !order.isOpen { reopened += 1 }
      adopt(order.id, order.instrument, order.side)
    default: fill(order)
    }
  }

  private mutating func fill(_ order: OwnOrder) {
    let fill = BookedFill(
      key: FillKey(instrument: order.instrument, execution: ExecID(high: 6, low: counter)), order: order.id,
      side: order.side, price: order.price, quantity: lots(1), fee: .zero, feeCurrency: ExecutorBench.usdt,
      liquidity: .maker, tradeSequence: 0, eventNanos: 1)
    guard books.refusal(of: fill) == nil else { return }
    books.apply(.filled(fill))
  }
}
