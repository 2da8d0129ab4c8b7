import ActorKit
import CoreTestKit
import OrderExecutor
import Trading
import Vocabulary
import Wire

/// A random life of an executor: quotes, intents, fills, hand trades, commands, silence, deaths, cut journals,
/// and with some seeds reports that make no sense. The venue is one of the eight by what it has.
struct ExecutorFuzz {
  private(set) var bench: ExecutorBench
  private var random: SplitMix64
  private let seed: UInt64
  private var intents: UInt64 = 0
  private var trades: UInt64 = 0
  /// Of ids that the journal lost.
  private var lost: UInt64 = 100_000

  init(seed: UInt64) {
    self.seed = seed
    random = SplitMix64(seed: seed)
    var configuration = ExecutorBench.configuration(maxOpenOrders: 30)
    configuration.venue = Trading.VenueCapabilities.eight[Int(seed % 8)]
    configuration.closesOwnerless = seed % 3 == 0
    configuration.flattensAtEnd = seed % 5 == 0
    bench = ExecutorBench(configuration)
    bench.goLive()
    bench.deliver(.sessionOpened(component: ExecutorBench.risk, peerEpoch: 1))
  }

  /// Something happens, and the turn ends.
  mutating func step() throws -> Turn {
    let open = bench.books.open
    let order = open.isEmpty ? nil : open[Int(below(Int64(open.count)))]
    switch below(24) {
    case 0...5: wantSomething()
    case 6...8: accept(open)
    case 9...11: if let order { fill(order) }
    case 12: confirmCancels(open)
    case 13: if let order, chance(40) { refuse(order) }
    case 14: tradeByHand()
    case 15: command()
    case 16: bench.grantedLevel = [PermitLevel.open, .open, .reduce, .cancel][Int(below(4))]
    case 17: bench.moveWallClock(seconds: below(20) - 10)
    case 18, 19: return pass(seconds: Double(below(3_000)) / 1_000)
    case 20:
      list()
      bench.status(chance(70) ? .live : .stale)
    case 21: if chance(25) { try die() }
    case 22: if let order, seed % 4 == 3 { reportNonsense(of: order) }
    default: return pass(seconds: Double(below(400)) / 1_000)
    }
    return bench.conclude()
  }

  private mutating func below(_ bound: Int64) -> Int64 { Int64(random.below(UInt64(bound))) }

  private mutating func chance(_ percent: Int64) -> Bool { below(100) < percent }

  private mutating func pass(seconds: Double) -> Turn {
    list()
    var turn = bench.pass(seconds: seconds)
    turn.append(bench.conclude())
    return turn
  }
}

// What strategies, risk and people want.
extension ExecutorFuzz {
  private mutating func wantSomething() {
    switch below(3) {
    case 0:
      let mid = 10_000 + below(40) - 20
      bench.top(mid - 1, mid + 1)
    case 1:
      let strategy: UInt16 = chance(50) ? 11 : 12
      let bids = (0..<below(4)).map { (9_990 - 3 * $0 - below(3), 1 + below(9)) }
      let asks = (0..<below(4)).map { (10_010 + 3 * $0 + below(3), 1 + below(9)) }
      bench.target(bids: bids, asks: asks, validSeconds: 1 + below(20), strategy: strategy)
    default: askForEntry()
    }
  }

  private mutating func askForEntry() {
    intents += 1
    let isBuy = chance(50)
    let distance = below(8)
    let intent = ExecutorBench.intent(
      intents, side: isBuy ? .buy : .sell, lots: 1 + below(20),
      price: 10_000 + (isBuy ? -distance : distance),
      stop: chance(80) ? (isBuy ? 9_950 : 10_050) : nil, target: chance(60) ? (isBuy ? 10_100 : 9_900) : nil,
      inForce: chance(30) ? .immediateOrCancel : .goodTillCancel,
      expireNanos: bench.expiry(inSeconds: 1 + below(30)))
    bench.deliver(from: ExecutorBench.fromRisk) { intent.encode(into: &$0) }
  }

  private mutating func command() {
    let kinds: [CommandKind] = [.halt, .resume, .flatten, .panic, .resume, .resume]
    bench.command(
      kinds[Int(below(6))], chance(70) ? .account : .instrument, instrument: ExecutorBench.instrument)
  }
}

