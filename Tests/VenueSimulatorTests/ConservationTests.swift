import ActorKit
import CoreTestKit
import Testing
import Trading
import VenueSimulator
import Wire

/// Random requests of two accounts in a busy market: whatever happens, the books add up.
@Suite struct ConservationTests {
  @Test(arguments: [1, 2, 3, 4, 5, 6] as [UInt64])
  func nothingAppearsAndNothingVanishes(seed: UInt64) throws {
    try run(seed: seed, AnswerFaults())
  }

  /// However badly the venue answers, its own books are right.
  @Test(arguments: [7, 8, 9, 10] as [UInt64])
  func badAnswersDoNotTouchTheBooks(seed: UInt64) throws {
    try run(
      seed: seed,
      AnswerFaults(
        seed: seed, lostReports: 0.05, lateReports: 0.05, duplicateReports: 0.05, reorderedReports: 0.05,
        lostRequests: 0.05, lateRequests: 0.1, rateLimitAnswers: 0.05, unknownStatusAnswers: 0.05,
        rejectAfterAccept: 0.2, lateNanos: 1_000_000...2_000_000_000, queryLagNanos: 300_000_000,
        disconnectsPerMinute: 6))
  }

  private func run(seed: UInt64, _ faults: AnswerFaults) throws {
    let recorded = seed % 2 == 0
    let configuration = Fixture.configuration(
      recorded ? .replay : .synthetic(Fixture.busyMarket(seed: seed))
    ) {
      $0.latencyJitterNanos = 500_000
      $0.faults = faults
    }
    var chaos = Chaos(seed: seed, VenueBench(configuration), recorded: recorded)
    for _ in 0..<1_500 { chaos.step() }
    let venue = chaos.venue
    venue.run(10_000_000)
    let core = venue.core
    for (number, peer) in [(1, VenueBench.executor), (2, VenueBench.secondExecutor)] {
      try chaos.check(UInt16(number), peer)
    }
    #expect(core.trades(account: 1).count > 20, "seed \(seed)")
    #expect(venue.counter("stopsTriggered") > 5, "seed \(seed)")
    if !faults.isEmpty { #expect(venue.counter("faults.rejectAfterAccept") > 3, "seed \(seed)") }
    let rebuilt = try venue.bench.rebuilt(on: VenueSimulator(configuration))
    #expect(CoreBench.savedState(of: rebuilt) == venue.bench.savedState, "seed \(seed)")
  }
}

/// Sends whatever comes to mind.
struct Chaos {
  let seed: UInt64
  let venue: VenueBench
  let recorded: Bool
  private var random: SplitMix64
  private var count = 0
  private var mid = 10_000

  init(seed: UInt64, _ venue: VenueBench, recorded: Bool) {
    self.seed = seed
    self.venue = venue
    self.recorded = recorded
    random = SplitMix64(seed: seed)
    guard recorded else { return }
    venue.bench.deliver(.sourceReady(firstMarketNanos: nil))
    venue.market(
      .snapshot, bids: (1...20).map { (Double(mid - $0) / 100, 1) },
      asks: (1...20).map { (Double(mid + $0) / 100, 1) })
  }

  mutating func step() {
    let account: UInt16 = random.below(2) == 0 ? 1 : 2
    switch random.below(10) {
    case 0...4: order(account)
    case 5: random.below(2) == 0 ? cancel(account) : stop(account)
    case 6: random.below(2) == 0 ? replace(account) : stop(account)
    case 7 where recorded: trade()
    case 8 where recorded: delta()
    default: venue.bench.advance(nanos: Int64(random.below(20_000_000)))
    }
    if random.below(3) == 0 { venue.run(Int64(random.below(3_000_000))) }
  }

  private func peer(_ account: UInt16) -> Peer {
    account == 1 ? VenueBench.executor : VenueBench.secondExecutor
  }

  private mutating func cents(_ spread: UInt64) -> Double {
    Double(mid + Int(random.below(2 * spread + 1)) - Int(spread)) / 100
  }

  private mutating func order(_ account: UInt16) {
    count += 1
    let side: SideCode = random.below(2) == 0 ? .buy : .sell
    let forces: [TimeInForceCode] = [.goodTillCancel, .goodTillCancel, .immediateOrCancel, .fillOrKill]
    let force = forces[Int(random.below(4))]
    let isMarket = random.below(8) == 0
    let postOnly: ExecInst = force == .goodTillCancel && !isMarket && random.below(3) == 0 ? .postOnly : []
    let reduceOnly: ExecInst = random.below(4) == 0 ? .reduceOnly : []
    let order = venue.order(
      "n\(count)", side, Double(1 + random.below(2_000)) / 1_000, at: isMarket ? nil : cents(40),
      account: account, force, postOnly.union(reduceOnly))
    venue.send(order, from: peer(account))
    venue.end()
  }

