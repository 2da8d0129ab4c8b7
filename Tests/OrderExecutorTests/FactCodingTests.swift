import ActorKit
import OrderExecutor
import Testing
import Trading
import Wire

@Suite struct FactCodingTests {
  private static let id = ClOrdID(account: 2, epoch: 3, counter: 4)
  private static let request = ClOrdID(account: 2, epoch: 3, counter: 5)

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
