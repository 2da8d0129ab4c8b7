import OrderExecutor
import Testing
import Trading
import VenueSimulator
import Wire

/// What can fill to close never exceeds the position, at any instant, by the venue's own log: whatever the
/// venue can, however the market jumps, and though requests and reports are late and entries fill in parts.
@Suite struct CloseOnlyPropertyTests {
  struct Venue: CustomStringConvertible {
    var stops: Bool
    var reduceOnly: Bool
    var pairs: Bool
    var description: String { "stops \(stops), reduceOnly \(reduceOnly), pairs \(pairs)" }
  }

  static let venues = [true, false].flatMap { stops in
    [true, false].flatMap { reduceOnly in
      [true, false].map { Venue(stops: stops, reduceOnly: reduceOnly, pairs: $0) }
    }
  }

  @Test(arguments: venues, [UInt64(1), 3]) func whatCanFillNeverExceedsThePosition(
    _ venue: Venue, seed: UInt64
  ) throws {
    var random = SplitMix64(seed: seed)
    var topology = CaseTopology(
      strategies: [
        CaseTopology.breakout([
          "coolDownMillis": "200", "barMillis": "200", "channelBars": "3", "minStopBps": "8",
          "rewardRisk": "1.0",
        ])
      ])
    let (order, report) = (1_000 + random.next() % 150_000, 1_000 + random.next() % 150_000)
    topology.venue["latencyMicros"] = "{ order: \(order), report: \(report), jitter: \(order / 2) }"
    topology.venue["stopOrders"] = "\(venue.stops)"
    topology.venue["reduceOnly"] = "\(venue.reduceOnly)"
    topology.venue["pairs"] = "\(venue.pairs)"
    if seed == 3 {
      topology.venue["faults"] = """
        { seed: \(seed), lostReports: 0.02, lateReports: 0.05, duplicateReports: 0.05, lostRequests: 0.02,
          lateRequests: 0.05, rateLimitAnswers: 0.02, lateMillis: [50, 2000] }
        """
    }
    let run = try CaseRun(topology, Self.market(&random), seconds: 40)
    #expect(run.fills(.entry).count > 1, "seed \(seed), \(venue): nothing to look at")
    var log = ClosingLog(run.orders)
    for (place, fact) in run.venueFacts.enumerated() {
      log.take(fact)
      // An acceptance and the link that came with it are one event.
      if place + 1 < run.venueFacts.count, case .paired = run.venueFacts[place + 1] { continue }
      #expect(
        log.excess.isZero, "seed \(seed), \(venue): \(log.excess) too much after \(fact)")
    }
  }

  /// Calm for a while, then jumps that reach stops and targets, with little to trade with now and then.
  private static func market(_ random: inout SplitMix64) -> CaseCapture {
    var capture = CaseCapture()
    capture.snapshot(.around(60_000, quantity: 5))
    capture.quiet(around: 60_000, seconds: 4)
    var mid = 60_000.0
    for _ in 0..<400 {
      capture.pass(seconds: 0.1)
      let jump = random.next() % 6 == 0 ? Double(random.next() % 240) - 120 : Double(random.next() % 21) - 10
      mid = max(min(mid + jump, 63_000), 57_000)
      capture.move(to: .around(mid, quantity: random.next() % 3 == 0 ? 0.02 : 2))
      capture.trade(mid, random.next() % 2 == 0 ? 0.01 : 3, isBuyerMaker: random.next() % 2 == 0)
    }
    return capture
  }
}

/// What the venue's log says of orders that close, on an account with one instrument.
private struct ClosingLog {
  private struct Working {
    var order: VenueOrder
    var left: Quantity
    var partner: UInt64?
  }

  private let closing: Set<ClOrdIDText>
  private var working: [UInt64: Working] = [:]
  private var position = Quantity.zero

  init(_ orders: [CreatedOrder]) {
    let purposes: [OrderPurpose] = [.flatten, .ownerless]
    closing = Set(
      orders.filter { $0.purpose.isProtective || purposes.contains($0.purpose) }.map { ClOrdIDText($0.id) })
  }

  mutating func take(_ fact: VenueFact) {
    switch fact {
    case .accepted(let order):
      guard closing.contains(order.clOrdID) else { return }
      working[order.venueOrderId] = Working(order: order, left: order.quantity)
    case .paired(let pair):
      working[pair.venueOrderId]?.partner = pair.partner
      working[pair.partner]?.partner = pair.venueOrderId
    case .trade(let trade):
      position += Quantity(raw: trade.side.sign * trade.quantity.raw)
      take(trade.quantity, from: trade.venueOrderId)
      if let partner = working[trade.venueOrderId]?.partner { take(trade.quantity, from: partner) }
    case .ended(let ending): working[ending.venueOrderId] = nil
    case .replaced, .deadManSet, .triggered: return
    }
  }

  private mutating func take(_ quantity: Quantity, from id: UInt64) {
    guard let left = working[id]?.left else { return }
    working[id]?.left = max(left - quantity, .zero)
  }

  /// By how much what can fill would go beyond the position. Of reduce-only orders none can; the partners of
  /// a pair fill once together.
  var excess: Quantity {
    var sells: Int64 = 0
    var buys: Int64 = 0
    for (id, one) in working where !one.order.isReduceOnly {
      let other = one.partner.flatMap { working[$0] }
      // A pair counts once, at the larger of the two.
      if let other, (one.left.raw, id) < (other.left.raw, other.order.venueOrderId) { continue }
      if one.order.side == .sell { sells += one.left.raw } else { buys += one.left.raw }
    }
    return Quantity(raw: max(sells - max(position.raw, 0), buys - max(-position.raw, 0), 0))
  }
}
