import ActorKit
import Wire

/// One subscriber's view of one publisher's topics: what is in order, what is missing, what must wait for a
/// snapshot.
///
/// PUB/SUB drops silently: before the subscription arrives, when a queue is full, when a peer dies. So every
/// topic is numbered by its publisher, and this decides for each message whether the core may see it. Pure:
/// no sockets, no clock.
package struct StreamReceiver {
  /// How a topic's messages depend on each other; decided by its name.
  package enum Nature {
    /// Each changes what the ones before built: nothing may be missing.
    case deltas
    /// Each replaces the one before; the newest is asked for at the start.
    case state
    /// Each stands alone.
    case events
  }

  package enum Verdict: Equatable {
    case deliver
    /// Messages were missed before this one; it is good all the same.
    case deliverAfterGap
    /// Kept until a snapshot arrives.
    case held
    /// Kept, and it showed that messages are missing.
    case heldAfterGap
    /// Seen before, or from an earlier epoch.
    case duplicate
  }

  package struct Stream {
    package let nature: Nature
    package var lastSequence: UInt64 = 0
    package var isSynced = false
    package var held: [[UInt8]] = []
    /// When to ask (again) for a snapshot, boot clock; `Int64.max` for not at all.
    package var askAtBootNanos = Int64.max
    package var asks = 0
    /// The publisher's own count that was beyond ours, and when it must have been reached.
    package var toldSequence: UInt64 = 0
    package var checkAtBootNanos = Int64.max
    /// The newest count told.
    package var newestTold: UInt64 = 0

    package var heldBytes: Int { held.reduce(0) { $0 + $1.count } }
  }

  /// Bounds: frames kept per topic while a snapshot is under way, and bytes kept for all topics of the
  /// publisher; past either, the topic's are dropped and asked for anew.
  package static let maxHeldFrames = 1_024
  package static let maxHeldBytes = 16 << 20
  /// A snapshot is asked for again after this, twice as long each time.
  package static let firstRetryNanos: Int64 = 100 * .nanosPerMilli
  package static let lastRetryNanos: Int64 = 2 * .nanosPerSecond
  /// Bound: snapshots asked for at once, so that a restarted publisher is not flooded and our queue to it not
  /// filled.
  package static let maxRequests = 64
  /// Counts and messages travel over different connections; a message may be this much later than its count.
  package static let confirmNanos: Int64 = 50 * .nanosPerMilli

  package let publisher: UInt16
  /// False where there is no link over which to ask: streams of deltas then begin with the publisher's next
  /// epoch.
  package let canAsk: Bool
  package private(set) var epoch: UInt32 = 0
  private var epochHeardBootNanos: Int64 = 0
  private var table = TopicTable()
  private var streams: [Stream] = []
  private var heldBytes = 0
  /// Not later than the first of all streams' times; exact after each look.
  private var nextAskBootNanos = Int64.max
  private var nextCheckBootNanos = Int64.max

  package init(publisher: UInt16, canAsk: Bool = true) {
    self.publisher = publisher
    self.canAsk = canAsk
  }

  /// In the order first seen.
  package var topics: [Topic] { table.topics }

  /// What is known of a topic; nil if it was never heard of.
  package subscript(topic: Topic) -> Stream? { table.number(of: topic).map { streams[$0] } }

  package static func nature(of topic: Topic) -> Nature {
    if marketBook.covers(topic) || venueMarket.covers(topic) { return .deltas }
    if statePrefixes.contains(where: { $0.covers(topic) }) { return .state }
    return .events
  }

  private static let marketBook = prefix("market", "book")
  private static let venueMarket = prefix("venue", "market")
  private static let statePrefixes = [
    prefix("market", "status"), prefix("market", "definition"), prefix("market", "top"),
    prefix("execution", "position"), prefix("colony", "session"),
  ]

  private static func prefix(_ parts: String...) -> Topic {
    guard let topic = Topic(parts: parts) else { preconditionFailure("not a topic prefix: \(parts)") }
    return topic
  }
}

// MARK: - Messages

extension StreamReceiver {
  /// Names a topic whose state is wanted from the start, before any message of it has come.
  package mutating func expect(_ topic: Topic, atBootNanos now: Int64) {
    if let number = enter(topic) { ask(number, at: now) }
  }

