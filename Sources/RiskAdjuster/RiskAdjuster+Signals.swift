import ActorKit
import Trading
import Vocabulary
import Wire

// Signals: taken in whole or with what is wrong with them.
extension RiskAdjuster {
  mutating func onQuoteSignal(_ view: QuoteSignalView, at now: Instant, into effects: inout Effects) {
    guard configuration.strategies.contains(view.strategy) else { return counters.drop(.otherAccount) }
    counters.signals += 1
    guard let index = instruments.index(of: view.instrument) else {
      return refuseStranger(view, into: &effects)
    }
    guard
      let slot = slots.index(
        strategy: view.strategy, instrument: view.instrument, instrumentIndex: index)
    else {
      return counters.drop(.tooMany)
    }
    guard Revision.isPossible(view.revision, in: view.envelope.epoch) else {
      return counters.drop(.malformed)
    }
    let known = (slots[slot].signal.epoch, slots[slot].signal.revision)
    guard (view.envelope.epoch, view.revision) > known else { return counters.drop(.late) }
    slots[slot].signal.takeHead(of: view, at: now)
    slots[slot].signal.takeLevels(of: view, instruments[index].instrument)
    slots[slot].isNew = true
    slots[slot].isSpent = false
    slots.reconsider(slot)
    noteSender(view.envelope.sender, of: slot, into: &effects)
  }

  /// Nothing of it can rest at the executor, so nothing is pulled; the decision is published when it is
  /// another strategy or instrument than the last time.
  private mutating func refuseStranger(_ view: QuoteSignalView, into effects: inout Effects) {
    counters.refuse(by: .unknownInstrument)
    let key = UInt64(view.strategy) << 32 | UInt64(view.instrument)
    guard lastStranger != key else { return }
    lastStranger = key
    counters.decisions += 1
    let decision = RiskDecision(
      envelope: Envelope(origin: view.envelope.origin, correlation: view.envelope.correlation),
      account: configuration.account, strategy: view.strategy, instrument: view.instrument,
      verdict: .refused, check: .unknownInstrument, unit: .none, measured: 0, limit: 0,
      signalRevision: view.revision)
    effects.publish(TopicIndex.decision) { decision.encode(into: &$0) }
  }
}

extension WantedQuotes {
  fileprivate mutating func takeHead(of view: QuoteSignalView, at now: Instant) {
    let envelope = view.envelope
    epoch = envelope.epoch
    revision = view.revision
    fillSequenceSeen = view.fillSequenceSeen
    hasReference = view.referencePrice > 0
    (wantsBids, wantsAsks) = (view.bidsCount > 0, view.asksCount > 0)
    validUntil = min(view.validUntil, now.wall.saturatingAdd(QuoteLife.longestNanos))
    eventNanos = view.eventNanos
    origin = envelope.origin
    correlation = envelope.correlation
  }

  fileprivate mutating func takeLevels(of view: QuoteSignalView, _ instrument: Instrument) {
    bids.removeAll(keepingCapacity: true)
    asks.removeAll(keepingCapacity: true)
    let most = QuoteSlot.mostLevels
    defect = nil
    guard view.bidsCount <= most, view.asksCount <= most else {
      defect = Finding(
        .malformed, .count, measured: Int64(max(view.bidsCount, view.asksCount)), limit: Int64(most))
      return
    }
    guard hasReference else { return }
    for index in 0..<view.bidsCount where defect == nil {
      let level = view.bid(index)
      let price = QuoteConversion(reference: view.referencePrice, offsetBps: level.offsetBps, .buy)
      defect = bids.add(price, level.quantity, instrument)
    }
    for index in 0..<view.asksCount where defect == nil {
      let level = view.ask(index)
      let price = QuoteConversion(reference: view.referencePrice, offsetBps: level.offsetBps, .sell)
      defect = asks.add(price, level.quantity, instrument)
    }
    if defect == nil, let bid = bids.first, let ask = asks.first, bid.price >= ask.price {
      defect = Finding(.malformed, .price, measured: bid.price.raw, limit: ask.price.raw)
    }
  }
}

/// From a strategy's distance to a price: the one place on this path where a number of a model becomes money.
struct QuoteConversion {
  let side: Side
  /// Not rounded; not finite for an offset that is not.
  let value: Double

  init(reference: Int64, offsetBps: Double, _ side: Side) {
    self.side = side
    let reference = Price(raw: reference).double
    let distance = reference * offsetBps / 10_000
    value = side == .buy ? reference - distance : reference + distance
  }

  /// The tick at or behind the value; nil when it is not finite or out of range.
  func price(_ instrument: Instrument) -> Price? { instrument.passivePrice(fromDouble: value, side) }
}

extension [PricedLevel] {
  /// Adds a level, to the last one if rounding gave both the same price. What is wrong with it, if anything.
  fileprivate mutating func add(
    _ conversion: QuoteConversion, _ quantity: Int64, _ instrument: Instrument
  ) -> Finding? {
    guard quantity > 0 else { return Finding(.malformed, .quantity, measured: quantity, limit: 1) }
    guard let price = conversion.price(instrument) else { return Finding(.notANumber) }
    guard let last, let index = indices.last else {
      append(PricedLevel(price: price, quantity: Quantity(raw: quantity)))
      return nil
    }
    if price == last.price {
      guard let sum = last.quantity.adding(Quantity(raw: quantity)) else { return Finding(.malformed) }
      self[index].quantity = sum
      return nil
    }
    let isFurther = conversion.side == .buy ? price < last.price : price > last.price
    guard isFurther else { return Finding(.malformed, .price, measured: price.raw, limit: last.price.raw) }
    append(PricedLevel(price: price, quantity: Quantity(raw: quantity)))
    return nil
  }
}