// What the venue says.
extension ExecutorFuzz {
  /// Its list of open orders, as the books have it.
  private mutating func list() {
    let accepted = bench.books.open.filter { $0.state.isAccepted && $0.state.isOpen }
    bench.venueOpenOrders = accepted.enumerated().map {
      bench.listed(Self.sent($1), cum: Self.cum($1), id: UInt64(1_000 + $0))
    }
  }

  /// An order as it was sent, as far as a report shows it.
  private static func sent(_ order: OwnOrder) -> NewOrder {
    let isStop = order.type == .stop
    return NewOrder(
      account: ExecutorBench.account, instrument: order.instrument, clOrdID: ClOrdIDText(order.id),
      side: SideCode(order.side), ordType: isStop ? .stop : .limit, timeInForce: .goodTillCancel,
      execInst: [], price: isStop ? nil : order.price.raw, quantity: order.state.quantity.raw,
      requestNanos: 0, recvWindowNanos: 0, stopPrice: isStop ? order.price.raw : nil)
  }

  /// Filled, in lots.
  private static func cum(_ order: OwnOrder) -> Int64 { order.state.cumQuantity.raw / lots(1).raw }

  private mutating func accept(_ open: [OwnOrder]) {
    for order in open where !order.state.isAccepted && chance(80) {
      bench.deliver(bench.report(Self.sent(order), .new))
    }
  }

  /// The report may get lost, or come twice; the list of trades has it.
  private mutating func fill(_ order: OwnOrder) {
    let quantity = min(order.state.quantity.raw / lots(1).raw - Self.cum(order), 1 + below(12))
    guard quantity > 0 else { return }
    trades += 1
    let report = bench.trade(
      Self.sent(order), lots: quantity, id: trades, cum: Self.cum(order) + quantity,
      at: order.price.raw / ticks(1).raw)
    if chance(85) { bench.deliver(report) }
    if chance(10) { bench.deliver(report) }
  }

  private mutating func confirmCancels(_ open: [OwnOrder]) {
    for order in open where order.isCancelPending && chance(80) {
      bench.deliver(
        bench.report(Self.sent(order), .canceled, status: .canceled, cum: Self.cum(order)))
    }
  }

  private mutating func refuse(_ order: OwnOrder) {
    bench.deliver(
      bench.report(
        Self.sent(order), chance(50) ? .rejected : .expired, status: .rejected, cum: Self.cum(order),
        reason: chance(30) ? .reduceOnlyWouldOpen : .riskRefused))
  }

  private mutating func tradeByHand() {
    trades += 1
    bench.tradeByHand(chance(50) ? .buy : .sell, lots: 1 + below(8), id: trades)
  }

  private mutating func reportNonsense(of order: OwnOrder) {
    let types: [ExecType] = [.new, .canceled, .expired, .rejected, .orderStatus, .trade, .triggered]
    var report = bench.report(Self.sent(order), types[Int(below(7))])
    report.cumQuantity = chance(50) ? .max : .min
    report.leavesQuantity = .min
    report.eventNanos = .min
    if report.execType == .trade {
      report.lastQuantity = chance(50) ? .max : 1
      report.lastPrice = chance(50) ? .min : 1
      (report.fee, report.execHigh, report.execLow) = (.min, 9, random.next())
    }
    bench.deliver(report)
  }
}

// The process dies and comes back.
extension ExecutorFuzz {
  private mutating func die() throws {
    list()
    let isCut = chance(60)
    if isCut { for _ in 0..<below(4) { loseOrder() } }
    (bench, _) = try bench.comeBack(fromSnapshot: seed % 2 == 1, turns: isCut ? 2 : nil)
  }

  /// An order of turns that are cut off: filled in part, still listed, or both.
  private mutating func loseOrder() {
    lost += 1
    let isStop = chance(60)
    let side: Side = chance(50) ? .buy : .sell
    let price: Int64 = isStop ? (side == .sell ? 9_950 : 10_050) : (chance(50) ? 10_100 : 9_990)
    let order = ExecutorBench.lost(
      lost, side, price, lots: 1 + below(10), isStop: isStop, epoch: bench.epoch)
    var cum: Int64 = 0
    if chance(30) {
      trades += 1
      cum = 1 + below(order.quantity / lots(1).raw)
      _ = bench.trade(order, lots: cum, id: trades, cum: cum, at: price)
    }
    if chance(70) { bench.venueOpenOrders.append(bench.listed(order, cum: cum, id: 2_000 + lost)) }
  }
}
