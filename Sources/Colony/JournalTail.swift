import ActorKit
import Platform
import Wire
import ZeroMQ

/// Reads the rows of a live component's journal over its control port, from one row on to the last there is.
///
/// Each answer ends by its own contents (docs/PROTOCOL.md, section 6), so the next question goes out at once;
/// what was lost on the way is asked for again after `ControlClient.repeatNanos`. Belongs to one thread.
public final class JournalTail {
  public struct Row: Sendable, Equatable {
    public let sequence: Int64
    public let epoch: UInt32
    public let kind: UInt16
    public let atNanos: Int64
    public let bytes: [UInt8]
  }

  /// Rows asked for at once.
  static let rowsPerRequest = ReplayQueue.maxRows

  private let socket: Socket
  private var request: ControlRequest
  /// The last row handed over.
  public private(set) var after: Int64
  private var rowsLeft = 0
  private var bytesLeft = 0

  /// Begins to connect. `endpoint` is as ZeroMQ takes it.
  public init(of endpoint: String, after sequence: Int64 = 0) throws(ZeroMQError) {
    let socket = try Socket(.dealer, .session())
    try socket.connect(endpoint)
    self.socket = socket
    after = sequence
    request = .rows(after: sequence, atMost: Self.rowsPerRequest)
  }

  /// Hands over every row after `after`, in order, until there is none left. False when the deadline
  /// (`Clock.bootNanos`) comes first; calling again goes on where it stopped.
  public func read(untilBootNanos deadline: Int64, _ body: (Row) -> Void) -> Bool {
    var poller = Poller(capacity: 1)
    _ = poller.add(socket)
    var message = Message()
    var askAtBootNanos = Int64.min
    while true {
      let now = Clock.bootNanos()
      guard now < deadline else { return false }
      if now >= askAtBootNanos {
        let isSent = ask()
        askAtBootNanos = now + (isSent ? ControlClient.repeatNanos : ControlClient.reconnectNanos)
      }
      _ = poller.wait(untilBootNanos: min(deadline, askAtBootNanos))
      while case .received(let more) = socket.receive(into: &message) {
        if !more, take(message.bytes, body) { return true }
        if rowsLeft == 0 || bytesLeft <= 0 { askAtBootNanos = .min }
      }
    }
  }

  private func ask() -> Bool {
    // A new correlation each time: a late part of an earlier answer must not be counted in this one.
    request = .rows(after: after, atMost: Self.rowsPerRequest)
    rowsLeft = Self.rowsPerRequest
    bytesLeft = ReplayQueue.maxBytes
    let frame = request.frame
    return socket.send(frame.span.bytes) == .sent
  }

  /// Whether there is nothing after what this frame brought.
  private func take(_ frame: RawSpan, _ body: (Row) -> Void) -> Bool {
    guard let message = Inbound(frame), message.envelope.correlation == request.correlation,
      case .replayPart(let part) = message
    else { return false }
    guard part.rowSequence > 0 else { return true }
    rowsLeft -= 1
    bytesLeft -= frame.byteCount
    // A hole: what follows it is asked for again.
    guard part.rowSequence == UInt64(after + 1) else { return false }
    after += 1
    body(
      Row(
        sequence: after, epoch: part.rowEpoch, kind: UInt16(truncatingIfNeeded: part.kind),
        atNanos: part.atNanos, bytes: part.bytes.copiedBytes()))
    return part.rowSequence == part.lastSequence
  }
}
