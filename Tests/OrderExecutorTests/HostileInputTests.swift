import ActorKit
import CoreTestKit
import OrderExecutor
import Testing
import Trading
import Vocabulary
import Wire

/// Nothing that comes from outside may stop the process or put what cannot be into its books.
@Suite struct HostileInputTests {
  private static let peers = [
    ExecutorBench.fromVenue, ExecutorBench.fromRisk, ExecutorBench.fromFeed, ExecutorBench.fromQueen,
    ExecutorBench.operatorPeer, Peer(component: ExecutorBench.queen, link: .link),
    Peer(component: 99, link: .session),
  ]

  @Test func anyMessageFromAnybodyIsSurvived() throws {
    let bench = ExecutorBench()
    bench.goLive()
    for seed in UInt64(0)..<40 {
      for template in Template.allCases {
        for peer in Self.peers {
          bench.deliver(from: peer) { WireSamples.encode(template, seed: seed, into: &$0) }
        }
      }
      bench.conclude()
    }
    let rebuilt = CoreBench.savedState(of: try bench.rebuilt())
    #expect(rebuilt == bench.savedState)
  }

  @Test func messagesCountOnlyFromWhomTheyMayCome() {
    let bench = ExecutorBench()
    bench.goLive()
    let order = bench.quote(bids: [(9_999, 10)]).newOrders[0]
    let report = bench.report(order, .new)
    for peer in Self.peers where peer != ExecutorBench.fromVenue {
      bench.deliver(from: peer) { report.encode(into: &$0) }
    }
    bench.conclude()
    #expect(bench.books.open.first?.status == .pendingNew)
    #expect(bench.counter("refused.wrongSender") == Int64(Self.peers.count - 1))
  }

  /// Reports on our own orders with fields that lie.
  @Test func lyingReportsNeverStopTheProcess() throws {
    for seed in UInt64(1)...200 {
      let bench = ExecutorBench()
      bench.goLive()
      let orders = bench.quote(bids: [(9_999, 10), (9_998, 10)], asks: [(10_003, 10)]).newOrders
      bench.quote(bids: [(9_999, 10)])
      var random = SplitMix64(seed: seed)
      for _ in 0..<60 {
        var report = bench.report(orders[Int(random.below(3))], ExecType.allCases[Int(random.below(14))])
        distort(&report, &random)
        bench.deliver(report)
        if random.below(4) == 0 { bench.conclude() }
        if random.below(16) == 0 { bench.pass(seconds: 11) }
      }
      bench.conclude()
      let rebuilt = CoreBench.savedState(of: try bench.rebuilt())
      #expect(rebuilt == bench.savedState, "seed \(seed)")
    }
  }

  private func distort(_ report: inout VenueReport, _ random: inout SplitMix64) {
    func number() -> Int64 {
      let choices: [Int64] = [.min, .min + 1, -1, 0, 1, lots(3).raw, lots(10).raw, .max - 1, .max]
      return choices[Int(random.below(9))]
    }
    report.lastQuantity = number()
    report.lastPrice = random.below(2) == 0 ? ticks(9_999).raw : number()
    report.cumQuantity = number()
    report.leavesQuantity = number()
    report.orderQuantity = number()
    report.execHigh = random.below(8) == 0 ? nil : 6
    report.execLow = random.below(20)
    report.fee = random.below(2) == 0 ? 5 : number()
    report.eventNanos = number()
    report.ordStatus = OrdStatusCode.allCases[Int(random.below(18))]
    report.reason = RejectReason.allCases[Int(random.below(24))]
    report.requestClOrdID = ClOrdIDText(
      ClOrdID(account: ExecutorBench.account, epoch: 1, counter: random.below(12)))
    if random.below(4) == 0 { report.side = SideCode.allCases[Int(random.below(3))] }
  }

