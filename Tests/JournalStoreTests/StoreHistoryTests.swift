import JournalTestKit
import Records
import Testing

/// Kills, losses of power, flipped bytes and full disks, from a seed.
///
/// `waggle-bench journal-histories` runs as many as wanted.
@Suite struct StoreHistoryTests {
  @Test func theStoreInSQLiteKeepsItsPromises() throws {
    let histories = try JournalHistories(name: "sqlite-histories")
    var counts = HistoryCounts()
    for index in UInt64(0)..<400 { try histories.runSQLite(seed: seed &+ index, into: &counts) }
    expectAllWasTried(counts)
  }

  @Test func theStoreInMemoryKeepsThem() throws {
    let histories = try JournalHistories(name: "memory-histories")
    var counts = HistoryCounts()
    for index in UInt64(0)..<2_000 { try histories.runMemory(seed: seed &+ index, into: &counts) }
    expectAllWasTried(counts)
  }

  /// Histories that once found something.
  @Test(arguments: [UInt64(20_270_748), 20_994_327])
  func whatOnceFailedHolds(_ seed: UInt64) throws {
    let histories = try JournalHistories(name: "former-histories")
    var counts = HistoryCounts()
    try histories.runSQLite(seed: seed, into: &counts)
  }

  /// A fault that never happened has shown nothing.
  private func expectAllWasTried(_ counts: HistoryCounts) {
    // Too rare for so few, or never: the store in memory checks all at its opening.
    let rare = ["flipsFoundInReading", "flipsCutOff"]
    for (name, value) in counts.named where !rare.contains(name) {
      #expect(value > 0, "\(name): repeat with WAGGLE_SEED=\(seed)")
    }
  }
}
