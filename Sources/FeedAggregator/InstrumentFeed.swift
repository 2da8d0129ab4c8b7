import ActorKit
import Trading
import Wire

/// One instrument's market data: its book, the order of its streams, what is known against it, its
/// processors.
///
/// The book comes from depth alone. The best quote comes from depth until the venue gives a ticker, and from
/// tickers alone from then on; the two are never compared, because they reach us on ways of different speed.
struct InstrumentFeed {
  typealias Processors = ProcessorChain<
    ProcessorChain<MicroPriceProcessor, ImbalanceProcessor>,
    ProcessorChain<VolatilityProcessor, ArrivalProcessor>
  >

  /// What became of a message.
  enum Outcome: Equatable {
    case applied
    /// Dropped, for this reason.
    case dropped(Anomaly)
    /// A delta while a snapshot is awaited: of no use, and no fault.
    case ignored
  }

  let instrument: Instrument
  let staleAfterNanos: Int64
  private let freshProcessors: Processors

  private(set) var book: OrderBook
  private(set) var quote = BestQuote()
  private(set) var processors: Processors
  private(set) var anomalies = AnomalyCounts()

  private var depth = StreamOrder()
  private var tickers = StreamOrder()
  private var trades = StreamOrder()
  private var depthRhythm = Rhythm()
  private var tickerRhythm = Rhythm()
  private var reference: ReferencePrice

  /// Why only a snapshot can make the book good again; nil when it is good.
  private(set) var awaitingSnapshot: Anomaly? = Anomaly.none
  private(set) var hasTickers = false
  private var isLinkDown = false
  private(set) var isEnded = false
  private var wasWhole = false

  init(_ instrument: Instrument, _ configuration: FeedAggregator.Configuration) {
    self.instrument = instrument
    staleAfterNanos = configuration.staleAfterNanos
    freshProcessors = configuration.processors()
    processors = freshProcessors
    book = OrderBook(capacity: configuration.bookDepth)
    let maxJump = Bps(raw: Int64(configuration.priceJumpBps * 1e6))
    reference = ReferencePrice(ofQuotesWithin: instrument.maxSpread, maxJump: maxJump)
  }

  /// The newest market time heard of, ns; 0 before the first.
  var newestNanos: Int64 { max(depth.newestNanos, tickers.newestNanos, trades.newestNanos) }

  /// Market time of the newest change of the book.
  var bookNanos: Int64 { depth.newestNanos }
  var bookUpdateId: UInt64 { depth.lastId ?? 0 }

  /// Market time and id of the newest change of the best quote.
  var quoteNanos: Int64 { hasTickers ? tickers.newestNanos : depth.newestNanos }
  var quoteUpdateId: UInt64 { (hasTickers ? tickers.lastId : depth.lastId) ?? 0 }

  /// The last price that two quotes made and that was beyond doubt; nil before the first.
  var lastPrice: Price? { reference.lastConfirmed }

  /// How far the data can be trusted, and what is held against it.
  var standing: Standing {
    if isEnded { return Standing(state: .ended, cause: .none) }
    if let cause = awaitingSnapshot {
      return Standing(state: cause == .none ? .syncing : .stale, cause: cause)
    }
    if isLinkDown || depthRhythm.isSilent || tickerRhythm.isSilent {
      return Standing(state: .stale, cause: .silence)
    }
    if quote.isCrossed { return Standing(state: .stale, cause: .crossedBook) }
    if !quote.isWhole || book.bestBid == nil || book.bestAsk == nil {
      return Standing(state: .stale, cause: .emptyBook)
    }
    switch reference.verdict {
    case .tooWide: return Standing(state: .unpriced, cause: .wideSpread)
    case .doubted: return Standing(state: .suspect, cause: .priceJump)
    case .confirmed, .incomplete: return Standing(state: .live, cause: .none)
    }
  }

  struct Standing: Equatable {
    var state: FeedState
    var cause: Anomaly
  }
}

// MARK: - Depth

