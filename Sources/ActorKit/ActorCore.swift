import Wire

/// A deterministic state machine with one inbox: the whole logic of a component, without clock, I/O or
/// chance.
///
/// Two hosts run cores unchanged: `ProcessHost` (a process on ZeroMQ with a journal) and `Simulation` (one
/// process, virtual time). One **turn**: the host drains a bounded batch, calls `receive` for each input,
/// `wake` if it is due, and `conclude` once; then it commits the recorded facts to the journal; only then it
/// acknowledges and sends.
///
/// The rules a core keeps:
/// - `receive` takes in and updates; decisions on market data wait for `conclude`, so that bursts are decided
///   on once.
/// - Durable state changes only through `record(_:into:)`, hence through `apply`. Everything else (books,
///   marks, staleness) is volatile and rebuilt from the streams after a restart.
/// - What only says why something was decided is told lazily (`recordLazily(_:into:)`) and changes no state.
/// - The same inputs with the same turn boundaries give the same outputs, bit for bit.
public protocol ActorCore {
  /// What the journal keeps. Plain values; never removed or renumbered, only added to.
  associatedtype Fact: FactCoding

  /// What this component is, for heartbeats and sessions.
  static var kind: ComponentKind { get }

  /// The topics it publishes, fixed after `init`. `Effects.publish` names them by index.
  var topics: [Topic] { get }

  /// How it stands, for heartbeats.
  var state: ComponentState { get }

  /// Called once after recovery, before any input. `epoch` is this incarnation, above all earlier ones.
  mutating func start(epoch: UInt32, at now: Instant, into effects: inout Effects)

  /// Takes in a message. Decides nothing on market data.
  mutating func receive(_ message: Inbound, from peer: Peer, at now: Instant, into effects: inout Effects)

  /// Takes in that a message is refused because incarnations trapped on it. In this turn it counts as
  /// processed, so a sender to whom a final answer is owed gets it now or never. What the message says is
  /// only to be read for that answer, not to be acted on.
  mutating func refusePoisoned(
    _ message: Inbound, from peer: Peer, at now: Instant, into effects: inout Effects)

  /// Takes in news about a link.
  mutating func receive(_ event: LinkEvent, at now: Instant, into effects: inout Effects)

  /// A time asked for by `nextWake` has come.
  mutating func wake(at now: Instant, into effects: inout Effects)

  /// The end of the turn: decide.
  mutating func conclude(at now: Instant, into effects: inout Effects)

  /// When to wake it although nothing arrives.
  var nextWake: Wake { get }

  /// The only way durable state changes: now, and again at recovery.
  mutating func apply(_ fact: Fact)

  /// Throws where a fact of the journal cannot be applied under this configuration; asked at recovery only.
  func check(_ fact: Fact) throws(RestoreError)

  /// Writes the durable state, all of it, in an order that does not depend on hashing.
  func save(into writer: inout SnapshotWriter)

  /// Replaces the durable state by a saved one. The configuration given to `init` stays.
  mutating func restore(from reader: inout SnapshotReader) throws(RestoreError)

  /// Whether it can do something useful without a journal.
  static var runsWithoutJournal: Bool { get }

  /// Whether nothing is left to do about a cut of which it was told (`LinkEvent.journalCut`). Asked after a
  /// turn is stored; the host then forgets the cut.
  var hasMadeGoodTheCut: Bool { get }

  /// What it handles on the event lane of its sessions; nil for everything.
  static var handledEvents: [Template]? { get }

  /// Events of whose acknowledgement it is told.
  static var trackedEvents: [Template] { get }

  /// Whether it wants a topic that the topology would have it listen to, where the topology cannot know.
  func wants(_ topic: Topic) -> Bool

  /// Adds its counters; called about once a second and at the end.
  func report(into counters: inout CounterReport)
}

extension ActorCore {
  /// Whether it can do something useful without a journal that can be written: only what ends things, such
  /// as cancelling. The host then runs it all the same and tells it `journalImpaired`; any other core ends.
  public static var runsWithoutJournal: Bool { false }

  /// It does nothing about a cut.
  public var hasMadeGoodTheCut: Bool { true }

  /// Every fact that can be read can be applied.
  public func check(_ fact: Fact) throws(RestoreError) {}

  /// Nobody waits for an answer: the host's count and its alarm are all that is said.
  public mutating func refusePoisoned(
    _ message: Inbound, from peer: Peer, at now: Instant, into effects: inout Effects
  ) {}

  /// What it handles on the event lane of its sessions; nil for everything. The host never acknowledges any
  /// other event, because it would be lost: it closes the session, says why, and raises an alarm.
  public static var handledEvents: [Template]? { nil }

  /// Events it sends of whose acknowledgement by the receiver it is told (`LinkEvent.acknowledged`).
  public static var trackedEvents: [Template] { [] }

  /// All that the topology gives it.
  public func wants(_ topic: Topic) -> Bool { true }

  /// Applies a fact and puts it in the turn's transaction. Whoever is told of it is told after the commit.
  @inlinable
  public mutating func record(
    _ fact: Fact, correlation: Correlation = .none, into effects: inout Effects
  ) {
    apply(fact)
    effects.append(fact, correlation: correlation)
  }

  /// Puts a fact in the journal that only tells what was decided. No message waits for it: it is stored with
  /// the next turn that stores anything, or by itself 50 ms later. It is not applied, and `apply` of it must
  /// change nothing that `save` writes: a process that dies meanwhile takes it along.
  @inlinable
  public func recordLazily(
    _ fact: Fact, correlation: Correlation = .none, into effects: inout Effects
  ) {
    effects.append(fact, correlation: correlation, isLazy: true)
  }
}

/// For cores whose state lives in their inputs alone.
public struct NoFact: FactCoding {
  public var kind: UInt16 { 0 }
  public func encode(into writer: inout SnapshotWriter) {}
  public init(kind: UInt16, from reader: inout SnapshotReader) throws(RestoreError) {
    throw .unknownKind(kind)
  }
}
