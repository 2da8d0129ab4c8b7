import ActorKit
import CoreTestKit
import OrderExecutor
import Testing
import Trading
import Vocabulary
import Wire

/// Whatever the order in which the venue's reports arrive, and however often, the books end alike.
@Suite struct ReorderingTests {
  /// What must not depend on the order of arrival. (Realised profit at average cost does, by definition.)
  struct Outcome: Equatable {
    var position: Quantity
    var cash: Notional
    var fees: Money
    var fills: UInt64
    var orders: [String]
    var isAnythingOpen: Bool
  }

  private func outcome(of bench: ExecutorBench, _ orders: [NewOrder]) -> Outcome {
    let position = bench.books.ledger[ExecutorBench.instrument]
    let ends = orders.map { order -> String in
      guard let id = ClOrdID(order.clOrdID), let known = bench.books.order(id) else { return "unknown" }
      return "\(known.status) \(known.state.cumQuantity)"
    }
    return Outcome(
      position: position.quantity, cash: position.cash,
      fees: bench.books.ledger.fees[ExecutorBench.usdt], fills: bench.books.fillCount, orders: ends,
      isAnythingOpen: !bench.books.open.isEmpty)
  }

  /// Orders and all that the venue will ever say of them: filled whole, part-filled and cancelled, expired,
  /// refused.
  private func script(_ bench: ExecutorBench) -> (orders: [NewOrder], reports: [VenueReport]) {
    bench.goLive()
    bench.target(
      bids: [(9_999, 10), (9_998, 10), (9_997, 10), (9_996, 10)],
      asks: [(10_003, 10), (10_004, 10), (10_005, 10)])
    let orders = bench.conclude().newOrders
    let cancels = bench.quote().cancels
    var reports: [VenueReport] = []
    var id: UInt64 = 0
    for (index, order) in orders.enumerated() {
      if index % 4 == 3 {
        reports.append(bench.report(order, .rejected, status: .rejected, reason: .postOnlyWouldTake))
        continue
      }
      reports.append(bench.report(order, .new))
      var cum: Int64 = 0
      for part in index % 4 == 0 ? [3, 3, 4] : [Int64(index), 2] {
        id += 1
        cum += part
        reports.append(bench.trade(order, lots: part, id: id, cum: cum))
      }
      if index % 4 == 1 {
        reports.append(
          bench.report(order, .canceled, status: .canceled, cum: cum, request: cancels[index].clOrdID))
      } else if index % 4 == 2 {
        reports.append(bench.report(order, .expired, status: .expired, cum: cum))
      }
    }
    return (orders, reports)
  }

  private func play(seed: UInt64, repeats: Bool) throws -> (Outcome, ExecutorBench) {
    let bench = ExecutorBench()
    var (orders, reports) = script(bench)
    var random = SplitMix64(seed: seed)
    if seed > 0 {
      if repeats { reports += reports.filter { _ in random.below(3) == 0 } }
      for index in reports.indices.reversed() {
        reports.swapAt(index, Int(random.below(UInt64(index) + 1)))
      }
    }
    for report in reports {
      bench.deliver(report)
      if random.below(3) == 0 { bench.conclude() }
      if random.below(8) == 0 { bench.pass(seconds: 0.3) }
    }
    bench.conclude()
    return (outcome(of: bench, orders), bench)
  }

  @Test(arguments: [false, true])
  func everyOrderOfArrivalEndsAlike(_ repeats: Bool) throws {
    let (expected, _) = try play(seed: 0, repeats: false)
    #expect(!expected.isAnythingOpen)
    for seed in UInt64(1)...300 {
      let (result, bench) = try play(seed: seed, repeats: repeats)
      #expect(result == expected, "seed \(seed), repeats \(repeats): play(seed:repeats:) shows it again")
      #expect(bench.core.state == .live, "seed \(seed)")
      let odd = ["fillOnEndedOrder", "overfill", "unknownOrderFill"].map { bench.counter("alarms.\($0)") }
      #expect(odd == [0, 0, 0], "seed \(seed): no report was odd, only early or late")
      let rebuilt = CoreBench.savedState(of: try bench.rebuilt())
      #expect(rebuilt == bench.savedState, "seed \(seed): facts do not give the state")
    }
  }

  /// The same inputs with the same turns give the same bytes.
  @Test func aReplayIsBitIdentical() throws {
    for seed in [UInt64(3), 77, 200] {
      let (_, first) = try play(seed: seed, repeats: true)
      let (_, second) = try play(seed: seed, repeats: true)
      #expect(first.facts == second.facts, "seed \(seed)")
      #expect(first.savedState == second.savedState, "seed \(seed)")
    }
  }

  /// Reports lost for good, and a process that dies at random: the venue's list of trades makes the books
  /// whole.
  @Test func lossesAndRestartsEndAtTheVenuesTruth() throws {
    for seed in UInt64(1)...150 {
      let bench = ExecutorBench()
      let (orders, reports) = script(bench)
      var random = SplitMix64(seed: seed)
      for report in reports where random.below(2) == 0 {
        bench.deliver(report)
        bench.conclude()
        guard random.below(6) == 0 else { continue }
        try bench.restart()
        bench.goLiveAgain()
      }
      settle(bench, orders)
      let sum = bench.venueTrades.reduce(Int64(0)) { $0 + ($1.side == .buy ? $1.quantity : -$1.quantity) }
      #expect(bench.books.ledger[ExecutorBench.instrument].quantity.raw == sum, "seed \(seed)")
      #expect(bench.books.fillCount == UInt64(bench.venueTrades.count), "seed \(seed)")
      #expect(bench.books.open.isEmpty, "seed \(seed): \(bench.books.open.map(\.status))")
      #expect(bench.core.state == .live, "seed \(seed)")
    }
  }

  /// A venue that has ended every order answers queries about them until nothing is open.
  private func settle(_ bench: ExecutorBench, _ orders: [NewOrder]) {
    for _ in 0..<60 where !bench.books.open.isEmpty || bench.books.fillCount < bench.venueTrades.count {
      for query in bench.pass(seconds: 1).orderQueries {
        guard let order = orders.first(where: { $0.clOrdID == query.clOrdID }) else { continue }
        let traded = bench.venueTrades.filter { $0.clOrdID == order.clOrdID }
        let cum = traded.reduce(Int64(0)) { $0 + $1.quantity } / 100_000
        let wasRefused = traded.isEmpty
        bench.deliver(
          bench.report(
            order, wasRefused ? .unknownOrder : .orderStatus, status: wasRefused ? .unrecognized : .canceled,
            cum: cum, reason: wasRefused ? .unknownOrder : .none, correlation: query.envelope.correlation))
        bench.conclude()
      }
    }
  }
}