  /// Answers about the account with figures that lie: quarantined or refused, never booked as they are.
  @Test func lyingAnswersNeverStopTheProcess() {
    for seed in UInt64(1)...200 {
      let bench = ExecutorBench()
      var random = SplitMix64(seed: seed)
      bench.claimedPosition = [Int64.min, -1, 0, 1, .max][Int(random.below(5))]
      bench.venueTrades = (0..<random.below(4)).map { _ in
        AccountState.Trade(
          tradeSequence: random.below(5), execHigh: random.below(2), execLow: random.below(3),
          clOrdID: ClOrdIDText(ClOrdID(account: ExecutorBench.account, epoch: 1, counter: random.below(4))),
          venueOrderId: 1, instrument: random.below(4) == 0 ? 99 : ExecutorBench.instrument,
          side: SideCode.allCases[Int(random.below(3))], liquidity: .maker,
          price: [Int64.min, -5, 0, ticks(9_999).raw, .max][Int(random.below(5))],
          quantity: [Int64.min, -5, 0, lots(1).raw, .max][Int(random.below(5))],
          fee: [Int64.min, 0, .max][Int(random.below(3))],
          eventNanos: [Int64.min, 0, .max][Int(random.below(3))])
      }
      bench.claimedPosition = bench.claimedPosition ?? 0
      bench.venueOpenOrders = (0..<random.below(3)).map { _ in
        AccountState.OpenOrder(
          clOrdID: ClOrdIDText(
            ClOrdID(account: ExecutorBench.account, epoch: 0, counter: random.below(3) + 1)),
          venueOrderId: 1, instrument: ExecutorBench.instrument,
          side: SideCode.allCases[Int(random.below(3))],
          price: [Int64.min, 0, .max][Int(random.below(3))],
          orderQuantity: [Int64.min, 1, .max][Int(random.below(3))],
          cumQuantity: [Int64.min, 0, .max][Int(random.below(3))],
          ordType: OrdTypeCode.allCases[Int(random.below(4))])
      }
      bench.start()
      bench.conclude()
      bench.pass(seconds: 30)
    }
  }

  @Test func aTargetThatMakesNoSenseIsRefusedAndTheOldOnePulled() {
    let bad: [[(Int64, Int64)]] = [
      [(0, 5)], [(-5, 5)], [(9_999, 0)], [(9_999, -1)], [(9_999, 5), (9_998, 0)],
    ]
    for levels in bad {
      let bench = ExecutorBench()
      bench.goLive()
      bench.accept(bench.quote(bids: [(9_999, 10)]).newOrders)
      let turn = bench.quote(bids: levels)
      #expect(turn.newOrders.isEmpty && turn.cancels.count == 1, "\(levels)")
      #expect(bench.counter("refused.malformed") == 1)
    }
  }

  @Test func offTickOffLotAndTooManyLevelsAreRefused() {
    for (price, quantity, count) in [
      (1, lots(1).raw, 1), (ticks(9_999).raw, 1, 1), (ticks(9_000).raw, lots(1).raw, 65),
    ] {
      let bench = ExecutorBench()
      bench.goLive()
      let message = TargetQuotes(
        account: ExecutorBench.account, strategy: 1, instrument: ExecutorBench.instrument, revision: 5,
        fillSequenceSeen: 0, validUntil: .max, eventNanos: 0)
      bench.deliver(from: ExecutorBench.fromRisk) { frame in
        message.encode(
          into: &frame, bidsCount: count, bids: { _ in TargetQuotes.Bid(price: price, quantity: quantity) },
          asksCount: 0, asks: { _ in preconditionFailure("no asks") })
      }
      #expect(bench.conclude().newOrders.isEmpty)
      #expect(bench.counter("refused.malformed") == 1)
    }
  }

  @Test(arguments: [Int64.min, -1, 0])
  func aTargetPastItsTimeIsNotActedOn(_ validUntil: Int64) {
    let bench = ExecutorBench()
    bench.goLive()
    let message = TargetQuotes(
      account: ExecutorBench.account, strategy: 1, instrument: ExecutorBench.instrument, revision: 5,
      fillSequenceSeen: 0, validUntil: validUntil, eventNanos: 0)
    bench.deliver(from: ExecutorBench.fromRisk) { frame in
      message.encode(
        into: &frame, bidsCount: 1,
        bids: { _ in TargetQuotes.Bid(price: ticks(9_999).raw, quantity: lots(1).raw) }, asksCount: 0,
        asks: { _ in preconditionFailure("no asks") })
    }
    #expect(bench.conclude().newOrders.isEmpty)
  }

