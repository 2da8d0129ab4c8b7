import ActorKit
import CAllocationCounter
import RiskAdjuster
import Testing
import Trading
import Wire

/// A turn on a signal in steady state costs no memory. Optimised builds only: others allocate on their own
/// account.
struct AllocationTests {
  #if !DEBUG
    @Test func aSignalInSteadyStateAllocatesNothing() {
      let fixture = RiskFixture()
      fixture.ready()
      var core = fixture.bench.core
      var now = fixture.bench.now
      var effects = Effects()
      var frames = FrameWriter(capacity: 4_096)
      var before: Int64 = 0
      var targets = 0
      for step in 1...2_000 {
        if step == 1_001 { before = allocation_count_of_this_thread() }
        frames.reset()
        encode(step, now, into: &frames)
        guard let message = Inbound(frames.bytes) else { preconditionFailure("unreadable") }
        core.receive(message, from: Peer(component: 2, link: .stream), at: now, into: &effects)
        core.conclude(at: now, into: &effects)
        for sending in effects.sendings {
          if case .state = sending.destination { targets += 1 }
        }
        effects.reset()
        now.boot += 10 * .nanosPerMilli
        now.wall += .nanosPerMilli
      }
      let allocated = allocation_count_of_this_thread() - before
      #expect(allocated == 0 && targets == 2_000)
    }

    /// Six levels whose prices move from step to step.
    private func encode(_ step: Int, _ now: Instant, into frames: inout FrameWriter) {
      let signal = QuoteSignal(
        envelope: Envelope(
          sender: 2, flags: 0, epoch: 1, sequence: 0, sent: 0, origin: 1, correlationHigh: 0,
          correlationLow: UInt64(step)),
        strategy: 7, instrument: 1, revision: UInt64(step), fillSequenceSeen: 0,
        referencePrice: price("100").raw, validUntil: now.wall + .nanosPerSecond, eventNanos: now.market,
        takerBuyRate: .nan, takerSellRate: .nan)
      let shift = Double(step % 5)
      signal.encode(
        into: &frames, bidsCount: 3,
        bids: {
          QuoteSignal.Bid(offsetBps: shift + Double(10 * $0 + 1), quantity: 100_000_000, urgency: 0)
        },
        asksCount: 3,
        asks: {
          QuoteSignal.Ask(offsetBps: shift + Double(10 * $0 + 1), quantity: 100_000_000, urgency: 0)
        }, metadata: [])
    }
  #endif
}
