import ActorKit
import Trading
import Wire

// MARK: - The synthetic market

extension VenueSimulator {
  /// Opens the synthetic market: our surviving orders first, in their order, then everyone else's. Survivors
  /// of a recorded market may cross each other; here they trade.
  mutating func beginSynthetic(start: Int64, at now: Instant, into effects: inout Effects) {
    guard let beganNanos else { return }
    for index in synthetic.indices {
      for (order, account) in survivors(index) where order.type != .stop {
        guard current(order, account).status == .open else { continue }
        let cause = Cause(correlation: order.correlation)
        match(order, account, index, cause: cause, at: now, into: &effects)
        let left = current(order, account).leavesQuantity
        if left.isPositive { rest(order, left, account, index, into: &effects) }
      }
      fills.removeAll(keepingCapacity: true)
      synthetic[index].begin(start: start, at: beganNanos, into: &fills)
      settleOpening(index, at: now, into: &effects)
      synthetic[index].depthPublished()
      effects.publish(index) { encodeSnapshot(index, correlation: .none, into: &$0) }
      publishTicker(index, into: &effects)
      resumeStops(index, at: now, into: &effects)
    }
  }

  /// Fills at the opening are those of our surviving orders that the price has passed; each was met by an
  /// order that came, so the side that took is the other one.
  private mutating func settleOpening(_ index: Int, at now: Instant, into effects: inout Effects) {
    let opening = fills
    for fill in opening where fill.isOurs {
      guard let order = ledger.accounts[fill.account].orders[fill.venueOrderId] else { continue }
      fills.removeAll(keepingCapacity: true)
      fills.append(fill)
      settle(index, aggressor: order.side.opposite, taker: nil, at: now, into: &effects)
    }
    fills.removeAll(keepingCapacity: true)
  }

  /// Open orders in an instrument with their accounts' indices, first come first.
  func survivors(_ index: Int) -> [(order: VenueOrder, account: Int)] {
    let number = configuration.instruments[index].number
    var survivors: [(order: VenueOrder, account: Int)] = []
    for (owner, account) in ledger.accounts.enumerated() {
      for id in account.openIds {
        if let order = account.orders[id], order.instrument == number { survivors.append((order, owner)) }
      }
    }
    return survivors.sorted { $0.order.priority < $1.order.priority }
  }

  /// Lets the synthetic market of an instrument do what is next.
  mutating func marketEvent(_ index: Int, at now: Instant, into effects: inout Effects) {
    counters.marketEvents += 1
    switch synthetic[index].nextEvent {
    case .step: synthetic[index].step()
    case .act:
      fills.removeAll(keepingCapacity: true)
      if let aggressor = synthetic[index].act(into: &fills) {
        settle(index, aggressor: aggressor, taker: nil, at: now, into: &effects)
      } else {
        publishTicker(index, into: &effects)
      }
      publishDepth(index, ifAtLeast: Self.mostChanges, into: &effects)
    case .depth:
      publishDepth(index, into: &effects)
      synthetic[index].scheduleDepth()
    }
  }

  /// A delta carries at most about so many levels; more are published before their time.
  static let mostChanges = 1_000

  /// A synthetic market that is further behind than this, market time, is not lived through.
  static let mostBehindNanos: Int64 = 3_600 * .nanosPerSecond

  /// Begins the synthetic market anew at the present when the clock has leapt, be it that the machine slept
  /// or that its wall clock was set: years of a market would be years of work. Our orders stay; the others
  /// are where those of a venue would be that is started now.
  mutating func beginAnewIfFarBehind(at now: Instant, into effects: inout Effects) {
    guard clockRuns, !synthetic.isEmpty, stops.allSatisfy({ !$0.hasDue }),
      now.market.saturatingSubtract(clockNanos) > Self.mostBehindNanos
    else { return }
    counters.marketsBegunAnew += 1
    (beganNanos, clockNanos) = (now.market, now.market)
    for index in synthetic.indices {
      synthetic[index].clear()
      // They are held again, by the prices there are now.
      stops[index] = StopBook()
    }
    beginSynthetic(start: marketStartNanos ?? now.market, at: now, into: &effects)
  }
}

