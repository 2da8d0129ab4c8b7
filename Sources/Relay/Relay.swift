import ActorKit
import Colony
import Platform
import ProcessHost
import Wire
import ZeroMQ

/// Carries every publisher's topics to any number of observers, byte for byte.
///
/// XSUB towards the publishers, XPUB towards the observers: a publisher sends each message to the relay once,
/// whoever watches, and only while somebody wants it. A relay that hangs is a slow subscriber: the publisher
/// drops for it what is beyond the high-water mark, and waits for nobody. An observer that hangs is the same
/// to the relay. Belongs to one thread.
package struct Relay: ~Copyable {
  /// Messages carried, and subscriptions taken, per turn: nobody waits long behind a burst.
  static let carriedPerTurn = 1_024
  static let subscriptionsPerTurn = 1_024
  /// What the relay itself always listens to: who lives, and whether the session has ended.
  package static let ownPrefix = "colony.heartbeat."

  let configuration: RelayConfiguration
  let upstream: Socket
  var downstream: CountedSocket
  var port: FiguresPort
  var voice: RelayVoice
  var ledger: RelayLedger
  var subscriptions = RelaySubscriptions(own: Relay.ownPrefix)
  var turns: UInt64 = 0
  var turnNanosMax: Int64 = 0
  private var end = RelayEnd()

  package init(_ configuration: RelayConfiguration) throws(ZeroMQError) {
    let epoch = RelayVoice.epoch(atWallNanos: Clock.wallNanos())
    let port = try FiguresPort(
      configuration.controlEndpoint, component: (configuration.name, configuration.number), epoch: epoch,
      of: configuration.colony)
    let downstream = try CountedSocket(Socket(.xpub, .stream))
    try downstream.socket.bindPatiently(configuration.publishEndpoint)
    let upstream = try Socket(.xsub, .stream)
    for publisher in configuration.publishers { try upstream.connect(publisher.endpoint) }
    _ = upstream.send(([1] + Array(Self.ownPrefix.utf8)).span.bytes)
    self.configuration = configuration
    self.port = port
    self.downstream = downstream
    self.upstream = upstream
    voice = RelayVoice(component: configuration.number, epoch: epoch)
    ledger = RelayLedger(publishers: configuration.publishers.map(\.number), queen: configuration.queen)
  }

  /// Runs until one of the signals has come, or the session has ended and nobody supervises the relay.
  package mutating func run(until signals: borrowing SignalSource) {
    var topic = Message()
    var body = Message()
    // Five entries: a wait of up to sixteen allocates nothing.
    var poller = Poller(capacity: 8)
    _ = poller.add(upstream)
    _ = poller.add(downstream.socket)
    _ = poller.add(downstream.events)
    _ = poller.add(port.socket)
    _ = poller.add(fileDescriptor: signals.fileDescriptor)
    while signals.next() == nil {
      let began = Clock.bootNanos()
      turn(&topic, &body, atBootNanos: began)
      if isOver(atBootNanos: began) { break }
      turnNanosMax = max(turnNanosMax, Clock.bootNanos() - began)
      _ = poller.wait(untilBootNanos: min(voice.nextBootNanos, began + RelayVoice.statusNanos))
    }
    poller.removeAll()
  }

  /// Takes in and hands on what waits, within bounds, and says what is due. The two messages are room to
  /// receive into.
  package mutating func turn(_ topic: inout Message, _ body: inout Message, atBootNanos now: Int64) {
    turns &+= 1
    downstream.drain()
    takeSubscriptions(&body)
    carry(&topic, &body, atBootNanos: now)
    answer()
    speak(atBootNanos: now)
  }

  private mutating func takeSubscriptions(_ message: inout Message) {
    for _ in 0..<Self.subscriptionsPerTurn {
      guard case .received(var more) = downstream.socket.receive(into: &message) else { return }
      guard !more else {
        // No subscription has several frames. XPUB hands over whole messages.
        while more, case .received(let next) = downstream.socket.receive(into: &message) { more = next }
        subscriptions.refuseStray()
        continue
      }
      switch subscriptions.take(message.bytes) {
      case .drop: break
      case .passOn: _ = upstream.send(message.bytes)
      case .passOnEnd:
        _ = upstream.send(message.bytes)
        ledger.forgetNumbers()
      }
    }
  }

  private mutating func carry(_ topic: inout Message, _ body: inout Message, atBootNanos now: Int64) {
    let wanted = subscriptions
    for _ in 0..<Self.carriedPerTurn {
      switch upstream.receive(topic: &topic, body: &body) {
      case .empty: return
      case .malformed: ledger.refuseMalformed()
      case .received:
        ledger.carry(topic.bytes, body.bytes, atBootNanos: now) { wanted.covers($0) }
        // XPUB never pushes back: it drops for the one whose queue is full.
        _ = downstream.socket.forward(topic: &topic, body: &body)
      }
    }
  }

  private mutating func isOver(atBootNanos now: Int64) -> Bool {
    let lastHeard = ledger.publishers.compactMap(\.lastBootNanos).max()
    let isDue = end.isDue(
      isQueenFinished: ledger.isQueenFinished, lastHeardBootNanos: lastHeard, atBootNanos: now)
    return isDue && !configuration.isSupervised()
  }

  var state: ComponentState { ledger.isQueenFinished ? .finished : .live }
}
