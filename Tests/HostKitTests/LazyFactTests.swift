import ActorKit
import CoreTestKit
import HostKit
import JournalStore
import Records
import Testing
import Wire

/// Facts that no message waits for: when they are stored, in which order, and what a kill takes of them.
@Suite struct LazyFactTests {
  private static let milli = Int64.nanosPerMilli

  @Test func noMessageWaitsForALazyFact() throws {
    var host = try StoredHost.open()
    try host.turn(1, atMillis: 1)
    #expect(host.ways == ["link", "device", "topic", "topic"])
    try host.turn(atMillis: 50)
    let due = host.host.nextTurnBootNanos(bootNanos: 50 * Self.milli, wallNanos: StoredHost.wall)
    #expect(host.ways.isEmpty && due <= 51 * Self.milli)
    // Its time comes in a turn that sends, too: behind everything.
    try host.turn(3, atMillis: 51)
    #expect(host.ways == ["link", "device", "topic", "topic", "append lazily"])
    #expect(try host.told() == ["2 1", "2 3"])
    try host.turn(atMillis: 150)
    #expect(host.ways.isEmpty)
  }

  @Test func aRecordThatIsWrittenAnywayTakesWhatWaitsAlong() throws {
    var host = try StoredHost.open()
    try host.turn(1, 3, atMillis: 1)
    try host.turn(5, 2, 7, 4, atMillis: 2)
    #expect(host.ways.first == "append" && !host.ways.contains("append lazily"))
    // In the order in which they were told, each a row of its own.
    #expect(try host.told() == ["2 1", "2 3", "2 5", "1 2", "2 7", "1 4"])
    #expect(host.host.journal.lastRow == 6 && host.store.lastRow == 6)
    try host.turn(atMillis: 150)
    #expect(host.ways.isEmpty)
  }

  @Test func moreThanTheBoundAreStoredInTheirTurn() throws {
    var host = try StoredHost.open()
    for count in UInt64(0)..<255 { try host.turn(2 * count + 1, atMillis: 1) }
    #expect(try host.told().isEmpty)
    try host.turn(1, 3, atMillis: 1)
    #expect(host.ways.last == "append lazily" && host.ways.first == "link")
    #expect(try host.told().count == 257)
    try host.turn(1, atMillis: 1)
    #expect(try host.told().count == 257)
  }

  @Test func theEndOfAProcessStoresWhatWaits() throws {
    var host = try StoredHost.open()
    try host.turn(1, atMillis: 1)
    try host.end(atMillis: 2)
    #expect(try host.told() == ["2 1"])
    var rested = try StoredHost.open()
    try rested.turn(atMillis: 1)
    try rested.end(atMillis: 2)
    #expect(rested.store.lastTurn == 0)
  }

  @Test(arguments: [Durability.process, .power])
  func aKillTakesThemAndNoState(durability: Durability) throws {
    for lostPower in [false, true] {
      let drive = DiskDrive(SimulatedDisk(seed: 5))
      var host = try StoredHost.open(on: drive, durability)
      try host.turn(2, 1, atMillis: 1)
      try host.turn(3, 5, atMillis: 2)
      let (state, sessions) = (host.saved, host.state)
      _ = consume host
      if lostPower, durability == .power { drive.disk.losePower(seed: 9) }
      let next = try StoredHost.open(on: drive, durability)
      #expect(next.saved == state && next.state == sessions)
      #expect(try next.told() == ["1 2", "2 1"])
    }
  }

  /// What is stored behind a snapshot was told before it, and changes nothing of it.
  @Test func aSnapshotWhileTheyWaitIsWhatTheTurnsLeadTo() throws {
    let drive = DiskDrive(SimulatedDisk(seed: 6))
    var host = try StoredHost.open(on: drive)
    try host.turn(2, atMillis: 1)
    try host.saveSnapshot()
    try host.turn(1, 3, atMillis: 2)
    try host.saveSnapshot()
    try host.turn(4, 5, 6, atMillis: 3)
    try host.saveSnapshot()
    try host.turn(7, atMillis: 4)
    try host.turn(atMillis: 60)
    let state = host.saved
    #expect(try host.told() == ["1 2", "2 1", "2 3", "1 4", "2 5", "1 6", "2 7"])
    _ = consume host
    // The opening compares the turns between the two newest snapshots with the newer one.
    let next = try StoredHost.open(on: drive)
    #expect(next.saved == state)
  }

  /// With `power` nothing waits for the disk; what the power takes is the end, and no more than the bound.
  @Test func aTurnOfThemAloneIsNotFlushed() throws {
    let drive = DiskDrive(SimulatedDisk(seed: 7))
    var host = try StoredHost.open(on: drive, .power)
    try host.turn(2, atMillis: 1)
    #expect(try !Self.mayLose(drive.disk))
    for turn in Int64(0)..<16 {
      try host.turn(1, atMillis: turn * 100 + 10)
      try host.turn(atMillis: turn * 100 + 70)
      #expect(host.ways == ["append lazily"])
      #expect(try Self.mayLose(drive.disk))
    }
    try host.turn(1, atMillis: 1_700)
    try host.turn(atMillis: 1_760)
    #expect(try !Self.mayLose(drive.disk))
    #expect(try host.told().count == 18)
  }

