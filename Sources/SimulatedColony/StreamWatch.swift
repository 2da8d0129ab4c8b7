import HostKit
import Wire

/// What a program has taken in of streams, and whether it notices what is missing.
///
/// Only what is plain from beside it: a number of the same publisher, in the same incarnation of both, that
/// is not the next of a topic of events. States and changes that build on each other may be told by snapshots
/// in between; of those what came of them is compared (`Views`).
struct StreamWatch {
  private struct Stream: Hashable {
    let publisher: UInt16
    let topic: Topic
  }

  private let name: String
  private var last: [Stream: (epoch: UInt32, sequence: UInt64)] = [:]
  /// Holes of the present turn.
  private var holes = 0
  /// What the host has counted of them up to now.
  private var counted: Int64 = 0

  init(name: String) { self.name = name }

  mutating func begin() { self = StreamWatch(name: name) }

  mutating func took(_ topic: Topic, _ frame: [UInt8]) {
    guard StreamReceiver.nature(of: topic) == .events, let message = Inbound(frame.span.bytes) else { return }
    let envelope = message.envelope
    let stream = Stream(publisher: envelope.sender, topic: topic)
    let former = last[stream]
    if let former, envelope.epoch < former.epoch { return }
    guard let former, former.epoch == envelope.epoch else {
      return last[stream] = (envelope.epoch, envelope.sequence)
    }
    guard envelope.sequence > former.sequence else { return }
    if envelope.sequence > former.sequence + 1 { holes += 1 }
    last[stream] = (envelope.epoch, envelope.sequence)
  }

  /// A turn is over; `gaps` is what its host counts.
  mutating func endTurn(gaps: Int64, at moment: Int64, _ judgement: inout Judgement) {
    if holes > 0 {
      judgement.holds(
        .gapsNoticed, at: moment, gaps - counted >= Int64(holes),
        "\(name) took in \(holes) messages of streams behind a hole and noticed \(gaps - counted)")
    }
    (holes, counted) = (0, gaps)
  }
}