  /// Whether an envelope begins a new epoch of the publisher; everything known is then void.
  ///
  /// An epoch beyond what restarts explain is not believed. One that is believed and then falls silent gives
  /// way to a lower one that is heard, so that nobody silences the true publisher for ever.
  package mutating func adopt(epoch new: UInt32, atBootNanos now: Int64, wallNanos: Int64) -> Bool {
    guard new != epoch else {
      epochHeardBootNanos = now
      return false
    }
    if new < epoch {
      guard new != 0, now - epochHeardBootNanos > PeerRecord.holdBackNanos else { return false }
    } else {
      let greatest = EpochBound.greatest(after: epoch, wallNanos: wallNanos)
      guard UInt64(new) <= greatest else { return false }
    }
    let isRestart = epoch != 0
    epoch = new
    epochHeardBootNanos = now
    for number in streams.indices {
      drop(number)
      streams[number].lastSequence = 0
      streams[number].isSynced = false
      streams[number].toldSequence = 0
      streams[number].newestTold = 0
      streams[number].checkAtBootNanos = .max
      streams[number].asks = 0
      if streams[number].nature != .events { ask(number, at: now) }
    }
    return isRestart
  }

  /// Decides on a message; nil when there are too many topics. `adopt` has been called with its epoch.
  package mutating func take(
    _ topic: Topic, _ envelope: Envelope, frame: RawSpan, atBootNanos now: Int64
  ) -> Verdict? {
    guard envelope.epoch == epoch else { return .duplicate }
    guard let number = enter(topic) else { return nil }
    let sequence = envelope.sequence
    let last = streams[number].lastSequence
    guard streams[number].nature == .deltas else {
      guard sequence > last else { return .duplicate }
      streams[number].lastSequence = sequence
      if streams[number].nature == .state { streams[number].askAtBootNanos = .max }
      return last == 0 || Self.follows(sequence, last) ? .deliver : .deliverAfterGap
    }
    if streams[number].isSynced {
      guard sequence > last else { return .duplicate }
      guard Self.follows(sequence, last) else {
        desync(number, at: now)
        hold(frame, in: number)
        return .heldAfterGap
      }
      streams[number].lastSequence = sequence
      return .deliver
    }
    // The first message of a topic is whole by itself: there was nothing before it.
    if sequence == 1 && last == 0 {
      sync(number, at: sequence)
      return .deliver
    }
    hold(frame, in: number)
    if streams[number].askAtBootNanos == .max { ask(number, at: now) }
    return .held
  }

  /// Whether no message is missing between two.
  private static func follows(_ sequence: UInt64, _ last: UInt64) -> Bool {
    sequence == last + 1 || Canary.isSinging(.gapRepairOff)
  }

  /// What the core was given does not hold together: a message could not be delivered, or the core found a
  /// hole in what it was told. Only a snapshot helps. A topic that is being asked for already keeps its
  /// back-off.
  package mutating func lost(_ topic: Topic, atBootNanos now: Int64) {
    guard let number = enter(topic), streams[number].nature == .deltas else { return }
    guard streams[number].isSynced || streams[number].askAtBootNanos == .max else { return }
    desync(number, at: now)
  }

  private mutating func enter(_ topic: Topic) -> Int? {
    guard let number = table.enter(topic) else { return nil }
    if number == streams.count { streams.append(Stream(nature: Self.nature(of: topic))) }
    return number
  }

  private mutating func desync(_ number: Int, at now: Int64) {
    streams[number].isSynced = false
    streams[number].asks = 0
    ask(number, at: now)
  }

  private mutating func sync(_ number: Int, at sequence: UInt64) {
    streams[number].isSynced = true
    streams[number].lastSequence = sequence
    streams[number].askAtBootNanos = .max
    streams[number].asks = 0
    drop(number)
  }

  private mutating func hold(_ frame: RawSpan, in number: Int) {
    if streams[number].held.count == Self.maxHeldFrames || heldBytes + frame.byteCount > Self.maxHeldBytes {
      drop(number)
    }
    // The bound may be used up by other topics; then this one waits for its snapshot empty-handed.
    guard heldBytes + frame.byteCount <= Self.maxHeldBytes else { return }
    streams[number].held.append(frame.copiedBytes())
    heldBytes += frame.byteCount
  }

  private mutating func drop(_ number: Int) {
    guard !streams[number].held.isEmpty else { return }
    heldBytes -= streams[number].heldBytes
    streams[number].held = []
  }
}

// MARK: - Counts

