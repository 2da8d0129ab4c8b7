import OrderExecutor
import Testing
import Trading
import VenueSimulator

/// Stop and target both reached within what the orders need to arrive.
@Suite struct CloseOnlyCaseTests {
  /// Break-out long; the target is reached, and 100 ms later the stop.
  private static func whipsaw() -> CaseCapture {
    var capture = CaseCapture()
    capture.snapshot(.around(60_000, quantity: 5))
    capture.quiet(around: 60_000, seconds: 10)
    capture.breakOut(from: 60_000)
    for (price, size, isBuyerMaker) in [(60_200.0, 0.01, false), (60_300, 2, false), (59_850, 2, true)] {
      capture.pass(seconds: 0.1)
      capture.move(to: .around(price, quantity: 5))
      capture.trade(price, size, isBuyerMaker: isBuyerMaker)
    }
    capture.quiet(around: 59_850, seconds: 10)
    return capture
  }

  @Test(
    arguments: [
      ["reduceOnly": "true"], ["reduceOnly": "false", "pairs": "true"],
      ["reduceOnly": "false", "pairs": "false"], ["stopOrders": "false"],
    ]) func bothReachedCloseOnceAndEndFlat(_ venue: [String: String]) throws
  {
    var topology = CaseTopology(strategies: [CaseTopology.breakout(["coolDownMillis": "60000"])])
    topology.venue["latencyMicros"] = "{ order: 200000, report: 200000, jitter: 0 }"
    for (key, value) in venue.sorted(by: { $0.key < $1.key }) { topology.venue[key] = value }
    let run = try CaseRun(topology, Self.whipsaw(), seconds: 22)
    let entered = run.fills(.entry).map(\.quantity).reduce(.zero, +)
    let exited = (run.fills(.stopLoss) + run.fills(.takeProfit)).map(\.quantity).reduce(.zero, +)
    #expect(entered.isPositive && entered == exited, "\(venue)")
    #expect(run.position.isZero, "\(venue)")
    #expect(run.count("executor", "alarms.ownerlessPosition") == 0, "\(venue)")
    #expect(run.report.isReconciled, "\(run.report.text)")
  }
}

/// A first break-out of which the market gives only dust.
@Suite struct DustCaseTests {
  private static func capture(startsWithDust: Bool) -> CaseCapture {
    var capture = CaseCapture()
    capture.snapshot(.around(60_000, quantity: 5))
    capture.quiet(around: 60_000, seconds: 10)
    for index in 0..<10 {
      capture.pass(seconds: 0.1)
      let mid = 60_030 + Double(index) * 0.01
      var book = CaseBook.around(mid, quantity: 5)
      // 0.00005 are offered within the allowance, 3 USDT where the venue takes 5, and then nothing for 1 %.
      if startsWithDust { book.asks = [(mid + 0.02, 0.00005), (60_700, 5)] }
      capture.move(to: book)
    }
    capture.quiet(around: 60_030, seconds: 10)
    for step in 1...3 {
      let mid = 60_030 + Double(step) * 300
      for index in 0..<10 {
        capture.pass(seconds: 0.1)
        capture.move(to: .around(mid + Double(index) * 0.01, quantity: 5))
        capture.trade(mid, 0.001, isBuyerMaker: false)
      }
      capture.quiet(around: mid, seconds: 12)
    }
    return capture
  }

  private func run(startsWithDust: Bool) throws -> CaseRun {
    try CaseRun(
      CaseTopology(strategies: [CaseTopology.breakout(["coolDownMillis": "1000"])]),
      Self.capture(startsWithDust: startsWithDust), seconds: 80)
  }

  @Test func theStrategyGoesOnTradingAndTheDustLeaves() throws {
    let control = try run(startsWithDust: false)
    let dusty = try run(startsWithDust: true)
    #expect(control.orders.count >= 6)
    #expect(dusty.orders(.entry).count >= control.orders(.entry).count, "the first one brought dust")
    #expect(dusty.fills(.entry).contains { $0.quantity < Quantity(raw: 10_000) })
    #expect(dusty.count("executor", "alarms.ownerlessPosition") >= 1)
    let entered = dusty.fills(.entry).map(\.signedQuantity).reduce(.zero, +)
    let exited = (dusty.fills(.stopLoss) + dusty.fills(.takeProfit)).map(\.signedQuantity)
    #expect(dusty.position == entered + exited.reduce(.zero, +))
    #expect(dusty.report.isReconciled, "\(dusty.report.text)")
  }
}
