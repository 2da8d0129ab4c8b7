import ActorKit
import CSQLite
import Governance
import JournalStore
import JournalTestKit
import Records
import OrderExecutor
import QueenOrchestrator
import Reports
import RiskAdjuster
import Testing
import Topology
import VenueSimulator

/// What is found in a closed journal, and what is not overlooked.
@Suite struct JournalAuditTests {
  @Test func aJournalWhoseFactsMakeItsSnapshotsIsSound() throws {
    let story = Story.simple
    let run = try RunOnDisk()
    for place in [3, story.executor.count] {
      try run.write(
        story.executor, to: "e\(place)", kind: "executor",
        snapshot: (place, Self.books(story.executor, place)))
      let audit = try audit(run, "e\(place)", .executor, ExecutorHistory(account: Story.account))
      #expect(audit.isSound, "\(audit.checks)")
      #expect(audit.checks.map(\.name) == ["bytes", "end", "facts", "states"])
      #expect(audit.text("states").contains("and make the snapshots at row \(place)"))
      #expect(audit.text("facts") == "\(story.executor.count) facts can be read")
    }
  }

  @Test func aSnapshotThatIsNotWhatTheFactsMakeIsFound() throws {
    let story = Story.simple
    let run = try RunOnDisk()
    try run.write(
      story.executor, to: "executor", kind: "executor", snapshot: (6, Self.books(story.executor, 5)))
    let executor = try audit(run, "executor", .executor, ExecutorHistory(account: Story.account))
    #expect(!executor.isSound)
    #expect(executor.text("states").contains("the snapshot at row 6 is not what the facts before it make"))

    var venue = VenueSimulator(.books)
    for fact in story.venue.prefix(2) { venue.apply(fact) }
    try run.write(story.venue, to: "venue", kind: "venue", snapshot: (3, Self.state(of: venue)))
    let history = VenueHistory(instruments: [.btc], core: VenueSimulator(.books))
    #expect(try !audit(run, "venue", .venue, history).isSound)
  }

  @Test func factsThatCannotFollowFromOneAnotherAreFound() throws {
    let run = try RunOnDisk()
    let story = Story.simple
    try run.write(story.executor + [story.executor[0]], to: "executor", kind: "executor")
    let audit = try audit(run, "executor", .executor, ExecutorHistory(account: Story.account))
    #expect(!audit.isSound)
    #expect(audit.text("states").contains("was created twice"), "\(audit.checks)")
  }

  @Test func anyCoreIsReplayed() throws {
    let run = try RunOnDisk()
    let queen = QueenOrchestrator(try Self.queen())
    var told = queen
    for fact in FactSamples.queen { told.apply(fact) }
    for (count, isSound) in [(FactSamples.queen.count, true), (3, false)] {
      try run.write(
        FactSamples.queen, to: "queen\(count)", kind: "queen", snapshot: (count, Self.state(of: told)))
      let audit = try audit(run, "queen\(count)", .queen, CoreReplay(queen))
      #expect(audit.isSound == isSound, "\(audit.checks)")
    }
  }

  @Test func everySnapshotIsCompared() throws {
    let story = Story.simple
    let run = try RunOnDisk()
    var journal = try run.open("executor", kind: "executor")
    for (index, fact) in story.executor.enumerated() {
      try journal.record(fact)
      guard [2, 4, 6].contains(index + 1) else { continue }
      // The oldest is wrong, the newer ones are right.
      let state = Self.books(story.executor, index == 1 ? 1 : index + 1)
      try journal.saveSnapshot(of: state)
    }
    try journal.close()
    let audit = try audit(run, "executor", .executor, ExecutorHistory(account: Story.account))
    #expect(audit.text("states").contains("the snapshot at row 2 is not"), "\(audit.checks)")
  }