  /// Else it would stand for ever, and every later target would be older.
  @Test func aTargetOfARevisionThatRiskCannotHaveMadeIsRefused() {
    let bench = ExecutorBench()
    bench.goLive()
    bench.target(bids: [(9_990, 5)], revision: .max)
    #expect(bench.conclude().newOrders.isEmpty)
    #expect(bench.counter("refused.malformed") == 1)
    #expect(bench.quote(bids: [(9_999, 5)]).newOrders.count == 1)
  }

  @Test func aTargetWithoutAnEndIsPulledAfterTheLongestLifeThereIs() {
    let bench = ExecutorBench()
    bench.goLive()
    bench.target(bids: [(9_999, 5)], validSeconds: 200_000_000)
    bench.accept(bench.conclude().newOrders)
    let before = bench.pass(seconds: 59)
    #expect(before.cancels.isEmpty)
    #expect(bench.pass(seconds: 2).cancels.count == 1)
  }

  @Test func aStateOfTheSessionThatTheQueenCannotHaveNumberedIsRefused() {
    let bench = ExecutorBench()
    bench.goLive()
    let wild = SessionState(
      revision: .max, state: .live, cause: .none, permit: .open, halted: 0, degradations: 0,
      interruptions: 0, sinceNanos: 0, speedMilli: 1_000)
    bench.deliver(from: ExecutorBench.fromQueen) { wild.encode(into: &$0) }
    bench.session(.failsafe)
    #expect(bench.counter("refused.malformed") == 1 && bench.counter("refused.oldRevision") == 0)
  }

  @Test func anIntentThatNeverExpiresTrapsNothingBeforeTheYear1970() {
    let bench = ExecutorBench()
    bench.goLive()
    bench.bench.now.wall = -5
    bench.ask(ExecutorBench.intent(expireNanos: .max))
    #expect(bench.books.intents.open.count == 1)
  }

  @Test func anIntentGetsTheReportThatEndsIt() {
    let bench = ExecutorBench()
    bench.goLive()
    let intent = OrderIntent(
      intentHigh: 1, intentLow: 2, account: ExecutorBench.account, strategy: 1,
      instrument: ExecutorBench.instrument, side: .buy, ordType: .limit, timeInForce: .goodTillCancel,
      execInst: .postOnly, quantity: lots(1).raw, expireNanos: .max)
    bench.deliver(from: ExecutorBench.fromRisk) { intent.encode(into: &$0) }
    let turn = bench.conclude()
    #expect(turn.newOrders.isEmpty)
    #expect(turn.all(IntentReport.self, to: ExecutorBench.surelyToRisk).map(\.outcome) == [.rejected])
  }

  @Test func brokenSnapshotsAndFactsAreRefusedNotTrapped() throws {
    let bench = ExecutorBench()
    bench.goLive()
    let order = bench.quote(bids: [(9_999, 10)]).newOrders[0]
    bench.accept([order])
    bench.fill(order, lots: 4, id: 1, cum: 4)
    bench.command(.halt)
    let good = bench.savedState
    for length in 0..<good.count {
      var core = OrderExecutor(bench.configuration)
      var reader = SnapshotReader(Array(good[..<length]))
      #expect(throws: RestoreError.self) { try core.restore(from: &reader) }
    }
    var random = SplitMix64(seed: 5)
    for _ in 0..<2_000 {
      var bytes = good
      bytes[Int(random.below(UInt64(bytes.count)))] = UInt8(truncatingIfNeeded: random.next())
      var core = OrderExecutor(bench.configuration)
      var reader = SnapshotReader(bytes)
      do { try core.restore(from: &reader) } catch { continue }
    }
    for fact in bench.facts {
      for length in 0..<fact.bytes.count {
        var reader = SnapshotReader(Array(fact.bytes[..<length]))
        #expect(throws: RestoreError.self) { try ExecutorFact(kind: fact.kind, from: &reader) }
      }
    }
    var reader = SnapshotReader([])
    #expect(throws: RestoreError.unknownKind(999)) { try ExecutorFact(kind: 999, from: &reader) }
  }
}
