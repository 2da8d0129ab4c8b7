import ActorKit
import Platform
import Testing
import Wire
import ZeroMQ

/// Somebody at a control port who is no reactor.
struct ControlClient: ~Copyable {
  let socket: Socket

  init(_ endpoint: String, _ kind: SocketKind = .dealer, routingID: [UInt8] = []) throws {
    let connected = try Socket(kind, .session(routingID: routingID))
    try connected.connect(endpoint)
    socket = connected
  }

  /// Sends one message of these frames as soon as somebody is connected.
  func send(_ frames: [UInt8]...) throws { try send(frames: frames) }

  func send(frames: [[UInt8]]) throws {
    let deadline = Clock.bootNanos() + Int64(RunningReactor.patienceSeconds) * .nanosPerSecond
    for (index, frame) in frames.enumerated() {
      while socket.send(frame.span.bytes, more: index + 1 < frames.count) != .sent {
        try #require(Clock.bootNanos() < deadline, "nobody takes the message")
        ProcessControl.pause(nanos: .nanosPerMilli)
      }
    }
  }

  /// The next frame that comes, within patience.
  func receive() throws -> [UInt8] {
    var poller = Poller(capacity: 1)
    _ = poller.add(socket)
    _ = poller.wait(
      untilBootNanos: Clock.bootNanos() + Int64(RunningReactor.patienceSeconds) * .nanosPerSecond)
    var message = Message()
    let outcome = socket.receive(into: &message)
    try #require(outcome == .received(more: false), "no answer: \(outcome)")
    return message.copy()
  }

  static func command(_ kind: CommandKind, id: UInt64) throws -> [UInt8] {
    let command = Command(
      envelope: Envelope(origin: 0, correlation: Correlation(high: 77, low: id)), kind: kind, scope: .firm,
      account: nil, strategy: nil, instrument: nil, operatorName: try #require(NameText("tester")))
    var frames = FrameWriter(capacity: 1_024)
    command.encode(into: &frames, reason: "a test".utf8)
    return frames.bytes.copiedBytes()
  }

  /// The text of the answer to a command.
  func ask(_ kind: CommandKind, id: UInt64) throws -> String {
    try send(Self.command(kind, id: id))
    let answer = try receive()
    guard case .commandResult(let result) = Inbound(answer.span.bytes) else {
      throw ControlProblem.notAResult(answer.count)
    }
    #expect(result.block.kind == kind && result.block.outcome == .done)
    #expect(result.block.envelope.correlation == Correlation(high: 77, low: id))
    return String(decoding: result.text.copiedBytes(), as: UTF8.self)
  }
}

enum ControlProblem: Error { case notAResult(Int) }
