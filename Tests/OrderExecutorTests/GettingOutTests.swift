import CoreTestKit
import OrderExecutor
import Testing
import Trading
import Wire

/// What closes a position, or protects it, waits for nothing that it does not need.
@Suite struct GettingOutTests {
  private static func configuration(_ rate: MessageRate? = nil) -> OrderExecutor.Configuration {
    rate.map { ExecutorBench.configuration(maxPositionLots: 5_000, rate: $0, maxOpenOrders: 200) }
      ?? ExecutorBench.configuration(maxPositionLots: 5_000, maxOpenOrders: 200)
  }

  /// An entry rests, and `count` quotes on either side of it.
  private func live(
    _ configuration: OrderExecutor.Configuration, quotes count: Int64
  ) -> (bench: ExecutorBench, entry: NewOrder) {
    let bench = ExecutorBench(configuration)
    bench.goLive()
    let intent = ExecutorBench.intent(1, price: 9_990, target: nil, expireNanos: bench.expiry(inSeconds: 600))
    let entry = bench.ask(intent).newOrders[0]
    bench.accept([entry])
    bench.venueOpenOrders = [bench.listed(entry)]
    var turn = bench.quote(bids: levels(.buy, count), asks: levels(.sell, count))
    for _ in 0..<20 {
      bench.accept(turn.newOrders)
      for order in turn.newOrders {
        bench.venueOpenOrders.append(bench.listed(order, id: UInt64(501 + bench.venueOpenOrders.count)))
      }
      turn = bench.pass(seconds: 1)
    }
    return (bench, entry)
  }

  private func levels(_ side: Side, _ count: Int64, shift: Int64 = 0) -> [(Int64, Int64)] {
    (0..<count).map { (side == .buy ? 9_980 - 2 * $0 + shift : 10_020 + 2 * $0 + shift, 1) }
  }

  /// The strategy moves all its quotes in the turn in which an entry fills: the stop goes first.
  @Test(arguments: [MessageRate(perSecond: 10, burst: 20, cancelReserve: 10), nil])
  func aStopDoesNotWaitBehindTheCancelsOfQuotes(rate: MessageRate?) {
    let (bench, entry) = live(Self.configuration(rate), quotes: 20)
    #expect(bench.books.open.count > 30)
    bench.target(bids: levels(.buy, 20, shift: 1), asks: levels(.sell, 20, shift: 1))
    bench.deliver(bench.trade(entry, lots: 10, id: 1, cum: 10))
    #expect(bench.conclude().newOrders.first?.ordType == .stop)
  }

  /// The venue answers no cancel: all are in doubt and asked about again and again.
  @Test func neitherAStopNorAPanicWaitsBehindQuestionsAboutDoubts() {
    let (bench, entry) = live(Self.configuration(), quotes: 50)
    bench.quote()
    bench.pass(seconds: 7)
    #expect(bench.books.inDoubtCount > 50)
    bench.venueOpenOrders.removeFirst()
    bench.deliver(bench.trade(entry, lots: 10, id: 1, cum: 10))
    #expect(bench.conclude().newOrders.first?.ordType == .stop)
    let waiting = bench.books.open.count
    let panic = bench.command(.panic).turn
    #expect(panic.cancels.count >= 5, "half of what is kept for cancels, less the stop and its cancel")
    #expect(bench.pass(seconds: 3).cancels.count + panic.cancels.count >= waiting)
  }

  /// A quote that has had no answer is no reason to stay in, whether a fence ends the doubt or nothing does.
  @Test(arguments: Trading.VenueCapabilities.Doubt.allCases)
  func aFlattenDoesNotWaitForAnOrderThatMayNeverHaveArrived(doubt: Trading.VenueCapabilities.Doubt) {
    var configuration = ExecutorBench.configuration()
    configuration.venue.doubt = doubt
    let bench = ExecutorBench(configuration)
    bench.goLive()
    let legs = bench.enter().legs
    bench.accept(legs)
    bench.venueOpenOrders = legs.enumerated().map { bench.listed($1, id: UInt64(500 + $0)) }
    bench.quote(bids: [(9_990, 1)])
    bench.pass(seconds: 1)
    let cancels = bench.command(.flatten).turn.cancels
    var exits: [NewOrder] = []
    for (cancel, leg) in zip(cancels, legs) { exits += bench.confirm(cancel, leg).newOrders }
    bench.venueOpenOrders = []
    exits += bench.pass(seconds: 0.1).newOrders
    #expect(exits.map(\.timeInForce) == [.immediateOrCancel] && exits.map(\.quantity) == [lots(10).raw])
    guard let exit = exits.first else { return }
    bench.deliver(bench.trade(exit, lots: 10, id: 60, cum: 10))
    bench.conclude()
    #expect(!bench.books.flattenings.isEmpty, "what is in doubt may open it again")
  }

