import ActorKit
import CoreTestKit
import OrderExecutor
import Testing
import Trading
import Wire

/// What protects a position stands, and stands in time, beside quotes, refusals and empty budgets.
@Suite struct StandingProtectionTests {
  private func live(
    minLots: Int64 = 1, maxLots: Int64? = nil, maxSpreadBps: Int64 = 100, venueHasStops: Bool = true,
    reduceOnly: Bool = true, rate: MessageRate = MessageRate(), maxOpenOrders: Int = 50
  ) throws -> ExecutorBench {
    var configuration = ExecutorBench.configuration(rate: rate, maxOpenOrders: maxOpenOrders)
    configuration.instruments = [
      try ExecutorBench.sampleWith(
        minQuantity: lots(minLots), maxQuantity: maxLots.map(lots),
        maxSpread: Bps(raw: maxSpreadBps * 1_000_000))
    ]
    configuration.venue.set(.stopOrders, venueHasStops)
    configuration.venue.set(.reduceOnly, reduceOnly)
    let bench = ExecutorBench(configuration)
    bench.goLive()
    return bench
  }

  /// A quote that rests, and is filled at once.
  @discardableResult
  private func trade(_ bench: ExecutorBench, _ side: SideCode, lots quantity: Int64, id: UInt64) throws
    -> Turn
  {
    let turn =
      side == .buy ? bench.quote(bids: [(9_999, quantity)]) : bench.quote(asks: [(10_003, quantity)])
    let order = try #require(turn.newOrders.first { $0.side == side && $0.ordType == .limit })
    bench.accept([order])
    return bench.fill(order, lots: quantity, id: id, cum: quantity)
  }

  @Test func aMomentOfDustBesideAQuotingStrategyDoesNotEndTheProtectionOfAWholeIntent() throws {
    let bench = try live(minLots: 3, reduceOnly: false)
    let stop = bench.enter(target: nil).legs
    bench.accept(stop)
    let sold = try trade(bench, .sell, lots: 8, id: 70)
    let cancel = try #require(sold.cancels.first { $0.origClOrdID == stop[0].clOrdID })
    bench.confirm(cancel, stop[0])
    #expect(bench.books.intents.open.map(\.held) == [lots(10)])
    let bought = try trade(bench, .buy, lots: 8, id: 71)
    #expect(bought.newOrders.filter { $0.ordType == .stop }.map(\.quantity) == [lots(10).raw])
  }

  @Test func aLateFillBringsBackTheProtectionOfWhatWasLeftAsDust() throws {
    let bench = try live(minLots: 3)
    let entry = bench.ask(
      ExecutorBench.intent(price: 9_990, target: nil, expireNanos: bench.expiry(inSeconds: 1))
    ).newOrders[0]
    bench.accept([entry])
    bench.fill(entry, lots: 2, id: 1, cum: 2)
    let cancel = try #require(bench.pass(seconds: 1.1).cancels.first)
    bench.confirm(cancel, entry, cum: 2)
    bench.pass(seconds: 1)
    #expect(bench.books.intents.open.allSatisfy { !$0.needsProtection }, "2 is less than an order")
    let late = bench.fill(entry, lots: 5, id: 2, cum: 7)
    #expect(late.newOrders.map(\.ordType) == [.stop])
    #expect(late.newOrders.map(\.quantity) == [lots(7).raw])
  }

  @Test(arguments: [true, false])
  func whatIsBeyondTheVenuesLargestOrderHasItsStopInParts(_ reduceOnly: Bool) throws {
    let bench = try live(maxLots: 10, reduceOnly: reduceOnly)
    let entry = bench.ask(
      ExecutorBench.intent(target: nil, expireNanos: bench.expiry())
    ).newOrders[0]
    bench.accept([entry])
    var turn = bench.fill(entry, lots: 13, id: 1, cum: 13)
    turn.append(bench.pass(seconds: 0.01))
    #expect(turn.newOrders.map(\.ordType) == [.stop, .stop])
    #expect(turn.newOrders.map(\.quantity) == [lots(10).raw, lots(3).raw])
    bench.accept(turn.newOrders)
    #expect(bench.books.restingStops(in: ExecutorBench.instrument) == lots(13))
    #expect(bench.pass(seconds: 0.5).cancels.isEmpty)
  }

