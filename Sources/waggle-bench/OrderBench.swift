import ActorKit
import CAllocationCounter
import JSON5
import OrderExecutor
import Trading
import Wire

/// What a new order costs an executor that has many open: a target moves one level by a tick, which takes one
/// order back and places another, and the venue answers both.
///
/// The targets lie in the instruments in turn, so that each is quoted.
///
/// Timed is the core alone, from the decoded input to the effects. `outputHash` is over every frame and every
/// fact: two builds that print the same one did the same.
struct OrderBench {
  let openOrders: [Int]
  let rounds: Int
  let operations: Int
  /// Of each target.
  let levelsPerSide: Int
  /// Each is quoted, and its market moves twice a second; 0 for one whose market stands still.
  let instruments: Int

  struct Figures {
    let openOrders: Int
    let instruments: Int
    var nanos = Samples()
    var allocations = 0.0
    var outputHash: UInt64 = 0
  }

  func run() -> [Figures] {
    openOrders.map { count in
      var figures = Figures(openOrders: count, instruments: max(instruments, 1))
      for round in 0...rounds {
        var desk = OrderBenchDesk(
          openOrders: count, levelsPerSide: levelsPerSide, instruments: instruments)
        desk.fill()
        // Arrays grow to their size, and the ring of closed orders is filled.
        for number in 0..<operations { desk.moveLevel(number) }
        desk.beginCounting()
        for number in 0..<operations { desk.moveLevel(operations + number) }
        figures.outputHash = desk.output.value
        // The first round warms caches and the branch predictor.
        guard round > 0 else { continue }
        figures.nanos.add(Double(desk.nanos) / Double(operations))
        figures.allocations = Double(desk.allocations) / Double(operations)
      }
      return figures
    }
  }
}

extension OrderBench {
  /// Nil for words that make no measurement.
  init?(_ words: Words) {
    guard words.hasOnly("rounds", "operations", "open", "levels", "instruments"), words.place == nil,
      let rounds = words.count("rounds", or: 7), let operations = words.count("operations", or: 2_000),
      let open = words.count("open", or: 0), let levels = words.count("levels", or: 16), levels <= 64,
      let instruments = words.count("instruments", or: 0)
    else { return nil }
    let counts = open == 0 ? [32, 640] : [open]
    // Whole targets, at least one in each instrument.
    guard counts.allSatisfy({ $0 % (2 * levels) == 0 && $0 / (2 * levels) >= instruments }) else {
      return nil
    }
    self.init(
      openOrders: counts, rounds: rounds, operations: operations, levelsPerSide: levels,
      instruments: instruments)
  }
}

extension OrderBench.Figures {
  func write(into json: inout JSONWriter) {
    json.beginObject()
    json.member("openOrders", Int64(openOrders))
    json.member("instruments", Int64(instruments))
    json.member("nanosPerOrder", nanos)
    json.member("allocationsPerOrder", allocations)
    json.member("outputHash", String(outputHash, radix: 16))
    json.endObject()
  }
}

/// An executor with a scripted risk, queen and venue around it, all orders open and accepted.
private struct OrderBenchDesk: ~Copyable {
  private static let (feed, risk, executor, queen, venue): (UInt16, UInt16, UInt16, UInt16, UInt16) =
    (1, 3, 4, 5, 6)
  private static let account: UInt16 = 2

  private var core: OrderExecutor
  private var effects = Effects()
  private var now = Instant(
    boot: 1_000 * .nanosPerSecond, wall: 1_700_000_000 * .nanosPerSecond,
    market: 1_600_000_000 * .nanosPerSecond)
  private let levelsPerSide: Int
  private let instruments: [Instrument]
  private let doMarketsMove: Bool
  private let strategies: Int
  /// Of the next market that moves, boot clock.
  private var nextTopBoot: Int64 = 0
  private var tops = 0
  private var revision: UInt64 = 0
  /// Which strategies have their farthest bid a tick further out.
  private var isMoved: [Bool]
  /// Requests of the last turn, to be answered.
  private var orders: [NewOrder] = []
  private var cancels: [CancelOrder] = []

  private(set) var nanos: Int64 = 0
  private(set) var allocations: Int64 = 0
  private(set) var output = OutputHash()

  init(openOrders: Int, levelsPerSide: Int, instruments count: Int) {
    precondition(openOrders % (2 * levelsPerSide) == 0, "\(openOrders) orders fill no whole targets")
    let strategies = openOrders / (2 * levelsPerSide)
    let instruments = (0..<max(count, 1)).map { Self.instrument($0) }
    precondition(instruments.count <= strategies, "\(instruments.count) instruments, \(strategies) targets")
    self.levelsPerSide = levelsPerSide
    self.instruments = instruments
    self.strategies = strategies
    doMarketsMove = count > 0
    isMoved = Array(repeating: false, count: strategies)
    core = OrderExecutor(Self.configuration(openOrders: openOrders, instruments))
  }

