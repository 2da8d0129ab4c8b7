import ActorKit
import HostKit
import Journal
import Wire

/// The turn's one transaction, and what becomes of a journal that fails.
extension Reactor {
  /// Stores the turn: marks of what was taken in, facts, durable messages, and the end of those that were
  /// delivered. A turn with nothing of that costs nothing.
  ///
  /// Two things can wait a little for company and cause a transaction of their own only after
  /// `HostTimers.companyNanos`: the forgetting of delivered messages, because a message sent once more is
  /// known by its receiver; and the marks of events that are not durable, because what is not marked is not
  /// acknowledged and so is sent again.
  mutating func commit(at now: Instant, isLast: Bool = false) throws(HostError) {
    CrashPoints.reach(.beforeCommit)
    admitDurable(at: now)
    noteDelivered(at: now)
    let hasMarks = mustMark(at: now, isLast: isLast)
    let mustForget = now.boot >= timers.outboxForget || isLast && timers.outboxForget != .max
    guard hasMarks || mustForget || !effects.records.isEmpty || outboxKeys.contains(where: { $0 != nil })
    else { return }
    do throws(JournalError) {
      try journal.begin()
      try appendFacts(at: now)
      try appendDurable()
      for index in sessions.indices {
        if let key = sessions[index].forgettableKey {
          try journal.acknowledgeOutbox(peer: sessions[index].peer, through: key)
        }
        let endpoint = sessions[index].endpoint
        guard endpoint.progress != endpoint.journaled else { continue }
        try journal.setMark(peer: endpoint.peer, lane: Lane.event.rawValue, endpoint.progress)
      }
      try journal.commit()
    } catch {
      throw journalFailed(error)
    }
    for index in sessions.indices {
      sessions[index].endpoint.noteMarked()
      sessions[index].forgettableKey = nil
    }
    timers.marks = .max
    guard timers.outboxForget != .max else { return }
    timers.outboxForget = .max
    CrashPoints.reach(.afterOutboxDelete)
  }

  private mutating func appendFacts(at now: Instant) throws(JournalError) {
    let facts = effects.facts.bytes
    for record in effects.records {
      let body = facts.span.bytes.extracting(record.offset..<record.offset + record.count)
      try journal.append(
        kind: record.kind, atNanos: now.wall, correlation: record.correlation, body: body)
    }
  }

  private mutating func appendDurable() throws(JournalError) {
    var place = 0
    for sending in effects.sendings {
      guard case .durable(let component) = sending.destination else { continue }
      if let key = outboxKeys[place] {
        let frame = effects.frames.span(from: sending.offset, count: sending.count).copiedBytes()
        try journal.appendOutbox(peer: component, key: key, body: frame.span.bytes)
      }
      place += 1
    }
  }

  /// Whether the marks of what was taken in must be stored now: a durable message was, or the others have
  /// waited long enough.
  private mutating func mustMark(at now: Instant, isLast: Bool) -> Bool {
    guard sessions.contains(where: { $0.endpoint.progress != $0.endpoint.journaled }) else { return false }
    if timers.marks == .max { timers.marks = now.boot + HostTimers.companyNanos }
    return isLast || now.boot >= timers.marks || sessions.contains(where: \.endpoint.mustMark)
  }

  private mutating func noteDelivered(at now: Instant) {
    for index in sessions.indices {
      guard let key = sessions[index].endpoint.takeDeliveredKey() else { continue }
      sessions[index].forgettableKey = key
      if timers.outboxForget == .max { timers.outboxForget = now.boot + HostTimers.companyNanos }
    }
  }
}

// MARK: - Admission

extension Reactor {
  /// Gives the turn's durable sendings their keys, or refuses those that do not fit.
  ///
  /// Before the commit, so that nothing is journaled which is then dropped; and the core is told at once, so
  /// that what it makes of a refusal is in the same transaction as the fact that it wanted to send. What it
  /// sends in answer is admitted too, but a refusal of that is told in the next turn: a core that tries again
  /// and again must not keep the turn from ending.
  private mutating func admitDurable(at now: Instant) {
    outboxKeys.removeAll(keepingCapacity: true)
    let refused = admitDurable(from: 0)
    guard !refused.isEmpty else { return }
    let count = effects.sendings.count
    for event in refused { core.receive(event, at: now, into: &effects) }
    pendingEvents += admitDurable(from: count)
    owesTurn = true
  }

  private mutating func admitDurable(from start: Int) -> [LinkEvent] {
    var refused: [LinkEvent] = []
    for index in effects.sendings.indices[start...] {
      let sending = effects.sendings[index]
      guard case .durable(let component) = sending.destination else { continue }
      let slot = sessionSlot(component)
      guard sessions[slot].endpoint.hasRoom(forDurable: sessions[slot].admitted + 1) else {
        outboxKeys.append(nil)
        statistics.backPressured += 1
        refused.append(notSent(component, sending, .backPressured))
        continue
      }
      sessions[slot].admitted += 1
      lastOutboxKey += 1
      outboxKeys.append(lastOutboxKey)
    }
    return refused
  }
}

// MARK: - Trouble

extension Reactor {
  /// What follows from a write that failed: the process ends with exit code 74.
  ///
  /// That is the one policy that needs no proof. Nothing of the turn has been told to anyone, its inputs are
  /// not acknowledged, and a failed write is never retried, because what the disk holds is unknown. To go on
  /// with cancels alone would mean to act on a state that the next incarnation will not have. The supervisor
  /// starts it again; if the trouble lasts, a core that runs without a journal then boots impaired, is seen
  /// to be, and cancels.
  mutating func journalFailed(_ error: JournalError) -> HostError {
    log.error("journal", "\(error)")
    if error.isDiskFull, Core.runsWithoutJournal, DiskReserve(configuration).free() {
      log.error("journal", "the disk reserve is given up, so that the next start finds room")
    }
    return .journal(error)
  }

  /// The core learns that it must begin nothing.
  mutating func tellImpaired(_ why: String, at now: Instant) {
    log.error("journal", "impaired: \(why)")
    core.receive(.journalImpaired(why: why), at: now, into: &effects)
    // Not at once: nobody has subscribed yet.
    timers.impairedAlarm = now.boot + HostTimers.healthNanos
  }

  /// Everyone else learns it too, again and again, because it lasts until a person mends it.
  mutating func raiseImpairedAlarm(_ why: String) {
    let text = Array(why.utf8.prefix(Self.maxAlarmBytes))
    let alarm = Alarm(
      envelope: Envelope(origin: 0), component: configuration.number, code: .journal, severity: .critical,
      clOrdID: ClOrdIDText())
    publishHostFrame(hostTopics.alarm) { alarm.encode(into: &$0, text: text) }
  }

  /// Bound of an alarm's text; the log has all of it.
  private static var maxAlarmBytes: Int { 1_024 }
}
