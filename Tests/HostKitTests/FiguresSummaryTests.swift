import ActorKit
import CoreTestKit
import HostKit
import Telemetry
import Testing
import Trading
import Wire

@Suite struct FiguresSummaryTests {
  /// Every kind of message, with times spread over all of a histogram: more than a component will ever have.
  private static func busy() -> HostStatistics {
    var statistics = HostStatistics()
    var random = SplitMix64(seed: 1)
    for template in Template.allCases {
      for _ in 0..<400 {
        var envelope = HandMadeFrames.envelope(sequence: 1)
        envelope.sent = 1
        envelope.origin = 1
        let nanos = Int64(random.next() >> (2 + random.below(60)))
        statistics.countReceived(template, envelope, wallNanos: nanos)
      }
    }
    return statistics
  }

  @Test func theAnswerFitsInAFrameHoweverMuchWasMeasured() {
    var counters = CounterReport()
    for number in 0..<CounterReport.maxCount {
      counters.add("counter.of.thirty-two.letters.\(number % 100)", Int64.min)
    }
    let figures = ComponentFigures(
      component: String(repeating: "n", count: 32), number: .max, kind: "executor", epoch: .max,
      wallNanos: .max,
      counters: counters, statistics: Self.busy())
    let summary = FiguresSummary.json(figures)
    #expect(summary.utf8.count < 40_000, "the frame's bound is \(FrameWriter.maxFrame)")
    #expect(summary.contains("\"p99\""))
  }
}
