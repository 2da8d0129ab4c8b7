import ActorKit
import Wire

/// What a host does besides its core's work: heartbeats, topic counts, health, snapshots.
extension HostCore {
  /// When one of these duties is due next, boot clock.
  var dutiesBootNanos: Int64 {
    var deadline = min(timers.heartbeat, sequencesBootNanos, timers.health, streams.dueBootNanos)
    for index in sessions.indices { deadline = min(deadline, sessions[index].endpoint.nextTimerBootNanos) }
    deadline = min(deadline, timers.outboxForget, timers.marks, timers.lazyFacts)
    return min(deadline, timers.impairedAlarm, replays.dueBootNanos)
  }

  /// Once all counts have been told again since the last change they serve only who has missed them twice, so
  /// they are told seldom.
  private var sequencesBootNanos: Int64 {
    publications.isSettled ? timers.quietSequences : timers.sequences
  }

  mutating func runTimers() {
    requestSnapshots()
    noteState()
    if now.boot >= timers.heartbeat {
      timers.heartbeat = now.boot + timers.takeBeatPause()
      timers.stateBeat = now.boot + HostTimers.stateBeatNanos
      let beat = heartbeat()
      publishHostFrame(publications.host.heartbeat) { beat.encode(into: &$0) }
      _ = statistics.takeTurnNanosMax()
    }
    if now.boot >= sequencesBootNanos {
      timers.sequences = now.boot + HostTimers.sequencesNanos
      timers.quietSequences = now.boot + HostTimers.quietSequencesNanos
      publishSequences()
    }
    if now.boot >= timers.health {
      timers.health = now.boot + HostTimers.healthNanos
      publishHealth()
      outgoing.add(.writeStatistics)
      if journal.lastRow - progress.rowAtSnapshot >= timers.snapshotRows { saveSnapshot() }
      outgoing.add(.keepJournal)
      // A component whose session has ended leaves when nobody supervises it, so that none is left for ever.
      if sessionEnd.isOver(Core.kind, core.state, atBootNanos: now.boot) {
        outgoing.add(.leaveIfUnsupervised)
      }
    }
    if now.boot >= timers.impairedAlarm, let why = journal.impairment {
      timers.impairedAlarm = now.boot + HostTimers.impairedAlarmNanos
      raiseImpairedAlarm(why)
    }
  }

  /// A component whose state has changed says so at once, and again soon for those who have subscribed since:
  /// the queen opens trading when she has heard the last one become ready. One that comes and goes says it no
  /// more often than every `stateBeatNanos`.
  private mutating func noteState() {
    let state = core.state
    guard state != progress.toldState else { return }
    timers.heartbeat = min(timers.heartbeat, max(now.boot, timers.stateBeat))
    guard now.boot >= timers.heartbeat else { return }
    outgoing.log(.info, "state", "\(state.name)")
    progress.toldState = state
    timers.beatPause = HostTimers.stateBeatNanos
  }

  /// An impaired journal gets no snapshot: its state would look sound to the next incarnation.
  mutating func saveSnapshot() {
    guard journal.impairment == nil, journal.lastRow > progress.rowAtSnapshot else { return }
    progress.rowAtSnapshot = journal.lastRow
    outgoing.add(.saveSnapshot)
    outgoing.add(.pass(.afterSnapshot))
  }

  private mutating func requestSnapshots() {
    for index in streams.receivers.indices {
      let publisher = streams.receivers[index].publisher
      guard let link = wiring.links.firstIndex(where: { $0.component == publisher }) else { continue }
      for topic in streams.receivers[index].dueRequests(atBootNanos: now.boot) {
        let id = streams.requests.add(topic, of: publisher)
        let request = SnapshotRequest(
          envelope: Envelope(origin: 0, correlation: Correlation(high: requestMark, low: id)),
          topic: topic.text)
        transmit(encode { request.encode(into: &$0) }, by: .link(link))
      }
    }
  }

  func heartbeat(isForSession: Bool = false) -> Heartbeat {
    let usage = isForSession ? nil : progress.usage
    return Heartbeat(
      envelope: Envelope(origin: 0), component: identity.number, kind: Core.kind, state: core.state,
      turns: UInt64(statistics.turns), received: UInt64(statistics.receivedCount),
      published: UInt64(statistics.publishedCount), dropped: UInt64(statistics.dropped),
      loopLagMaxNanos: statistics.turnNanosMax, journalRows: UInt64(journal.lastRow),
      journalLagRows: 0, residentBytes: UInt64(usage?.residentBytes ?? 0),
      cpuNanos: UInt64(usage?.cpuNanos ?? 0), marketNanos: now.market,
      intervalNanos: Liveness.heartbeatNanos)
  }

  private mutating func publishSequences() {
    let entries = publications.takeChanged()
    guard !entries.isEmpty else { return }
    let message = TopicSequences(envelope: Envelope(origin: 0))
    publishHostFrame(publications.host.sequences) {
      message.encode(into: &$0, topicsCount: entries.count, topics: { entries[$0] })
    }
  }

  private mutating func publishHealth() {
    let counters = counterReport().entries
    let entries = counters.map { counter in
      guard let name = NameText(counter.name) else { preconditionFailure("counter name \(counter.name)") }
      return EngineHealth.Counter(name: name, value: counter.value)
    }
    let message = EngineHealth(envelope: Envelope(origin: 0), component: identity.number)
    publishHostFrame(publications.host.health) {
      message.encode(into: &$0, countersCount: entries.count, counters: { entries[$0] })
    }
  }
}
