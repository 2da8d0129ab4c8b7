import Wire

/// Whom a component hears, calls and serves. The same for every host that runs it.
public struct Wiring: Sendable, Equatable {
  /// A publisher it listens to.
  public struct Subscription: Sendable, Equatable {
    public var component: UInt16
    /// Topic prefixes.
    public var prefixes: [Topic]
    /// Topics whose state it asks for from the start; needs a link to the publisher.
    public var expected: [Topic]

    public init(component: UInt16, prefixes: [Topic], expected: [Topic] = []) {
      self.component = component
      self.prefixes = prefixes
      self.expected = expected
    }
  }

  /// A component whose control port it calls.
  public struct Link: Sendable, Equatable {
    public var component: UInt16
    /// Whether a session with both lanes runs over it.
    public var hasSession: Bool

    public init(component: UInt16, hasSession: Bool = false) {
      self.component = component
      self.hasSession = hasSession
    }
  }

  public var subscriptions: [Subscription]
  public var links: [Link]
  /// Components that open sessions to it.
  public var sessionClients: [UInt16]
  /// Whether its core judges heartbeats itself (the queen) or only takes in their consequences.
  public var deliversHeartbeats: Bool
  /// The component whose SessionState is believed: the queen, of whom there is one. Nobody's where it is nil.
  public var queen: UInt16?

  public init(
    subscriptions: [Subscription] = [], links: [Link] = [], sessionClients: [UInt16] = [],
    deliversHeartbeats: Bool = false, queen: UInt16? = nil
  ) {
    self.subscriptions = subscriptions
    self.links = links
    self.sessionClients = sessionClients
    self.deliversHeartbeats = deliversHeartbeats
    self.queen = queen
  }

  /// Components with which it has sessions, from either side.
  public var sessionPeers: [UInt16] {
    var peers = links.filter(\.hasSession).map(\.component)
    for client in sessionClients where !peers.contains(client) { peers.append(client) }
    return peers
  }
}
