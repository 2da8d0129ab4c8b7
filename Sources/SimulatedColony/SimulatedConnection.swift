import ActorKit
import Wire

/// One connection between two sockets, as ZeroMQ keeps it: it comes up by itself when both ends live and
/// nothing is between them, and what is under way is lost when it breaks.
package struct SimulatedConnection {
  enum Kind {
    /// A subscriber's (client) to a publisher (server), for topics of these prefixes.
    case stream(isMarket: Bool, prefixes: [[UInt8]])
    /// A caller's (client) to a control port (server); the client's link by index.
    case call(link: Int)
  }

  /// One way of a connection.
  struct Way {
    /// Frames that were sent and not yet taken by the receiver.
    var waiting = 0
    /// When the last of them arrives: what is sent later is not earlier there.
    var lastArrival: Int64 = 0
    /// What cannot pass at present, oldest first.
    var stalled: [Parcel] = []
    /// Frames of the generation before still arrive until then: the system sends what it has.
    var formerArrivesUntil = Int64.min
    /// What could not pass when its sender died, and is still sent by its machine.
    var orphans: [Parcel] = []
  }

  /// A frame under way.
  package struct Parcel {
    package var topic: Topic?
    package var frame: [UInt8]
  }

  /// Bounds of a queue: what ZeroMQ keeps at either end.
  static let streamHighWaterMark = 2 * 16_384
  package static let callHighWaterMark = 2 * 256

  let client: Int
  let server: Int
  let kind: Kind
  /// What the client calls itself at the server's control port; made anew by each of its incarnations.
  var identity: [UInt8] = []
  /// What the incarnation before called itself.
  var formerIdentity: [UInt8] = []
  var isUp = false
  /// Whether an attempt to connect is under way.
  var isTrying = false
  /// Rises whenever it breaks.
  var generation: UInt32 = 0
  /// Pause before the next attempt.
  var retryNanos = firstRetryNanos
  private var toServer: Way
  private var toClient: Way

  subscript(toServer isToServer: Bool) -> Way {
    get { isToServer ? toServer : toClient }
    _modify {
      if isToServer { yield &toServer } else { yield &toClient }
    }
  }

  static let firstRetryNanos: Int64 = 20 * .nanosPerMilli
  static let lastRetryNanos: Int64 = .nanosPerSecond

  init(client: Int, server: Int, kind: Kind) {
    self.client = client
    self.server = server
    self.kind = kind
    (toServer, toClient) = (Way(), Way())
  }

  var isStream: Bool {
    switch kind {
    case .stream: true
    case .call: false
    }
  }

  var highWaterMark: Int { isStream ? Self.streamHighWaterMark : Self.callHighWaterMark }

  /// Whether its client has asked for a topic.
  func carries(_ topic: [UInt8]) -> Bool {
    switch kind {
    case .stream(_, let prefixes): prefixes.contains { topic.starts(with: $0) }
    case .call: false
    }
  }
}
