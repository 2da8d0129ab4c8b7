import ActorKit
import Trading
import Vocabulary
import Wire

// What goes out, and when.

extension FeedAggregator {
  /// Levels a side of a published snapshot: with both sides within a frame of 64 KiB.
  static let snapshotLevels = 1_000

  /// Who asked for the state behind a topic, and under which correlation it is awaited.
  struct Asker {
    var peer: Peer
    var correlation: Correlation
  }

  /// Where a message of a topic goes: to all, or to the one who asked.
  private func destination(_ topic: FeedTopic, _ index: Int, _ asker: Asker?) -> Effects.Destination {
    let topicIndex = topic.index(ofInstrument: index)
    guard let asker else { return .topic(topicIndex) }
    return .snapshot(topic: topicIndex, asker.peer)
  }

  private func envelope(_ origin: Int64, _ asker: Asker?) -> Envelope {
    Envelope(origin: origin, correlation: asker?.correlation ?? .none)
  }

  mutating func publishDefinition(_ index: Int, for asker: Asker? = nil, _ effects: inout Effects) {
    guard var definition = InstrumentDefinition(feeds[index].instrument) else {
      preconditionFailure("\(feeds[index].instrument.name) was checked to fit the wire")
    }
    definition.envelope = envelope(0, asker)
    counters.published += 1
    effects.send(to: destination(.definition, index, asker)) { definition.encode(into: &$0) }
  }

  mutating func publishBook(_ index: Int, for asker: Asker? = nil, _ effects: inout Effects) {
    counters.published += 1
    let message = BookSnapshot(
      envelope: envelope(outlets[index].originNanos, asker), instrument: feeds[index].instrument.number,
      eventNanos: feeds[index].bookNanos, venueUpdateId: feeds[index].bookUpdateId)
    let book = feeds[index].book
    effects.send(to: destination(.book, index, asker)) { writer in
      message.encode(
        into: &writer,
        bidsCount: min(book.bids.count, Self.snapshotLevels),
        bids: { depth in
          guard let level = book.bid(at: depth) else { preconditionFailure("no bid at \(depth)") }
          return BookSnapshot.Bid(price: level.price.raw, quantity: level.quantity.raw)
        },
        asksCount: min(book.asks.count, Self.snapshotLevels),
        asks: { depth in
          guard let level = book.ask(at: depth) else { preconditionFailure("no ask at \(depth)") }
          return BookSnapshot.Ask(price: level.price.raw, quantity: level.quantity.raw)
        })
    }
  }

  mutating func publishDelta(
    _ index: Int, _ levels: borrowing DepthLevels, _ header: MessageHeader, _ effects: inout Effects
  ) {
    let (bids, asks) = (levels.bids, levels.asks)
    guard !bids.isEmpty || !asks.isEmpty else { return }
    counters.published += 1
    let message = BookDelta(
      envelope: envelope(outlets[index].originNanos, nil), instrument: feeds[index].instrument.number,
      eventNanos: header.eventNanos, venueUpdateId: feeds[index].bookUpdateId)
    effects.send(to: destination(.book, index, nil)) { writer in
      message.encode(
        into: &writer, bidsCount: bids.count,
        bids: { BookDelta.Bid(price: bids[$0].price.raw, quantity: bids[$0].quantity.raw) },
        asksCount: asks.count,
        asks: { BookDelta.Ask(price: asks[$0].price.raw, quantity: asks[$0].quantity.raw) })
    }
  }

  mutating func publishTrade(
    _ index: Int, _ side: Side, _ price: Price, _ quantity: Quantity, _ condition: TradeCondition,
    _ header: MessageHeader, _ effects: inout Effects
  ) {
    counters.published += 1
    let message = Trade(
      envelope: envelope(outlets[index].originNanos, nil), instrument: feeds[index].instrument.number,
      eventNanos: header.eventNanos, tradeId: header.tradeId ?? 0, price: price.raw,
      quantity: quantity.raw, aggressor: SideCode(side), condition: condition)
    effects.send(to: destination(.trade, index, nil)) { message.encode(into: &$0) }
  }

  /// Tells how far the data can be trusted, when that changed. It goes before the figures of the same turn.
  mutating func publishStatus(_ index: Int, at now: Instant, _ effects: inout Effects) {
    let standing = feeds[index].standing
    guard standing != outlets[index].standing else { return }
    outlets[index].standing = standing
    outlets[index].sinceNanos = now.wall
    outlets[index].standingNanos = feeds[index].newestNanos
    // Figures carry the standing: those out there are no longer what they say.
    outlets[index].areMetricsDue = true
    if standing.state == .live { outlets[index].hasBeenLive = true }
    // Only what a message of this turn caused has an origin; silence has none.
    sendStatus(index, standing, outlets[index].isTouched ? outlets[index].originNanos : 0, for: nil, &effects)
  }

  private mutating func sendStatus(
    _ index: Int, _ standing: InstrumentFeed.Standing, _ origin: Int64, for asker: Asker?,
    _ effects: inout Effects
  ) {
    counters.published += 1
    let message = FeedStatus(
      envelope: envelope(origin, asker), instrument: feeds[index].instrument.number,
      state: standing.state, cause: standing.cause, sinceNanos: outlets[index].sinceNanos,
      eventNanos: outlets[index].standingNanos)
    effects.send(to: destination(.status, index, asker)) { message.encode(into: &$0) }
  }