extension InstrumentFeed {
  /// Takes in a whole book, already checked level by level.
  mutating func takeSnapshot(_ levels: borrowing DepthLevels, _ header: MessageHeader) -> Outcome {
    // Out of need any snapshot is welcome, whatever its id: the venue may have begun to number anew.
    if awaitingSnapshot == nil {
      switch depth.place(first: nil, last: header.lastId) {
      case .late: return drop(.late)
      case .leap: return drop(.idJump)
      case .duplicate, .hole, .next: break
      }
    }
    depth.forgetIds()
    book.clear()
    awaitingSnapshot = nil
    apply(levels, header)
    guard awaitingSnapshot == nil, !hasTickers else { return .applied }
    let wasTooWide = reference.verdict == .tooWide
    reference.trust(bid: quote.bid?.price, ask: quote.ask?.price)
    noteSpread(wasTooWide: wasTooWide)
    feedProcessors()
    return .applied
  }

  /// Takes in changed levels, already checked.
  mutating func takeDelta(_ levels: borrowing DepthLevels, _ header: MessageHeader) -> Outcome {
    guard awaitingSnapshot == nil else { return .ignored }
    switch depth.place(first: header.firstId, last: header.lastId) {
    case .duplicate: return drop(.duplicate)
    case .late: return drop(.late)
    case .leap: return drop(.idJump)
    case .hole:
      loseBook(to: .hole)
      return .dropped(.hole)
    case .next: break
    }
    apply(levels, header)
    guard awaitingSnapshot == nil else { return .applied }
    if hasTickers { feedProcessors() } else { judgeQuote() }
    return .applied
  }

  /// The book is not to be trusted before the next snapshot. Also for depth whose content cannot be used: to
  /// drop it leaves a hole, and half of it must not be applied.
  mutating func loseBook(to cause: Anomaly) {
    anomalies.add(cause)
    awaitingSnapshot = cause
  }

  private mutating func apply(_ levels: borrowing DepthLevels, _ header: MessageHeader) {
    note(header)
    noteClock(depth.advance(id: header.lastId, nanos: header.eventNanos))
    depthRhythm.heard(atMarketNanos: header.heardMarketNanos)
    let dropped = book.levelsDropped
    let mostQuantity = Quantity(raw: .max)
    for level in levels.bids where level.quantity == mostQuantity { anomalies.add(.quantityRange) }
    for level in levels.asks where level.quantity == mostQuantity { anomalies.add(.quantityRange) }
    for level in levels.bids { _ = book.apply(.buy, level.price, level.quantity) }
    for level in levels.asks { _ = book.apply(.sell, level.price, level.quantity) }
    if book.levelsDropped > dropped { anomalies.add(.bookFull) }
    let best = BestQuote(bid: book.bestBid, ask: book.bestAsk)
    if best.isCrossed { loseBook(to: .crossedBook) }
    if !hasTickers { takeQuote(best) }
  }
}

// MARK: - Tickers and trades

extension InstrumentFeed {
  /// Takes in the best bid and ask from a stream of its own.
  mutating func takeTicker(_ levels: borrowing DepthLevels, _ header: MessageHeader) -> Outcome {
    switch tickers.place(first: nil, last: header.lastId) {
    case .duplicate: return drop(.duplicate)
    case .late: return drop(.late)
    case .leap: return drop(.idJump)
    case .hole, .next: break
    }
    if !hasTickers {
      hasTickers = true
      reference.forget()
    }
    note(header)
    noteClock(tickers.advance(id: header.lastId, nanos: header.eventNanos))
    tickerRhythm.heard(atMarketNanos: header.heardMarketNanos)
    takeQuote(BestQuote(bid: levels.bids.first, ask: levels.asks.first))
    if quote.isCrossed { anomalies.add(.crossedBook) }
    judgeQuote()
    return .applied
  }

  /// Takes in a print of others, already checked. One that is no trade of the market only takes its place in
  /// the order of prints: it says nothing of price or pace.
  mutating func takeTrade(
    _ aggressor: Side, _ price: Price, _ quantity: Quantity, _ header: MessageHeader, isOnMarket: Bool = true
  ) -> Outcome {
    switch trades.place(first: nil, last: header.tradeId) {
    case .duplicate: return drop(.duplicate)
    case .late: return drop(.late)
    case .leap: return drop(.idJump)
    case .hole, .next: break
    }
    note(header)
    noteClock(trades.advance(id: header.tradeId, nanos: header.eventNanos))
    guard isOnMarket else {
      anomalies.add(.offMarket)
      return .applied
    }
    reference.take(trade: price)
    processors.take(aggressor, price, quantity, atMarketNanos: header.eventNanos)
    return .applied
  }

