import ActorKit
import Platform
import Wire
import ZeroMQ

/// Asks one question of one control port and waits for its answer, without blocking.
///
/// `waggle` uses it from outside the colony, the supervisor from its loop. The question is repeated under the
/// same correlation until it is answered, which is safe because every command does its work once per
/// correlation: an answer lost with a connection comes again as `duplicate`.
///
/// Belongs to one thread. A control port that does not exist is no error, only a question that stays
/// unanswered.
public final class ControlClient {
  /// How far the question has come.
  public enum Stage: Sendable, Equatable {
    /// Nobody has accepted a connection yet.
    case connecting
    /// Handed over; no answer yet.
    case asked
    /// `answer` holds the frame.
    case answered
  }

  /// Asked again after this without an answer.
  public static let repeatNanos: Int64 = .nanosPerSecond

  /// While the connection is lost, sending is tried again after this.
  static let reconnectNanos: Int64 = 20 * .nanosPerMilli

  public let endpoint: String
  public let request: ControlRequest
  public private(set) var stage = Stage.connecting
  /// The answer's frame, a readable message with the request's correlation.
  public private(set) var answer: [UInt8]?
  /// Frames that were no answer to this question: dropped.
  public private(set) var strayCount = 0

  private let socket: Socket
  private var repeatAtBootNanos = Int64.min

  /// Begins to connect. `endpoint` is as ZeroMQ takes it.
  public init(_ request: ControlRequest, to endpoint: String) throws(ZeroMQError) {
    self.endpoint = endpoint
    self.request = request
    let socket = try Socket(.dealer, .session())
    try socket.connect(endpoint)
    self.socket = socket
  }

  /// Sends what is due and takes in what has come. Call it whenever the socket is ready, or every few
  /// milliseconds.
  public func advance(atBootNanos now: Int64) {
    var message = Message()
    while stage != .answered {
      guard case .received(let more) = socket.receive(into: &message) else { break }
      if more || !take(message.bytes) { strayCount += 1 }
    }
    guard stage != .answered, now >= repeatAtBootNanos else { return }
    let frame = request.frame
    switch socket.send(frame.span.bytes) {
    case .sent:
      stage = .asked
      repeatAtBootNanos = now + Self.repeatNanos
    case .backPressured, .noPeer:
      // Connected once, and no more: look again soon. Before the first connection the poller tells.
      if stage == .asked { repeatAtBootNanos = now + Self.reconnectNanos }
    }
  }

  /// The answer to a command, once there is one.
  public var result: ControlResult? {
    guard let answer, let view = CommandResultView(answer.span.bytes) else { return nil }
    return ControlResult(
      component: view.component, kind: view.kind, outcome: view.outcome, text: view.textString)
  }

  /// How many orders the venue says are left; nil before an answer to `cancelAll`.
  public var openOrdersLeft: Int? {
    guard let answer, let view = AccountStateView(answer.span.bytes) else { return nil }
    return view.openOrdersCount
  }

  /// The account's positions as the venue tells them, signed; nil before an answer to `positions`.
  public var positions: [(instrument: UInt32, quantity: Int64)]? {
    guard let answer, let view = AccountStateView(answer.span.bytes) else { return nil }
    return (0..<view.positionsCount).map { (view.position($0).instrument, view.position($0).position) }
  }

  private func take(_ frame: RawSpan) -> Bool {
    guard let message = Inbound(frame), message.envelope.correlation == request.correlation,
      request.answer.isGiven(by: message)
    else { return false }
    answer = frame.copiedBytes()
    stage = .answered
    return true
  }

  /// Asks all of them at once and waits until every one has answered or the deadline (`Clock.bootNanos`) has
  /// passed.
  public static func run(_ clients: [ControlClient], untilBootNanos deadline: Int64) {
    // The poller's bound; more questions are asked in turns.
    var rest = clients[...]
    while !rest.isEmpty {
      let group = rest.prefix(512)
      rest = rest.dropFirst(512)
      wait(Array(group), untilBootNanos: deadline)
    }
  }

  private static func wait(_ clients: [ControlClient], untilBootNanos deadline: Int64) {
    var poller = Poller(capacity: max(1, clients.count))
    while true {
      let now = Clock.bootNanos()
      for client in clients { client.advance(atBootNanos: now) }
      let open = clients.filter { $0.stage != .answered }
      guard !open.isEmpty, now < deadline else { return }
      poller.removeAll()
      for client in open {
        _ = poller.add(client.socket, client.stage == .connecting ? [.readable, .writable] : .readable)
      }
      let repeats = open.filter { $0.stage == .asked }.map(\.repeatAtBootNanos)
      _ = poller.wait(untilBootNanos: repeats.reduce(deadline, min))
    }
  }
}

/// What a control port said to a command.
public struct ControlResult: Sendable, Equatable {
  public let component: UInt16
  public let kind: CommandKind
  public let outcome: CommandOutcome
  /// For people, or JSON where figures were asked for.
  public let text: String

  /// Whether the command took effect, now or before.
  public var isTaken: Bool {
    switch outcome {
    case .done, .accepted, .duplicate: true
    case .refused, .unrecognized: false
    }
  }

  public init(component: UInt16, kind: CommandKind, outcome: CommandOutcome, text: String) {
    self.component = component
    self.kind = kind
    self.outcome = outcome
    self.text = text
  }
}
