import ActorKit
import CoreTestKit
import OrderExecutor
import Testing
import Trading
import Wire

/// Two makers, intents of a third strategy and a person trade on one account: each has its own, and together
/// they have what the account has.
@Suite struct StrategyLedgerTests {
  private let instrument = ExecutorBench.instrument

  private func owned(_ books: ExecutorBooks, _ strategy: UInt16) -> Quantity {
    books.strategies?[strategy, instrument].position.quantity ?? .zero
  }

  @Test func aMakerAnIntentAndAPersonHaveTheirOwn() throws {
    let bench = ExecutorBench()
    bench.goLive()
    bench.target(bids: [(9_990, 4)], strategy: 21)
    let bid = try #require(bench.conclude().newOrders.first)
    bench.accept([bid])
    bench.fill(bid, lots: 4, id: 1, cum: 4)
    bench.accept(bench.enter(lots: 10).legs)
    bench.deliver(bench.trade(byHand(.sell), lots: 3, id: 2, cum: 3, at: 10_001))
    bench.pass(seconds: 11)
    let books = bench.books
    #expect(owned(books, 21) == lots(4) && owned(books, ExecutorBench.strategy) == lots(10))
    #expect(owned(books, StrategyLedger.nobody) == Quantity(raw: -lots(3).raw))
    #expect(books.ledger[instrument].quantity == lots(11) && books.strategiesAddUp(in: instrument))
    #expect(try bench.booksFromSnapshot() == books)
  }

  @Test func everybodyIsToldOfTheirOwn() throws {
    let bench = ExecutorBench()
    bench.goLive()
    bench.target(bids: [(9_990, 4)], strategy: 21)
    let bid = try #require(bench.conclude().newOrders.first)
    bench.accept([bid])
    let turn = bench.fill(bid, lots: 4, id: 1, cum: 4)
    let told = turn.owners(to: ExecutorBench.toRisk)
    #expect(told.map(\.strategy) == [21] && told.map(\.position) == [lots(4).raw])
    #expect(told.map(\.fills) == [1] && told.map(\.fees) == [bench.books.record(of: instrument).fees.raw])
  }

  @Test func flatteningClosesEverybodysAndLeavesNobodyWithAny() throws {
    let bench = ExecutorBench()
    bench.goLive()
    bench.target(bids: [(9_990, 4)], strategy: 21)
    let bid = try #require(bench.conclude().newOrders.first)
    bench.accept([bid])
    bench.fill(bid, lots: 4, id: 1, cum: 4)
    let legs = bench.enter(lots: 10, target: nil).legs
    bench.accept(legs)
    var turn = bench.command(.flatten, .account).turn
    for cancel in turn.cancels { turn = bench.confirm(cancel, legs[0]) }
    let exit = try #require(turn.newOrders.first { $0.timeInForce == .immediateOrCancel })
    bench.fill(exit, lots: 14, id: 3, cum: 14)
    let books = bench.books
    #expect(books.ledger[instrument].quantity.isZero)
    #expect(books.strategies?.entries(in: instrument).allSatisfy { $0.position.isFlat } == true)
  }

  @Test(arguments: 0..<40) func whateverIsTradedItAddsUp(seed: UInt64) throws {
    var random = SplitMix64(seed: seed)
    var history = TradedHistory()
    // Some journals begin before strategies were kept.
    let beginning = seed % 3 == 0 ? Int.random(in: 0..<60, using: &random) : 0
    for step in 0..<200 {
      if step == beginning { history.apply(.strategiesBegan(atNanos: 1)) }
      history.step(using: &random)
      for instrument in TradedHistory.instruments {
        #expect(history.books.strategiesAddUp(in: instrument), "seed \(seed), step \(step)")
      }
    }
    var writer = SnapshotWriter()
    history.books.write(to: &writer)
    var reader = SnapshotReader(writer.bytes)
    #expect(try ExecutorBooks(account: 1, from: &reader) == history.books, "seed \(seed)")
    var replayed = ExecutorBooks(account: 1)
    for fact in history.facts { replayed.apply(fact) }
    #expect(replayed == history.books, "seed \(seed)")
  }

  private func byHand(_ side: SideCode) -> NewOrder {
    guard let name = ClOrdIDText("by-hand") else { preconditionFailure("the name is ASCII") }
    return NewOrder(
      account: ExecutorBench.account, instrument: instrument, clOrdID: name, side: side, ordType: .limit,
      timeInForce: .goodTillCancel, execInst: [], price: ticks(10_001).raw, quantity: lots(3).raw,
      requestNanos: 0, recvWindowNanos: 0)
  }
}

extension Turn {
  /// Who is told to have what of positions.
  fileprivate func owners(to destination: Effects.Destination) -> [PositionChanged.Owner] {
    sent.filter { $0.destination == destination }.flatMap { sending in
      sending.read { message -> [PositionChanged.Owner] in
        guard case .positionChanged(let view) = copy message else { return [] }
        return (0..<view.ownersCount).map { view.owner($0) }
      }
    }
  }
}
