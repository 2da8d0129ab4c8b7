import ActorKit
import JSON5
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

  /// Who is there instead of the colony that is meant: nothing has been asked of it but its name.
  public private(set) var stranger: String?
  /// Asked first, where it matters who answers; nil once that is known.
  private var introduction: ControlRequest?
  private let meant: NameText

  /// Begins to connect. `endpoint` is as ZeroMQ takes it.
  ///
  /// With `colony` the question is put only to a component of that colony: who is there is asked first. For
  /// messages that do not name their colony themselves.
  public init(
    _ request: ControlRequest, to endpoint: String, onlyOf colony: NameText? = nil
  ) throws(ZeroMQError) {
    self.endpoint = endpoint
    self.request = request
    meant = colony ?? NameText()
    introduction = colony.map { _ in
      .command(.status, operatorName: Supervisor.operatorName, reason: "")
    }
    let socket = try Socket(.dealer, .session())
    try socket.connect(endpoint)
    self.socket = socket
  }

  /// Sends what is due and takes in what has come. Call it whenever the socket is ready, or every few
  /// milliseconds.
  public func advance(atBootNanos now: Int64) {
    var message = Message()
    while !isOver {
      guard case .received(let more) = socket.receive(into: &message) else { break }
      if more || !take(message.bytes) { strayCount += 1 }
    }
    guard !isOver, now >= repeatAtBootNanos else { return }
    let frame = (introduction ?? request).frame
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
    return ControlResult(view)
  }

  /// How many orders the venue lists as left, at most one answer full; nil before an answer to `cancelAll`.
  public var openOrdersLeft: Int? {
    guard let answer, let view = AccountStateView(answer.span.bytes) else { return nil }
    return view.openOrdersCount
  }

  /// Whether the question itself has been handed over, and not only that who is there.
  public var isPut: Bool { stage != .connecting && introduction == nil }

  /// Nothing more will come of it.
  public var isOver: Bool { stage == .answered || stranger != nil }

  /// The account's positions as the venue tells them, signed; nil before an answer to `positions`.
  public var positions: [(instrument: UInt32, quantity: Int64)]? {
    guard let answer, let view = AccountStateView(answer.span.bytes) else { return nil }
    return (0..<view.positionsCount).map { (view.position($0).instrument, view.position($0).position) }
  }

  private func takeIntroduction(_ frame: RawSpan, _ asked: ControlRequest) -> Bool {
    guard let view = CommandResultView(frame), view.envelope.correlation == asked.correlation else {
      return false
    }
    if view.colony == meant {
      introduction = nil
      stage = .connecting
      repeatAtBootNanos = .min
    } else {
      stranger = ControlResult(view).whoAnswers
    }
    return true
  }

  private func take(_ frame: RawSpan) -> Bool {
    if let introduction { return takeIntroduction(frame, introduction) }
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
      let open = clients.filter { !$0.isOver }
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
  /// Of who answers; empty from a component of schema version 2.
  public let colony: String
  public let run: String

  /// Whether the command took effect, now or before.
  public var isTaken: Bool {
    switch outcome {
    case .done, .accepted, .duplicate: true
    case .refused, .unrecognized: false
    }
  }

  public init(
    component: UInt16, kind: CommandKind, outcome: CommandOutcome, text: String, colony: String = "",
    run: String = ""
  ) {
    self.component = component
    self.kind = kind
    self.outcome = outcome
    self.text = text
    self.colony = colony
    self.run = run
  }
}

extension ControlResult {
  init(_ view: CommandResultView) {
    self.init(
      component: view.component, kind: view.kind, outcome: view.outcome, text: view.textString,
      colony: "\(view.colony)", run: "\(view.run)")
  }

  /// What an answer to `status` tells of who gives it; nil for text that is no such answer.
  public func figure(_ key: String) -> SyntaxNode? {
    do throws(SyntaxError) { return try JSON5Reader.read(text)[key] } catch { return nil }
  }

  /// `component queen of colony 'paper', run 20240808T235413Z-1 (process 12)`.
  public var whoAnswers: String {
    let name = figure("component")?.string ?? "\(component)"
    let place = colony.isEmpty ? "a colony that does not say its name" : "colony '\(colony)'"
    let pid = figure("pid")?.integer.map { " (process \($0))" } ?? ""
    return printable("component \(name) of \(place), run \(run.isEmpty ? "unknown" : run)\(pid)")
  }
}
