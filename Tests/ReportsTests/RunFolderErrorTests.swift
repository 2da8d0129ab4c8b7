import JournalStore
import JournalTestKit
import Records
import Platform
import Reports
import Testing
import Topology

/// Folders from which no honest report can be made, and what the user is told.
@Suite struct RunFolderErrorTests {
  @Test func aFolderThatIsNotThereIsSaid() throws {
    let topology = try Topology.load(text: sampleTopology)
    #expect(throws: ReportError.noRunFolder(path: "/nonexistent/run")) {
      try RunReport.load(runFolder: "/nonexistent/run", topology: topology)
    }
    let run = try RunOnDisk()
    try run.put("text", "file")
    #expect(throws: ReportError.noRunFolder(path: "\(run.path)/file")) {
      try RunReport.load(runFolder: "\(run.path)/file", topology: topology)
    }
  }

  @Test func aMissingJournalIsSaid() throws {
    let run = try RunOnDisk()
    try run.write(Story.simple.venue, to: "venue", kind: "venue")
    let error = try run.loadingError()
    #expect(error == .journal(component: "executor", .missing(path: "\(run.path)/executor.journal")))
    #expect("\(error)".contains("executor: journal \(run.path)/executor.journal: there is no such file"))
  }

  @Test(arguments: ["executor", "venue"])
  func aJournalThatIsStillHeldIsARunThatIsStillRunning(_ component: String) throws {
    let run = try RunOnDisk.of(.simple)
    let held = try run.open(component, kind: component)
    let error = try run.loadingError()
    guard case .stillRunning(component, _) = error else {
      Issue.record("\(error)")
      return
    }
    #expect("\(error)".hasPrefix("\(component) is still running"))
    #expect("\(error)".contains("`waggle stop`"))
    try held.close()
    #expect(try run.load().isReconciled)
  }

  @Test func aDamagedJournalIsSaidWithItsPlace() throws {
    let run = try RunOnDisk.of(.simple)
    let path = "\(run.path)/executor.journal"
    var bytes = try FileSystem.read(path, maxBytes: 1 << 24)
    for index in stride(from: 4_096, to: bytes.count, by: 16) { bytes[index] ^= 0x55 }
    try FileSystem.write(bytes, to: path)
    guard case .journal("executor", let error) = try run.loadingError() else {
      Issue.record("another error")
      return
    }
    #expect("\(error)".contains(path))
  }

  @Test func aFileThatIsNoJournalIsSaid() throws {
    let run = try RunOnDisk.of(.simple)
    try run.put("no journal at all", "venue.journal")
    guard case .journal("venue", .notAJournal) = try run.loadingError() else {
      Issue.record("another error")
      return
    }
  }

  @Test func theJournalOfAnotherColonyIsSaid() throws {
    let run = try RunOnDisk()
    try run.write(Story.simple.executor, to: "executor", kind: "executor", colony: "elsewhere")
    try run.write(Story.simple.venue, to: "venue", kind: "venue")
    let error = try run.loadingError()
    guard case .wrongTopology("executor", _) = error else {
      Issue.record("\(error)")
      return
    }
    #expect("\(error)".contains("of colony elsewhere"))
    #expect("\(error)".contains("give the topology file with which the run was made"))
  }

  @Test func anAccountThatTheTopologyDoesNotHaveIsSaid() throws {
    let run = try RunOnDisk.of(.simple)
    let other = sampleTopology.replacing("number: 7", with: "number: 8")
    let error = try run.loadingError(other)
    #expect(
      error
        == .wrongTopology(component: "venue", what: "its journal has account 7, the topology has not"))
  }

  @Test func aRowThatThisBuildDoesNotKnowIsSaid() throws {
    let run = try RunOnDisk()
    try run.write(Story.simple.venue, to: "venue", kind: "venue")
    var journal = try run.open("executor", kind: "executor")
    try journal.record(Story.simple.executor[0])
    try journal.record(kind: 999, [1, 2, 3])
    try journal.close()
    #expect(try run.loadingError() == .row(component: "executor", sequence: 2, .unknownKind(999)))
  }

  @Test func aRowThatIsTooLongIsSaid() throws {
    let run = try RunOnDisk()
    try run.write(Story.simple.executor, to: "executor", kind: "executor")
    var journal = try run.open("venue", kind: "venue")
    try journal.record(kind: 3, [7, 0, 1, 0, 0, 0, 0, 0, 0, 0, 3, 0, 0, 0, 0, 0, 0, 0, 0, 0, 42])
    try journal.close()
    #expect(try run.loadingError() == .row(component: "venue", sequence: 1, .trailing(1)))
  }

  @Test func aSnapshotThatThisBuildDoesNotKnowIsSaid() throws {
    let run = try RunOnDisk()
    try run.write(Story.simple.venue, to: "venue", kind: "venue")
    try run.write(Story.simple.executor, to: "executor", kind: "executor", snapshot: (1, [99, 0]))
    let error = try run.loadingError()
    #expect(error == .row(component: "executor", sequence: 0, .unknownVersion(99)))
    #expect("\(error)".contains("its newest snapshot"))
  }

  @Test(arguments: [
    "", "not json", "[]", #"{"component":"feed"}"#, #"{"component":"feed","number":2,"kind":"feed"}"#,
  ])
  func damagedStatisticsAreSaid(_ text: String) throws {
    let run = try RunOnDisk.of(.simple)
    try run.put(text, "feed.1.stats.json")
    let error = try run.loadingError()
    guard case .damaged("\(run.path)/feed.1.stats.json", _) = error else {
      Issue.record("\(error)")
      return
    }
    #expect("\(error)".contains("not the figures of a component"))
  }

  @Test func statisticsUnderAnotherNameAreSaid() throws {
    let run = try RunOnDisk.of(.simple)
    try run.put(figures("feed", 2, "feed", epoch: 3))
    let bytes = try FileSystem.read("\(run.path)/feed.3.stats.json", maxBytes: 1 << 20)
    try FileSystem.write(bytes, to: "\(run.path)/feed.4.stats.json")
    #expect(
      try run.loadingError()
        == .damaged(path: "\(run.path)/feed.4.stats.json", what: "it is of feed, incarnation 3"))
  }

  @Test func statisticsWithImpossibleCountsAreSaid() throws {
    let run = try RunOnDisk.of(.simple)
    let many: Int64 = 1 << 60
    try run.put(
      """
      {"component":"feed","number":2,"kind":"feed","epoch":1,"wallNanos":0,"counters":{},"refusedFrames":{},
       "hops":{"trade":{"layout":"log-linear-128","count":\(many),"belowZero":0,"min":1,"max":1,"sum":\(many),
       "buckets":[[1,\(many)]]}},"sinceOrigin":{}}
      """, "feed.1.stats.json")
    guard case .damaged(_, let what) = try run.loadingError() else {
      Issue.record("another error")
      return
    }
    #expect(what == "\(many) times for trade")
  }

  @Test func halfWrittenStatisticsOfAKilledProcessArePassedOver() throws {
    let run = try RunOnDisk.of(.simple)
    try run.put("{\"component\":", ".feed.1.stats.json.1.2.tmp")
    try run.put("{\"component\":", ".feed.1.stats.json")
    #expect(try run.load().isReconciled)
  }

  @Test(arguments: [
    ("", "expected"), ("[1]", "not an object"), (#"{"liveNanos":"x"}"#, "'liveNanos' at 1:14 is a string"),
    (#"{"restarts":[{"component":"feed"}]}"#, "'atNanos' is missing at 1:14"),
    (#"{"kills":[1]}"#, "'kills' has something else than names at 1:11"),
    (#"{"ends":[{"component":"a","status":"b","endedAsAsked":1}]}"#, "'endedAsAsked' at 1:55 is a number"),
  ])
  func aDamagedSupervisorFileIsSaidWithItsPlace(_ text: String, _ what: String) throws {
    let run = try RunOnDisk.of(.simple)
    try run.put(text, "supervisor.json")
    let error = try run.loadingError()
    guard case .damaged("\(run.path)/supervisor.json", let found) = error else {
      Issue.record("\(error)")
      return
    }
    #expect(found.contains(what), "\(found)")
    #expect("\(error)".contains("move the file away to report without it"))
  }
}
