import ActorKit
import Trading
import Vocabulary
import Wire

// What becomes of intents at the executor, told on to the components that asked for them.
extension RiskAdjuster {
  mutating func onIntentReport(
    _ report: IntentReport, from peer: Peer, at now: Instant, into effects: inout Effects
  ) {
    guard isOurs(report.account, peer) else { return }
    guard report.outcome != .unrecognized, report.filledQuantity >= 0, (report.averagePrice ?? 1) > 0 else {
      return counters.drop(.malformed)
    }
    let intent = report.intent
    guard report.outcome.isTerminal else { return follow(report, into: &effects) }
    guard intents.index(of: intent) != nil || adopted.contains(intent) || intents.isNew(intent) else {
      counters.intentsLate += 1
      return
    }
    conclude(
      RiskIntentEnd(
        intent: intent, instrument: report.instrument, outcome: report.outcome, reason: report.reason,
        check: report.check, filledQuantity: Quantity(raw: report.filledQuantity),
        averagePrice: report.averagePrice.map { Price(raw: $0) }, atNanos: now.wall, unit: report.unit,
        measured: report.measured ?? 0, limit: report.limit ?? 0), into: &effects)
  }

  /// How far an intent is. One that our journal does not know, having lost its end, is the executor's to
  /// remember until it ends: its orders count, as all that nothing explains.
  private mutating func follow(_ report: IntentReport, into effects: inout Effects) {
    let intent = report.intent
    if let index = intents.index(of: intent) {
      intents.follow(index, report.outcome, filled: report.filledQuantity)
      reconsider(instrumentOf: intents.open[index].intent)
    } else if !adopted.contains(intent) {
      guard adopted.count < OpenIntents.mostOpen else { return counters.drop(.tooMany) }
      adopted.append(intent)
      counters.intentsAdopted += 1
    }
    guard configuration.signalComponents.contains(intent.component) else {
      return counters.drop(.unknownSender)
    }
    guard senders.isOpen(intent.component) else { return }
    var forwarded = report
    forwarded.envelope = Envelope(origin: report.envelope.origin, correlation: intent.correlation)
    effects.send(to: .event(component: intent.component)) { forwarded.encode(into: &$0) }
  }

  /// Records an end, once, and tells it to whoever asked for the intent.
  mutating func conclude(_ end: RiskIntentEnd, into effects: inout Effects) {
    let ended = intents.index(of: end.intent).map { intents.open[$0].intent }
    record(.intentEnded(end), correlation: end.intent.correlation, into: &effects)
    counters.countEnd(end.outcome)
    adopted.removeAll { $0 == end.intent }
    if let ended { reconsider(instrumentOf: ended) }
    senders.note(end)
    tell(end, into: &effects)
  }

  /// Of the one that counted, whatever instrument a report of it names.
  private mutating func reconsider(instrumentOf intent: AcceptedIntent) {
    if let index = instruments.index(of: intent.instrument) { reconsider(instrument: index) }
  }

  private mutating func tell(_ end: RiskIntentEnd, into effects: inout Effects) {
    let component = end.intent.component
    guard configuration.signalComponents.contains(component) else { return counters.drop(.unknownSender) }
    let report = IntentReport(
      envelope: Envelope(origin: 0, correlation: end.intent.correlation), intentHigh: end.intent.high,
      intentLow: end.intent.low, account: configuration.account, strategy: end.intent.strategy,
      instrument: end.instrument, outcome: end.outcome, reason: end.reason,
      filledQuantity: end.filledQuantity.raw, averagePrice: end.averagePrice?.raw, check: end.check,
      unit: end.unit, measured: end.unit == .none ? nil : end.measured,
      limit: end.unit == .none ? nil : end.limit)
    effects.send(to: .durable(component: component)) { report.encode(into: &$0) }
  }

  /// How an open intent stands.
  func tellProgress(_ entry: OpenIntent, into effects: inout Effects) {
    let intent = entry.intent
    let report = IntentReport(
      envelope: Envelope(origin: 0, correlation: intent.id.correlation), intentHigh: intent.id.high,
      intentLow: intent.id.low, account: configuration.account, strategy: intent.strategy,
      instrument: intent.instrument, outcome: entry.outcome, reason: .none, filledQuantity: entry.filled,
      check: .none, unit: .none)
    effects.send(to: .event(component: intent.id.component)) { report.encode(into: &$0) }
  }
}

// Links.
extension RiskAdjuster {
  /// A signal component is there: it is told what of its own is open, and what it should have heard.
  mutating func onSessionOpened(_ component: UInt16, into effects: inout Effects) {
    guard configuration.signalComponents.contains(component) else { return counters.drop(.unexpected) }
    senders.setOpen(component, true)
    for entry in intents.open where entry.intent.id.component == component {
      tellProgress(entry, into: &effects)
    }
    tellUndelivered(into: &effects)
  }

  mutating func onSessionClosed(_ component: UInt16) {
    guard configuration.signalComponents.contains(component) else { return counters.drop(.unexpected) }
    senders.setOpen(component, false)
  }

  /// The way to the executor is full: definitely not sent.
  mutating func onNotSent(_ intent: IntentID, at now: Instant, into effects: inout Effects) {
    guard let index = intents.index(of: intent) else { return }
    conclude(
      RiskIntentEnd(
        intent: intent, instrument: intents.open[index].intent.instrument, outcome: .rejected,
        reason: .backPressured, atNanos: now.wall), into: &effects)
  }

  /// Tries again what found the way full, at most once a second.
  mutating func tellUndelivered(into effects: inout Effects) {
    guard !senders.undelivered.isEmpty else { return }
    for end in senders.takeUndelivered() {
      counters.intentsUndelivered += 1
      tell(end, into: &effects)
    }
  }
}
