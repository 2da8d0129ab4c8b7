import ActorKit
import CoreTestKit
import Testing
import Wire

/// A mid that moves by more than 100 bps between two updates.
@Suite struct JumpTests {
  /// Moves the whole book up by so much in one delta; ids continue from `last`.
  private func jump(_ feed: FeedBench, _ id: UInt64, to bid: Double, from old: Double) -> Turn {
    feed.delta(
      id, id, bids: [(old, 0), (old - 0.5, 0), (bid, 3), (bid - 0.5, 2)],
      asks: [(old + 1, 0), (old + 1.5, 0), (bid + 1, 1), (bid + 1.5, 4)])
  }

  @Test func aJumpIsSuspectUntilTwoMoreUpdates() throws {
    let feed = try FeedBench()
    feed.goodBook()
    let turn = jump(feed, 11, to: 110, from: 100)
    #expect(turn.standing == ["suspect priceJump"])
    #expect(turn.all(BookDelta.self).count == 1)
    #expect(turn.tops.first?.bidPrice == FeedBench.price(110))
    #expect(feed.delta(12, 12, bids: [(110, 4)]).standing.isEmpty)
    #expect(feed.delta(13, 13, bids: [(110, 5)]).standing == ["live none"])
    #expect(feed.counter("anomaly.priceJump") == 1)
  }

  @Test func aJumpTakenBackEndsTheDoubtAtOnce() throws {
    let feed = try FeedBench()
    feed.goodBook()
    _ = jump(feed, 11, to: 110, from: 100)
    #expect(jump(feed, 12, to: 100, from: 110).standing == ["live none"])
  }

  @Test func aJumpOnAJumpIsDoubtedAnew() throws {
    let feed = try FeedBench()
    feed.goodBook()
    _ = jump(feed, 11, to: 110, from: 100)
    #expect(jump(feed, 12, to: 120, from: 110).standing.isEmpty)
    #expect(feed.delta(13, 13, bids: [(120, 4)]).standing.isEmpty)
    #expect(feed.delta(14, 14, bids: [(120, 5)]).standing == ["live none"])
    #expect(feed.counter("anomaly.priceJump") == 2)
  }

  @Test func aSnapshotConfirmsAJump() throws {
    let feed = try FeedBench()
    feed.goodBook()
    _ = jump(feed, 11, to: 110, from: 100)
    feed.deliver(.snapshot, last: 11, bids: [(110, 3)], asks: [(111, 1)])
    #expect(feed.bench.conclude().standing == ["live none"])
  }

  @Test func aMoveWithinTheLimitIsNoJump() throws {
    let feed = try FeedBench()
    feed.goodBook()
    // Mid 100.5 to 101.5 is 99.5 bps.
    #expect(jump(feed, 11, to: 101, from: 100).standing.isEmpty)
  }

  @Test func depthAndTickersAreNeverCompared() throws {
    let feed = try FeedBench()
    feed.goodBook()
    #expect(feed.ticker(1, 150, 150.5).standing.isEmpty)
    #expect(feed.delta(11, 11, bids: [(100, 4)]).standing.isEmpty)
    #expect(feed.ticker(2, 170, 170.5).standing == ["suspect priceJump"])
  }
}
