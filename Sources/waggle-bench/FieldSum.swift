import Wire

/// Reads every field of a message once and adds them up, as the C yardstick does: decoding that leaves
/// nothing out.
struct FieldSum {
  private(set) var total: UInt64 = 0

  private mutating func add(_ value: UInt64) { total &+= value }
  private mutating func add(_ value: Int64) { total &+= UInt64(bitPattern: value) }
  private mutating func add(_ value: Double) { total &+= value.bitPattern }

  private mutating func add(_ envelope: Envelope) {
    add(UInt64(envelope.sender) &+ UInt64(envelope.flags) &+ UInt64(envelope.epoch) &+ envelope.sequence)
    add(envelope.sent)
    add(envelope.origin)
    add(envelope.correlationHigh &+ envelope.correlationLow)
  }

  mutating func add(_ order: NewOrder) {
    add(order.envelope)
    add(UInt64(order.account) &+ UInt64(order.instrument))
    add(UInt64(order.clOrdID[0]) &+ UInt64(order.clOrdID[35]))
    add(UInt64(order.side.rawValue) &+ UInt64(order.ordType.rawValue) &+ UInt64(order.timeInForce.rawValue))
    add(UInt64(order.execInst.rawValue))
    add(order.price ?? 0)
    add(order.quantity)
    add(order.requestNanos)
    add(order.recvWindowNanos)
    add(order.stopPrice ?? 0)
  }

  mutating func add(_ top: TopOfBook) {
    add(top.envelope)
    add(UInt64(top.instrument))
    add(top.eventNanos)
    add(top.bidPrice ?? 0)
    add(top.bidQuantity)
    add(top.askPrice ?? 0)
    add(top.askQuantity)
    add(top.venueUpdateId)
  }

  mutating func add(_ metrics: MarketMetrics) {
    add(metrics.envelope)
    add(UInt64(metrics.instrument))
    add(metrics.eventNanos)
    add(metrics.mid)
    add(metrics.microPrice)
    add(metrics.spreadBps)
    add(metrics.volatilityBps)
    add(metrics.volatilityUncertaintyBps)
    add(metrics.imbalance)
    add(metrics.adverseSelectionBps)
    add(metrics.buyArrivalRate)
    add(metrics.sellArrivalRate)
    add(UInt64(metrics.state.rawValue))
  }

  mutating func add(_ view: borrowing QuoteSignalView) {
    add(view.envelope)
    add(UInt64(view.strategy) &+ UInt64(view.instrument) &+ view.revision &+ view.fillSequenceSeen)
    add(view.referencePrice)
    add(view.validUntil)
    add(view.eventNanos)
    add(view.takerBuyRate)
    add(view.takerSellRate)
    for place in 0..<view.bidsCount {
      let bid = view.bid(place)
      add(bid.offsetBps)
      add(bid.quantity)
      add(bid.urgency)
    }
    for place in 0..<view.asksCount {
      let ask = view.ask(place)
      add(ask.offsetBps)
      add(ask.quantity)
      add(ask.urgency)
    }
  }

  mutating func add(_ view: borrowing TargetQuotesView) {
    add(view.envelope)
    add(UInt64(view.account) &+ UInt64(view.strategy) &+ UInt64(view.instrument))
    add(view.revision &+ view.fillSequenceSeen)
    add(view.validUntil)
    add(view.eventNanos)
    for place in 0..<view.bidsCount {
      let bid = view.bid(place)
      add(bid.price)
      add(bid.quantity)
    }
    for place in 0..<view.asksCount {
      let ask = view.ask(place)
      add(ask.price)
      add(ask.quantity)
    }
  }

  mutating func add(_ view: borrowing BookDeltaView) {
    add(view.envelope)
    add(UInt64(view.instrument))
    add(view.eventNanos)
    add(view.venueUpdateId)
    for place in 0..<view.bidsCount {
      let bid = view.bid(place)
      add(bid.price)
      add(bid.quantity)
    }
    for place in 0..<view.asksCount {
      let ask = view.ask(place)
      add(ask.price)
      add(ask.quantity)
    }
  }
}
