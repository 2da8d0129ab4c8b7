import Simulation
import Testing
import Trading
import Wire

/// Markets without a price, and how to get out of them: no quotes around a stub, and every exit from the
/// touch.
@Suite struct ThinMarketTests {
  /// A break-out bought at 60,030.
  private static func brokenOut() -> CaseCapture {
    var capture = CaseCapture()
    capture.snapshot(.around(60_000, quantity: 5))
    capture.quiet(around: 60_000, seconds: 8)
    capture.breakOut(from: 60_000)
    capture.quiet(around: 60_030, seconds: 3)
    return capture
  }

  /// All asks but a stub are pulled for 15 s, while sellers go on at 60,000.
  private static func stub(ask: Double?, bid: Double? = nil) -> CaseCapture {
    var capture = CaseCapture()
    capture.snapshot(.around(60_000))
    for index in 0..<600 {
      capture.pass(seconds: 0.1)
      let mid = 60_000 + Double((index * 7) % 11 - 5) * 0.5
      var book = CaseBook.around(mid)
      if (150..<300).contains(index) {
        book.asks = ask.map { [($0, 0.5)] } ?? []
        book.bids = [(bid ?? mid - 0.01, bid == nil ? 0.5 : 100)]
      }
      capture.move(to: book)
      capture.trade(mid - 0.01, 0.1, isBuyerMaker: true)
      // Now and then somebody takes more than the best level; not while there is none.
      if index % 10 == 0, !(150..<300).contains(index) {
        capture.trade(mid - 15, 0.1, isBuyerMaker: true)
        capture.trade(mid + 15, 0.1, isBuyerMaker: false)
      }
    }
    return capture
  }

  @Test(
    arguments: [(120_000, nil), (199_999.99, nil), (199_999.99, 0.01), (nil, nil)] as [(Double?, Double?)])
  func nothingIsQuotedAroundAStub(ask: Double?, bid: Double?) throws {
    let run = try CaseRun(
      CaseTopology(strategies: [CaseTopology.glft()]), Self.stub(ask: ask, bid: bid), seconds: 59)
    let wide = run.orders.filter { order in
      order.price > Price(raw: 60_400_000_000_000) || order.price < Price(raw: 59_600_000_000_000)
    }
    #expect(wide.isEmpty, "\(wide.prefix(3))")
    let fills = run.fills.filter { $0.price > Price(raw: 60_400_000_000_000) }
    #expect(fills.isEmpty, "\(fills.prefix(3))")
    // For the 15 s of the stub nothing is placed; before and after it the maker trades.
    let times = run.orders.map(\.requestNanos)
    let quiet = try #require(zip(times, times.dropFirst()).map { $1 - $0 }.max())
    #expect(quiet >= 14 * 1_000_000_000, "\(quiet) ns")
    let after = try #require(zip(times, times.dropFirst()).first { $1 - $0 == quiet }?.1)
    let placed = Set(run.orders.filter { $0.requestNanos >= after }.map(\.id))
    let isAfter = run.fills.map { $0.order.map(placed.contains) ?? false }
    #expect(isAfter.contains(true) && isAfter.contains(false) && run.report.isReconciled)
    if ask != nil { #expect(run.count("feed", "anomaly.wideSpread") == 1) }
  }

  @Test func aGuardedStopGetsOutAtTheBidTwoPercentDown() throws {
    var capture = Self.brokenOut()
    for index in 0..<300 {
      capture.pass(seconds: 0.1)
      let step = 0.01 * Double(index % 2)
      capture.move(
        to: CaseBook(
          bids: [(58_830 + step, 5), (58_820, 5)], asks: [(60_031 + step, 5), (60_040, 5)]))
      if index % 10 == 0 { capture.trade(58_830 + step, 0.01, isBuyerMaker: true) }
    }
    var topology = CaseTopology(strategies: [CaseTopology.breakout(["rewardRisk": "5.0"])])
    topology.venue["stopOrders"] = "false"
    let run = try CaseRun(topology, capture, seconds: 80)
    #expect(run.fills(.entry).count > 0)
    #expect(run.position.isZero)
    #expect(run.fills(.stopLoss).allSatisfy { $0.price >= Price(raw: 58_830_000_000_000) })
    #expect((1...5).contains(run.orders(.stopLoss).count), "\(run.orders(.stopLoss).count) orders")
    #expect(run.report.isReconciled, "\(run.report.text)")
  }

  @Test func flattenGetsFlatInASpreadOfTwoPercentAndHoldsTheStrategies() throws {
    var capture = Self.brokenOut()
    for index in 0..<300 {
      capture.pass(seconds: 0.1)
      let step = 0.01 * Double(index % 2)
      capture.move(
        to: CaseBook(
          bids: [(59_430 + step, 5), (59_420, 5)], asks: [(60_630 + step, 5), (60_640, 5)]))
    }
    let topology = CaseTopology(strategies: [CaseTopology.breakout(["minStopBps": "300"])])
    let run = try CaseRun(
      topology, capture, seconds: 38,
      commands: [SimulatedCommand(afterSeconds: 20, to: 5, .flatten, .account, account: 1)])
    #expect(run.fills(.entry).count > 0)
    #expect(run.position.isZero)
    #expect(run.orders(.flatten).count == 1)
    #expect(run.fills(.flatten).allSatisfy { $0.price >= Price(raw: 59_430_000_000_000) })
    #expect(run.books.halts.map(\.scope) == [.account(1)])
    #expect(run.report.isReconciled, "\(run.report.text)")
  }

  @Test(arguments: [("fund", 0), ("plain", 1), ("zero", 0)])
  func onlyAPrintOfTheMarketTriggersAStop(kind: String, triggers: Int) throws {
    var capture = Self.brokenOut()
    capture.pass(seconds: 0.05)
    switch kind {
    case "fund": capture.trade(58_800, 0.01, isBuyerMaker: true, extra: "\"X\":\"INSURANCE_FUND\"")
    case "plain": capture.trade(58_800, 0.00001, isBuyerMaker: true)
    default: capture.trade(0, 0, isBuyerMaker: true)
    }
    capture.quiet(around: 60_030, seconds: 10)
    let run = try CaseRun(CaseTopology(strategies: [CaseTopology.breakout()]), capture, seconds: 21)
    #expect(run.fills(.stopLoss).isEmpty == (triggers == 0), "\(kind)")
    #expect(run.position.isPositive == (triggers == 0), "\(kind)")
    #expect(run.count("feed", "anomaly.offMarket") == (kind == "fund" ? 1 : 0))
  }
}