  @Test func aGuardedExitIsNotKeptWaitingByQuotesThatComeBack() throws {
    let bench = try live(venueHasStops: false)
    _ = bench.enter(target: nil)
    let bid = bench.quote(bids: [(9_945, 5)]).newOrders
    bench.accept(bid)
    bench.top(9_945, 9_947)
    let cancel = try #require(bench.conclude().cancels.first)
    let turn = bench.confirm(cancel, bid[0])
    #expect(turn.newOrders.map(\.side) == [.sell])
    #expect(turn.newOrders.map(\.timeInForce) == [.immediateOrCancel])
    #expect(bench.fill(turn.newOrders[0], lots: 10, id: 9, cum: 10).intentEnds.isEmpty)
    #expect(bench.quote(bids: [(9_944, 5)]).newOrders.map(\.side) == [.buy], "and then they may come back")
  }

  /// A quote in the way whose answer is lost, to itself or to its cancel: the stop goes soon all the same.
  @Test(arguments: [false, true])
  func aGuardedExitDoesNotWaitForAnswersThatAreLost(isAccepted: Bool) throws {
    let bench = try live(venueHasStops: false)
    _ = bench.enter(target: nil)
    let bid = bench.quote(bids: [(9_945, 5)]).newOrders
    if isAccepted { bench.accept(bid) }
    bench.top(9_945, 9_947)
    #expect(bench.conclude().newOrders.isEmpty, "the venue may still answer")
    let turn = bench.pass(seconds: 0.5)
    #expect(turn.newOrders.map(\.side) == [.sell])
    #expect(turn.newOrders.map(\.timeInForce) == [.immediateOrCancel])
  }

  @Test func aRefusedTargetDoesNotDelayTheStop() throws {
    let bench = try live()
    let legs = bench.enter().legs
    bench.accept([legs[0]])
    bench.deliver(bench.report(legs[1], .rejected, status: .rejected, reason: .rateLimit))
    bench.conclude()
    bench.deliver(bench.report(legs[0], .canceled, status: .canceled))
    #expect(bench.conclude().newOrders.map(\.ordType) == [.stop])
  }

  @Test func aStopRefusedBecauseNothingIsOpenIsPlacedAtOnceWhenSomethingIs() throws {
    let bench = try live()
    let legs = bench.enter(target: nil).legs
    try trade(bench, .sell, lots: 10, id: 70)
    bench.deliver(bench.report(legs[0], .rejected, status: .rejected, reason: .reduceOnlyWouldOpen))
    bench.conclude()
    let turn = try trade(bench, .buy, lots: 10, id: 71)
    #expect(turn.newOrders.filter { $0.ordType == .stop }.map(\.quantity) == [lots(10).raw])
  }

  @Test func aRefusedGuardedExitIsPausedByItselfOnly() throws {
    let bench = try live(reduceOnly: false)
    let stop = bench.enter(target: nil).legs
    // Refused often: the pause of the stop is long by now.
    var turn = Turn()
    var last = stop[0]
    for _ in 0..<6 {
      bench.deliver(bench.report(last, .rejected, status: .rejected, reason: .rateLimit))
      turn = bench.conclude()
      turn.append(bench.pass(seconds: 3.3))
      last = try #require(turn.newOrders.last)
    }
    bench.deliver(bench.report(last, .rejected, status: .rejected, reason: .rateLimit))
    bench.conclude()
    bench.top(9_940, 9_942)
    #expect(bench.conclude().newOrders.map(\.timeInForce) == [.immediateOrCancel], "the executor guards it")
  }

  @Test func aPanicCancelsTheLegsAgainUntilTheyAreGone() throws {
    let bench = try live()
    let legs = bench.enter().legs
    bench.accept(legs)
    bench.venueOpenOrders = legs.map { bench.listed($0) }
    let panic = bench.command(.panic, .firm).turn
    #expect(panic.cancels.count == 2)
    for (leg, cancel) in zip(legs, panic.cancels) {
      bench.deliver(bench.report(leg, .cancelRejected, reason: .rateLimit, request: cancel.clOrdID))
    }
    var turn = bench.conclude()
    turn.append(bench.pass(seconds: 3))
    #expect(Set(turn.cancels.map(\.origClOrdID)) == Set(legs.map(\.clOrdID)))
    #expect(turn.newOrders.isEmpty)
  }

