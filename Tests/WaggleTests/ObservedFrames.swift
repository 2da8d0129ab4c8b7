import ActorKit
import Vocabulary
import Wire

/// What publishers of the fake colony say, as observers hear it: the executor is 5, the queen 6, the feed 2.
enum ObservedFrames {
  static let second: Int64 = 1_000_000_000

  static func frame(
    sender: UInt16, epoch: UInt32, sequence: UInt64, sent: Int64 = 0, flags: EnvelopeFlags = [],
    _ encode: (inout FrameWriter) -> Range<Int>
  ) -> [UInt8] {
    var frames = FrameWriter()
    let range = encode(&frames)
    frames.stamp(
      frameAt: range.lowerBound, sender: sender, flags: flags, epoch: epoch, sequence: sequence, sent: sent)
    return frames.bytes.copiedBytes()
  }

  static func position(
    _ quantity: Int64, epoch: UInt32, sequence: UInt64, answering correlation: Correlation = .none
  ) -> [UInt8] {
    let position = PositionChanged(
      envelope: Envelope(origin: 0, correlation: correlation), account: 1, instrument: 1, position: quantity,
      averagePrice: quantity == 0 ? nil : 60_000_000_000_000, realizedPnl: 0, fees: 0, cash: 0,
      workingBid: 0, workingAsk: 0, fillSequence: 7, eventNanos: 1)
    let flags: EnvelopeFlags = correlation == .none ? [] : .snapshot
    return frame(sender: 5, epoch: epoch, sequence: sequence, flags: flags) { out in
      position.encode(into: &out, ownersCount: 0) { _ in preconditionFailure("nobody is told") }
    }
  }

  static func beat(_ sender: UInt16, epoch: UInt32, sequence: UInt64) -> [UInt8] {
    let beat = Heartbeat(
      envelope: Envelope(origin: 0), component: sender, kind: .executor, state: .live, turns: 1, received: 1,
      published: 1, dropped: 0, loopLagMaxNanos: 0, journalRows: 0, journalLagRows: 0, residentBytes: 0,
      cpuNanos: 0, marketNanos: 0, intervalNanos: 250_000_000)
    return frame(sender: sender, epoch: epoch, sequence: sequence) { beat.encode(into: &$0) }
  }

  static func counts(
    _ sender: UInt16, epoch: UInt32, _ topic: Topic, _ sequence: UInt64, telling: UInt64 = 1
  ) -> [UInt8] {
    let list = TopicSequences(envelope: Envelope(origin: 0))
    return frame(sender: sender, epoch: epoch, sequence: telling) {
      list.encode(
        into: &$0, topicsCount: 1,
        topics: { _ in TopicSequences.Topic(topic: topic.text, sequence: sequence) })
    }
  }

  static func alarm(
    epoch: UInt32, sequence: UInt64, _ text: String, severity: Severity = .critical, sent: Int64 = 0
  ) -> [UInt8] {
    let alarm = Alarm(
      envelope: Envelope(origin: 0), component: 5, code: .ownerlessPosition, severity: severity,
      clOrdID: ClOrdIDText())
    return frame(sender: 5, epoch: epoch, sequence: sequence, sent: sent) {
      alarm.encode(into: &$0, text: text.utf8)
    }
  }

  /// The answer to who asks for alarms: these frames, and the topic's last number.
  static func recent(
    epoch: UInt32, last: UInt64, _ alarms: [[UInt8]], answering correlation: Correlation = .none
  ) -> [UInt8] {
    var frames = FrameWriter()
    let places = alarms.map { frames.append(copying: $0.span.bytes) }
    var pack: [UInt8] = []
    if !places.isEmpty {
      let place = frames.appendPack(copying: places)
      pack = frames.span(from: place.lowerBound, count: place.count).copiedBytes()
    }
    let recent = RecentAlarms(
      envelope: Envelope(origin: 0, correlation: correlation), topic: Topics.alarm.text)
    return frame(sender: 5, epoch: epoch, sequence: last, flags: .snapshot) {
      recent.encode(into: &$0, frames: pack)
    }
  }

  static func session(epoch: UInt32, sequence: UInt64) -> [UInt8] {
    let state = SessionState(
      envelope: Envelope(origin: 0), revision: 1, state: .live, cause: .none, permit: .open, halted: 1,
      degradations: 0, interruptions: 0, sinceNanos: 0, marketStartNanos: nil, wallStartNanos: nil,
      speedMilli: 1000)
    return frame(sender: 6, epoch: epoch, sequence: sequence) { state.encode(into: &$0) }
  }
}