// MARK: - The recorded market

extension VenueSimulator {
  /// A frame of the recording: what was due before it happens first, then it moves the book and our orders,
  /// and goes out.
  mutating func onVenueMarketData(
    _ view: borrowing VenueMarketDataView, from peer: Peer, at now: Instant, into effects: inout Effects
  ) {
    guard peer.link == .source else {
      counters.refuse(.wrongLink)
      return
    }
    guard let index = ledger.instrumentIndex(view.instrument), !recorded.isEmpty else {
      counters.refuse(.unknownInstrument)
      return
    }
    guard RecordedFrame.isSound(view) else {
      counters.refuse(.badMarketData)
      return
    }
    begin(at: now, into: &effects)
    let nanos = min(view.eventNanos, now.market)
    if clockRuns {
      advance(to: nanos, at: now, into: &effects)
      clockNanos = max(clockNanos, nanos)
    }
    counters.marketEvents += 1
    fills.removeAll(keepingCapacity: true)
    let aggressor = Side(view.aggressor) ?? .buy
    RecordedFrame.apply(view, to: &recorded[index], into: &fills)
    recordedNanos = max(recordedNanos, view.eventNanos)
    RecordedFrame.publish(view, on: index, into: &effects)
    if isOpen(index) {
      if ordersWait[index] { resume(index) }
      if view.kind != .trade { recorded[index].matchCrossed(into: &fills) }
    }
    settle(index, aggressor: aggressor, taker: nil, at: now, into: &effects)
    guard isOpen(index) else { return }
    if RecordedFrame.isMarketTrade(view), let price = view.price { stops[index].note(Price(raw: price)) }
    if stopsWait[index] {
      stopsWait[index] = false
      resumeStops(index, at: now, into: &effects)
    }
    runStops(index, at: now, into: &effects)
  }

  /// Puts the orders that survived a restart behind what the recording shows now.
  private mutating func resume(_ index: Int) {
    ordersWait[index] = false
    for (order, account) in survivors(index) where order.type != .stop {
      recorded[index].add(
        order.venueOrderId, account: account, order.side, order.price, order.leavesQuantity)
    }
  }
}

// MARK: - Publication

extension VenueSimulator {
  /// Ids of public updates and trades rise over restarts.
  private var idBase: UInt64 { UInt64(epoch) << 40 }

  /// More levels than this make no delta: one order that sweeps a deep book can change more than a message
  /// holds.
  private static let mostLevelsOfADelta = 4_000

  /// Publishes the levels that changed since the last time, if there are so many: a level that changed again
  /// and again counts each time.
  mutating func publishDepth(_ index: Int, ifAtLeast least: Int, into effects: inout Effects) {
    if synthetic[index].book.changes.count >= least { publishDepth(index, into: &effects) }
  }

  /// Publishes the levels that changed since the last time; as a snapshot when they are too many.
  mutating func publishDepth(_ index: Int, into effects: inout Effects) {
    guard synthetic[index].book.updateCount > synthetic[index].publishedUpdates else { return }
    synthetic[index].book.sortChanges()
    guard synthetic[index].book.changes.count <= Self.mostLevelsOfADelta else {
      synthetic[index].depthPublished()
      effects.publish(index) { encodeSnapshot(index, correlation: .none, into: &$0) }
      return
    }
    let message = VenueMarketData(
      envelope: Envelope(origin: 0), instrument: configuration.instruments[index].number, kind: .delta,
      aggressor: .unrecognized, eventNanos: clockNanos,
      firstUpdateId: idBase + synthetic[index].publishedUpdates + 1,
      lastUpdateId: idBase + synthetic[index].book.updateCount, condition: .unrecognized)
    effects.publish(index) { synthetic[index].book.encodeChanges(message, into: &$0) }
    synthetic[index].depthPublished()
  }

