import ActorKit
import OrderExecutor
import Testing
import Trading
import Wire

@Suite struct FactCodingTests {
  private static let id = ClOrdID(account: 2, epoch: 3, counter: 4)
  private static let request = ClOrdID(account: 2, epoch: 3, counter: 5)
  private static let key = FillKey(instrument: 7, execution: ExecID(high: 6, low: 9))

  /// One of each kind, with the kind it must keep for ever.
  static let samples: [(UInt16, ExecutorFact)] = [
    (
      1,
      .orderCreated(
        CreatedOrder(
          id: id, strategy: 11, instrument: 7, side: .sell, timeInForce: .ioc, purpose: .flatten,
          price: ticks(5), quantity: lots(2), requestNanos: 8, recvWindowNanos: 9, origin: 10,
          correlation: Correlation(high: 1, low: 2)))
    ),
    (2, .cancelRequested(order: id, request: request, requestNanos: -4)),
    (3, .orderAccepted(order: id, venueOrderId: nil, eventNanos: 1)),
    (
      4,
      .filled(
        BookedFill(
          key: key, order: nil, side: .buy, price: ticks(-3), quantity: lots(1), fee: Money(raw: -7),
          feeCurrency: ExecutorBench.usdt, liquidity: nil, tradeSequence: 3, eventNanos: 4))
    ),
    (
      5,
      .orderEnded(
        OrderEnd(order: id, cause: .expired, reason: .rateLimit, cumQuantity: lots(3), eventNanos: 6))
    ),
    (6, .orderInDoubt(order: id, request: request)),
    (7, .orderNotPlaced(order: id, isProven: true)),
    (8, .haltLatched(Halt(scope: .strategy(9), operatorName: "anna", reason: "why", atNanos: 3))),
    (9, .haltReleased(Halt(scope: .instrument(70_000), operatorName: "", reason: "é", atNanos: 3))),
    (10, .flattenBegun(instrument: 7, atNanos: 5, operatorName: "bert")),
    (11, .flattenEnded(instrument: 7, outcome: .gaveUp)),
    (12, .commandSeen(Correlation(high: 8, low: 9), kind: .halt, outcome: .done)),
    (13, .cancelRejected(order: id, request: request, reason: .tooLateToCancel)),
    (
      14,
      .orderAdopted(
        AdoptedOrder(
          id: id, instrument: 7, side: .buy, price: ticks(1), quantity: lots(1), venueOrderId: 4, atNanos: 2))
    ),
    (15, .tradesConfirmed(through: 12, fills: [key, key])),
    (
      1,
      .orderCreated(
        CreatedOrder(
          id: id, strategy: 11, instrument: 7, side: .sell, timeInForce: .gtc, purpose: .stopLoss,
          type: .stop, price: ticks(5), quantity: lots(2), intent: intent, requestNanos: 8,
          recvWindowNanos: 9, origin: 10, correlation: Correlation(high: 1, low: 2)))
    ),
    (
      16,
      .intentAccepted(
        AcceptedIntent(
          id: intent, strategy: 11, instrument: 7, side: .buy, type: .limit, timeInForce: .ioc,
          isPostOnly: true, quantity: lots(3), price: ticks(9), stopPrice: nil, takeProfitPrice: ticks(11),
          expireNanos: 5, atNanos: 6, origin: 7))
    ),
    (
      17,
      .intentEnded(
        IntentEnd(
          id: intent, outcome: .partiallyFilled, reason: .none, filledQuantity: lots(1),
          averagePrice: ticks(8), atNanos: 9))
    ),
    (18, .stopTriggered(intent: intent, price: ticks(4), atNanos: 3)),
    (19, .protectionEnded(intent: intent, cause: .flattened)),
    (
      20,
      .permitTaken(TakenPermit(level: .reduce, askedNanos: 1, askedBootNanos: 2, lifeNanos: 3))
    ),
    (21, .booksAgreed(atNanos: 4, openOrders: 5)),
    (22, .journalBegan(lineage: 6)),
    (24, .panicLatched(Halt(scope: .firm, operatorName: "o", reason: "r", atNanos: 7))),
    (25, .stopOrdered(atNanos: 8, operatorName: "o")),
    (26, .stopReleased(atNanos: 9)),
  ]

  private static let intent = IntentID(component: 3, strategy: 11, epoch: 2, counter: 77)

  @Test func everyFactIsReadAsWrittenUnderItsKind() throws {
    for (kind, fact) in Self.samples {
      #expect(fact.kind == kind)
      var writer = SnapshotWriter()
      fact.encode(into: &writer)
      var reader = SnapshotReader(writer.bytes)
      #expect(try ExecutorFact(kind: kind, from: &reader) == fact)
      try reader.finish()
    }
  }

  @Test func theBytesOfAFactAreFixed() {
    var writer = SnapshotWriter()
    ExecutorFact.cancelRequested(order: Self.id, request: Self.request, requestNanos: -1).encode(
      into: &writer)
    let id: [UInt8] = [2, 0, 3, 0, 0, 0, 4, 0, 0, 0, 0, 0, 0, 0]
    let request: [UInt8] = [2, 0, 3, 0, 0, 0, 5, 0, 0, 0, 0, 0, 0, 0]
    #expect(writer.bytes == id + request + [UInt8](repeating: 255, count: 8))
  }

  /// A report needs no executor: facts and books are enough.
  @Test func booksAreMadeOfFactsAlone() throws {
    let bench = ExecutorBench()
    bench.goLive()
    let order = bench.quote(bids: [(9_999, 10)]).newOrders[0]
    bench.accept([order])
    bench.fill(order, lots: 10, id: 1, cum: 10)
    var books = ExecutorBooks(account: ExecutorBench.account)
    for record in bench.facts {
      var reader = SnapshotReader(record.bytes)
      books.apply(try ExecutorFact(kind: record.kind, from: &reader))
    }
    #expect(books == bench.books)
    #expect(books.fillCount == 1)
    #expect(books.ledger[ExecutorBench.instrument].quantity == lots(10))
    #expect(books.ledger.fees[ExecutorBench.usdt] == Money(raw: 99_990))
  }
}
