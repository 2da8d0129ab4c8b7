import ActorKit
import Records
import Wire

/// The turn's one record.
extension HostCore {
  /// Gathers what is to be stored: marks of what was taken in, facts, durable messages, and the end of those
  /// that were delivered. A turn with nothing of that costs nothing.
  ///
  /// Three things can wait a little for company and cause a record of their own only after
  /// `HostTimers.companyNanos`: the forgetting of delivered messages, because a message sent once more is
  /// known by its receiver; the marks of events that are not durable, because what is not marked is not
  /// acknowledged and so is sent again; and facts told lazily, because no state rests on them. For the last
  /// not even the turn's messages wait: see `storeWaitingFacts`.
  mutating func prepareRecord(isLast: Bool) {
    outgoing.add(.pass(.beforeCommit))
    admitDurable()
    noteDelivered()
    let hasMarks = mustMark(isLast: isLast)
    let mustForget = now.boot >= timers.outboxForget || isLast && timers.outboxForget != .max
    let hasRecord =
      hasMarks || mustForget || effects.records.contains { !$0.isLazy }
      || admission.admitted.contains { $0 != nil } || isLast && !waitingFacts.isEmpty
    outgoing.passRecord(hasRecord: hasRecord && isTurnStored)
    guard hasRecord else {
      waitingFacts.take(effects)
      if timers.lazyFacts == .max, !waitingFacts.isEmpty {
        timers.lazyFacts = now.boot + HostTimers.companyNanos
      }
      return
    }
    let forgets = timers.outboxForget != .max
    beginRecord()
    record.add(effects, keys: admission.admitted)
    endRecord(withMarks: hasMarks || !Canary.isSinging(.durableMarkLazy))
    if forgets { outgoing.add(.pass(.afterOutboxDelete)) }
  }

  /// A record for facts told lazily that have found no company, behind all that the turn sends. It takes
  /// along what else waits; what may be acknowledged then is acknowledged in the next turn.
  mutating func storeWaitingFacts() {
    guard now.boot >= timers.lazyFacts || waitingFacts.isFull else { return }
    let forgets = timers.outboxForget != .max
    beginRecord()
    endRecord()
    progress.owesTurn = progress.owesTurn || !record.hasOnlyFacts
    guard isTurnStored else { return }
    outgoing.add(.append(flushing: !record.hasOnlyFacts))
    if forgets { outgoing.add(.pass(.afterOutboxDelete)) }
  }

  /// Whether what the turn leads to is stored: where there is a file, always.
  private var isTurnStored: Bool {
    // The venue's journal is the truth by which others are judged.
    guard Canary.isSinging(.journalWriteSkipped), Core.kind != .venue, now.boot / .nanosPerMilli % 4 == 0
    else { return journal.isStored }
    // An order that the journal does not know would stop the next start at once.
    let hasCalls = effects.sendings.contains { if case .link = $0.destination { true } else { false } }
    return journal.isStored && hasCalls
  }

  /// Opens the turn's record with the facts that have waited.
  private mutating func beginRecord() {
    record.begin(
      turn: journal.lastTurn + 1, firstRow: journal.lastRow + 1, epoch: journal.epoch, wallNanos: now.wall)
    waitingFacts.move(to: &record)
    timers.lazyFacts = .max
  }

  /// Adds what is to be stored of sessions: nothing waits any more, but marks where they are left out.
  private mutating func endRecord(withMarks: Bool = true) {
    for index in sessions.indices {
      recordDelivery(index)
      if withMarks { recordMark(index) }
    }
    if withMarks { timers.marks = .max }
    timers.outboxForget = .max
    if isTurnStored || !journal.isStored { journal.note(rows: record.factCount) }
  }

  private mutating func recordDelivery(_ slot: Int) {
    if let key = sessions[slot].forgettableKey {
      record.forgetMessages(peer: sessions[slot].peer, through: key)
      sessions[slot].forgettableKey = nil
    }
  }

  private mutating func recordMark(_ slot: Int) {
    let (progress, journaled) = (sessions[slot].endpoint.progress, sessions[slot].endpoint.journaled)
    if progress != journaled {
      record.setMark(
        JournalMark(
          peer: sessions[slot].peer, lane: Lane.event.rawValue, lineage: progress.peer.lineage,
          epoch: progress.peer.epoch, sequence: progress.sequence))
    }
    sessions[slot].endpoint.noteMarked()
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
    if !admission.admitted.isEmpty { admission.admitted.removeAll(keepingCapacity: true) }
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

extension TurnRecord {
  /// The turn's facts, and its durable messages under their keys; nil for one that found no room.
  fileprivate mutating func add(_ effects: borrowing Effects, keys: [UInt64?]) {
    let facts = effects.facts.bytes
    for fact in effects.records {
      addFact(
        kind: fact.kind, correlation: (fact.correlation.high, fact.correlation.low),
        body: facts.span.bytes.extracting(fact.offset..<fact.offset + fact.count))
    }
    var place = 0
    for sending in effects.sendings {
      guard case .durable(let component) = sending.destination else { continue }
      if let key = keys[place] {
        let frame = effects.frames.span(from: sending.offset, count: sending.count)
        addMessage(peer: component, key: key, frame: frame)
      }
      place += 1
    }
  }
}