  mutating func publishTrade(_ fill: Fill, _ aggressor: Side, _ index: Int, into effects: inout Effects) {
    synthetic[index].tradeCount += 1
    let message = VenueMarketData(
      envelope: Envelope(origin: 0), instrument: configuration.instruments[index].number, kind: .trade,
      aggressor: aggressor == .buy ? .buy : .sell, eventNanos: clockNanos,
      tradeId: idBase + synthetic[index].tradeCount, price: fill.price.raw, quantity: fill.quantity.raw,
      condition: .market)
    effects.publish(index) { writer in
      message.encode(
        into: &writer, bidsCount: 0, bids: { _ in .init(price: 0, quantity: 0) }, asksCount: 0,
        asks: { _ in .init(price: 0, quantity: 0) })
    }
  }

  /// Publishes the best levels at once when they changed.
  mutating func publishTicker(_ index: Int, into effects: inout Effects) {
    guard beganNanos != nil else { return }
    let bid = synthetic[index].book.levels.bestBid
    let ask = synthetic[index].book.levels.bestAsk
    guard bid != synthetic[index].publishedBid || ask != synthetic[index].publishedAsk else { return }
    synthetic[index].publishedBid = bid
    synthetic[index].publishedAsk = ask
    let message = VenueMarketData(
      envelope: Envelope(origin: 0), instrument: configuration.instruments[index].number, kind: .ticker,
      aggressor: .unrecognized, eventNanos: clockNanos,
      lastUpdateId: idBase + synthetic[index].book.updateCount, condition: .unrecognized)
    let (bidPrice, bidQuantity) = (bid?.price.raw ?? 0, bid?.quantity.raw ?? 0)
    let (askPrice, askQuantity) = (ask?.price.raw ?? 0, ask?.quantity.raw ?? 0)
    effects.publish(index) { writer in
      message.encode(
        into: &writer, bidsCount: bid == nil ? 0 : 1,
        bids: { _ in .init(price: bidPrice, quantity: bidQuantity) }, asksCount: ask == nil ? 0 : 1,
        asks: { _ in .init(price: askPrice, quantity: askQuantity) })
    }
  }

  /// The book as the public has it, the best levels of each side.
  func encodeSnapshot(_ index: Int, correlation: Correlation, into writer: inout FrameWriter) {
    let book = recorded.isEmpty ? synthetic[index].book.levels : recorded[index].book
    let lastUpdateId =
      recorded.isEmpty ? idBase + synthetic[index].book.updateCount : recorded[index].lastUpdateId
    let message = VenueMarketData(
      envelope: Envelope(origin: 0, correlation: correlation),
      instrument: configuration.instruments[index].number, kind: .snapshot, aggressor: .unrecognized,
      eventNanos: recorded.isEmpty ? clockNanos : recorded[index].lastEventNanos, lastUpdateId: lastUpdateId,
      condition: .unrecognized)
    message.encode(
      into: &writer, bidsCount: min(book.bids.count, RecordedFrame.mostLevels),
      bids: { depth in
        let level = book.bid(at: depth) ?? BookLevel(price: .zero, quantity: .zero)
        return .init(price: level.price.raw, quantity: level.quantity.raw)
      }, asksCount: min(book.asks.count, RecordedFrame.mostLevels),
      asks: { depth in
        let level = book.ask(at: depth) ?? BookLevel(price: .zero, quantity: .zero)
        return .init(price: level.price.raw, quantity: level.quantity.raw)
      })
  }
}

extension PriceTimeBook {
  /// The changed levels as a delta, bids highest first, asks lowest first. The changes must be sorted.
  fileprivate func encodeChanges(_ message: VenueMarketData, into writer: inout FrameWriter) {
    let bidsCount = changes.count { $0.side == .buy }
    message.encode(
      into: &writer, bidsCount: bidsCount,
      bids: { entry in
        let price = changes[bidsCount - 1 - entry].price
        return .init(price: price.raw, quantity: levels.quantity(.buy, price).raw)
      }, asksCount: changes.count - bidsCount,
      asks: { entry in
        let price = changes[bidsCount + entry].price
        return .init(price: price.raw, quantity: levels.quantity(.sell, price).raw)
      })
  }
}
