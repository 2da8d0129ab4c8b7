import ActorKit
import Trading
import Vocabulary
import Wire

// What a strategy is told of refusals: of ours, and of the executor's, which come back by the way the quotes
// went. At most four keys on the state lane for each slot.
extension RiskAdjuster {
  /// A finding against all that the quotes want.
  func whole(_ slot: Int, _ finding: Finding) -> SideFindings {
    let signal = slots[slot].signal
    return SideFindings(
      buys: signal.wantsBids ? finding : nil, sells: signal.wantsAsks ? finding : nil)
  }

  /// Takes in what a decision has against the quotes.
  mutating func note(
    _ against: SideFindings, _ slot: Int, at now: Instant, into effects: inout Effects
  ) {
    let revision = slots[slot].signal.revision
    for side in Side.allCases {
      let isNews = slots[slot].denials[side].note(
        against.finding(side), isPartial: against.isPartial(side), revision: revision, atBoot: now.boot)
      if isNews { send(ours(slot, side), slot, into: &effects) }
    }
  }

  private func ours(_ slot: Int, _ side: Side) -> QuoteDenial {
    QuoteDenial(
      account: configuration.account, strategy: slots[slot].strategy, instrument: slots[slot].instrument,
      gate: .risk, side: side, slots[slot].denials[side])
  }

  /// Quotes come from another component than before, or for the first time since our start: what is known is
  /// told there.
  mutating func noteSender(_ sender: UInt16, of slot: Int, into effects: inout Effects) {
    guard slots[slot].sender != sender else { return }
    slots[slot].sender = sender
    for side in Side.allCases {
      if slots[slot].denials[side].finding != nil { send(ours(slot, side), slot, into: &effects) }
      if let denial = slots[slot].denials[executor: side] { send(denial, slot, into: &effects) }
    }
  }

  /// A component without a session, as one whose strategies trade for another account, is told nothing.
  private func send(_ denial: QuoteDenial, _ slot: Int, into effects: inout Effects) {
    let component = slots[slot].sender
    guard configuration.signalComponents.contains(component) else { return }
    effects.send(to: .state(component: component, key: denial.key)) { denial.encode(into: &$0) }
  }
}

// The executor's.
extension RiskAdjuster {
  mutating func onQuoteDenial(_ denial: QuoteDenial, from peer: Peer, into effects: inout Effects) {
    guard isOurs(denial.account, peer), configuration.strategies.contains(denial.strategy) else { return }
    guard let side = Side(denial.side), denial.gate == .executor, denial.verdict != .unrecognized else {
      return counters.drop(.malformed)
    }
    guard let index = instruments.index(of: denial.instrument) else {
      return counters.drop(.unknownInstrument)
    }
    guard
      let slot = slots.index(
        strategy: denial.strategy, instrument: denial.instrument, instrumentIndex: index)
    else {
      return counters.drop(.tooMany)
    }
    let target = slots[slot].target
    var forwarded = denial
    forwarded.envelope = Envelope(origin: 0)
    // Of an older target nobody remembers which quotes it was made of.
    forwarded.revision = denial.revision == target.revision ? target.signalRevision : 0
    let isOver = denial.verdict == .accepted
    // Nothing ends that was not told.
    guard !isOver || slots[slot].denials[executor: side] != nil else { return }
    slots[slot].denials[executor: side] = isOver ? nil : forwarded
    send(forwarded, slot, into: &effects)
  }

  /// The session has opened anew: the executor tells again what its gate has against quotes, and what it does
  /// not tell is over.
  mutating func forgetExecutorDenials(into effects: inout Effects) {
    for slot in slots.indices {
      for side in Side.allCases where slots[slot].denials[executor: side] != nil {
        slots[slot].denials[executor: side] = nil
        let over = QuoteDenial(
          account: configuration.account, strategy: slots[slot].strategy, instrument: slots[slot].instrument,
          gate: .executor, side: side, SideDenial())
        send(over, slot, into: &effects)
      }
    }
  }
}
