import OrderExecutor
import Reports
import Testing
import Trading
import VenueSimulator
import Wire

/// Facts that no sound program writes: the cores would trap on them, a report names them.
@Suite struct ImpossibleFactsTests {
  @Test func aFactOnAnOrderThatWasNeverCreatedIsNamed() {
    var story = Story.simple
    story.executor.append(.orderAccepted(order: Story.id(70), venueOrderId: 70, eventNanos: 0))
    story.executor.append(.ended(Story.id(71), .canceled))
    let orders = story.report.reconciliation.orders
    expect(orders, "order \(Story.id(70)) was accepted, and was never created")
    expect(orders, "order \(Story.id(71)) ended, and was never created")
  }

  @Test func anOrderCreatedTwiceIsNamed() {
    var story = Story.simple
    story.executor.append(story.executor[0])
    expect(story.report.reconciliation.orders, "order \(Story.id(1)) was created twice")
  }

  @Test func idsThatDoNotRiseAreNamed() {
    var story = Story.simple
    let old = ClOrdID(account: Story.account, epoch: 0, counter: 900)
    story.executor.append(.created(old, .buy, quantity("1"), at: price("97")))
    story.executor.append(.ended(old, .rejected, reason: .rateLimit))
    expect(story.report.reconciliation.orders, "order \(old) was created after \(Story.id(5)): ids must rise")
  }

  @Test func whatComesAfterAnImpossibleFactIsStillCompared() {
    var story = Story.simple
    story.executor.insert(.ended(Story.id(71), .canceled), at: 0)
    let found = story.report.reconciliation
    #expect(found.orders.differenceCount == 1)
    #expect(found.fills.isEqual && found.positions.isEqual && found.cash.isEqual)
  }

  @Test func aTradeThatStandsTwiceInTheVenuesJournalIsNamed() {
    var story = Story.simple
    story.venue.append(story.venue[story.venueTrade(3)])
    let found = story.report.reconciliation
    expect(found.fills, "trade 0x10000000000000003: stands twice in the venue's journal")
    expect(found.fills, "trade 0x10000000000000003: number 3 of the account, not 4")
    expect(found.orders, "trade 0x10000000000000003 of the venue's order 2, which is not open")
    expect(found.positions, "0.5 in the executor's books, 0 by the venue's trades")
  }

  @Test func aHoleInTheVenuesTradeLogIsNamed() {
    var story = Story.simple
    story.venue.remove(at: story.venueTrade(2))
    expect(story.report.reconciliation.fills, "trade 0x10000000000000003: number 3 of the account, not 2")
  }

  @Test func moreFilledThanOrderedIsNamed() {
    var story = Story()
    let order = story.order(.buy, "1", at: "100")
    story.fill(order, "1.5", at: "100")
    expect(story.report.reconciliation.fills, "order \(Story.id(1)): 1.5 filled of 1")
  }

  @Test func aVenuesOrderNumberGivenTwiceIsNamed() {
    var story = Story.simple
    story.venue.append(
      .accepted(Story.venueOrder(1, .buy, quantity("1"), at: price("97"), id: Story.id(80))))
    expect(
      story.report.reconciliation.orders, "order \(Story.id(80)): the venue's number 1 is given twice")
  }

  @Test func onlyTwentyDifferencesAreNamedAndAllAreCounted() {
    var story = Story()
    for _ in 0..<30 { story.fill(story.order(.buy, "1", at: "100"), "1", at: "100") }
    story.executor.removeAll { if case .filled = $0 { true } else { false } }
    let fills = story.report.reconciliation.fills
    #expect(fills.differences.count == Comparison.mostNamed)
    #expect(fills.differenceCount == 30)
  }

  @Test func booksThatDoNotFollowFromTheirFactsAreNamed() {
    let told = Story.simple
    var other = Story.simple
    other.fill(5, "0.1", at: "110")
    var theirs = ExecutorBooks(account: Story.account)
    for fact in other.executor { theirs.apply(fact) }
    let history = ExecutorHistory(books: theirs, facts: told.executor)
    var record = told.record
    record.accounts[0].executor = history
    let found = RunReport(record).reconciliation
    expect(found.positions, "0.4 in the executor's books, its own fills make 0.5")
    expect(found.cash, "its fills make")
    #expect(found.fills.isEqual)
  }

  @Test func aVenueWhoseBooksDoNotFollowFromItsFactsIsNamed() {
    let told = Story.simple
    var other = Story.simple
    other.fill(5, "0.1", at: "110")
    var core = VenueSimulator(.books)
    for fact in other.venue { core.apply(fact) }
    var record = told.record
    record.accounts[0].venue = VenueHistory(of: core, facts: told.venue).account(Story.account)
    let found = RunReport(record).reconciliation
    expect(found.positions, "0.4 in the venue's books, its own trades make 0.5")
    expect(found.cash, "50.4 in the venue's books, its own trades make 50.5")
    #expect(found.orders.isEqual && found.fills.isEqual)
  }
}
