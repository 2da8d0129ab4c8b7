import ActorKit
import Trading
import Vocabulary
import Wire

// What is told: targets to the executor, decisions and states to everybody.
extension RiskAdjuster {
  /// Nothing may rest; told once, until there is something again.
  mutating func refuse(
    _ slot: Int, _ finding: Finding, at now: Instant, into effects: inout Effects
  ) -> SideFindings {
    // Quotes that nobody renewed are over, and not refused.
    let isOver = finding.check == .expired && !slots[slot].isNew
    if isOver { counters.expired += 1 }
    bids.removeAll(keepingCapacity: true)
    asks.removeAll(keepingCapacity: true)
    tell(slot, finding, at: now, into: &effects)
    conclude(slot, .refused, finding, into: &effects)
    return isOver ? SideFindings() : whole(slot, finding)
  }

  /// Makes `bids` and `asks` the target, if that says anything new. A trim stands for the older signal: its
  /// time and the fills it had seen stay. The finding is what cut it.
  mutating func tell(
    _ slot: Int, _ finding: Finding?, isTrim: Bool = false, at now: Instant, into effects: inout Effects
  ) {
    let signal = slots[slot].signal
    let validUntil = isTrim ? slots[slot].target.validUntil : signal.validUntil
    let counted = instruments[slots[slot].instrumentIndex].exposure.countedFills
    let seen = isTrim ? slots[slot].target.fillSequenceSeen : counted
    guard
      slots[slot].target.differs(from: bids, asks, validUntil: validUntil, fillSequenceSeen: seen)
    else { return }
    let basis = basis(slots[slot].instrumentIndex, excluding: .quotes(slot: slot), at: now)
    targetCount += 1
    counters.targets += 1
    instruments.touch(slots[slot].instrumentIndex)
    slots[slot].target.take(bids, asks, validUntil: validUntil, fillSequenceSeen: seen)
    slots[slot].target.revision = Revision.of(epoch: epoch, count: targetCount)
    if !isTrim { slots[slot].target.signalRevision = signal.revision }
    let message = TargetQuotes(
      envelope: Envelope(origin: slots[slot].origin, correlation: signal.correlation),
      account: configuration.account, strategy: slots[slot].strategy, instrument: slots[slot].instrument,
      revision: slots[slot].target.revision, fillSequenceSeen: seen, validUntil: validUntil,
      eventNanos: signal.eventNanos)
    let (bids, asks) = (bids, asks)
    effects.send(to: .state(component: configuration.executorComponent, key: slots[slot].key)) { frame in
      message.encode(
        into: &frame, bidsCount: bids.count,
        bids: { TargetQuotes.Bid(price: bids[$0].price.raw, quantity: bids[$0].quantity.raw) },
        asksCount: asks.count,
        asks: { TargetQuotes.Ask(price: asks[$0].price.raw, quantity: asks[$0].quantity.raw) })
    }
    recordTarget(slot, revision: message.revision, basis, finding, into: &effects)
  }

  /// Counts a verdict on a new signal, and publishes it when it differs from the last one.
  mutating func conclude(
    _ slot: Int, _ verdict: RiskVerdict, _ finding: Finding?, into effects: inout Effects
  ) {
    if slots[slot].isNew { count(verdict, finding) }
    let check = finding?.check ?? .none
    guard verdict != slots[slot].verdict || check != slots[slot].check else { return }
    slots[slot].verdict = verdict
    slots[slot].check = check
    counters.decisions += 1
    let signal = slots[slot].signal
    let decision = RiskDecision(
      envelope: Envelope(origin: slots[slot].origin, correlation: signal.correlation),
      account: configuration.account, strategy: slots[slot].strategy, instrument: slots[slot].instrument,
      verdict: verdict, check: check, unit: finding?.unit ?? .none, measured: finding?.measured ?? 0,
      limit: finding?.limit ?? 0, signalRevision: signal.revision)
    effects.publish(TopicIndex.decision) { decision.encode(into: &$0) }
  }

  private mutating func count(_ verdict: RiskVerdict, _ finding: Finding?) {
    switch verdict {
    case .accepted: counters.accepted += 1
    case .reduced: counters.reduced += 1
    case .refused:
      guard let finding else { preconditionFailure("a signal was refused without a finding") }
      counters.refuse(by: finding.check)
    case .unrecognized: preconditionFailure("a signal without a verdict")
    }
  }

  mutating func riskState() -> RiskState {
    // Not known is the most it could be, but for a state that is itself unknown, which says it.
    let gross =
      executor.isUsable ? grossNotional(without: nil).map { $0.dividedHalfEven(by: 1_000_000_000) } : 0
    return RiskState(
      envelope: Envelope(origin: 0), account: configuration.account, state: worstState,
      halted: UInt32(halts.count), grossNotional: gross.map { Int64(clamping: $0) } ?? .max,
      accepted: UInt64(counters.accepted), reduced: UInt64(counters.reduced),
      refused: UInt64(counters.refused))
  }

