import JournalStore
import Records
import Wire

/// One history of a store on a simulated disk: what a seed makes happen, and whether the store kept its
/// promises.
///
/// - A turn that was acknowledged is there after a kill; with durability `power` also after a loss of power.
/// - What is read is what was appended, to the byte, without a hole.
/// - A flipped byte changes nothing, or the journal is refused, or what it cut off was above the commit mark
///   and is said.
/// - A full disk acknowledges nothing.
/// - An epoch never comes again.
struct HistoryRun<Store: JournalStore & ~Copyable>: ~Copyable {
  let storeName: String
  let seed: UInt64
  let drive: DiskDrive
  let path: String
  let open: () throws(JournalError) -> Store

  var random: SampleRandom
  var oracle: HistoryOracle
  var images = MarkImages()
  var store: Store?
  var steps: [HistoryStep] = []
  var record = TurnRecord(capacity: 256)
  var nextKey: UInt64 = 1
  var counts = HistoryCounts()

  init(
    storeName: String, seed: UInt64, drive: DiskDrive, path: String, durability: Durability,
    random: SampleRandom, open: @escaping () throws(JournalError) -> Store
  ) {
    self.storeName = storeName
    self.seed = seed
    self.drive = drive
    self.path = path
    self.open = open
    self.random = random
    oracle = HistoryOracle(durability: durability)
    store = nil
  }

  mutating func run() throws(HistoryFailure) {
    steps.append(.begin(oracle.durability))
    if drive.disk.file(path) == nil, random.next() % 2 == 0 { try killInCreation() }
    if !hasStore { try reopen() }
    for _ in 0..<3 + random.next() % 12 { try step() }
    kill()
    try reopen()
    if random.next() % 4 == 0 { try verify() }
    counts.histories += 1
  }

  /// The disk holds a journal whose first incarnation has ended.
  mutating func skipEpoch() { oracle.lastEpoch = 1 }

  private mutating func step() throws(HistoryFailure) {
    switch random.next() % 20 {
    case 0..<8: for _ in 0...random.next() % 4 { try append() }
    case 8, 9: try snapshot()
    case 10: try checkpoint()
    case 11:
      try close()
      try reopen()
    case 12:
      kill()
      try reopen()
    case 13, 14: try killInside()
    case 15, 16:
      kill()
      losePower()
      try reopen()
    case 17, 18: try flip()
    default: try fillDisk()
    }
  }
}
