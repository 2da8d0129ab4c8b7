import OrderExecutor
import Reports
import Testing
import Trading
import VenueSimulator

/// Reports of cores in memory, as a simulation has them.
@Suite struct CoresTests {
  @Test func coresWithTheirFactsGiveTheReportOfTheFacts() {
    let story = Story.simple
    let record = record(story, executorKnows: story.executor[...], venueKnows: story.venue[...])
    #expect(RunReport(record).isReconciled)
    #expect(RunReport(record).json() == story.report.json())
  }

  @Test func aCoreThatForgotAFactIsFound() {
    let story = Story.simple
    let executor = record(
      story, executorKnows: story.executor.dropLast(2), venueKnows: story.venue[...])
    expect(
      RunReport(executor).reconciliation.orders,
      "order \(Story.id(5)): open at the venue, not in the executor's books")
    let venue = record(story, executorKnows: story.executor[...], venueKnows: story.venue.dropLast(1))
    expect(
      RunReport(venue).reconciliation.orders, "the venue's books have 0 open orders, its journal makes 1")
  }

  /// All facts were told; the cores have applied some.
  private func record(
    _ story: Story, executorKnows ours: ArraySlice<ExecutorFact>, venueKnows theirs: ArraySlice<VenueFact>
  ) -> RunRecord {
    var executor = OrderExecutor(
      OrderExecutor.Configuration(
        component: 5, venueComponent: 1, queenComponent: 6, riskComponent: 4,
        account: AccountIdentity(number: Story.account, currency: .quote), instruments: [.btc], caps: []))
    for fact in ours { executor.apply(fact) }
    var venue = VenueSimulator(.books)
    for fact in theirs { venue.apply(fact) }
    var record = story.record
    record.accounts[0].executor = ExecutorHistory(of: executor, facts: story.executor)
    record.accounts[0].venue = VenueHistory(of: venue, facts: story.venue).account(Story.account)
    return record
  }
}
