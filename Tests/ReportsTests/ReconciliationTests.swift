import OrderExecutor
import Reports
import Testing
import Trading
import VenueSimulator
import Vocabulary
import Wire

@Suite struct ReconciliationTests {
  @Test func theSameStoryToldTwiceReconciles() {
    let report = Story.simple.report
    #expect(report.isReconciled)
    #expect(report.reconciliation.orders.executor.count == 4)
    #expect(report.reconciliation.orders.venue.count == 4)
    #expect(report.reconciliation.fills.executor.count == 3)
    #expect(report.reconciliation.fills.venue.count == 3)
    #expect(report.reconciliation.positions.executor == report.reconciliation.positions.venue)
    #expect(report.reconciliation.cash.executor.amounts.map(\.text) == ["50.5", "9955.644"])
    #expect(report.reconciliation.cash.venue.amounts.map(\.text) == ["50.5", "9955.644"])
  }

  @Test func aRunWithoutOrdersReconciles() {
    #expect(Story().report.isReconciled)
  }

  @Test func aFillThatTheExecutorMissedIsNamedWithItsConsequences() {
    var story = Story.simple
    story.executor.remove(at: story.executorFill(2))
    let found = story.report.reconciliation
    expect(
      found.fills,
      "trade 0x10000000000000002: sell 1 BTCUSDT.SIM at 104 for order \(Story.id(2)) at the venue, not booked"
    )
    expect(found.positions, "BTCUSDT.SIM: 1.5 in the executor's books, 0.5 by the venue's trades")
    expect(found.cash, "BTC: 51.5 in the executor's books, 50.5 by the venue's trades")
    expect(found.cash, "USDT: 9851.748 in the executor's books, 9955.644 by the venue's trades")
    // The order that lacks it waits for more.
    expect(found.orders, "order \(Story.id(2)): open in the executor's books, not at the venue")
    #expect(found.orders.differenceCount == 1)
    #expect(found.fills.differenceCount == 1)
  }

  @Test func aFillBookedTwiceIsNamed() {
    var story = Story.simple
    story.executor.append(story.executor[story.executorFill(3)])
    let found = story.report.reconciliation
    expect(found.fills, "trade 0x10000000000000003 is booked twice by the executor")
    expect(found.positions, "BTCUSDT.SIM: 0 in the executor's books, 0.5 by the venue's trades")
    #expect(found.fills.executor.count == 4)
    #expect(!found.cash.isEqual)
  }

  @Test func aFillThatTheVenueNeverMadeIsNamed() {
    var story = Story.simple
    story.venue.remove(at: story.venueTrade(3))
    let found = story.report.reconciliation
    expect(
      found.fills,
      "trade 0x10000000000000003: sell 0.5 BTCUSDT.SIM at 104 booked by the executor, "
        + "not in the venue's journal"
    )
    expect(found.orders, "order \(Story.id(2)): open at the venue, not in the executor's books")
    expect(found.positions, "0.5 in the executor's books, 1 by the venue's trades")
  }

  /// Of a run that memory does not hold, the early part lies on disk when late facts and the comparison come.
  @Test func aRunTooLongForMemoryIsComparedAsAnyOther() {
    var story = Story()
    let resting = story.order(.sell, "1", at: "200")
    for _ in 0..<RecordList<BookedFill>.mostInMemory + 100 {
      story.fill(story.order(.buy, "0.001", at: "1"), "0.001", at: "1")
    }
    story.fill(resting, "0.25", at: "200")
    story.cancel(resting)
    let report = story.report
    #expect(report.isReconciled, "\(report.text)")
    #expect(report.counts.fills == Int64(RecordList<BookedFill>.mostInMemory + 101))
    let early = story.executorFill(7)
    guard case .filled(var fill) = story.executor[early] else { return }
    fill.price = price("1.01")
    story.executor[early] = .filled(fill)
    let found = story.report.reconciliation
    expect(found.fills, "trade 0x10000000000000007: price 1.01 by the executor, 1 at the venue")
    #expect(found.fills.differenceCount == 1)
  }

  @Test func anotherPriceIsNamedAndMovesOnlyCash() {
    let found = changedFill { $0.price = price("104.01") }
    expect(found.fills, "trade 0x10000000000000002: price 104.01 by the executor, 104 at the venue")
    expect(found.cash, "USDT: 9955.654 in the executor's books, 9955.644 by the venue's trades")
    #expect(found.positions.isEqual && found.orders.isEqual)
    #expect(found.cash.differenceCount == 1)
  }

