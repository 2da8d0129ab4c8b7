import JSON5
import Telemetry

/// What fits in one answer of a component's figures: all counts, and of the times how many, the middle, the
/// tail and the longest.
///
/// The whole histograms stand in the statistics file. They grow with what is measured, and a busy component's
/// would not fit in a frame; this has a bound, by the numbers of counters and of templates, far below one.
package enum FiguresSummary {
  package static func json(_ figures: ComponentFigures) -> String {
    var json = JSONWriter()
    json.beginObject()
    json.member("component", figures.component)
    json.member("kind", figures.kind)
    json.member("epoch", Int64(figures.epoch))
    json.member("wallNanos", figures.wallNanos)
    write("counters", figures.counters, into: &json)
    write("refusedFrames", figures.refusedFrames, into: &json)
    write("hopNanos", figures.hops, into: &json)
    write("sinceOriginNanos", figures.sinceOrigin, into: &json)
    json.endObject()
    return json.text
  }

  private static func write(
    _ key: String, _ counters: [ComponentFigures.Counter], into json: inout JSONWriter
  ) {
    json.key(key)
    json.beginObject()
    for counter in counters { json.member(counter.name, counter.value) }
    json.endObject()
  }

  private static func write(_ key: String, _ timings: [ComponentFigures.Timing], into json: inout JSONWriter)
  {
    json.key(key)
    json.beginObject()
    for timing in timings {
      json.key(timing.template)
      json.beginObject()
      json.member("count", timing.histogram.count)
      if let middle = timing.histogram.percentile(50), let tail = timing.histogram.percentile(99),
        let max = timing.histogram.max
      {
        json.member("p50", middle)
        json.member("p99", tail)
        json.member("max", max)
      }
      json.endObject()
    }
    json.endObject()
  }
}