  /// The worst state of the instruments that may be traded; unknown is the worst of all.
  private var worstState: PositionState {
    var worst = PositionState.normal
    for index in instruments.indices
    where instruments[index].limits != nil && instruments[index].state.rawValue > worst.rawValue {
      worst = instruments[index].state
    }
    return configuration.limits == nil ? .unknown : worst
  }
}

extension StandingTarget {
  /// Whether the executor would learn anything. Nothing after nothing is no news, whatever its time.
  func differs(
    from newBids: [PricedLevel], _ newAsks: [PricedLevel], validUntil: Int64, fillSequenceSeen: UInt64
  ) -> Bool {
    guard isTold else { return true }
    if newBids.isEmpty, newAsks.isEmpty { return !isEmpty }
    return bids != newBids || asks != newAsks || self.validUntil != validUntil
      || self.fillSequenceSeen != fillSequenceSeen
  }

  mutating func take(
    _ newBids: [PricedLevel], _ newAsks: [PricedLevel], validUntil: Int64, fillSequenceSeen: UInt64
  ) {
    isTold = true
    self.validUntil = validUntil
    self.fillSequenceSeen = fillSequenceSeen
    bids.removeAll(keepingCapacity: true)
    asks.removeAll(keepingCapacity: true)
    bids.append(contentsOf: newBids)
    asks.append(contentsOf: newAsks)
  }
}

// An executor of an older build.
extension RiskAdjuster {
  /// Every refusal has its reason, but whoever runs the colony reads alarms: nothing will be opened until the
  /// executor is replaced. Repeated, because who listens may come late.
  mutating func tellIfUncounted(at now: Instant, into effects: inout Effects) {
    guard instruments.indices.contains(where: { !instruments[$0].exposure.isCounted }) else {
      uncountedAlarmBoot = .min
      return
    }
    guard executor.isReported, now.boot >= uncountedAlarmBoot else { return }
    uncountedAlarmBoot = now.boot + Self.uncountedAlarmNanos
    let alarm = Alarm(
      envelope: Envelope(origin: 0), component: configuration.component, code: .sessionRefused,
      severity: .warning, account: configuration.account, clOrdID: ClOrdIDText())
    let text =
      "The executor of account \(configuration.account) is of a schema below 3 and does not count fills by "
      + "instrument, so nothing shows which fills a position includes: only orders that close are passed on. "
      + "Start one of this version."
    effects.publish(TopicIndex.alarm) { alarm.encode(into: &$0, text: text.utf8) }
  }
}

// The state of a position against its limit.
extension RiskAdjuster {
  mutating func publishStateIfChanged(of index: Int, into effects: inout Effects) {
    guard let limits = instruments[index].limits else { return }
    let isKnown = executor.isUsable && instruments[index].exposure.position != nil
    let worst = worstCase(index, excluding: .allQuotes)
    let limit = Int128(limits.maxPosition.raw)
    let current = isKnown ? PositionBand(worst: worst, limit: limit).state : .unknown
    let previous = instruments[index].state
    guard current != previous else { return }
    instruments.setState(current, of: index)
    let change = PositionStateChanged(
      envelope: Envelope(origin: 0), account: configuration.account,
      instrument: instruments[index].instrument.number, previous: previous, current: current,
      worstCase: Int64(clamping: worst), limit: limits.maxPosition.raw)
    effects.publish(TopicIndex.firstPosition + index) { change.encode(into: &$0) }
    if current == .overLimit { raiseViolation(index, worst: worst, limits, into: &effects) }
  }

  private mutating func raiseViolation(
    _ index: Int, worst: Int128, _ limits: InstrumentLimits, into effects: inout Effects
  ) {
    counters.violations += 1
    let instrument = instruments[index].instrument
    let measured = Quantity(raw: Int64(clamping: worst))
    let violation = RiskViolation(
      envelope: Envelope(origin: 0), account: configuration.account, instrument: instrument.number,
      check: .positionOverLimit, unit: .quantity, measured: measured.raw, limit: limits.maxPosition.raw,
      severity: .critical)
    effects.publish(TopicIndex.violation) { violation.encode(into: &$0) }
    let alarm = Alarm(
      envelope: Envelope(origin: 0), component: configuration.component, code: .positionOverLimit,
      severity: .critical, account: configuration.account, instrument: instrument.number,
      clOrdID: ClOrdIDText())
    let text =
      "The worst-case position in \(instrument.name) is \(measured), above the limit of "
      + "\(limits.maxPosition). Only orders that close are allowed; look at what is working, or flatten."
    effects.publish(TopicIndex.alarm) { alarm.encode(into: &$0, text: text.utf8) }
  }
}