  @Test func anotherFeeIsNamedToTheLastDigit() {
    let found = changedFill { $0.fee = money("0.10400001") }
    expect(found.fills, "fee 0.10400001 USDT by the executor, 0.104 USDT at the venue")
    expect(found.cash, "USDT: 9955.64399999 in the executor's books, 9955.644 by the venue's trades")
  }

  @Test func anotherFeeCurrencyIsNamed() {
    let found = changedFill { $0.feeCurrency = .base }
    expect(found.fills, "fee 0.104 BTC by the executor, 0.104 USDT at the venue")
    #expect(found.cash.differenceCount == 2)
  }

  @Test func anotherQuantityIsNamed() {
    let found = changedFill { $0.quantity = quantity("0.99") }
    expect(found.fills, "quantity 0.99 by the executor, 1 at the venue")
    expect(found.positions, "BTCUSDT.SIM: 0.51 in the executor's books, 0.5 by the venue's trades")
  }

  @Test func anotherSideIsNamed() {
    let found = changedFill { $0.side = .buy }
    expect(found.fills, "side buy by the executor, sell at the venue")
    expect(found.positions, "BTCUSDT.SIM: 2.5 in the executor's books, 0.5 by the venue's trades")
  }

  @Test func anotherOrderIsNamed() {
    let found = changedFill { $0.order = nil }
    expect(found.fills, "order of somebody else by the executor, \(Story.id(2)) at the venue")
  }

  @Test func anotherPlaceInTheTradeLogIsNamed() {
    let found = changedFill { $0.tradeSequence = 9 }
    expect(found.fills, "place in the account's trades 9 by the executor, 2 at the venue")
    #expect(found.fills.differenceCount == 1 && found.positions.isEqual && found.cash.isEqual)
  }

  @Test func anUnknownOrderAtTheVenueIsNamed() {
    var story = Story.simple
    let stranger = Story.venueOrder(
      90, .buy, quantity("3"), at: price("98"), id: ClOrdID(account: 7, epoch: 9, counter: 1))
    story.venue.append(.accepted(stranger))
    let found = story.report.reconciliation
    expect(found.orders, "order \(stranger.clOrdID): accepted by the venue, not in the executor's journal")
    expect(found.orders, "order \(stranger.clOrdID): open at the venue, not in the executor's books")
    #expect(found.orders.differenceCount == 2)
    #expect(found.orders.venue.count == 5)
  }

  @Test func anOrderAcceptedTwiceIsNamed() {
    var story = Story.simple
    story.venue.append(.accepted(Story.venueOrder(91, .buy, quantity("1"), at: price("99"), id: Story.id(3))))
    expect(story.report.reconciliation.orders, "order \(Story.id(3)): accepted by the venue 2 times")
  }

  @Test func otherTermsThanSentAreNamed() {
    var story = Story()
    story.executor.append(.created(Story.id(1), .buy, quantity("1"), at: price("100")))
    story.executor.append(.orderAccepted(order: Story.id(1), venueOrderId: 1, eventNanos: 0))
    story.venue.append(.accepted(Story.venueOrder(1, .buy, quantity("2"), at: price("100"))))
    expect(
      story.report.reconciliation.orders,
      "order \(Story.id(1)): buy 1 BTCUSDT.SIM at 100 by the executor, buy 2 BTCUSDT.SIM at 100 at the venue")
  }

  @Test func anOrderThatOnlyTheExecutorThinksAcceptedIsNamed() {
    var story = Story.simple
    story.executor.append(.created(Story.id(50), .buy, quantity("1"), at: price("97")))
    story.executor.append(.orderAccepted(order: Story.id(50), venueOrderId: 50, eventNanos: 0))
    let found = story.report.reconciliation.orders
    expect(found, "order \(Story.id(50)): accepted by the executor's books, not in the venue's journal")
    expect(found, "order \(Story.id(50)): open in the executor's books, not at the venue")
    #expect(found.differenceCount == 2)
  }

  @Test func anOrderInDoubtAtTheEndIsNamed() {
    var story = Story.simple
    story.executor.append(.created(Story.id(50), .buy, quantity("1"), at: price("97")))
    story.executor.append(.orderInDoubt(order: Story.id(50), request: nil))
    let found = story.report.reconciliation.orders
    expect(found, "order \(Story.id(50)): open in the executor's books, not at the venue")
    #expect(found.differenceCount == 1)
  }