  /// The answer to a cancel is lost: what closes goes soon all the same, and it is over when that order is.
  @Test func aFlattenDoesNotWaitForTheAnswerToACancelThatIsLost() throws {
    let bench = ExecutorBench()
    bench.goLive()
    let legs = bench.enter().legs
    bench.accept(legs)
    let quote = bench.quote(asks: [(10_020, 1)]).newOrders
    bench.accept(quote)
    bench.venueOpenOrders = (legs + quote).map { bench.listed($0) }
    let cancels = bench.command(.flatten).turn.cancels
    #expect(cancels.count == 3)
    var exits: [NewOrder] = []
    for cancel in cancels {
      guard let leg = legs.first(where: { $0.clOrdID == cancel.origClOrdID }) else { continue }
      exits += bench.confirm(cancel, leg).newOrders
    }
    #expect(exits.isEmpty, "the venue may still answer")
    exits += bench.pass(seconds: 0.5).newOrders
    #expect(exits.map(\.timeInForce) == [.immediateOrCancel] && exits.map(\.quantity) == [lots(10).raw])
    let exit = try #require(exits.first)
    bench.deliver(bench.trade(exit, lots: 10, id: 60, cum: 10))
    bench.conclude()
    #expect(!bench.books.flattenings.isEmpty, "the quote may still fill")
    bench.deliver(bench.report(quote[0], .canceled, status: .canceled))
    bench.conclude()
    #expect(bench.books.flattenings.isEmpty)
  }

  /// One strategy is long by an intent, another short by a quote: closed is what the account has, and then
  /// neither has anything.
  @Test(arguments: [false, true]) func aFlatAccountLeavesNoStrategyAnything(isFromSnapshot: Bool) throws {
    let bench = ExecutorBench()
    bench.goLive()
    let legs = bench.enter().legs
    bench.accept(legs)
    bench.target(asks: [(10_010, 4)], strategy: 12)
    let quote = bench.conclude().newOrders
    bench.accept(quote)
    let smaller = bench.fill(quote[0], lots: 4, id: 50, cum: 4).newOrders
    bench.accept(smaller)
    let cancels = bench.command(.flatten, .account).turn.cancels
    #expect(!cancels.isEmpty)
    for order in bench.books.open {
      let sent = try #require((legs + smaller).first { $0.clOrdID == ClOrdIDText(order.id) })
      bench.deliver(bench.report(sent, .canceled, status: .canceled))
    }
    let exit = try #require(bench.conclude().newOrders.first ?? bench.pass(seconds: 1).newOrders.first)
    bench.deliver(bench.trade(exit, lots: 6, id: 60, cum: 6))
    let end = bench.conclude()
    #expect(bench.books.flattenings.isEmpty && bench.books.ledger[ExecutorBench.instrument].quantity.isZero)
    let revived = try bench.revived(fromSnapshot: isFromSnapshot)
    for books in [bench.books, revived.books] {
      let entries = try #require(books.strategies).entries
      #expect(entries.allSatisfy { $0.position.quantity.isZero })
      #expect(books.strategiesAddUp(in: ExecutorBench.instrument))
    }
    #expect(!end.alarms.contains(.ownerlessPosition))
  }

  /// Each would close all of it; together they would turn it round.
  @Test func grantedReduceTwoStrategiesTogetherKeepNoMoreThanCloses() {
    let bench = ExecutorBench()
    bench.goLive()
    let bid = bench.quote(bids: [(9_999, 5)]).newOrders
    bench.accept(bid)
    bench.fill(bid[0], lots: 5, id: 1, cum: 5)
    bench.target(asks: [(10_010, 5)])
    bench.target(asks: [(10_011, 5)], strategy: 12)
    let quotes = bench.conclude().newOrders
    #expect(quotes.count == 2)
    bench.accept(quotes)
    bench.venueOpenOrders = quotes.enumerated().map { bench.listed($1, id: UInt64(500 + $0)) }
    bench.grantedLevel = .reduce
    bench.pass(seconds: 3)
    let asks = bench.books.open.filter { $0.side == .sell && !$0.isCancelPending }
    #expect(asks.map(\.strategy) == [11] && asks.map(\.worstCaseOpen) == [lots(5)])
  }

