import JournalStore
import Records
import Wire

/// Histories of both stores: the one in SQLite on a file system in memory, and the one in memory. For one
/// thread; each thread has its own.
@safe package final class JournalHistories {
  private static let path = "/journal"
  private static let identity = JournalIdentity(
    colony: "histories", component: "executor-1", kind: "executor", schemaVersion: 1)

  private let system: DriveVFS
  /// New journals to begin with, by durability: making one costs as much as a history.
  private let templates: [SimulatedDisk]

  /// `name` tells this thread's file system from others.
  package init(name: String) throws(JournalError) {
    let drive = DiskDrive(SimulatedDisk(seed: 1))
    system = DriveVFS(name: name, on: drive)
    var templates: [SimulatedDisk] = []
    for durability in Durability.allCases {
      drive.disk = SimulatedDisk(seed: 1)
      do { _ = try Self.open(system, durability) }
      templates.append(drive.disk)
    }
    self.templates = templates
  }

  /// Runs the history of a seed on the store in SQLite.
  package func runSQLite(seed: UInt64, into counts: inout HistoryCounts) throws(HistoryFailure) {
    var random = SampleRandom(seed: seed)
    let durability: Durability = random.next() % 2 == 0 ? .process : .power
    let isNew = random.next() % 16 == 0
    let drive = system.drive
    drive.disk = isNew ? SimulatedDisk(seed: seed) : templates[Int(durability.rawValue)]
    drive.reseed(seed)
    var run = HistoryRun<SQLiteJournalStore>(
      storeName: "SQLite", seed: seed, drive: drive, path: Self.path, durability: durability, random: random
    ) { [system] () throws(JournalError) in try Self.open(system, durability) }
    if !isNew { run.skipEpoch() }
    try run.run()
    counts += run.counts
  }

  /// Runs the history of a seed on the store in memory.
  package func runMemory(seed: UInt64, into counts: inout HistoryCounts) throws(HistoryFailure) {
    var random = SampleRandom(seed: seed)
    let durability: Durability = random.next() % 2 == 0 ? .process : .power
    let drive = DiskDrive(SimulatedDisk(seed: seed), lagSeed: seed)
    var run = HistoryRun<MemoryJournalStore>(
      storeName: "memory", seed: seed, drive: drive, path: Self.path, durability: durability, random: random
    ) { () throws(JournalError) in
      try MemoryJournalStore.open(
        path: Self.path, on: drive, identity: Self.identity, durability: durability, wallNanos: 1)
    }
    try run.run()
    counts += run.counts
  }

  private static func open(
    _ system: DriveVFS, _ durability: Durability
  ) throws(JournalError) -> SQLiteJournalStore {
    try SQLiteJournalStore.open(
      path: path, identity: identity, durability: durability, on: DriveFiles(system))
  }
}
