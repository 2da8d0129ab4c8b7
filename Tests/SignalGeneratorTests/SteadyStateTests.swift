import ActorKit
import CAllocationCounter
import SignalGenerator
import Strategies
import Testing
import Trading
import Wire

#if canImport(Glibc)
  import Glibc
#endif

@Suite struct SteadyStateTests {
  typealias Core = SignalGenerator<BuiltInStrategies>

  /// Frames of a feed: best quotes, and every tenth a set of figures, always enough to be worth a signal.
  private func frames(_ count: Int) -> [[UInt8]] {
    (0..<count).map { index in
      var writer = FrameWriter(capacity: 512)
      let bid = 10_000 + Double(index % 50)
      if index % 10 == 0 {
        MarketMetrics(
          envelope: Envelope(origin: 1), instrument: 7, eventNanos: Int64(index + 1),
          mid: Int64(bid * 1e9), microPrice: Int64(bid * 1e9), spreadBps: 1,
          volatilityBps: 2 + Double(index % 3), volatilityUncertaintyBps: 0.1, imbalance: 0,
          adverseSelectionBps: .nan, buyArrivalRate: 1, sellArrivalRate: 1, state: .live
        ).encode(into: &writer)
      } else {
        TopOfBook(
          envelope: Envelope(origin: 1), instrument: 7, eventNanos: Int64(index + 1),
          bidPrice: Int64(bid * 1e9), bidQuantity: 100_000_000, askPrice: Int64((bid + 1) * 1e9),
          askQuantity: 100_000_000, venueUpdateId: 1
        ).encode(into: &writer)
      }
      return writer.bytes.withUnsafeBytes { Array($0) }
    }
  }

  private func drive(_ core: inout Core, _ frames: [[UInt8]], _ effects: inout Effects) -> Int {
    var signals = 0
    var now = Instant.testInstant
    for frame in frames {
      now.boot += 1_000_000
      now.wall += 1_000_000
      now.market += 1_000_000
      guard let message = Inbound(frame.span.bytes) else { continue }
      core.receive(message, from: Peer(component: 2, link: .stream), at: now, into: &effects)
      core.conclude(at: now, into: &effects)
      signals += effects.sendings.count
      effects.reset()
      _ = core.nextWake
    }
    return signals
  }

  private func ready() throws -> Core {
    let bench = try SignalBench<BuiltInStrategies>([glft([("levels", 3), ("volatilityZ", 1)])])
    bench.ready()
    return bench.bench.core
  }

  @Test func aDecisionAllocatesNothing() throws {
    let frames = frames(5_000)
    var core = try ready()
    var effects = Effects()
    _ = drive(&core, frames, &effects)
    let before = allocation_count_of_this_thread()
    let signals = drive(&core, frames, &effects)
    let allocations = allocation_count_of_this_thread() - before
    #expect(before != 0, "the counter is not linked in")
    #expect(signals > 4_000)
    #if !DEBUG
      #expect(allocations == 0)
    #else
      print("unoptimised build: \(allocations) allocations in 5,000 decisions, not judged")
    #endif
  }

  /// The time is printed, not judged: it depends on the machine and on what else runs there.
  @Test func theCostOfADecisionIsShown() throws {
    let frames = frames(5_000)
    var core = try ready()
    var effects = Effects()
    var best = Int.max
    for _ in 0..<10 {
      var (start, end) = (timespec(), timespec())
      clock_gettime(CLOCK_THREAD_CPUTIME_ID, &start)
      let signals = drive(&core, frames, &effects)
      clock_gettime(CLOCK_THREAD_CPUTIME_ID, &end)
      #expect(signals > 4_000)
      best = min(best, (end.tv_sec - start.tv_sec) * 1_000_000_000 + end.tv_nsec - start.tv_nsec)
    }
    print("a market update with its decision and signal: \(best / frames.count) ns")
  }
}

extension Instant {
  fileprivate static let testInstant = Instant(
    boot: 2_000_000 * .nanosPerSecond, wall: 1_800_000_000 * .nanosPerSecond,
    market: 1_700_000_000 * .nanosPerSecond)
}