  @Test func anOrderThatCountedAsNeverPlacedButWorksIsNamed() {
    var story = Story.simple
    story.executor.append(.created(Story.id(50), .buy, quantity("1"), at: price("97")))
    story.executor.append(.orderNotPlaced(order: Story.id(50), isProven: true))
    story.venue.append(.accepted(Story.venueOrder(50, .buy, quantity("1"), at: price("97"))))
    let found = story.report.reconciliation.orders
    expect(found, "accepted by the venue, refused or never placed by the executor's books")
    expect(found, "order \(Story.id(50)): open at the venue, not in the executor's books")
  }

  @Test func anOrderFoundAtTheVenueIsNamedEvenWhenItWasTakenOver() {
    var story = Story.simple
    story.executor.append(.adopted(Story.id(60), .buy, quantity("1"), at: price("97")))
    story.venue.append(.accepted(Story.venueOrder(60, .buy, quantity("1"), at: price("97"))))
    let report = story.report
    expect(report.reconciliation.orders, "the executor found it there and had not created it")
    #expect(report.reconciliation.orders.differenceCount == 1)
    #expect(report.counts.ordersSent == 4, "a found order was not sent")
  }

  @Test func ordersThatNeverReachedTheVenueAreNoDifference() {
    var story = Story.simple
    story.executor.append(.created(Story.id(50), .buy, quantity("1"), at: price("97")))
    story.executor.append(.ended(Story.id(50), .rejected, reason: .postOnlyWouldTake))
    story.executor.append(.created(Story.id(51), .buy, quantity("1"), at: price("97")))
    story.executor.append(.orderNotPlaced(order: Story.id(51), isProven: true))
    let report = story.report
    #expect(report.isReconciled, "\(report.reconciliation.orders.differences)")
    #expect(report.counts.ordersSent == 6)
    #expect(report.counts.ordersRejected.map(\.name) == ["postOnlyWouldTake"])
  }

  @Test func aCancelThatOnlyOneSideSawLeavesTheOrderOpenOnTheOther() {
    var atVenue = Story.simple
    atVenue.executor.append(.ended(Story.id(5), .canceled))
    expect(
      atVenue.report.reconciliation.orders,
      "order \(Story.id(5)): open at the venue, not in the executor's books")

    var atExecutor = Story.simple
    atExecutor.venue.append(
      .ended(
        VenueFact.Ending(
          account: Story.account, venueOrderId: 5, status: .canceled, reason: .none, eventNanos: 0)))
    expect(
      atExecutor.report.reconciliation.orders,
      "order \(Story.id(5)): open in the executor's books, not at the venue")
  }

  /// The word of its acceptance was lost, that of its end was not.
  @Test func anOrderThatTheVenueAcceptedAndThenRejectedIsRefusedByBoth() {
    var story = Story.simple
    story.venue.append(
      .accepted(Story.venueOrder(60, .buy, quantity("1"), at: price("97"), id: Story.id(60))))
    story.venue.append(
      .ended(
        VenueFact.Ending(
          account: Story.account, venueOrderId: 60, status: .rejected, reason: .insufficientBalance,
          eventNanos: 0)))
    story.executor.append(.created(Story.id(60), .buy, quantity("1"), at: price("97")))
    story.executor.append(.ended(Story.id(60), .rejected, reason: .insufficientBalance))
    let report = story.report
    #expect(report.isReconciled, "\(report.reconciliation.orders.differences)")
  }

  private func changedFill(_ change: (inout BookedFill) -> Void) -> Reconciliation {
    var story = Story.simple
    let place = story.executorFill(2)
    story.executor[place] = story.executor[place].changed(change)
    let report = story.report
    #expect(!report.isReconciled)
    return report.reconciliation
  }
}

/// Holds when a difference is named that contains the text.
func expect(
  _ comparison: Comparison, _ text: String, sourceLocation: SourceLocation = #_sourceLocation
) {
  #expect(!comparison.isEqual, sourceLocation: sourceLocation)
  #expect(
    comparison.differences.contains { $0.contains(text) && $0.hasPrefix("account main") },
    "not in \(comparison.differences)", sourceLocation: sourceLocation)
}
