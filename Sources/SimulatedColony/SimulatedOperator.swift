import ActorKit
import Governance
import HostKit
import Vocabulary
import Wire

/// A person at a console: gives commands to control ports, the same again until they are answered.
struct SimulatedOperator {
  private struct Order {
    let id: UInt64
    let link: Int
    let command: Command
    /// When a person gave it first.
    let givenMoment: Int64
    var nextMoment: Int64
    var attempts = 0
  }

  /// A command without an answer is repeated so often; the same one does nothing twice.
  static let mostAttempts = 20
  static let repeatNanos: Int64 = 500 * .nanosPerMilli

  let node: Int
  /// Component numbers in the order of its links.
  private let components: [UInt16]
  private let colony: ColonyName
  private var open: [Order] = []
  private var count: UInt64 = 0

  init(node: Int, components: [UInt16], colony: ColonyName) {
    self.node = node
    self.components = components
    self.colony = colony
  }

  mutating func give(
    _ kind: CommandKind, _ scope: Scope = .firm, account: UInt16? = nil, strategy: UInt16? = nil,
    instrument: UInt32? = nil, to component: UInt16, at moment: Int64
  ) {
    guard let link = components.firstIndex(of: component), let name = NameText("operator") else { return }
    count += 1
    let command = Command(
      envelope: Envelope(origin: 0, correlation: Correlation(high: 7, low: count)), kind: kind,
      scope: scope, account: account, strategy: strategy, instrument: instrument, operatorName: name,
      colony: colony.colony)
    open.append(Order(id: count, link: link, command: command, givenMoment: moment, nextMoment: moment))
  }

  /// The frames that are due, with the links over which they go.
  mutating func due(at moment: Int64) -> [(link: Int, frame: [UInt8])] {
    var frames: [(link: Int, frame: [UInt8])] = []
    for index in open.indices where open[index].nextMoment <= moment {
      open[index].nextMoment = moment + Self.repeatNanos
      open[index].attempts += 1
      var writer = FrameWriter(capacity: 1_024)
      _ = open[index].command.encode(into: &writer, reason: "simulated".utf8)
      frames.append((open[index].link, writer.bytes.copiedBytes()))
    }
    open.removeAll { $0.attempts >= Self.mostAttempts }
    return frames
  }

  /// Takes an answer in; the halt that is in force by it, who says so, and when it was given.
  mutating func take(_ frame: [UInt8]) -> (scope: HaltScope, component: UInt16, given: Int64)? {
    guard case .commandResult(let result)? = Inbound(frame.span.bytes) else { return nil }
    let id = result.block.envelope.correlation
    guard id.high == 7, let place = open.firstIndex(where: { $0.id == id.low }) else { return nil }
    let order = open.remove(at: place)
    guard result.block.outcome == .done, order.command.kind == .halt || order.command.kind == .panic,
      let scope = HaltScope(order.command)
    else { return nil }
    return (scope, components[order.link], order.givenMoment)
  }

  var isWaiting: Bool { !open.isEmpty }
}