  private static func configuration(
    openOrders: Int, _ instruments: [Instrument]
  ) -> OrderExecutor.Configuration {
    OrderExecutor.Configuration(
      component: executor, venueComponent: venue, queenComponent: queen, riskComponent: risk,
      account: AccountIdentity(number: account, currency: currency("USDT")), instruments: instruments,
      caps: instruments.map {
        InstrumentCaps(
          instrument: $0.number, maxOrderQuantity: Quantity(raw: 100_000_000),
          maxPosition: Quantity(raw: 1_000_000_000_000),
          collar: PriceCollar(
            limit: Bps(raw: 200_000_000), band: Bps(raw: 400_000_000),
            maxAgeNanos: 3_600 * .nanosPerSecond))
      }, messageRate: MessageRate(perSecond: 1_000_000, burst: 1_000_000, cancelReserve: 1_000),
      maxOpenOrders: openOrders + 64)
  }

  private static func instrument(_ index: Int) -> Instrument {
    do {
      let name = index == 0 ? "BTCUSDT.SIM" : "C\(index)USDT.SIM"
      return try Instrument(
        number: UInt32(7 + index), name: InstrumentName(name), base: currency("BTC"),
        quote: currency("USDT"), tickSize: Price(raw: 10_000_000), lotSize: Quantity(raw: 100_000),
        minQuantity: Quantity(raw: 100_000), makerFee: Bps(raw: 0), takerFee: Bps(raw: 0))
    } catch { preconditionFailure("the bench's instrument: \(error)") }
  }

  private static func currency(_ name: String) -> Currency {
    guard let currency = Currency(name) else { preconditionFailure("\(name) is a currency") }
    return currency
  }

  /// Number of the instrument that a strategy quotes.
  private func instrument(of strategy: Int) -> UInt32 { instruments[strategy % instruments.count].number }
}

// The script.
extension OrderBenchDesk {
  /// Starts, goes live, and lets every target's orders be accepted.
  mutating func fill() {
    nextTopBoot = now.boot
    core.start(epoch: 1, at: now, into: &effects)
    core.receive(.sessionOpened(component: Self.risk, peerEpoch: 1), at: now, into: &effects)
    endTurn()
    let session = SessionState(
      revision: 1, state: .live, cause: .none, permit: .open, halted: 0, degradations: 0, interruptions: 0,
      sinceNanos: now.wall, speedMilli: 1_000)
    deliver(from: Peer(component: Self.queen, link: .stream)) { session.encode(into: &$0) }
    for instrument in instruments {
      let status = FeedStatus(
        instrument: instrument.number, state: .live, cause: .none, sinceNanos: now.wall,
        eventNanos: now.market)
      deliver(from: Peer(component: Self.feed, link: .stream)) { status.encode(into: &$0) }
      sendTop(of: instrument.number, bidTick: 10_000)
      if doMarketsMove { endTurn() }
    }
    endTurn()
    for strategy in 0..<strategies {
      sendTarget(of: strategy)
      endTurn()
      answer()
    }
    precondition(
      core.books.open.count == strategies * 2 * levelsPerSide,
      "\(core.books.open.count) orders are open, \(strategies) targets were given")
  }

  mutating func beginCounting() { (nanos, allocations) = (0, 0) }

  /// One target moves a level; the venue answers in the next turn.
  mutating func moveLevel(_ number: Int) {
    now.boot += 100 * .nanosPerMicro
    now.wall += 100 * .nanosPerMicro
    now.market += 100 * .nanosPerMicro
    isMoved[number % strategies].toggle()
    sendTarget(of: number % strategies)
    endTurn()
    precondition(orders.count == 1 && cancels.count == 1, "\(orders.count) orders, \(cancels.count) cancels")
    answer()
    moveMarkets()
  }

  /// Each market moves by a tick twice a second, one after the other, each in a turn of its own. No order is
  /// near enough to be concerned.
  private mutating func moveMarkets() {
    guard doMarketsMove else { return }
    while nextTopBoot <= now.boot {
      let (round, index) = tops.quotientAndRemainder(dividingBy: instruments.count)
      sendTop(of: instruments[index].number, bidTick: round % 2 == 0 ? 9_999 : 10_000)
      endTurn()
      tops += 1
      nextTopBoot += .nanosPerSecond / 2 / Int64(instruments.count)
    }
  }

  private mutating func sendTop(of instrument: UInt32, bidTick: Int64) {
    let top = TopOfBook(
      instrument: instrument, eventNanos: now.market, bidPrice: bidTick * 10_000_000, bidQuantity: 1,
      askPrice: 10_002 * 10_000_000, askQuantity: 1, venueUpdateId: 1)
    deliver(from: Peer(component: Self.feed, link: .stream)) { top.encode(into: &$0) }
  }

