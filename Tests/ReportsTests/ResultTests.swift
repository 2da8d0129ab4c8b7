import OrderExecutor
import Reports
import Testing
import Trading

/// Positions, profit and money in a report.
@Suite struct ResultTests {
  /// Seven executions through long, flat, short and back, with the results of a hand calculation at average
  /// cost.
  static let roundTrip: [(side: Side, quantity: String, price: String, fee: String)] = [
    (.buy, "10", "100", "0.5"), (.buy, "5", "101", "0.25"), (.sell, "8", "103", "0.41"),
    (.sell, "12", "99.5", "0.6"), (.buy, "3", "98", "0.15"), (.buy, "4", "97.25", "0.2"),
    (.sell, "2", "100", "0.1"),
  ]

  @Test func aRoundTripEndsWithTheHandCalculatedResult() throws {
    let report = story(Self.roundTrip.count).report
    #expect(report.isReconciled)
    let result = try #require(report.accounts.first?.instruments.first)
    #expect(result.position == .zero && result.averagePrice == nil && result.fillCount == 7)
    #expect(result.realized == money("30"))
    #expect(result.unrealized == money("0"))
    #expect(result.fees == money("2.21"))
    #expect(result.net == money("27.79"))
    let cash = try #require(report.accounts.first?.cash)
    #expect(cash.map { "\($0.amount) \($0.currency)" } == ["50 BTC", "10027.79 USDT"])
  }

  @Test(arguments: [
    (1, "10", "100", "0", "0"), (2, "15", "100.333333333", "0", "10"),
    (3, "7", "100.333333333", "21.33333333", "18.66666667"),
    (4, "-5", "99.5", "15.5", "0"), (5, "-2", "99.5", "20", "3"), (6, "2", "97.25", "24.5", "0"),
  ])
  func anOpenPositionIsValuedAtTheLastTrade(
    _ count: Int, _ position: String, _ average: String, _ realized: String, _ unrealized: String
  ) throws {
    let result = try #require(story(count).report.accounts.first?.instruments.first)
    #expect("\(result.position)" == position)
    #expect(result.averagePrice == price(average))
    #expect(result.mark?.price == price(Self.roundTrip[count - 1].price) && result.mark?.source == .lastTrade)
    #expect(result.realized == money(realized))
    #expect(result.unrealized == money(unrealized))
  }

  @Test func aGivenMarkGoesBeforeTheLastTrade() throws {
    var record = story(2).record
    record.marks = [RunRecord.Mark(instrument: 1, price: price("102.5"))]
    let result = try #require(RunReport(record).accounts.first?.instruments.first)
    #expect(result.mark?.price == price("102.5") && result.mark?.source == .given)
    #expect(result.unrealized == money("32.5"))
    #expect(result.net == money("31.75"))
  }

  @Test func withoutTheVenuesTradesAPositionHasNoValue() throws {
    var story = story(1)
    story.venue.remove(at: story.venueTrade(1))
    let result = try #require(story.report.accounts.first?.instruments.first)
    #expect(result.mark == nil && result.unrealized == nil && result.net == nil)
    #expect(result.position == quantity("10"))
  }

  @Test func aFeeInAnotherCurrencyIsNotSubtracted() throws {
    var story = story(7)
    let place = story.executorFill(3)
    story.executor[place] = story.executor[place].changed { $0.feeCurrency = .base }
    let account = try #require(story.report.accounts.first)
    let result = try #require(account.instruments.first)
    #expect(result.fees == money("1.8") && result.net == nil)
    #expect(account.cash.map { "\($0.amount)" } == ["49.59", "10028.2"])
  }

  @Test func ordersCancelsAndFillsAreCountedFromTheJournal() {
    let counts = Story.simple.report.counts
    #expect(counts.ordersSent == 4 && counts.cancels == 1 && counts.fills == 3)
    #expect(counts.ordersRejected.isEmpty && counts.cancelsRejected.isEmpty)
  }

  @Test func refusedOrdersAndCancelsAreCountedByReason() {
    var story = Story.simple
    story.executor.append(
      .cancelRequested(order: Story.id(5), request: Story.id(20), requestNanos: 0))
    story.executor.append(
      .cancelRejected(order: Story.id(5), request: Story.id(20), reason: .tooLateToCancel))
    for counter in 21...23 {
      let id = Story.id(UInt64(counter))
      story.executor.append(.created(id, .buy, quantity("1"), at: price("97")))
      story.executor.append(.ended(id, .rejected, reason: counter == 21 ? .rateLimit : .insufficientBalance))
    }
    let counts = story.report.counts
    #expect(counts.cancels == 2)
    #expect(counts.cancelsRejected.map { "\($0.name) \($0.value)" } == ["tooLateToCancel 1"])
    #expect(
      counts.ordersRejected.map { "\($0.name) \($0.value)" } == ["insufficientBalance 2", "rateLimit 1"])
  }

  private func story(_ count: Int) -> Story {
    var story = Story()
    for fill in Self.roundTrip.prefix(count) {
      let order = story.order(fill.side, fill.quantity, at: fill.price)
      story.fill(order, fill.quantity, at: fill.price, fee: fill.fee)
    }
    return story
  }
}
