import CZeroMQ

/// What a socket is for. The pairs that talk: pub–sub, xpub–sub, dealer–router, req–router, req–rep.
public enum SocketKind: Sendable, CaseIterable {
  /// Publishes to every subscriber. A subscriber whose queue is full loses the newest messages, silently.
  case pub
  /// Receives the topics it subscribed to, by prefix.
  case sub
  /// Like `pub`, but receives the subscriptions as messages (one byte 1 or 0, then the topic).
  case xpub
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