  /// An entry at the market and a quote of another strategy there: the quote goes, and comes back when the
  /// entry is over.
  @Test func anEntryTakesOwnQuotesOutOfItsWay() throws {
    let bench = ExecutorBench()
    bench.goLive()
    let quotes = bench.quote(bids: [(9_999, 1)], asks: [(10_003, 1), (10_030, 1)]).newOrders
    bench.accept(quotes)
    let intent = ExecutorBench.intent(1, price: 10_010, stop: 9_900, target: nil, expireNanos: bench.expiry())
    let asked = bench.ask(intent)
    #expect(asked.newOrders.isEmpty && asked.cancels.map(\.origClOrdID) == [quotes[1].clOrdID])
    #expect(bench.quote(bids: [(9_999, 1)], asks: [(10_004, 1), (10_030, 1)]).newOrders.isEmpty)
    let entry = try #require(bench.confirm(asked.cancels[0], quotes[1]).newOrders.first)
    #expect(entry.price == ticks(10_010).raw && entry.side == .buy)
    bench.accept([entry])
    bench.deliver(bench.report(entry, .expired, status: .expired))
    bench.conclude()
    bench.pass(seconds: 0.1)
    let asks = bench.books.open.filter { $0.side == .sell && $0.purpose == .quote }.map(\.price)
    #expect(asks.contains(ticks(10_004)))
  }

  /// An order of ours that is no quote stands in an entry's way, a target or another entry: without the quotes
  /// it would not go either.
  @Test(arguments: [false, true]) func quotesMakeNoWayForAnEntryThatCannotGo(isTarget: Bool) throws {
    let bench = ExecutorBench(ExecutorBench.configuration(maxPositionLots: 5_000))
    bench.goLive()
    func list(_ orders: [NewOrder]) {
      bench.accept(orders)
      for order in orders { bench.venueOpenOrders.append(bench.listed(order)) }
    }
    if isTarget {
      list(bench.enter(1, target: 10_006).legs)
    } else {
      let other = ExecutorBench.intent(
        1, side: .sell, price: 10_006, stop: 10_100, target: nil, expireNanos: bench.expiry(inSeconds: 600))
      list(bench.ask(other).newOrders)
    }
    list(bench.quote(asks: [(10_008, 1), (10_030, 1)]).newOrders)
    let intent = ExecutorBench.intent(
      2, price: 10_010, stop: 9_900, target: nil, expireNanos: bench.expiry(inSeconds: 600))
    #expect(bench.ask(intent).newOrders.isEmpty)
    bench.quote(asks: [(10_008, 1), (10_030, 1)])
    bench.pass(seconds: 20)
    let asks = bench.books.open.filter { $0.side == .sell && $0.purpose == .quote }.map(\.price)
    #expect(
      asks == [ticks(10_008), ticks(10_030)] && bench.books.intents[ExecutorBench.intentID(2)]?.end == nil)
  }

  /// It says so, and is counted.
  @Test func anEntryThatWaitedInVainNamesWhatItWaitedFor() throws {
    let bench = ExecutorBench()
    bench.goLive()
    let quotes = bench.quote(asks: [(10_003, 1)]).newOrders
    bench.accept(quotes)
    bench.venueOpenOrders = [bench.listed(quotes[0])]
    let intent = ExecutorBench.intent(
      1, price: 10_010, stop: 9_900, target: nil, expireNanos: bench.expiry(inSeconds: 2))
    bench.ask(intent)
    bench.pass(seconds: 3)
    let end = try #require(bench.books.intents[ExecutorBench.intentID(1)]?.end)
    #expect(end.outcome == .expired && end.check == .selfTrade)
    #expect(bench.counter("ordersDenied.selfTrade") == 2, "the entry, and the quote that made way for it")
  }

  /// The first start of an account of real money is halted until a person says otherwise, however often its
  /// process died before it had written anything down.
  @Test(arguments: [UInt32(1), 2, 1_700_000_000]) func whatWroteNothingDownWasNoFirstStart(epoch: UInt32) {
    var configuration = ExecutorBench.configuration()
    configuration.startsHalted = true
    let bench = CoreBench(OrderExecutor(configuration))
    bench.start(epoch: epoch)
    #expect(bench.core.books.halts.count == 1)
  }
}