  private mutating func stop(_ account: UInt16) {
    count += 1
    let side: SideCode = random.below(2) == 0 ? .buy : .sell
    var order = venue.stop(
      "n\(count)", side, Double(1 + random.below(2_000)) / 1_000, at: cents(40), account: account)
    if random.below(4) == 0 { order.execInst = .reduceOnly }
    venue.send(order, from: peer(account))
    venue.end()
  }

  private mutating func anId() -> ClOrdIDText { Fixture.id("n\(random.below(UInt64(count + 1)))") }

  private mutating func cancel(_ account: UInt16) {
    let cancel = CancelOrder(
      account: account, instrument: 1, clOrdID: Fixture.id("c"), origClOrdID: anId(),
      requestNanos: venue.bench.now.wall, recvWindowNanos: 1_000_000_000)
    venue.bench.deliver(from: peer(account)) { cancel.encode(into: &$0) }
    venue.end()
  }

  private mutating func replace(_ account: UInt16) {
    count += 1
    let replace = ReplaceOrder(
      account: account, instrument: 1, clOrdID: Fixture.id("n\(count)"), origClOrdID: anId(),
      price: Fixture.price(cents(40)), quantity: Fixture.quantity(Double(1 + random.below(2_000)) / 1_000),
      requestNanos: venue.bench.now.wall, recvWindowNanos: 1_000_000_000)
    venue.bench.deliver(from: peer(account)) { replace.encode(into: &$0) }
    venue.end()
  }

  private mutating func trade() {
    let side: SideCode = random.below(2) == 0 ? .buy : .sell
    venue.market(.trade, trade: (cents(20), Double(1 + random.below(3_000)) / 1_000, side))
  }

  /// Moves the mid by up to five ticks and sets the book anew around it.
  private mutating func delta() {
    mid += Int(random.below(11)) - 5
    var bids: [(Double, Double)] = []
    var asks: [(Double, Double)] = []
    for place in -40...40 where place != 0 {
      let price = Double(mid + place) / 100
      let quantity = abs(place) <= 20 ? Double(1 + random.below(2_000)) / 1_000 : 0
      bids.append((price, place < 0 ? quantity : 0))
      asks.append((price, place > 0 ? quantity : 0))
    }
    bids.append((Double(mid) / 100, 0))
    asks.append((Double(mid) / 100, 0))
    venue.market(.delta, bids: bids, asks: asks)
  }

  /// Balances, position and orders of an account follow from its trades alone.
  func check(_ account: UInt16, _ peer: Peer) throws {
    let core = venue.core
    var cash: Int128 = 100_000 * 100_000_000_000_000_000
    var base: Int64 = 100 * 100_000_000
    var filled: [UInt64: Int64] = [:]
    for trade in core.trades(account: account) {
      let sign = trade.side == .buy ? Int64(1) : -1
      cash -= Int128(sign) * Int128(trade.price.raw) * Int128(trade.quantity.raw)
      cash -= Int128(trade.fee.raw) * 1_000_000_000
      base += sign * trade.quantity.raw
      filled[trade.venueOrderId, default: 0] += trade.quantity.raw
    }
    let usdt = try #require(core.balance(account: account, currency: Fixture.usdt))
    let btc = try #require(core.balance(account: account, currency: Fixture.btc))
    #expect(usdt.total.raw == cash, "seed \(seed)")
    #expect(btc.total.raw == Int128(base) * 1_000_000_000, "seed \(seed)")
    #expect(core.position(account: account, instrument: 1)?.raw == base - 100 * 100_000_000, "seed \(seed)")
    #expect(usdt.total.raw >= usdt.locked.raw && usdt.locked.raw >= 0, "seed \(seed)")
    #expect(btc.total.raw >= btc.locked.raw && btc.locked.raw >= 0, "seed \(seed)")
    // The last report of every order says what its trades add up to.
    var last: [UInt64: VenueReport] = [:]
    for sent in venue.everything where sent.destination == .reply(peer) {
      if let report = sent.decoded(VenueReport.self), let id = report.venueOrderId { last[id] = report }
    }
    // Unless some of them were lost, or came in another order.
    if !core.configuration.faults.isEmpty { last = [:] }
    for (id, report) in last { #expect(report.cumQuantity == filled[id] ?? 0, "seed \(seed), order \(id)") }
    for order in core.openOrders(account: account) {
      #expect(order.cumQuantity.raw == filled[order.venueOrderId] ?? 0, "seed \(seed)")
      #expect(order.leavesQuantity.isPositive, "seed \(seed)")
    }
  }
}
