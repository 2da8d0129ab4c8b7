import ActorKit
import CAllocationCounter
import JSON5
import RiskAdjuster
import Trading
import Wire

/// What an update costs a risk adjuster that has many instruments: one market moves by a tick and the
/// strategy there quotes anew, in a turn each. All are quoted, half of them hold a position, and the gross
/// notional is limited, so that each decision needs the value of all.
///
/// Timed is the core alone, from the decoded input to the effects.
struct RiskBench {
  let instruments: [Int]
  let rounds: Int
  let operations: Int

  func run(into json: inout JSONWriter) {
    json.beginArray()
    for count in instruments {
      var samples = Samples()
      var (outputHash, allocations) = (UInt64(0), 0.0)
      for round in 0...rounds {
        var desk = RiskBenchDesk(count)
        desk.fill()
        for number in 0..<operations { desk.update(number) }
        desk.beginCounting()
        for number in 0..<operations { desk.update(operations + number) }
        outputHash = desk.output.value
        allocations = Double(desk.allocations) / Double(operations)
        // The first round warms caches and the branch predictor.
        if round > 0 { samples.add(Double(desk.nanos) / Double(operations)) }
      }
      json.beginObject()
      json.member("instruments", Int64(count))
      json.member("nanosPerUpdate", samples)
      json.member("allocationsPerUpdate", allocations)
      json.member("outputHash", String(outputHash, radix: 16))
      json.endObject()
    }
    json.endArray()
  }
}

extension RiskBench {
  /// Nil for words that make no measurement.
  init?(_ words: Words) {
    guard words.hasOnly("rounds", "operations", "instruments"), words.place == nil,
      let rounds = words.count("rounds", or: 7), let operations = words.count("operations", or: 2_000),
      let instruments = words.count("instruments", or: 0)
    else { return nil }
    self.init(
      instruments: instruments == 0 ? [1, 50, 500] : [instruments], rounds: rounds, operations: operations)
  }
}

/// A risk adjuster with scripted feed, strategy, queen and executor around it.
private struct RiskBenchDesk: ~Copyable {
  private static let (feed, signal, risk, executor, queen): (UInt16, UInt16, UInt16, UInt16, UInt16) =
    (1, 2, 3, 4, 5)
  private static let (account, strategy): (UInt16, UInt16) = (2, 11)

  private var core: RiskAdjuster
  private var effects = Effects()
  private var now = Instant(
    boot: 1_000 * .nanosPerSecond, wall: 1_700_000_000 * .nanosPerSecond,
    market: 1_600_000_000 * .nanosPerSecond)
  private let numbers: [UInt32]
  private var revision: UInt64 = 0
  private var targets = 0

  private(set) var nanos: Int64 = 0
  private(set) var allocations: Int64 = 0
  private(set) var output = OutputHash()

  init(_ count: Int) {
    numbers = (0..<count).map { UInt32(7 + $0) }
    core = RiskAdjuster(
      RiskAdjuster.Configuration(
        component: Self.risk, executorComponent: Self.executor, account: Self.account,
        instruments: numbers.map(Self.instrument), strategies: [Self.strategy],
        signalComponents: [Self.signal], limits: Self.limits(numbers),
        maxDataAgeNanos: 3_600 * .nanosPerSecond))
  }

  private static func instrument(_ number: UInt32) -> Instrument {
    do {
      return try Instrument(
        number: number, name: InstrumentName("C\(number)USDT.SIM"), base: currency("BTC"),
        quote: currency("USDT"), tickSize: Price(raw: 10_000_000), lotSize: Quantity(raw: 100_000),
        minQuantity: Quantity(raw: 100_000), makerFee: Bps(raw: 0), takerFee: Bps(raw: 0))
    } catch { preconditionFailure("\(error)") }
  }

  private static func currency(_ text: String) -> Currency {
    guard let currency = Currency(text) else { preconditionFailure("\(text) is no currency") }
    return currency
  }

  private static func limits(_ numbers: [UInt32]) -> RiskLimits {
    let much = Money(raw: 1_000_000_000 * 100_000_000)
    return RiskLimits(
      currency: currency("USDT"),
      instruments: numbers.map {
        InstrumentLimits(
          instrument: $0, maxOrderQuantity: Quantity(raw: 100_000_000),
          maxPosition: Quantity(raw: 10_000_000_000))
      },
      maxOrderNotional: much, priceCollar: Bps(raw: 200_000_000), maxGrossNotional: much,
      ordersPerSecond: 1_000_000, burst: 1_000_000, cancelReserve: 1_000)
  }

  private func instrument(_ number: Int) -> UInt32 { numbers[number % numbers.count] }
}