extension StreamReceiver {
  /// Notes a publisher's own count: a lost last message shows only there.
  ///
  /// Counts may overtake the messages they count, so what is missing is found by `confirm`, a little later.
  package mutating func compare(_ topic: Topic, publishedSequence told: UInt64, atBootNanos now: Int64) {
    guard let number = table.number(of: topic) else { return }
    let stream = streams[number]
    // A topic first heard of through its count has simply not been heard yet; an unsynced one is being asked
    // for.
    guard stream.nature == .deltas ? stream.isSynced : stream.lastSequence != 0 else { return }
    guard told > stream.lastSequence, told > stream.newestTold else { return }
    streams[number].newestTold = told
    if stream.checkAtBootNanos == .max { check(number, told, at: now + Self.confirmNanos) }
  }

  private mutating func check(_ number: Int, _ told: UInt64, at time: Int64) {
    streams[number].toldSequence = told
    streams[number].checkAtBootNanos = time
    nextCheckBootNanos = min(nextCheckBootNanos, time)
  }

  /// Topics of which messages are missing although there was time for them. To be called when the sockets are
  /// empty.
  package mutating func confirm(atBootNanos now: Int64) -> [Topic] {
    guard nextCheckBootNanos <= now else { return [] }
    var missing: [Topic] = []
    nextCheckBootNanos = .max
    for number in streams.indices where streams[number].checkAtBootNanos != .max {
      guard streams[number].checkAtBootNanos <= now else {
        nextCheckBootNanos = min(nextCheckBootNanos, streams[number].checkAtBootNanos)
        continue
      }
      streams[number].checkAtBootNanos = .max
      let last = streams[number].lastSequence
      guard last < streams[number].toldSequence else {
        let newest = streams[number].newestTold
        if last < newest { check(number, newest, at: now + Self.confirmNanos) }
        continue
      }
      switch streams[number].nature {
      case .deltas where !streams[number].isSynced: continue
      case .deltas: desync(number, at: now)
      case .state: ask(number, at: now)
      case .events: break
      }
      missing.append(table.topics[number])
    }
    return missing
  }

  /// When `confirm` has something to look at, boot clock.
  package var nextConfirmBootNanos: Int64 { nextCheckBootNanos }
}

// MARK: - Snapshots

extension StreamReceiver {
  /// Takes a snapshot in. The frames to deliver after it, or nil if the snapshot is of no use.
  package mutating func takeSnapshot(_ topic: Topic, _ envelope: Envelope, atBootNanos now: Int64)
    -> [[UInt8]]?
  {
    guard envelope.epoch == epoch, let number = table.number(of: topic) else { return nil }
    // Older than what the core has: it would take the core back.
    guard envelope.sequence >= streams[number].lastSequence else { return nil }
    let waiting = streams[number].held
    sync(number, at: envelope.sequence)
    guard streams[number].nature == .deltas else { return [] }
    var fresh: [[UInt8]] = []
    for (place, frame) in waiting.enumerated() {
      let last = streams[number].lastSequence
      guard let sequence = Inbound(frame.span.bytes)?.envelope.sequence, sequence > last else { continue }
      guard sequence == last + 1 else {
        // A hole among the held ones: what follows it waits for the next snapshot.
        desync(number, at: now)
        streams[number].held = Array(waiting[place...])
        heldBytes += streams[number].heldBytes
        return fresh
      }
      streams[number].lastSequence = sequence
      fresh.append(frame)
    }
    return fresh
  }

  /// Topics for which a snapshot is to be asked for now; at most `maxRequests`, more at the next call.
  package mutating func dueRequests(atBootNanos now: Int64) -> [Topic] {
    guard canAsk, nextAskBootNanos <= now else { return [] }
    var due: [Topic] = []
    nextAskBootNanos = .max
    for number in streams.indices where streams[number].askAtBootNanos != .max {
      if streams[number].askAtBootNanos <= now, due.count < Self.maxRequests {
        let shift = Int64(min(streams[number].asks, 5))
        streams[number].askAtBootNanos = now + min(Self.firstRetryNanos << shift, Self.lastRetryNanos)
        streams[number].asks += 1
        due.append(table.topics[number])
      }
      nextAskBootNanos = min(nextAskBootNanos, streams[number].askAtBootNanos)
    }
    return due
  }

  /// When `dueRequests` may have something, boot clock.
  package var nextRequestBootNanos: Int64 { canAsk ? nextAskBootNanos : .max }

  private mutating func ask(_ number: Int, at time: Int64) {
    streams[number].askAtBootNanos = time
    nextAskBootNanos = min(nextAskBootNanos, time)
  }
}
