import ActorKit
import Wire

/// The turn's one record.
extension HostCore {
  /// Gathers what is to be stored: marks of what was taken in, facts, durable messages, and the end of those
  /// that were delivered. A turn with nothing of that costs nothing.
  ///
  /// Two things can wait a little for company and cause a record of their own only after
  /// `HostTimers.companyNanos`: the forgetting of delivered messages, because a message sent once more is
  /// known by its receiver; and the marks of events that are not durable, because what is not marked is not
  /// acknowledged and so is sent again.
  mutating func prepareRecord(isLast: Bool) {
    outgoing.add(.pass(.beforeCommit))
    admitDurable()
    noteDelivered()
    let hasMarks = mustMark(isLast: isLast)
    let mustForget = now.boot >= timers.outboxForget || isLast && timers.outboxForget != .max
    let hasRecord =
      hasMarks || mustForget || !effects.records.isEmpty || admission.admitted.contains { $0 != nil }
    outgoing.passRecord(hasRecord: hasRecord)
    guard hasRecord else { return }
    turn.wallNanos = now.wall
    gatherDurable()
    for index in sessions.indices { gather(index) }
    journal.lastRow += journal.isStored ? Int64(effects.records.count) : 0
    if !journal.isStored { journal.skippedTurns += 1 }
    timers.marks = .max
    guard timers.outboxForget != .max else { return }
    timers.outboxForget = .max
    outgoing.add(.pass(.afterOutboxDelete))
  }

  private mutating func gather(_ slot: Int) {
    if let key = sessions[slot].forgettableKey {
      turn.delivered.append((sessions[slot].peer, key))
      sessions[slot].forgettableKey = nil
    }
    let endpoint = sessions[slot].endpoint
    if endpoint.progress != endpoint.journaled { turn.marks.append((endpoint.peer, endpoint.progress)) }
    sessions[slot].endpoint.noteMarked()
  }

  private mutating func gatherDurable() {
    var place = 0
    for sending in effects.sendings {
      guard case .durable(let component) = sending.destination else { continue }
      if let key = admission.admitted[place] {
        turn.messages.append(
          TurnToStore.Message(peer: component, key: key, offset: sending.offset, count: sending.count))
      }
      place += 1
    }
  }

  /// Whether the marks of what was taken in must be stored now: a durable message was, or the others have
  /// waited long enough.
  private mutating func mustMark(isLast: Bool) -> Bool {
    guard sessions.contains(where: { $0.endpoint.progress != $0.endpoint.journaled }) else { return false }
    if timers.marks == .max { timers.marks = now.boot + HostTimers.companyNanos }
    return isLast || now.boot >= timers.marks || sessions.contains(where: \.endpoint.mustMark)
  }

  private mutating func noteDelivered() {
    for index in sessions.indices {
      guard let key = sessions[index].endpoint.takeDeliveredKey() else { continue }
      sessions[index].forgettableKey = key
      if timers.outboxForget == .max { timers.outboxForget = now.boot + HostTimers.companyNanos }
    }
  }
}

// MARK: - Admission

extension HostCore {
  /// Gives the turn's durable sendings their keys, or refuses those that do not fit.
  ///
  /// Before the record, so that nothing is stored which is then dropped; and the core is told at once, so
  /// that what it makes of a refusal is in the same record as the fact that it wanted to send. What it sends
  /// in answer is admitted too, but a refusal of that is told in the next turn: a core that tries again and
  /// again must not keep the turn from ending.
  private mutating func admitDurable() {
    admission.admitted.removeAll(keepingCapacity: true)
    let refused = admitDurable(from: 0)
    guard !refused.isEmpty else { return }
    let count = effects.sendings.count
    for event in refused { core.receive(event, at: now, into: &effects) }
    progress.news += admitDurable(from: count)
    progress.owesTurn = true
  }

  private mutating func admitDurable(from start: Int) -> [LinkEvent] {
    var refused: [LinkEvent] = []
    for index in effects.sendings.indices[start...] {
      let sending = effects.sendings[index]
      guard case .durable(let component) = sending.destination else { continue }
      let slot = sessionSlot(component)
      guard sessions[slot].endpoint.hasRoom(forDurable: sessions[slot].admitted + 1) else {
        admission.refuse()
        statistics.backPressured += 1
        refused.append(notSent(component, sending, .backPressured))
        continue
      }
      sessions[slot].admitted += 1
      admission.admit()
    }
    return refused
  }
}

// MARK: - Trouble

extension HostCore {
  /// The core learns that it must begin nothing.
  mutating func tellImpaired(_ why: String) {
    outgoing.log(.error, "journal", "impaired: \(why)")
    core.receive(.journalImpaired(why: why), at: now, into: &effects)
    // Not at once: nobody has subscribed yet.
    timers.impairedAlarm = now.boot + HostTimers.healthNanos
  }

  /// Everyone else learns it too, again and again, because it lasts until a person mends it.
  mutating func raiseImpairedAlarm(_ why: String) {
    let text = Array(why.utf8.prefix(Self.maxAlarmBytes))
    let alarm = Alarm(
      envelope: Envelope(origin: 0), component: identity.number, code: .journal, severity: .critical,
      clOrdID: ClOrdIDText())
    publishHostFrame(publications.host.alarm) { alarm.encode(into: &$0, text: text) }
  }

  /// Bound of an alarm's text; the log has all of it.
  private static var maxAlarmBytes: Int { 1_024 }
}