  private mutating func sendTarget(of strategy: Int) {
    revision += 1
    let target = TargetQuotes(
      envelope: Envelope(origin: 77, correlation: Correlation(high: 1, low: revision)), account: Self.account,
      strategy: UInt16(strategy + 1), instrument: instrument(of: strategy), revision: revision,
      fillSequenceSeen: 0, validUntil: now.wall + 30 * .nanosPerSecond, eventNanos: now.market)
    let (count, last) = (levelsPerSide, levelsPerSide - 1)
    let shift: Int64 = isMoved[strategy] ? 1 : 0
    deliver(from: Peer(component: Self.risk, link: .session)) { frame in
      target.encode(
        into: &frame, bidsCount: count,
        bids: { level in
          let tick = 9_990 - Int64(level) - (level == last ? shift : 0)
          return TargetQuotes.Bid(price: tick * 10_000_000, quantity: 100_000)
        }, asksCount: count,
        asks: { TargetQuotes.Ask(price: (10_010 + Int64($0)) * 10_000_000, quantity: 100_000) })
    }
  }

  /// The venue takes every order and carries every cancel out.
  private mutating func answer() {
    let (accepted, canceled) = (orders, cancels)
    for order in accepted {
      report(order.instrument, order.clOrdID, order.clOrdID, order.side, .new, .new)
    }
    for cancel in canceled {
      report(cancel.instrument, cancel.origClOrdID, cancel.clOrdID, .buy, .canceled, .canceled)
    }
    endTurn()
  }

  private mutating func report(
    _ instrument: UInt32, _ id: ClOrdIDText, _ request: ClOrdIDText, _ side: SideCode, _ execType: ExecType,
    _ status: OrdStatusCode
  ) {
    let report = VenueReport(
      envelope: Envelope(origin: 0), account: Self.account, instrument: instrument, clOrdID: id,
      requestClOrdID: request, venueOrderId: 500, execType: execType, ordStatus: status, side: side,
      reason: .none, liquidity: .unrecognized, price: 1, orderQuantity: 100_000, cumQuantity: 0,
      leavesQuantity: 100_000, reportSequence: 0, eventNanos: now.market, transactNanos: now.wall)
    deliver(from: Peer(component: Self.venue, link: .link)) { report.encode(into: &$0) }
  }
}

// The turns.
extension OrderBenchDesk {
  private mutating func deliver(from peer: Peer, _ encode: (inout FrameWriter) -> Void) {
    var inbox = FrameWriter(capacity: 4_096)
    encode(&inbox)
    guard let message = Inbound(inbox.bytes) else { preconditionFailure("the bench's frame cannot be read") }
    let (count, start) = (allocation_count_of_this_thread(), ThreadClock.cpuNanos())
    core.receive(message, from: peer, at: now, into: &effects)
    nanos += ThreadClock.cpuNanos() - start
    allocations += allocation_count_of_this_thread() - count
  }

  /// Ends the turn, keeps the requests to the venue, and lets queen and venue answer what they must.
  private mutating func endTurn() {
    let (count, start) = (allocation_count_of_this_thread(), ThreadClock.cpuNanos())
    core.conclude(at: now, into: &effects)
    nanos += ThreadClock.cpuNanos() - start
    allocations += allocation_count_of_this_thread() - count
    orders.removeAll(keepingCapacity: true)
    cancels.removeAll(keepingCapacity: true)
    var permit: Permit?
    var query: AccountQuery?
    for sending in effects.sendings {
      let frame = effects.frames.span(from: sending.offset, count: sending.count).copiedBytes()
      output.add(frame)
      switch Inbound(frame.span.bytes) {
      case .newOrder(let view): orders.append(view.block)
      case .cancelOrder(let view): cancels.append(view.block)
      case .permit(let view): permit = view.block
      case .accountQuery(let view): query = view.block
      default: break
      }
    }
    output.add(effects.facts.bytes)
    effects.reset()
    if let permit { grant(permit) }
    if let query { answer(query) }
  }

  private mutating func grant(_ request: Permit) {
    var grant = request
    grant.act = .grant
    grant.level = .open
    grant.lifeNanos = 60 * .nanosPerSecond
    deliver(from: Peer(component: Self.queen, link: .link)) { grant.encode(into: &$0) }
  }

  private mutating func answer(_ query: AccountQuery) {
    let state = AccountState(
      envelope: Envelope(origin: 0, correlation: query.envelope.correlation), account: Self.account,
      parts: query.parts, reportSequence: 0, tradeSequence: query.afterTradeSequence,
      eventNanos: now.market, transactNanos: now.wall)
    deliver(from: Peer(component: Self.venue, link: .link)) { frame in
      state.encode(
        into: &frame, balancesCount: 0, balances: { _ in preconditionFailure("no balances") },
        positionsCount: 0, positions: { _ in preconditionFailure("no positions") }, openOrdersCount: 0,
        openOrders: { _ in preconditionFailure("no orders") }, tradesCount: 0,
        trades: { _ in preconditionFailure("no trades") })
    }
  }
}