  /// Whether a loss of power may take something of the journal.
  private static func mayLose(_ disk: SimulatedDisk) throws -> Bool {
    let file = try #require(disk.file("a.journal"))
    return (UInt64(0)..<20).contains { seed in
      var after = disk
      after.losePower(seed: seed)
      return after.content(of: file) != disk.content(of: file)
    }
  }

  @Test func withoutAJournalNoneIsKept() throws {
    var host = try StoredHost.open(isStored: false)
    try host.turn(1, atMillis: 1)
    try host.turn(atMillis: 60)
    #expect(host.ways.isEmpty && host.host.journal.skippedTurns == 1)
    try host.turn(atMillis: 150)
    #expect(host.host.journal.skippedTurns == 1)
  }
}

/// A host with a store in memory, as a process would drive it.
private struct StoredHost: ~Copyable {
  static let wall: Int64 = 1_700_000_000_000_000_000
  static let market = HandMadeFrames.topic("market", "trade", "TOY", "TEST")
  static let topics = [market, HandMadeFrames.topic("market", "book", "TOY", "TEST")]

  var host: HostCore<Chatterbox>
  var store: MemoryJournalStore
  private(set) var state: HostState
  private(set) var ways: [String] = []
  private var sequence: UInt64 = 0

  static func open(
    on drive: DiskDrive = DiskDrive(SimulatedDisk(seed: 1)), _ durability: Durability = .process,
    isStored: Bool = true
  ) throws -> StoredHost {
    let identity = JournalIdentity(colony: "toys", component: "a", kind: "feed", schemaVersion: 3)
    let store = try MemoryJournalStore.open(
      path: "a.journal", on: drive, identity: identity, durability: durability, wallNanos: wall)
    var recovery = Recovery(Chatterbox(topics: topics))
    try recovery.rebuild(from: store)
    var core = recovery.core
    core.tellsOddLazily = true
    let host = HostCore(
      HostIdentity(
        name: "a", number: 1, colony: ColonyName(named: "toys", run: "run-1"), build: NameText(),
        processID: 7),
      Wiring(
        subscriptions: [.init(component: 2, prefixes: [market])],
        links: [.init(component: Chatterbox.server)], sessionClients: [Chatterbox.client]),
      core: core,
      journal: JournalStanding(
        epoch: store.epoch, lineage: store.lineage, isStored: isStored, lastTurn: store.lastTurn,
        lastRow: store.lastRow, impairment: nil),
      recovered: recovery.host, crashMarks: LooseMarks(), device: DeviceStanding(firstMarketNanos: nil),
      atBootNanos: 0)
    var stored = StoredHost(host, store, recovery.host)
    stored.host.start(bootNanos: 1, wallNanos: wall)
    try stored.carryOut()
    return stored
  }

  private init(
    _ host: consuming HostCore<Chatterbox>, _ store: consuming MemoryJournalStore, _ state: HostState
  ) {
    self.host = host
    self.store = store
    self.state = state
  }

  /// A turn that takes in trades with these numbers.
  mutating func turn(_ trades: UInt64..., atMillis millis: Int64) throws {
    host.beginTurn(bootNanos: millis * .nanosPerMilli, wallNanos: Self.wall)
    for id in trades {
      sequence += 1
      let frame = HandMadeFrames.trade(sender: 2, sequence: sequence, id: id)
      host.takePublished(
        topic: Self.market.bytes, frame.span.bytes, isMarket: true, Arrival(wallNanos: Self.wall))
    }
    host.endTurn(hasReadAll: true)
    try carryOut()
  }

  mutating func end(atMillis millis: Int64) throws {
    host.lastTurn(bootNanos: millis * .nanosPerMilli, wallNanos: Self.wall)
    try carryOut()
  }

  private mutating func carryOut() throws {
    ways = []
    for index in host.outgoing.effects.indices {
      switch host.outgoing.effects[index] {
      case .append(let flushing):
        ways.append(flushing ? "append" : "append lazily")
        try store.append(host.record, flushing: flushing)
        var next = state
        try next.apply(try TurnView(host.record.bytes))
        state = next
      case .saveSnapshot: try saveSnapshot()
      case .transmit(let transmission):
        switch transmission.outlet {
        case .topic(let topic) where topic < Self.topics.count: ways.append("topic")
        case .link: ways.append("link")
        case .device: ways.append("device")
        case .topic, .caller: break
        }
      default: break
      }
    }
  }

  mutating func saveSnapshot() throws {
    let (core, host) = (saved, state)
    try store.saveSnapshot(coreState: core.span.bytes, hostState: host, wallNanos: Self.wall)
  }

  var saved: [UInt8] {
    var writer = SnapshotWriter()
    host.core.save(into: &writer)
    return writer.bytes
  }

  /// The facts of the journal, each its kind and its number.
  func told() throws -> [String] {
    var told: [String] = []
    try store.forEachRow(after: 0, limit: .max) { (row, body) throws(JournalError) in
      told.append("\(row.kind) \(body.copiedBytes()[0])")
    }
    return told
  }
}
