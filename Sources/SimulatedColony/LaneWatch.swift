import ActorKit
import HostKit
import Records
import Wire

/// What a program has taken in of its sessions, how much of that its disk says, and what it acknowledges.
///
/// Seen from beside it: by frames, by stored turns, and by how far its host says it has come.
struct LaneWatch {
  private let name: String
  /// What the disk says of each peer's events.
  private var marks: [UInt16: JournalMark] = [:]
  /// What each peer has said it no longer has; that needs no mark.
  private var floors: [UInt16: (epoch: UInt32, last: UInt64)] = [:]
  /// Durable events that came in the present turn.
  private var taken: [(peer: UInt16, epoch: UInt32, sequence: UInt64)] = []
  /// Nothing is asked of a program without a journal that can be trusted.
  private var isStored = false

  init(name: String) { self.name = name }

  /// An incarnation begins with what its journal gave back.
  mutating func begin(_ recovered: HostState, isStored: Bool) {
    self = LaneWatch(name: name)
    self.isStored = isStored
    for mark in recovered.marks { note(mark) }
  }

  /// A stored turn has a mark.
  mutating func note(_ mark: JournalMark) {
    if mark.lane == Lane.event.rawValue { marks[mark.peer] = mark }
  }

  /// The journal is not to be trusted any more.
  mutating func lose() { isStored = false }

  mutating func took(_ frame: [UInt8]) {
    frame.forEachMessage { message in
      switch message {
      case .hello(let hello): note(hello.block.envelope, first: hello.block.firstUnacknowledged)
      case .welcome(let welcome): note(welcome.block.envelope, first: welcome.block.firstUnacknowledged)
      default:
        let envelope = message.envelope
        guard envelope.flagSet.isSuperset(of: [.eventLane, .durable]) else { return }
        taken.append((envelope.sender, envelope.epoch, envelope.sequence))
      }
    }
  }

  private mutating func note(_ envelope: Envelope, first: UInt64) {
    floors[envelope.sender] = (envelope.epoch, first &- 1)
  }

  /// Whether the disk or the peer itself says that an event needs not come again.
  private func isSettled(_ peer: UInt16, _ epoch: UInt32, _ sequence: UInt64) -> Bool {
    if let mark = marks[peer], mark.epoch == epoch, mark.sequence >= sequence { return true }
    guard let floor = floors[peer] else { return false }
    return floor.epoch == epoch && floor.last >= sequence
  }

  /// A frame has left for a component.
  func sent(_ frame: [UInt8], to peer: UInt16, at moment: Int64, _ judgement: inout Judgement) {
    guard isStored else { return }
    frame.forEachMessage { message in
      guard case .acknowledge(let view) = message, view.block.lane == .event, view.block.sequence > 0 else {
        return
      }
      let (epoch, sequence) = (view.block.peerEpoch, view.block.sequence)
      judgement.holds(
        .acknowledged, at: moment, isSettled(peer, epoch, sequence),
        "\(name) acknowledges event \(sequence) of component \(peer), epoch \(epoch); its disk says"
          + " \(marks[peer]?.sequence ?? 0) of epoch \(marks[peer]?.epoch ?? 0)")
    }
  }

  /// A turn is over and all of it carried out.
  mutating func endTurn<Core: ActorCore>(
    _ host: borrowing HostCore<Core>, at moment: Int64, _ judgement: inout Judgement
  ) {
    defer { taken.removeAll(keepingCapacity: true) }
    guard isStored else { return }
    for event in taken {
      guard let progress = host.progress(of: event.peer), progress.peer.epoch == event.epoch,
        progress.sequence >= event.sequence
      else { continue }
      judgement.holds(
        .marked, at: moment, isSettled(event.peer, event.epoch, event.sequence),
        "\(name) took in durable event \(event.sequence) of component \(event.peer), epoch \(event.epoch),"
          + " and its disk does not say so when the turn is over")
    }
  }
}

extension [UInt8] {
  /// The messages of a frame, which may be a pack; none of what is no message.
  fileprivate func forEachMessage(_ body: (borrowing Inbound) -> Void) {
    let bytes = span.bytes
    guard FramePack.isPack(bytes) else {
      if let message = Inbound(bytes) { body(message) }
      return
    }
    var cursor = FramePack.Cursor()
    while case .message(let place) = cursor.next(in: bytes) {
      if let message = Inbound(bytes.extracting(place)) { body(message) }
    }
  }
}
