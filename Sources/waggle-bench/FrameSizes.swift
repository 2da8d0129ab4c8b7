import JSON5
import Wire

/// Bytes of the frames that travel from tick to venue, for a relay chain of the same sizes.
struct FrameSizes {
  /// Levels a side of the quotes.
  let levels: Int

  func write(into json: inout JSONWriter) {
    let samples = WireSamples()
    json.beginObject()
    json.member("marketMetrics", size { samples.encodeMetrics(0, into: &$0) })
    json.member("topOfBook", size { samples.encodeTop(0, into: &$0) })
    json.member("quoteSignal", size { samples.encodeSignal(0, levels: levels, into: &$0) })
    json.member("targetQuotes", size { samples.encodeTargets(0, levels: levels, into: &$0) })
    json.member("cancelOrder", FrameHeader.byteCount + CancelOrder.blockLength)
    json.member("newOrder", size { samples.encodeOrder(0, into: &$0) })
    json.endObject()
  }

  private func size(_ encode: (inout FrameWriter) -> Void) -> Int {
    var out = FrameWriter()
    encode(&out)
    return out.count
  }
}