  @Test(arguments: [
    ("DELETE FROM turn WHERE number = 4", "turn 4: it is missing"),
    ("UPDATE turn SET body = zeroblob(8) WHERE number = 5", "turn 5: it does not fit the chain"),
    ("DELETE FROM turn WHERE number > 3", "were stored, the last one found is 3"),
    ("UPDATE snapshot SET core = zeroblob(9)", "snapshot"),
  ])
  func damagedBytesAreFoundWithTheirPlace(sql: String, what: String) throws {
    let story = Story.simple
    let run = try RunOnDisk()
    try run.write(
      story.executor, to: "executor", kind: "executor", snapshot: (6, Self.books(story.executor, 6)))
    // Opened once more, the journal knows its last row by heart.
    try run.open("executor", kind: "executor").close()
    try alter("\(run.path)/executor.journal", sql)
    let audit = try audit(run, "executor", .executor, ExecutorHistory(account: Story.account))
    #expect(!audit.isSound)
    #expect(audit.checks.map(\.outcome) == [.damaged, .skipped, .skipped])
    #expect(audit.text("bytes").contains(what), "\(audit.checks)")
    #expect(audit.text("bytes").contains("\(run.path)/executor.journal"))
  }

  @Test func rowsOfANewerBuildAreNotPassedOver() throws {
    let run = try RunOnDisk()
    var journal = try run.open("executor", kind: "executor")
    try journal.record(Story.simple.executor[0])
    try journal.record(kind: 999, [1, 2])
    try journal.record(kind: 3, [1])
    try journal.close()
    let audit = try audit(run, "executor", .executor, ExecutorHistory(account: Story.account))
    #expect(!audit.isSound)
    #expect(audit.text("facts").contains("row 2: a fact of kind 999, which this program does not know"))
    #expect(audit.text("facts").contains("row 3: kind 3: the record ends early"))
    #expect(audit.checks.last?.outcome == .skipped)
    #expect(audit.text("states").contains("up to row 2"))
  }

  @Test func withoutAConfigurationTheStatesAreNotCompared() throws {
    let run = try RunOnDisk.of(.simple)
    let journal = try StoreReader.open(path: "\(run.path)/executor.journal")
    let audit = JournalAudit(journal, FactReader(.executor), replay: nil, whyNot: "no topology")
    #expect(audit.isSound)
    #expect(audit.checks.last?.name == "states" && audit.checks.last?.outcome == .skipped)
    #expect(audit.text("states") == "no topology")
  }

  // MARK: -

  private func audit(
    _ run: RunOnDisk, _ name: String, _ kind: Component.Kind, _ replay: some FactReplay
  ) throws -> JournalAudit {
    let journal = try StoreReader.open(path: "\(run.path)/\(name).journal")
    return JournalAudit(journal, FactReader(kind), replay: replay, whyNot: "")
  }

  /// The executor's state after some of its facts.
  private static func books(_ facts: [ExecutorFact], _ count: Int) -> [UInt8] {
    var books = ExecutorBooks(account: Story.account)
    for fact in facts.prefix(count) { books.apply(fact) }
    var writer = SnapshotWriter()
    books.write(to: &writer)
    return writer.bytes
  }

  private static func state(of core: some ActorCore) -> [UInt8] {
    var writer = SnapshotWriter()
    core.save(into: &writer)
    return writer.bytes
  }

  private static func queen() throws -> QueenOrchestrator.Configuration {
    QueenOrchestrator.Configuration(
      component: 6, members: [ColonyMember(number: 5, kind: .executor, name: "executor")],
      accounts: [ColonyAccount(number: 7, executor: 5, risk: 4, venue: 1)], goLive: .atOnce,
      marketSource: nil, isRecorded: false, speedMilli: 1_000, permitLifeNanos: 5_000_000_000,
      graceNanos: 5_000_000_000, degradationsToFailsafe: 3, degradationWindowNanos: 600_000_000_000)
  }
}

extension JournalAudit {
  /// What a check found; empty if it was not made.
  fileprivate func text(_ name: String) -> String { checks.first { $0.name == name }?.text ?? "" }
}

/// Changes a journal from outside, as a curious person with sqlite3 would.
private func alter(_ path: String, _ sql: String) throws {
  var database: OpaquePointer?
  #expect(sqlite3_open(path, &database) == SQLITE_OK)
  defer { sqlite3_close(database) }
  let code = sqlite3_exec(database, sql, nil, nil, nil)
  try #require(code == SQLITE_OK, "\(String(cString: sqlite3_errmsg(database))) in \(sql)")
}