  mutating func drop(_ anomaly: Anomaly) -> Outcome {
    anomalies.add(anomaly)
    return .dropped(anomaly)
  }

  private mutating func note(_ header: MessageHeader) {
    if header.isFarAhead { anomalies.add(.timeJump) }
  }

  private mutating func noteClock(_ isInOrder: Bool) {
    if !isInOrder { anomalies.add(.clockBackwards) }
  }

  private mutating func takeQuote(_ new: BestQuote) {
    quote = new
    let isEmpty = new.bid == nil || new.ask == nil
    if isEmpty && wasWhole { anomalies.add(.emptyBook) }
    wasWhole = !isEmpty
  }

  /// Doubts the quote if it jumped, and makes no price of one that is too wide.
  private mutating func judgeQuote() {
    let wasTooWide = reference.verdict == .tooWide
    if reference.take(bid: quote.bid?.price, ask: quote.ask?.price) { anomalies.add(.priceJump) }
    noteSpread(wasTooWide: wasTooWide)
    feedProcessors()
  }

  /// Counted once for as long as it lasts.
  private mutating func noteSpread(wasTooWide: Bool) {
    if reference.verdict == .tooWide, !wasTooWide { anomalies.add(.wideSpread) }
  }

  /// Gives the processors what is beyond doubt.
  private mutating func feedProcessors() {
    guard quote.isWhole, awaitingSnapshot == nil, reference.verdict == .confirmed else { return }
    processors.take(quote, book, atMarketNanos: quoteNanos)
  }
}

// MARK: - Time and links

extension InstrumentFeed {
  /// Judges the streams' silence.
  mutating func passTime(toMarketNanos now: Int64) {
    guard now != 0, !isEnded else { return }
    let isDepthSilent = depthRhythm.pass(toMarketNanos: now, floorNanos: staleAfterNanos)
    let isTickerSilent = tickerRhythm.pass(toMarketNanos: now, floorNanos: staleAfterNanos)
    if isDepthSilent || isTickerSilent { anomalies.add(.silence) }
  }

  /// When it will have been silent too long, market clock; `Int64.max` for never.
  var silentFromNanos: Int64 {
    guard !isEnded else { return .max }
    return min(
      depthRhythm.silentFromNanos(floorNanos: staleAfterNanos),
      tickerRhythm.silentFromNanos(floorNanos: staleAfterNanos))
  }

  /// The link to the venue is lost or back. Back, the next message ends the silence.
  mutating func setLink(isDown: Bool) {
    if isDown, !isLinkDown, !isEnded { anomalies.add(.silence) }
    if isLinkDown && !isDown {
      depthRhythm.hush()
      tickerRhythm.hush()
    }
    isLinkDown = isDown
  }

  /// The source says that there is nothing more.
  mutating func end() { isEnded = true }

  /// The source began anew: ids, clock and figures start over.
  mutating func restartSource() {
    loseBook(to: .sourceRestarted)
    isEnded = false
    hasTickers = false
    (depth, tickers, trades) = (StreamOrder(), StreamOrder(), StreamOrder())
    (depthRhythm, tickerRhythm) = (Rhythm(), Rhythm())
    reference.forget()
    processors = freshProcessors
  }
}

/// What all market messages say of themselves, with our own times of receipt.
struct MessageHeader {
  var firstId: UInt64?
  var lastId: UInt64?
  var tradeId: UInt64?
  /// Market time of the event, never beyond our own market clock by more than `mostAheadNanos`.
  var eventNanos: Int64
  /// Whether it was cut to that.
  let isFarAhead: Bool
  /// Our market clock at receipt; 0 while it stands.
  var heardMarketNanos: Int64

  /// One wild time must not hold up every later one: times are cut to this much ahead of our clock.
  static let mostAheadNanos: Int64 = 10_000_000_000

  init(_ message: borrowing VenueMarketDataView, at now: Instant) {
    firstId = message.firstUpdateId
    lastId = message.lastUpdateId
    tradeId = message.tradeId
    heardMarketNanos = now.market
    let clock = now.market != 0 ? now.market : now.wall
    let latest = clock.saturatingAdd(Self.mostAheadNanos)
    isFarAhead = message.eventNanos > latest
    eventNanos = min(message.eventNanos, latest)
  }
}
