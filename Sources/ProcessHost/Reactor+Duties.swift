import ActorKit
import Colony
import HostKit
import Journal
import Platform
import Wire
import ZeroMQ

/// What a host does besides its core's work: heartbeats, topic counts, health, snapshots.
extension Reactor {
  /// When one of these duties is due next, boot clock.
  func hostDeadline(at now: Instant) -> Int64 {
    var deadline = min(timers.heartbeat, timers.sequences, timers.health)
    for index in receivers.indices {
      deadline = min(deadline, receivers[index].nextRequestBootNanos, receivers[index].nextConfirmBootNanos)
    }
    for index in sessions.indices { deadline = min(deadline, sessions[index].endpoint.nextTimerBootNanos) }
    deadline = min(deadline, timers.outboxForget, timers.marks, timers.impairedAlarm, replays.dueBootNanos)
    if !pendingEvents.isEmpty { return now.boot }
    if sourceState == .waiting || sourceState == .reading {
      let next = source.nextMarketNanos ?? now.market
      deadline = min(deadline, clock.bootNanos(of: Wake(market: next), at: now))
      if clock.market != nil, next <= now.market { return now.boot }
    }
    return deadline
  }

  mutating func runTimers(at now: Instant) throws(HostError) {
    requestSnapshots(at: now)
    if now.boot >= timers.heartbeat {
      timers.heartbeat = now.boot + Liveness.heartbeatNanos
      let beat = heartbeat(at: now)
      publishHostFrame(hostTopics.heartbeat) { beat.encode(into: &$0) }
      _ = statistics.takeTurnNanosMax()
    }
    if now.boot >= timers.sequences {
      timers.sequences = now.boot + HostTimers.sequencesNanos
      publishSequences()
    }
    if now.boot >= timers.health {
      timers.health = now.boot + HostTimers.healthNanos
      publishHealth()
      writeStatistics(at: now)
      try keepJournal(at: now)
      leaveIfOver(at: now)
    }
    if now.boot >= timers.impairedAlarm, let why = journal.impairment {
      timers.impairedAlarm = now.boot + HostTimers.impairedAlarmNanos
      raiseImpairedAlarm(why)
    }
  }

  /// A component whose session has ended leaves when nobody supervises it, so that none is left for ever.
  private mutating func leaveIfOver(at now: Instant) {
    guard let place = configuration.place, sessionEnd.isOver(Core.kind, core.state, atBootNanos: now.boot)
    else { return }
    do throws(FileError) {
      let entry = try ColonyRegistry(runtimeDirectory: place.runtimeDirectory)
        .entry(folder: configuration.runFolder, host: place.host)
      guard try entry?.isSupervised != true else { return }
    } catch {
      // Who cannot tell stays: a supervised program that leaves is started again for nothing.
      log.warning("registry", "it cannot be told whether anybody supervises this program: \(error)")
      return
    }
    log.info("end", "the session has ended and nobody supervises this program")
    isStopping = true
  }

  private mutating func requestSnapshots(at now: Instant) {
    for index in receivers.indices {
      let publisher = receivers[index].publisher
      guard let link = sockets.links.first(where: { $0.component == publisher }) else { continue }
      for topic in receivers[index].dueRequests(atBootNanos: now.boot) {
        let id = snapshotRequests.add(topic, of: publisher)
        let request = SnapshotRequest(
          envelope: Envelope(origin: 0, correlation: Correlation(high: requestMark, low: id)),
          topic: topic.text)
        stampHostFrame { request.encode(into: &$0) }
        countOutcome(link.socket.send(hostFrames.bytes))
      }
    }
  }

  /// Names the topics whose state is wanted from the start.
  mutating func expectTopics(at now: Instant) {
    for (index, subscription) in configuration.subscriptions.enumerated() {
      for topic in subscription.expected { receivers[index].expect(topic, atBootNanos: now.boot) }
    }
  }

  func heartbeat(at now: Instant, isForSession: Bool = false) -> Heartbeat {
    let usage = isForSession ? nil : ProcessUsage.own()
    return Heartbeat(
      envelope: Envelope(origin: 0), component: configuration.number, kind: Core.kind, state: core.state,
      turns: UInt64(statistics.turns), received: UInt64(statistics.receivedCount),
      published: UInt64(statistics.publishedCount), dropped: UInt64(statistics.dropped),
      loopLagMaxNanos: statistics.turnNanosMax, journalRows: UInt64(journal.lastSequence),
      journalLagRows: 0, residentBytes: UInt64(usage?.residentBytes ?? 0),
      cpuNanos: UInt64(usage?.cpuNanos ?? 0), marketNanos: now.market,
      intervalNanos: Liveness.heartbeatNanos)
  }

  /// Tells the last sequences of topics that changed, at most 256 a time, and of some others in turn: this
  /// message can be lost too.
  private mutating func publishSequences() {
    var chosen: [Int] = []
    var rest = HostTimers.unchangedPerMessage
    let start = timers.sequenceCursor
    for step in topics.indices where chosen.count < HostTimers.sequencesPerMessage {
      let topic = (start + step) % topics.count
      guard topicSequences[topic] > 0, topic < hostTopics.heartbeat else { continue }
      if !topicsChanged[topic] {
        guard rest > 0 else { continue }
        rest -= 1
        timers.sequenceCursor = (topic + 1) % topics.count
      }
      chosen.append(topic)
      topicsChanged[topic] = false
    }
    guard !chosen.isEmpty else { return }
    let entries = chosen.map { TopicSequences.Topic(topic: topics[$0].text, sequence: topicSequences[$0]) }
    let message = TopicSequences(envelope: Envelope(origin: 0))
    publishHostFrame(hostTopics.sequences) {
      message.encode(into: &$0, topicsCount: entries.count, topics: { entries[$0] })
    }
  }

  private mutating func publishHealth() {
    let counters = counterReport().entries
    let entries = counters.map { counter in
      guard let name = NameText(counter.name) else { preconditionFailure("counter name \(counter.name)") }
      return EngineHealth.Counter(name: name, value: counter.value)
    }
    let message = EngineHealth(envelope: Envelope(origin: 0), component: configuration.number)
    publishHostFrame(hostTopics.health) {
      message.encode(into: &$0, countersCount: entries.count, counters: { entries[$0] })
    }
  }

  /// Keeps recovery short and the write-ahead log small.
  private mutating func keepJournal(at now: Instant) throws(HostError) {
    if journal.lastSequence - timers.journalRowAtSnapshot >= HostTimers.snapshotRows {
      try saveSnapshot(at: now)
    }
    guard journal.needsCheckpoint else { return }
    do throws(JournalError) { try journal.checkpoint() } catch { throw journalFailed(error) }
  }

  /// An impaired journal gets no snapshot: its state would look sound to the next incarnation.
  mutating func saveSnapshot(at now: Instant) throws(HostError) {
    guard !journal.isImpaired, journal.lastSequence > timers.journalRowAtSnapshot else { return }
    var writer = SnapshotWriter()
    core.save(into: &writer)
    do throws(JournalError) {
      try journal.saveSnapshot(state: writer.bytes.span.bytes, atNanos: now.wall)
    } catch {
      throw journalFailed(error)
    }
    timers.journalRowAtSnapshot = journal.lastSequence
    CrashPoints.reach(.afterSnapshot)
  }
}
