import ActorKit
import CAllocationCounter
import CoreTestKit
import FeedAggregator
import Testing
import Trading
import Wire

@Suite struct SteadyStateTests {
  /// Frames of a venue: a snapshot, then deltas, tickers if wanted, and trades.
  private func frames(_ count: Int, seed: UInt64) -> [[UInt8]] {
    var random = SplitMix64(seed: seed)
    var frames: [[UInt8]] = []
    var lastId: UInt64 = 0
    for index in 0..<count {
      var writer = FrameWriter(capacity: 1_024)
      let kind: MarketDataKind = index == 0 ? .snapshot : random.below(4) == 0 ? .trade : .delta
      if kind != .trade { lastId += 1 }
      let message = VenueMarketData(
        envelope: Envelope(origin: 0), instrument: FeedBench.instrument, kind: kind,
        aggressor: kind == .trade ? .buy : .unrecognized,
        eventNanos: Instant.testStart.market + Int64(index) * 50 * .nanosPerMilli,
        firstUpdateId: lastId, lastUpdateId: lastId, tradeId: UInt64(index + 1),
        price: FeedBench.price(101), quantity: FeedBench.quantity(1), condition: .market)
      message.encode(
        into: &writer, bidsCount: kind == .trade ? 0 : 3,
        bids: {
          .init(
            price: FeedBench.price(100 - Double($0) / 2),
            quantity: FeedBench.quantity(1 + Double(random.below(9))))
        },
        asksCount: kind == .trade ? 0 : 3,
        asks: {
          .init(
            price: FeedBench.price(101 + Double($0) / 2),
            quantity: FeedBench.quantity(1 + Double(random.below(9))))
        })
      frames.append(writer.bytes.withUnsafeBytes { Array($0) })
    }
    return frames
  }

  private func drive(
    _ core: inout FeedAggregator, _ frames: ArraySlice<[UInt8]>, _ effects: inout Effects
  ) -> Int {
    var sent = 0
    for index in frames.indices {
      let elapsed = Int64(index) * 50 * .nanosPerMilli
      let now = Instant(
        boot: Instant.testStart.boot + elapsed, wall: Instant.testStart.wall + elapsed,
        market: Instant.testStart.market + elapsed)
      let frame = frames[index]
      guard let message = Inbound(frame.span.bytes) else { continue }
      core.receive(message, from: Peer(component: FeedBench.venue, link: .stream), at: now, into: &effects)
      core.conclude(at: now, into: &effects)
      sent += effects.sendings.count
      effects.reset()
      _ = core.nextWake
    }
    return sent
  }

  private func core() throws -> FeedAggregator {
    FeedAggregator(
      .init(component: 2, venueComponent: FeedBench.venue, instruments: [try FeedBench.bitcoin()]))
  }

  @Test func aMarketUpdateAllocatesNothing() throws {
    let frames = frames(4_000, seed: 5)
    var core = try core()
    var effects = Effects()
    _ = drive(&core, frames[0..<2_000], &effects)
    let before = allocation_count_of_this_thread()
    let sent = drive(&core, frames[2_000...], &effects)
    let allocations = allocation_count_of_this_thread() - before
    #expect(before != 0, "the counter is not linked in")
    #expect(sent > 2_000)
    #if !DEBUG
      #expect(allocations == 0)
    #else
      print("unoptimised build: \(allocations) allocations in 2,000 updates, not judged")
    #endif
  }

  @Test func theSameInputsGiveTheSameBytes() throws {
    func bytes() throws -> [[UInt8]] {
      let feed = try FeedBench()
      var all: [[UInt8]] = []
      for frame in frames(500, seed: 9) {
        feed.bench.deliver(frame, from: Peer(component: FeedBench.venue, link: .stream))
        feed.bench.advance(nanos: 50 * .nanosPerMilli)
        all += feed.bench.conclude().sent.map(\.frame)
      }
      return all
    }
    let first = try bytes()
    #expect(first.count > 500)
    #expect(try bytes() == first)
  }
}
