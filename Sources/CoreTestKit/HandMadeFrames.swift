import ActorKit
import Wire

/// Frames as a peer would send them, for feeding the host's parts directly.
package enum HandMadeFrames {
  package static func envelope(
    sender: UInt16 = 1, flags: EnvelopeFlags = [], epoch: UInt32 = 1, sequence: UInt64
  ) -> Envelope {
    Envelope(
      sender: sender, flags: flags.rawValue, epoch: epoch, sequence: sequence, sent: 0, origin: 0,
      correlationHigh: 0,
      correlationLow: 0)
  }

  package static func trade(
    sender: UInt16 = 1, flags: EnvelopeFlags = [], epoch: UInt32 = 1, sequence: UInt64, id: UInt64? = nil
  ) -> [UInt8] {
    let trade = Trade(
      envelope: envelope(sender: sender, flags: flags, epoch: epoch, sequence: sequence), instrument: 1,
      eventNanos: 1,
      tradeId: id ?? sequence, price: 1_000_000_000, quantity: 1, aggressor: .buy, condition: .market)
    var frames = FrameWriter(capacity: 1_024)
    trade.encode(into: &frames)
    return frames.bytes.copiedBytes()
  }

  package static func topic(_ parts: String...) -> Topic {
    guard let topic = Topic(parts: parts) else { preconditionFailure("not a topic: \(parts)") }
    return topic
  }
}
