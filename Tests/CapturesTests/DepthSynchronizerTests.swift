import Captures
import Testing
import Trading

@Suite struct DepthSynchronizerTests {
  /// A synchronizer with its counts.
  struct Bench {
    var synchronizer = DepthSynchronizer()
    var counts = CaptureCounts()

    /// A spot update; `previous` makes it a futures one.
    mutating func update(
      _ first: Int64, _ last: Int64, previous: Int64? = nil
    ) -> DepthSynchronizer.Outcome {
      let update = DepthUpdate(
        firstUpdateId: first, finalUpdateId: last, previousFinalUpdateId: previous, eventNanos: 0,
        receiveNanos: 0)
      let level = BookLevel(price: Price(raw: last), quantity: Quantity(raw: 1))
      return synchronizer.take(update, bids: [level], asks: [level, level], counts: &counts)
    }

    mutating func snapshot(_ last: Int64) -> DepthSynchronizer.SnapshotOutcome {
      synchronizer.take(
        DepthSnapshot(lastUpdateId: last, eventNanos: nil, receiveNanos: 0), counts: &counts)
    }

    /// The final ids of the updates that had waited; each must come with its own levels.
    mutating func released() -> [Int64] {
      var ids: [Int64] = []
      var bids: [BookLevel] = []
      var asks: [BookLevel] = []
      while let update = synchronizer.nextWaiting(bids: &bids, asks: &asks, counts: &counts) {
        ids.append(update.finalUpdateId)
        #expect(bids.map(\.price.raw) == [update.finalUpdateId] && asks.count == 2)
      }
      return ids
    }
  }

  @Test func spotJoinsAtTheSnapshot() {
    var bench = Bench()
    #expect(bench.update(1, 5) == .waits)
    #expect(bench.update(6, 9) == .waits)
    #expect(bench.update(10, 12) == .waits)
    #expect(bench.snapshot(8) == .replace)
    #expect(bench.released() == [9, 12])
    #expect(bench.update(13, 13) == .apply)
    #expect(bench.update(13, 13) == .dropped(.staleDiff))
    #expect(bench.update(12, 15) == .apply)
    #expect(bench.counts.used(.depth) == 4 && bench.counts.dropped(.staleDiff) == 2)
    #expect(bench.counts.waiting == 0)
  }

  @Test func theUpdateThatStartsRightAfterTheSnapshotJoins() {
    var bench = Bench()
    #expect(bench.snapshot(8) == .replace)
    #expect(bench.released() == [])
    #expect(bench.update(9, 11) == .apply)
  }

  @Test func futuresJoinByThePreviousId() {
    var bench = Bench()
    #expect(bench.update(100, 110, previous: 90) == .waits)
    #expect(bench.update(120, 130, previous: 110) == .waits)
    // No update spans 115, but nothing lies between 110 and 120.
    #expect(bench.snapshot(115) == .replace)
    #expect(bench.released() == [130])
    #expect(bench.update(140, 150, previous: 130) == .apply)
    #expect(bench.update(151, 160, previous: 149) == .lost)
    #expect(bench.counts.holes == 1)
  }

  @Test func aHoleLosesTheBookUntilASnapshot() {
    var bench = Bench()
    #expect(bench.snapshot(8) == .replace)
    #expect(bench.released() == [])
    #expect(bench.update(9, 10) == .apply)
    #expect(bench.update(12, 13) == .lost)
    #expect(bench.synchronizer.isSynchronized == false)
    #expect(bench.update(14, 15) == .waits)
    #expect(bench.snapshot(10) == .dropped(.snapshotTooOld))
    #expect(bench.snapshot(13) == .replace)
    #expect(bench.released() == [15])
    #expect(bench.update(16, 16) == .apply)
    #expect(bench.counts.holes == 1 && bench.counts.waiting == 0)
  }

  @Test func aSnapshotTooOldForTheWaitingIsRefused() {
    var bench = Bench()
    #expect(bench.update(20, 25) == .waits)
    #expect(bench.snapshot(18) == .dropped(.snapshotTooOld))
    #expect(bench.snapshot(19) == .replace)
    #expect(bench.released() == [25])
    #expect(bench.snapshot(25) == .dropped(.staleSnapshot))
  }

  @Test func aHoleAmongTheWaitingIsFound() {
    var bench = Bench()
    #expect(bench.update(1, 5) == .waits)
    #expect(bench.update(7, 9) == .waits)
    #expect(bench.snapshot(0) == .replace)
    #expect(bench.released() == [5])
    #expect(bench.synchronizer.isSynchronized == false)
    bench.synchronizer.finish(counts: &bench.counts)
    #expect(bench.counts.dropped(.afterHole) == 1 && bench.counts.waiting == 0)
  }

  @Test func theWaitingRoomIsBounded() {
    var bench = Bench()
    let count = DepthSynchronizer.mostWaiting + 200
    for id in 1...Int64(count) { #expect(bench.update(id, id) == .waits) }
    #expect(bench.counts.waiting + bench.counts.dropped(.waitingRoomFull) == count)
    #expect(bench.counts.waiting <= DepthSynchronizer.mostWaiting)
    bench.synchronizer.finish(counts: &bench.counts)
    #expect(bench.counts.dropped(.beforeSnapshot) == 700 && bench.counts.dropped(.waitingRoomFull) == 500)
  }

  @Test func extremeIdsDoNotTrap() {
    var bench = Bench()
    #expect(bench.snapshot(.max) == .replace)
    #expect(bench.released() == [])
    #expect(bench.update(0, .max) == .dropped(.staleDiff))
    var other = Bench()
    #expect(other.snapshot(0) == .replace)
    #expect(other.released() == [])
    // It leaps, so nothing is known by it before another goes on from it; one of the same id does not.
    #expect(other.update(0, .max) == .dropped(.idJump))
    #expect(other.update(.max, .max) == .dropped(.idJump))
    #expect(other.update(.min, .min) == .dropped(.staleDiff))
    #expect(other.synchronizer.lastUpdateId == 0)
  }
}