// The script.
extension RiskBenchDesk {
  /// Everything it needs is known, and every instrument is quoted.
  mutating func fill() {
    core.start(epoch: 1, at: now, into: &effects)
    core.receive(.sessionOpened(component: Self.executor, peerEpoch: 1), at: now, into: &effects)
    core.receive(.sessionOpened(component: Self.signal, peerEpoch: 1), at: now, into: &effects)
    let session = SessionState(
      revision: 1, state: .live, cause: .none, permit: .open, halted: 0, degradations: 0, interruptions: 0,
      sinceNanos: now.wall, speedMilli: 1_000)
    deliver(from: Peer(component: Self.queen, link: .stream)) { session.encode(into: &$0) }
    report()
    for number in numbers {
      let status = FeedStatus(
        instrument: number, state: .live, cause: .none, sinceNanos: now.wall, eventNanos: now.market)
      deliver(from: Peer(component: Self.feed, link: .stream)) { status.encode(into: &$0) }
      sendTop(of: number, bidTick: 10_000)
      sendQuotes(of: number, offsetBps: 10)
    }
    endTurn()
    precondition(targets == numbers.count, "\(targets) targets for \(numbers.count) instruments")
  }

  mutating func beginCounting() { (nanos, allocations) = (0, 0) }

  /// A market moves, and the strategy quotes anew.
  mutating func update(_ number: Int) {
    now.boot += 100 * .nanosPerMicro
    now.wall += 100 * .nanosPerMicro
    now.market += 100 * .nanosPerMicro
    let isOdd = (number / numbers.count) % 2 == 0
    sendTop(of: instrument(number), bidTick: isOdd ? 9_999 : 10_000)
    endTurn()
    targets = 0
    sendQuotes(of: instrument(number), offsetBps: isOdd ? 12 : 10)
    endTurn()
    precondition(targets == 1, "\(targets) targets after an update")
  }

  private mutating func sendTop(of instrument: UInt32, bidTick: Int64) {
    let top = TopOfBook(
      instrument: instrument, eventNanos: now.market, bidPrice: bidTick * 10_000_000, bidQuantity: 1,
      askPrice: 10_002 * 10_000_000, askQuantity: 1, venueUpdateId: 1)
    deliver(from: Peer(component: Self.feed, link: .stream)) { top.encode(into: &$0) }
  }

  private mutating func sendQuotes(of instrument: UInt32, offsetBps: Double) {
    revision += 1
    let signal = QuoteSignal(
      envelope: Envelope(
        sender: Self.signal, flags: 0, epoch: 1, sequence: 0, sent: 0, origin: 0, correlationHigh: 1,
        correlationLow: revision),
      strategy: Self.strategy, instrument: instrument, revision: revision, fillSequenceSeen: 0,
      referencePrice: 10_001 * 10_000_000, validUntil: now.wall + 600 * .nanosPerSecond,
      eventNanos: now.market, takerBuyRate: .nan, takerSellRate: .nan)
    deliver(from: Peer(component: Self.signal, link: .stream)) {
      signal.encode(
        into: &$0, bidsCount: 5,
        bids: { QuoteSignal.Bid(offsetBps: offsetBps + Double($0), quantity: 100_000, urgency: 0) },
        asksCount: 5,
        asks: { QuoteSignal.Ask(offsetBps: offsetBps + Double($0), quantity: 100_000, urgency: 0) },
        metadata: [])
    }
  }

  /// The executor's truth: every other instrument holds something.
  private mutating func report() {
    let report = AccountReport(
      account: Self.account, currency: CurrencyText("USDT") ?? CurrencyText(), state: .ready, permit: .open,
      halted: 0, fillSequence: 0, cash: 0, fees: 0, inDoubt: 0)
    let numbers = numbers
    deliver(from: Peer(component: Self.executor, link: .session)) { frame in
      report.encode(into: &frame, positionsCount: numbers.count) { place in
        AccountReport.Position(
          instrument: numbers[place], position: place % 2 == 0 ? 1_000_000 : 0, workingBid: 0, workingAsk: 0,
          realizedPnl: 0, fillSequence: 0)
      }
    }
  }

  private mutating func deliver(from peer: Peer, _ encode: (inout FrameWriter) -> Void) {
    var inbox = FrameWriter(capacity: 4_096)
    encode(&inbox)
    guard let message = Inbound(inbox.bytes) else { preconditionFailure("the bench's frame cannot be read") }
    let (count, start) = (allocation_count_of_this_thread(), ThreadClock.cpuNanos())
    core.receive(message, from: peer, at: now, into: &effects)
    nanos += ThreadClock.cpuNanos() - start
    allocations += allocation_count_of_this_thread() - count
  }

  private mutating func endTurn() {
    let (count, start) = (allocation_count_of_this_thread(), ThreadClock.cpuNanos())
    core.conclude(at: now, into: &effects)
    nanos += ThreadClock.cpuNanos() - start
    allocations += allocation_count_of_this_thread() - count
    for sending in effects.sendings {
      let frame = effects.frames.span(from: sending.offset, count: sending.count).copiedBytes()
      output.add(frame)
      if case .targetQuotes = Inbound(frame.span.bytes) { targets += 1 }
    }
    effects.reset()
  }
}
