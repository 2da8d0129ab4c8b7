import CZeroMQ

/// What a socket is for. The pairs that talk: pub or xpub–sub or xsub, dealer–router, req–router, req–rep,
/// pair–pair.
public enum SocketKind: Sendable, CaseIterable {
  /// Publishes to every subscriber. A subscriber whose queue is full loses the newest messages, silently.
  case pub
  /// Receives the topics it subscribed to, by prefix.
  case sub
  /// Like `pub`, but receives the subscriptions as messages (one byte 1 or 0, then the topic).
  case xpub
  /// Receives like `sub`; subscribes by sending what an `xpub` receives, so that a proxy can pass it on.
  case xsub
  /// Exactly one peer, of the same kind, within the process: carries the events of a monitored socket.
  case pair
  /// Talks to many peers; each message received starts with the sender's identity.
  case router
  /// Talks to routers without the lockstep of `req`.
  case dealer
  /// One question, one answer, strictly in turn. Only for tools and tests: after a lost answer the socket
  /// is of no use and must be replaced.
  case req
  /// Answers `req`, strictly in turn. Only for tests.
  case rep

  var rawValue: CInt {
    switch self {
    case .pub: ZMQ_PUB
    case .sub: ZMQ_SUB
    case .xpub: ZMQ_XPUB
    case .xsub: ZMQ_XSUB
    case .pair: ZMQ_PAIR
    case .router: ZMQ_ROUTER
    case .dealer: ZMQ_DEALER
    case .req: ZMQ_REQ
    case .rep: ZMQ_REP
    }
  }

  /// True for the kinds that would otherwise queue for a peer that is not there.
  var sendsToAbsentPeers: Bool {
    self == .dealer || self == .req
  }
}
