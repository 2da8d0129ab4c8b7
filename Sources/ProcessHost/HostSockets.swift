import ActorKit
import HostKit
import Platform
import Wire
import ZeroMQ

/// Opens a component's sockets: two it binds, two it listens with, one per component it calls.
struct HostSockets: ~Copyable {
  let publisher: Socket
  let control: Socket
  let marketStream: Socket
  let otherStream: Socket
  let links: [LinkSocket]

  init(_ configuration: HostConfiguration, epoch: UInt32) throws(HostError) {
    let name = configuration.name
    do throws(ZeroMQError) {
      let publisher = try Socket(.pub, .stream)
      let control = try Socket(.router, .session())
      let marketStream = try Socket(.sub, .stream)
      let otherStream = try Socket(.sub, .stream)
      try publisher.bindPatiently(configuration.publishEndpoint)
      try control.bindPatiently(configuration.controlEndpoint)
      try Self.listen(marketStream, otherStream, configuration)
      links = try Self.call(configuration, epoch: epoch)
      self.publisher = publisher
      self.control = control
      self.marketStream = marketStream
      self.otherStream = otherStream
    } catch {
      throw .socket(error, component: name)
    }
  }

  /// One SUB takes market data, the other everything else, so that a burst of the first delays none of the
  /// second. A prefix subscribed to counts for all publishers of the socket; topics name their owner, so
  /// nothing mixes.
  private static func listen(
    _ marketStream: borrowing Socket, _ otherStream: borrowing Socket,
    _ configuration: HostConfiguration
  ) throws(ZeroMQError) {
    for subscription in configuration.wiring.subscriptions {
      let endpoint = configuration.endpoints(of: subscription.component).publish
      let prefixes = subscription.prefixes.map(\.description)
      let isMarket = prefixes.map(Self.isMarket)
      if isMarket.contains(true) { try marketStream.connect(endpoint) }
      if isMarket.contains(false) { try otherStream.connect(endpoint) }
      for prefix in prefixes {
        if Self.isMarket(prefix) { marketStream.subscribe(prefix) } else { otherStream.subscribe(prefix) }
      }
    }
  }

  private static func call(
    _ configuration: HostConfiguration, epoch: UInt32
  ) throws(ZeroMQError) -> [LinkSocket] {
    // Without a session every process goes by a name of its own: two of one component, as after a takeover,
    // must not take each other's answers. Within a session the younger one shall.
    let ownName = "waggle-\(configuration.number).\(epoch).\(Clock.wallNanos())"
    var links: [LinkSocket] = []
    for link in configuration.wiring.links {
      let name = link.hasSession ? RouteTable.sessionName(of: configuration.number) : Array(ownName.utf8)
      let socket = try Socket(.dealer, .session(routingID: name))
      try socket.connect(configuration.endpoints(of: link.component).control)
      links.append(LinkSocket(component: link.component, socket: socket))
    }
    return links
  }

  /// Where a frame goes.
  enum Way {
    case topic(Topic)
    case link(Int)
    case caller(RouteTable.Route)
  }

  func send(_ frame: RawSpan, to way: Way) -> SendOutcome {
    switch way {
    // PUB never blocks: it drops for a subscriber that does not keep up, who sees the gap in the numbers.
    case .topic(let topic): publisher.send(topic: topic.bytes, body: frame)
    case .link(let index): links[index].socket.send(frame)
    case .caller(let route): control.send(to: route.identity, delimited: route.isDelimited, body: frame)
    }
  }

  static func isMarket(_ prefix: String) -> Bool { prefix.hasPrefix("market.") || prefix.hasPrefix("venue.") }
}

/// A connection to another component's control port.
final class LinkSocket {
  let component: UInt16
  let socket: Socket

  init(component: UInt16, socket: consuming Socket) {
    self.component = component
    self.socket = socket
  }
}
