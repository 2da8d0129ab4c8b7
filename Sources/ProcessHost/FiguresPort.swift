import ActorKit
import HostKit
import Platform
import Wire
import ZeroMQ

/// The control port of a program without a core: it tells its figures and obeys nobody.
///
/// `status` and `counters` are answered with JSON, every other command is refused; what is no command is
/// dropped and counted. Belongs to one thread.
package struct FiguresPort: ~Copyable {
  /// Requests taken per call; more wait for the next.
  package static let batchLimit = 64

  package let socket: Socket
  private let component: (name: String, number: UInt16)
  private let colony: ColonyName
  private let epoch: UInt32
  private var frames = FrameWriter(capacity: 1 << 12)
  private var head = Message()
  private var body = Message()
  /// Frames that were no command.
  package private(set) var droppedCount = 0

  /// Binds the port. `colony` and the component's name and number are what every answer says.
  package init(
    _ endpoint: String, component: (name: String, number: UInt16), epoch: UInt32, of colony: ColonyName
  ) throws(ZeroMQError) {
    let socket = try Socket(.router, .session())
    try socket.bindPatiently(endpoint)
    self.socket = socket
    self.component = component
    self.epoch = epoch
    self.colony = colony
  }

  /// Answers what has come. The two texts are asked for only when somebody wants them.
  package mutating func drain(atWallNanos now: Int64, status: () -> String, counters: () -> String) {
    for _ in 0..<Self.batchLimit {
      switch socket.receive(identity: &head, body: &body) {
      case .empty: return
      case .malformed: droppedCount += 1
      case .received(let delimited):
        guard let command = CommandView(body.bytes)?.block else {
          droppedCount += 1
          continue
        }
        let answer = answer(command, atWallNanos: now, status, counters)
        reply(to: command, answer.outcome, answer.text, isDelimited: delimited, atWallNanos: now)
      }
    }
  }

  private func answer(
    _ command: Command, atWallNanos now: Int64, _ status: () -> String, _ counters: () -> String
  ) -> (outcome: CommandOutcome, text: String) {
    if let reason = colony.refusal(of: command, atWallNanos: now) {
      return (.refused, "\(reason); this is component \(component.name) of \(colony)")
    }
    switch command.kind {
    case .status: return (.done, status())
    case .counters: return (.done, counters())
    default:
      return (.refused, "\(component.name) only observes: it takes status and counters, no other command")
    }
  }

  private mutating func reply(
    to command: Command, _ outcome: CommandOutcome, _ text: String, isDelimited: Bool, atWallNanos now: Int64
  ) {
    let result = CommandResult(
      envelope: Envelope(origin: 0, correlation: command.envelope.correlation), kind: command.kind,
      outcome: outcome, component: component.number, colony: colony.colony, run: colony.run)
    frames.reset()
    let range = result.encode(into: &frames, text: text.utf8)
    frames.stamp(
      frameAt: range.lowerBound, sender: component.number, epoch: epoch, sequence: 0, sent: now)
    // Who is gone or reads nothing asks again.
    _ = socket.send(to: head.bytes, delimited: isDelimited, body: frames.bytes)
  }
}
