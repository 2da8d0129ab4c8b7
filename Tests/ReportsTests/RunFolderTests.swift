import ActorKit
import JSON5
import JournalStore
import Records
import OrderExecutor
import Platform
import Reports
import Testing
import Topology
import VenueSimulator

/// Reports read from the files of a run.
@Suite struct RunFolderTests {
  @Test func aRunThatHasEndedIsReadFromItsFiles() throws {
    let run = try RunOnDisk.of(.simple)
    for figures in PrintingTests.smallRun.figures { try run.put(figures) }
    try run.put(
      """
      {"format":1,"host":"local","startedNanos":1000000000,"liveNanos":2000000000,"endedNanos":32000250000,
       "reason":"duration","endedAsAsked":true,"kills":[],
       "restarts":[{"component":"signal","atNanos":1700000000000000000,"status":"ended by signal 9"}],
       "ends":[{"component":"venue","status":"ended with code 0","endedAsAsked":true}]}
      """, "supervisor.json")
    let report = try run.load()
    #expect(report.isReconciled, "\(report.text)")

    var expected = PrintingTests.smallRun
    expected.runID = "20240808T235413Z-1"
    expected.seed = 11
    expected.speed = nil
    #expect(report.json(isPretty: true) == RunReport(expected).json(isPretty: true))
  }

  @Test func aRunMadeByHandNeedsNoSupervisor() throws {
    let run = try RunOnDisk.of(.simple)
    try run.put(figures("signal", 3, "signal", epoch: 1, [("signals", 1)]))
    try run.put(figures("signal", 3, "signal", epoch: 2, [("signals", 2)]))
    let report = try run.load()
    #expect(report.isReconciled)
    #expect(report.header.endedAsAsked == nil && report.header.sessionNanos == nil)
    #expect(report.restarts.count == 1 && report.counts.signals == 3)
  }

  @Test func aContinuedRunAddsItsPartsUp() throws {
    let run = try RunOnDisk.of(.simple)
    try run.put(
      """
      {"liveNanos":1000000000,"endedNanos":4000000000,"endedAsAsked":false,"kills":["feed"],
       "restarts":[{"component":"risk","atNanos":5,"status":"ended with code 70"}]}
      """, "supervisor.1.json")
    try run.put(#"{"liveNanos":0,"endedNanos":9000000000,"restarts":[]}"#, "supervisor.2.json")
    try run.put(
      #"{"liveNanos":11000000000,"endedNanos":12500000000,"endedAsAsked":true,"reason":"operator"}"#,
      "supervisor.json")
    let report = try run.load()
    #expect(report.header.sessionNanos == 4_500_000_000)
    #expect(report.header.endedAsAsked == true && report.header.endReason == "operator")
    #expect(report.restarts.count == 1 && report.header.kills == ["feed"])
  }

  @Test func componentsThatEndedOtherwiseAreNamed() throws {
    let run = try RunOnDisk.of(.simple)
    try run.put(
      """
      {"endedAsAsked":false,"ends":[{"component":"venue","status":"ended with code 0","endedAsAsked":true},
       {"component":"risk","status":"ended with code 70","endedAsAsked":false}]}
      """, "supervisor.json")
    let report = try run.load()
    #expect(report.header.endedOtherwise.map(\.component) == ["risk"])
    #expect(report.text.contains("NOT ended as asked"))
    #expect(report.text.contains("risk ended with code 70, which nobody asked for"))
  }

  @Test func differencesBetweenJournalsAreFound() throws {
    var story = Story.simple
    story.executor.remove(at: story.executorFill(2))
    let report = try RunOnDisk.of(story).load()
    #expect(!report.isReconciled)
    expect(report.reconciliation.fills, "at the venue, not booked by the executor")
  }

  @Test func aSnapshotThatFollowsFromItsFactsIsNoDifference() throws {
    let story = Story.simple
    let run = try RunOnDisk()
    try run.write(
      story.executor, to: "executor", kind: "executor",
      snapshot: (6, books(of: story.executor.prefix(6))))
    try run.write(story.venue, to: "venue", kind: "venue", snapshot: (3, state(of: story.venue.prefix(3))))
    let report = try run.load()
    #expect(report.isReconciled, "\(report.text)")
    #expect(report.reconciliation.fills.executor.count == 3)
  }

  @Test func aSnapshotThatDoesNotFollowFromItsFactsIsADifference() throws {
    let story = Story.simple
    var other = Story()
    other.fill(other.order(.buy, "2", at: "100"), "1", at: "100")
    let run = try RunOnDisk()
    try run.write(
      story.executor, to: "executor", kind: "executor", snapshot: (3, books(of: other.executor[...])))
    try run.write(story.venue, to: "venue", kind: "venue")
    let found = try run.load().reconciliation
    expect(found.orders, "the snapshot at row 3 is not what the facts before it make")
    #expect(found.orders.differenceCount == 1 && found.fills.isEqual && found.positions.isEqual)
  }

  @Test func aVenuesSnapshotThatDoesNotFollowFromItsFactsIsADifference() throws {
    let story = Story.simple
    let run = try RunOnDisk()
    try run.write(story.executor, to: "executor", kind: "executor")
    try run.write(story.venue, to: "venue", kind: "venue", snapshot: (3, state(of: story.venue.prefix(2))))
    let found = try run.load().reconciliation
    expect(found.orders, "the venue's snapshot at row 3 is not what the facts before it make")
    #expect(found.orders.differenceCount == 1 && found.fills.isEqual && found.positions.isEqual)
  }

  @Test func anotherTopologysBalancesAreADifference() throws {
    let run = try RunOnDisk()
    let story = Story.simple
    try run.write(story.executor, to: "executor", kind: "executor")
    try run.write(
      story.venue, to: "venue", kind: "venue",
      snapshot: (story.venue.count, state(of: story.venue[...])))
    let richer = sampleTopology.replacing("\"10000\"", with: "\"10001\"")
    let orders = try run.load(richer).reconciliation.orders
    expect(orders, "the venue's snapshot at row \(story.venue.count) is not what the facts before it make")
  }

  private func books(of facts: ArraySlice<ExecutorFact>) -> [UInt8] {
    var books = ExecutorBooks(account: Story.account)
    for fact in facts { books.apply(fact) }
    var writer = SnapshotWriter()
    books.write(to: &writer)
    return writer.bytes
  }

  private func state(of facts: ArraySlice<VenueFact>) -> [UInt8] {
    var core = VenueSimulator(.books)
    for fact in facts { core.apply(fact) }
    var writer = SnapshotWriter()
    core.save(into: &writer)
    return writer.bytes
  }
}
