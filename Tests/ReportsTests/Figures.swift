import ActorKit
import Telemetry
import Wire

/// The figures of one incarnation as a host would write them.
func figures(
  _ component: String, _ number: UInt16, _ kind: String, epoch: UInt32 = 1,
  _ counters: [(String, Int64)] = [],
  refused: [FrameRefusal] = [], received: [(template: Template, sent: Int64, origin: Int64)] = []
) -> ComponentFigures {
  var report = CounterReport()
  for (name, value) in counters { report.add(name, value) }
  var statistics = HostStatistics()
  for reason in refused { statistics.countRefused(reason) }
  for message in received {
    var envelope = Envelope(origin: message.origin)
    envelope.sent = message.sent
    statistics.countReceived(message.template, envelope, wallNanos: receiptNanos)
  }
  return ComponentFigures(
    component: component, number: number, kind: kind, epoch: epoch, wallNanos: receiptNanos, counters: report,
    statistics: statistics)
}

/// When everything in `figures(received:)` was received.
let receiptNanos: Int64 = 1_700_000_000_000_000_000

/// A message that took so long from its sender and, if it has an origin, from the market event.
func took(_ template: Template, hop: Int64, sinceOrigin: Int64? = nil) -> (Template, Int64, Int64) {
  (template, receiptNanos - hop, sinceOrigin.map { receiptNanos - $0 } ?? 0)
}
