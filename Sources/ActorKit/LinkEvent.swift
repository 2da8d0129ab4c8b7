import Wire

/// What a host knows about links and tells its core, in order with the messages.
@frozen
public enum LinkEvent: Equatable, Sendable {
  /// Updates of a topic are missing. A snapshot has been asked for; until it arrives the topic is silent.
  case streamGap(sender: UInt16, topic: Topic)
  /// A publisher began a new epoch: what was known from its streams is void.
  case streamRestarted(sender: UInt16)
  /// Two beats of a component are missed.
  case peerSuspect(component: UInt16)
  /// Four beats of a component are missed.
  case peerSilent(component: UInt16)
  /// A component is heard, for the first time or again.
  case peerHeard(component: UInt16, epoch: UInt32)
  /// A session is open; the peer's epoch tells whether it is a new incarnation.
  case sessionOpened(component: UInt16, peerEpoch: UInt32)
  /// A session has been silent too long; messages wait in the outbox.
  case sessionClosed(component: UInt16)
  /// A message handed to `Effects.send` did not leave: definitely not delivered.
  case notSent(component: UInt16, template: Template, correlation: Correlation, reason: NotSent)
  /// An event of a template that the core tracks (`ActorCore.trackedEvents`) was taken in by its receiver.
  case acknowledged(component: UInt16, template: Template, correlation: Correlation)
  /// The source attached to this component can begin; its first market time, if it is recorded.
  case sourceReady(firstMarketNanos: Int64?)
  /// The source attached to this component has nothing more.
  case sourceEnded
  /// The journal cannot be trusted or written, and why: nothing may be begun that would have to be
  /// remembered. What ends things, such as a cancel, may go on; its facts may be kept nowhere.
  case journalImpaired(why: String)
  /// The journal's last turns were cut off, at this start or an earlier one, and what they did may be known
  /// to others. Told right after the start, until `ActorCore.hasMadeGoodTheCut`.
  case journalCut(turns: UInt32)
}

/// Why a message did not leave.
@frozen
public enum NotSent: UInt8, Sendable {
  /// The queue to the peer is full.
  case backPressured
  /// Nobody is connected.
  case noPeer
  /// The peer of the session speaks an older schema version, which does not have this message.
  case peerTooOld
}

/// The id that ties a request, its answer and its consequences together (Envelope.correlation).
@frozen
public struct Correlation: Hashable, Sendable {
  public var high: UInt64
  public var low: UInt64

  @inlinable
  public init(high: UInt64, low: UInt64) {
    self.high = high
    self.low = low
  }

  /// No correlation.
  public static let none = Correlation(high: 0, low: 0)
}

extension Envelope {
  /// The correlation as one value.
  @inlinable
  public var correlation: Correlation { Correlation(high: correlationHigh, low: correlationLow) }

  /// What a core fills in; the host stamps sender, epoch, sequence and time of sending.
  @inlinable
  public init(origin: Int64, correlation: Correlation = .none) {
    self.init(
      sender: 0, flags: 0, epoch: 0, sequence: 0, sent: 0, origin: origin,
      correlationHigh: correlation.high, correlationLow: correlation.low)
  }
}
