import ActorKit
import OrderExecutor
import Testing
import Trading
import Vocabulary
import Wire

/// What the executor remembers does not grow with what it has done.
@Suite struct BoundedBooksTests {
  /// A million in an optimised build; fewer in a debug build, which is some fifty times slower.
  private static var orderCount: UInt64 {
    var count: UInt64 = 1_000_000
    assert({ count = 80_000 }() == ())
    return count
  }

  @Test func aMillionOrdersLeaveTheBooksAsLargeAsTheFirstThousands() {
    var books = ExecutorBooks(account: 2)
    var earlySize = 0
    for number in 1...Self.orderCount {
      trade(number, in: &books)
      if number == Self.orderCount / 2 { earlySize = size(of: books) }
    }
    #expect(books.fillCount == Self.orderCount / 2)
    #expect(books.open.isEmpty)
    #expect(books.intents.open.isEmpty)
    #expect(size(of: books) == earlySize)
    #expect(earlySize < 4 << 20, "\(earlySize) bytes")
  }

  /// A quote that is cancelled, or an intent's entry with its stop, which is filled.
  private func trade(_ number: UInt64, in books: inout ExecutorBooks) {
    let id = ClOrdID(account: 2, epoch: 1, counter: 4 * number)
    let intent = IntentID(component: 3, strategy: 1, epoch: 1, counter: number)
    let isIntent = number % 4 == 0
    if isIntent { books.apply(.intentAccepted(accepted(intent))) }
    books.apply(.orderCreated(created(id, isIntent ? .entry : .quote, isIntent ? intent : nil)))
    books.apply(.orderAccepted(order: id, venueOrderId: number, eventNanos: 1))
    guard isIntent else {
      let request = ClOrdID(account: 2, epoch: 1, counter: 4 * number + 1)
      books.apply(.cancelRequested(order: id, request: request, requestNanos: 2))
      return books.apply(.orderEnded(end(id, .zero)))
    }
    books.apply(.filled(fill(id, 2 * number, .buy)))
    books.apply(
      .intentEnded(
        IntentEnd(
          id: intent, outcome: .filled, reason: .none, filledQuantity: lots(1), averagePrice: nil,
          atNanos: 3)))
    let stop = ClOrdID(account: 2, epoch: 1, counter: 4 * number + 2)
    books.apply(.orderCreated(created(stop, .stopLoss, intent)))
    books.apply(.filled(fill(stop, 2 * number + 1, .sell)))
    books.apply(
      .tradesConfirmed(
        through: number, fills: [key(2 * number), key(2 * number + 1)]))
  }

  private func size(of books: ExecutorBooks) -> Int {
    var writer = SnapshotWriter()
    books.write(to: &writer)
    return writer.bytes.count
  }

  private func key(_ number: UInt64) -> FillKey {
    FillKey(instrument: ExecutorBench.instrument, execution: ExecID(high: 6, low: number))
  }

  private func accepted(_ id: IntentID) -> AcceptedIntent {
    AcceptedIntent(
      id: id, strategy: 1, instrument: ExecutorBench.instrument, side: .buy, type: .limit,
      timeInForce: .gtc, isPostOnly: false, quantity: lots(1), price: ticks(100), stopPrice: ticks(90),
      takeProfitPrice: nil, expireNanos: 9, atNanos: 1, origin: 0)
  }

  private func created(_ id: ClOrdID, _ purpose: OrderPurpose, _ intent: IntentID?) -> CreatedOrder {
    CreatedOrder(
      id: id, strategy: 1, instrument: ExecutorBench.instrument,
      side: purpose == .stopLoss ? .sell : .buy, timeInForce: .gtc, purpose: purpose,
      type: purpose == .stopLoss ? .stop : .limit, price: ticks(100), quantity: lots(1), intent: intent,
      requestNanos: 1, recvWindowNanos: 1, origin: 0, correlation: .none)
  }

  private func end(_ id: ClOrdID, _ cum: Quantity) -> OrderEnd {
    OrderEnd(order: id, cause: .canceled, reason: .none, cumQuantity: cum, eventNanos: 3)
  }

  private func fill(_ id: ClOrdID, _ number: UInt64, _ side: Side) -> BookedFill {
    BookedFill(
      key: key(number), order: id, side: side, price: ticks(100), quantity: lots(1), fee: .zero,
      feeCurrency: ExecutorBench.usdt, liquidity: .taker, tradeSequence: 0, eventNanos: 2)
  }
}
