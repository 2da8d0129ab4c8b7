import ActorKit
import CoreTestKit
import HostKit
import JournalStore
import Platform
import ProcessHost
import Records
import Testing
import Wire

/// What a process was given, kept in a file: a rerun of it does the same.
@Suite struct ArrivalsFileTests {
  private static let topic = HandMadeFrames.topic("market", "trade", "TOY", "TEST")

  /// It publishes, and stops by itself when it has taken this event.
  private static func plan(upTo last: UInt64) -> Probe.Plan {
    Probe.Plan(topics: [topic], publishes: 50, stopsAfter: last)
  }

  /// The server's incarnations, each up to its event, beside a client that sends them.
  private static func run(_ folder: HostFolder, upTo events: [UInt64], bytes: Int64) throws {
    var sending = Probe.Plan(sendsTo: 1, sends: try #require(events.last))
    sending.isDurable = true
    let client = RunningReactor(folder.client, sending)
    var server = folder.server
    server.maxArrivalsBytes = bytes
    for event in events { _ = try RunningReactor(server, plan(upTo: event)).wait() }
    try client.stop()
  }

  private static func reader(_ folder: HostFolder, epoch: UInt32) throws -> ArrivalsReader {
    try ArrivalsReader(ArrivalsFile.path(in: folder.path, "a", epoch: epoch))
  }

  /// How many turns are equal, and how the keeping ended.
  private static func rerun(
    _ folder: HostFolder, epoch: UInt32, upTo event: UInt64, from start: UInt64? = nil
  ) throws -> (turns: UInt64, end: ArrivalsEnd?) {
    var arrivals = try reader(folder, epoch: epoch)
    let standing = arrivals.head.journal
    let turns = try EarlierTurns(
      try StoreReader.open(path: "\(folder.path)/a.journal"), through: start ?? standing.lastTurn,
      row: standing.lastRow, lineage: standing.lineage)
    var recovery = Recovery(Probe(plan(upTo: event)))
    try recovery.rebuild(from: turns)
    var rerun = try Rerun(
      arrivals.head, folder.server.wiring, core: recovery.core, recovered: recovery.host)
    while let turn = try arrivals.next() {
      #expect(try rerun.play(turn) == nil, "turn \(rerun.equalTurns + 1) of epoch \(epoch)")
    }
    return (rerun.equalTurns, arrivals.end)
  }

  @Test func eachIncarnationIsRepeatedFromItsOwnStart() throws {
    let folder = try HostFolder()
    try Self.run(folder, upTo: [20, 45, 60], bytes: 1 << 24)
    let journal = try StoreReader.open(path: "\(folder.path)/a.journal")
    for (epoch, event) in [(UInt32(1), UInt64(20)), (2, 45), (3, 60)] {
      let (turns, end) = try Self.rerun(folder, epoch: epoch, upTo: event)
      #expect(turns > 1 && end == .asAsked, "epoch \(epoch)")
    }
    // The whole journal makes another state than the second began with.
    #expect(throws: RerunRefusal.otherState) {
      _ = try Self.rerun(folder, epoch: 2, upTo: 45, from: journal.lastTurn)
    }
  }

  @Test func aJournalThatDoesNotReachSoFarIsToldOf() throws {
    let folder = try HostFolder()
    try Self.run(folder, upTo: [5], bytes: 1 << 24)
    let journal = try StoreReader.open(path: "\(folder.path)/a.journal")
    #expect(throws: JournalError.self) {
      _ = try EarlierTurns(journal, through: journal.lastTurn + 1, row: 1, lineage: journal.lineage)
    }
    #expect(throws: JournalError.self) {
      _ = try EarlierTurns(journal, through: 0, row: 0, lineage: journal.lineage + 1)
    }
  }

  @Test func atItsBoundTheKeepingEndsAndTheProgramGoesOn() throws {
    let folder = try HostFolder()
    try Self.run(folder, upTo: [40], bytes: 6_000)
    let path = ArrivalsFile.path(in: folder.path, "a", epoch: 1)
    let size = try #require(try FileSystem.status(path)).bytes
    #expect(size <= 6_000 + 64)
    let (turns, end) = try Self.rerun(folder, epoch: 1, upTo: 40)
    #expect(turns > 0 && end == .atBound)
  }

  @Test func aProgramThatDoesNotEndLeavesAFileWithoutAnEnd() throws {
    let folder = try HostFolder()
    try Self.run(folder, upTo: [5], bytes: 1 << 24)
    let path = ArrivalsFile.path(in: folder.path, "a", epoch: 1)
    let whole = try FileSystem.read(path, maxBytes: 1 << 24)
    let lastRecord = ArrivalsRecord.bytes(.end, [1], number: 0).count
    try FileSystem.write(Array(whole.dropLast(lastRecord)), to: path)
    #expect(try Self.rerun(folder, epoch: 1, upTo: 5).end == nil)
    // A record that was being written is told, with its file and place.
    try FileSystem.write(Array(whole.dropLast(lastRecord + 3)), to: path)
    var arrivals = try Self.reader(folder, epoch: 1)
    do throws(ArrivalsError) {
      while try arrivals.next() != nil {}
      Issue.record("a torn record is passed over")
    } catch {
      #expect("\(error)".contains("a.1.arrivals, at byte ") && "\(error)".contains("in the middle of record"))
    }
  }

  @Test func nothingIsKeptUnasked() throws {
    let folder = try HostFolder()
    var plan = Self.plan(upTo: 1)
    plan.idlesNanos = 1
    _ = try RunningReactor(folder.server, plan).wait()
    #expect(try FileSystem.list(folder.path).allSatisfy { !$0.hasSuffix(ArrivalsFile.suffix) })
  }
}