  /// Tells the best quote, when a price or quantity of it changed; also when it has long not been told and
  /// the venue's messages leave it as it is, because a quote that is only remembered counts as old. Never
  /// from a book that waits for a snapshot.
  mutating func publishTop(_ index: Int, _ effects: inout Effects) {
    guard outlets[index].isTouched else { return }
    outlets[index].isTouched = false
    let nanos = feeds[index].newestNanos
    guard feeds[index].awaitingSnapshot == nil,
      outlets[index].top != feeds[index].quote || outlets[index].isTopOld(atMarketNanos: nanos)
    else { return }
    outlets[index].top = feeds[index].quote
    outlets[index].topNanos = nanos
    sendTop(index, for: nil, &effects)
  }

  private mutating func sendTop(_ index: Int, for asker: Asker?, _ effects: inout Effects) {
    counters.published += 1
    let quote = feeds[index].quote
    let message = TopOfBook(
      envelope: envelope(outlets[index].originNanos, asker), instrument: feeds[index].instrument.number,
      eventNanos: feeds[index].quoteNanos, bidPrice: quote.bid?.price.raw,
      bidQuantity: quote.bid?.quantity.raw ?? 0, askPrice: quote.ask?.price.raw,
      askQuantity: quote.ask?.quantity.raw ?? 0, venueUpdateId: feeds[index].quoteUpdateId)
    effects.send(to: destination(.top, index, asker)) { message.encode(into: &$0) }
  }

  /// Tells the figures, at most once an interval of market time. While the market clock stands the events'
  /// own times stand in for it. Without a best quote there is nothing to tell.
  mutating func publishMetrics(_ index: Int, at now: Instant, _ effects: inout Effects) {
    guard outlets[index].areMetricsDue, let standing = outlets[index].standing else { return }
    let nanos = feeds[index].newestNanos
    let clock = now.market != 0 ? now.market : nanos
    let interval = configuration.metricsIntervalNanos
    // A clock that stands before the last figures has been set anew; it does not hold the next ones up.
    guard
      clock < outlets[index].metricsNanos || outlets[index].metricsNanos == 0
        || clock >= outlets[index].metricsDueNanos(interval: interval)
    else { return }
    outlets[index].areMetricsDue = false
    var figures = MarketFigures()
    feeds[index].processors.write(into: &figures, atMarketNanos: nanos)
    // Quotes too far apart have a middle and no price: the last that was one is told with that state.
    let middle = standing.state == .unpriced ? feeds[index].lastPrice : feeds[index].quote.midPrice
    guard let mid = middle, let micro = Price(nearest: figures.microPrice) else { return }
    outlets[index].metricsNanos = clock
    counters.published += 1
    let message = MarketMetrics(
      envelope: envelope(outlets[index].originNanos, nil), instrument: feeds[index].instrument.number,
      eventNanos: nanos, mid: mid.raw, microPrice: micro.raw, spreadBps: figures.spreadBps,
      volatilityBps: figures.volatilityBps, volatilityUncertaintyBps: figures.volatilityUncertaintyBps,
      imbalance: figures.imbalance, adverseSelectionBps: .nan, buyArrivalRate: figures.buyArrivalRate,
      sellArrivalRate: figures.sellArrivalRate, state: standing.state)
    effects.send(to: destination(.metrics, index, nil)) { message.encode(into: &$0) }
  }
}

// MARK: - Requests

extension FeedAggregator {
  /// Asks the venue for the book behind a topic that was lost by what the messages themselves showed.
  mutating func askForSnapshot(_ index: Int, at now: Instant, _ effects: inout Effects) {
    guard outlets[index].askAtBootNanos <= now.boot else { return }
    outlets[index].asked(atBootNanos: now.boot)
    counters.snapshotsAsked += 1
    let request = SnapshotRequest(
      envelope: Envelope(origin: 0), topic: Topics.venueMarket(feeds[index].instrument.name).text)
    effects.send(to: .link(component: configuration.venueComponent)) { request.encode(into: &$0) }
  }

  /// Answers with the state behind one of our topics; not at all while there is none.
  mutating func onSnapshotRequest(_ request: SnapshotRequest, _ peer: Peer, into effects: inout Effects) {
    let asker = Asker(peer: peer, correlation: request.envelope.correlation)
    guard let topicIndex = topics.firstIndex(where: { $0.text == request.topic }),
      let topic = FeedTopic(rawValue: topicIndex % FeedTopic.allCases.count)
    else {
      counters.snapshotsRefused += 1
      return
    }
    let index = topicIndex / FeedTopic.allCases.count
    let isBookGood = feeds[index].awaitingSnapshot == nil
    switch topic {
    case .definition: publishDefinition(index, for: asker, &effects)
    case .book where isBookGood: publishBook(index, for: asker, &effects)
    case .top where isBookGood && outlets[index].top != nil: sendTop(index, for: asker, &effects)
    case .status where outlets[index].standing != nil:
      guard let standing = outlets[index].standing else { return }
      sendStatus(index, standing, outlets[index].originNanos, for: asker, &effects)
    case .status, .book, .top, .trade, .metrics:
      counters.snapshotsRefused += 1
      return
    }
    counters.snapshotsAnswered += 1
  }

  /// A feed has nothing to command; what every component answers, its host answers.
  mutating func onCommand(_ command: Command, _ peer: Peer, into effects: inout Effects) {
    counters.commandsRefused += 1
    let result = CommandResult(
      envelope: Envelope(origin: 0, correlation: command.envelope.correlation), kind: command.kind,
      outcome: .refused, component: configuration.component)
    effects.reply(to: peer) { result.encode(into: &$0, text: "a feed only answers status and counters".utf8) }
  }
}