  @Test func withoutBudgetAGuardedTargetWaitsUntilThereIsSome() throws {
    let bench = try live(
      reduceOnly: false, rate: MessageRate(perSecond: 1, burst: 4, cancelReserve: 2))
    bench.pass(seconds: 5)
    let stop = bench.enter().legs
    bench.accept(stop)
    bench.top(10_100, 10_102)
    let cancel = try #require(bench.conclude().cancels.first)
    // The last of the budget goes to the cancel of a quote or to the exit itself; then it is empty.
    var turn = bench.confirm(cancel, stop[0])
    for id in 0..<4 {
      guard let exit = turn.newOrders.first else { break }
      bench.deliver(bench.report(exit, .expired, status: .expired, reason: .noLiquidity))
      turn = bench.conclude()
      guard let next = turn.newOrders.first(where: { $0.ordType == .stop }) else { break }
      bench.deliver(bench.report(next, .canceled, status: .canceled))
      turn = bench.conclude()
      #expect(id < 3)
    }
    var turns = 0
    let end = bench.now().boot + 300 * .nanosPerMilli
    while bench.core.nextWake.boot < end, turns < 1_000 {
      turns += 1
      bench.pass(seconds: Double(max(bench.core.nextWake.boot - bench.now().boot, 1)) / 1e9)
    }
    #expect(turns < 20, "\(turns) turns in 0.3 s")
  }

  @Test func aFillBeyondWhatAnIntentCanCountIsRefusedAndDoesNotTrap() throws {
    let bench = try live()
    let (entry, legs) = bench.enter()
    bench.accept(legs)
    let huge = Int64.max / lots(1).raw
    var hand = entry
    hand.clOrdID = try #require(ClOrdIDText("hand"))
    hand.side = .sell
    bench.deliver(bench.trade(hand, lots: huge, id: 77, cum: 1, at: 1))
    bench.conclude()
    #expect(bench.books.ledger[ExecutorBench.instrument].quantity == lots(10 - huge))
    bench.deliver(bench.trade(entry, lots: huge, id: 78, cum: 10, at: 1))
    let turn = bench.conclude()
    #expect(turn.alarms.contains(.arithmetic))
    #expect(bench.core.state == .quarantined)
    #expect(bench.books.ledger[ExecutorBench.instrument].quantity == lots(10 - huge), "it is not booked")
  }

  /// Orders that may be open; entries that are sent. Each keeps room for its stop and its target.
  @Test(arguments: [(2, 0), (3, 1), (5, 1), (6, 2), (9, 3)])
  func entriesLeaveRoomForTheLegsOfAll(_ most: Int, _ sent: Int) throws {
    let bench = try live(maxOpenOrders: most)
    var entries: [NewOrder] = []
    for counter in UInt64(1)...4 {
      entries +=
        bench.ask(
          ExecutorBench.intent(counter, price: 9_990, expireNanos: bench.expiry())
        ).newOrders
    }
    #expect(entries.count == sent)
    bench.accept(entries)
    guard let first = entries.first else { return }
    let legs = bench.fill(first, lots: 10, id: 5, cum: 10).newOrders.filter { $0.side == .sell }
    #expect(legs.map(\.ordType) == [.stop, .limit])
    #expect(bench.books.open.count <= most)
  }

  /// Until it stands: its entry has ended, and does not tell of it any more.
  @Test(arguments: [(4, 0), (5, 1)])
  func aStopThatIsToBeRepeatedKeepsItsRoom(_ most: Int, _ sent: Int) throws {
    let bench = try live(maxOpenOrders: most)
    let legs = bench.enter().legs
    bench.accept([legs[1]])
    bench.deliver(bench.report(legs[0], .rejected, status: .rejected, reason: .rateLimit))
    let second = ExecutorBench.intent(7, price: 9_990, expireNanos: bench.expiry())
    #expect(bench.ask(second).newOrders.filter { $0.side == .buy }.count == sent)
    #expect(bench.pass(seconds: 1).newOrders.contains { $0.ordType == .stop })
  }

  /// Where quotes may be far apart, one trade moves their middle by more than elsewhere.
  @Test func aMarketOfWideQuotesKeepsItsPriceWhenOneSideMoves() throws {
    let bench = try live(maxSpreadBps: 500)
    bench.top(9_800, 10_200)
    bench.conclude()
    bench.top(10_000, 10_400)
    bench.conclude()
    #expect(bench.quote(bids: [(9_999, 5)]).newOrders.map(\.side) == [.buy])
  }
}
