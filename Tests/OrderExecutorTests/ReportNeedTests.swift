import ActorKit
import CoreTestKit
import OrderExecutor
import Testing
import Trading
import Vocabulary
import Wire

/// Who hears what of an order: everybody all of it on the topic, risk in its session what it decides on.
@Suite struct ReportNeedTests {
  private func live() -> ExecutorBench {
    let bench = ExecutorBench()
    bench.goLive()
    return bench
  }

  @Test func theTopicsOfAnInstrumentAreWhatTheirPlacesSay() {
    let name = ExecutorBench.sample.name
    #expect(
      live().core.topics.prefix(3) == [
        Topics.executionReport(account: ExecutorBench.account, name),
        Topics.position(account: ExecutorBench.account, name),
        Topics.executionFill(account: ExecutorBench.account, name),
      ])
  }

  @Test func acknowledgementsAreForObserversAlone() {
    let bench = live()
    var turn = bench.quote(bids: [(9_999, 10)])
    let order = turn.newOrders[0]
    turn.append(bench.accept([order]))
    let pulled = bench.quote()
    turn.append(pulled)
    turn.append(bench.confirm(pulled.cancels[0], order))
    #expect(turn.reports.map(\.execType) == [.pendingNew, .new, .orderStatus, .canceled])
    #expect(turn.reportsToRisk.isEmpty && turn.fillReports.isEmpty)
    // What works is risk's concern, and comes with the position.
    #expect(turn.positions.map(\.workingBid) == [lots(10).raw, 0])
  }

  @Test func aTradeGoesToEverybodyAndIsEncodedOnce() {
    let bench = live()
    let order = bench.quote(bids: [(9_999, 10)]).newOrders[0]
    bench.accept([order])
    let turn = bench.fill(order, lots: 4, id: 1, cum: 4)
    #expect(turn.reports.map(\.execType) == [.trade])
    #expect(turn.reports == turn.reportsToRisk && turn.reports == turn.fillReports)
  }

  @Test func doubtIsToldWhenItBeginsAndWhenItEnds() {
    let bench = live()
    let order = bench.quote(bids: [(9_999, 10)]).newOrders[0]
    let doubted = bench.pass(seconds: 10.1)
    #expect(doubted.reportsToRisk.map(\.ordStatus) == [.inDoubt])
    let settled = bench.accept([order])
    #expect(settled.reportsToRisk.map(\.ordStatus) == [.new])
    // A cancel of it is again an acknowledgement like others.
    #expect(bench.quote().reportsToRisk.isEmpty)
  }

  @Test func aDoubtIsToldAgainAfterTheAccountReportThatReplacedRisksList() {
    let bench = live()
    let order = bench.quote(bids: [(9_999, 10)]).newOrders[0]
    bench.pass(seconds: 10.1)
    bench.deliver(.sessionOpened(component: ExecutorBench.risk, peerEpoch: 2))
    #expect(bench.conclude().all(AccountReport.self).map(\.inDoubt) == [1])
    // A command cancels also what is in doubt, and tells how the order stands.
    func told(_ turn: Turn) -> [OrdStatusCode] {
      turn.reportsToRisk.filter { $0.clOrdID == order.clOrdID }.map(\.ordStatus)
    }
    #expect(told(bench.command(.halt).turn) == [.inDoubt])
    let again = bench.command(.panic).turn
    #expect(told(again).isEmpty, "risk knows")
    #expect(again.reports.contains { $0.clOrdID == order.clOrdID && $0.ordStatus == .inDoubt })
  }

  @Test func refusalsAreToldWithTheirCause() {
    let bench = live()
    let order = bench.quote(bids: [(9_999, 10)]).newOrders[0]
    bench.deliver(bench.report(order, .rejected, status: .rejected, reason: .postOnlyWouldTake))
    #expect(bench.conclude().reportsToRisk.map(\.reason) == [.postOnlyWouldTake])
    // The gate pauses after a refusal of the venue.
    bench.pass(seconds: 1)
    let denied = bench.quote(bids: [(9_000, 10)])
    #expect(denied.reportsToRisk.map(\.execType) == [.denied])
    #expect(denied.reportsToRisk.map(\.check) == [.priceCollar])
  }
}

/// The frames themselves: what goes to several lies once among the effects.
@Suite struct EncodedOnceTests {
  @Test func noReportAndNoPositionIsEncodedTwiceInATurn() {
    let bench = ExecutorBench()
    bench.goLive()
    let order = bench.quote(bids: [(9_999, 10)]).newOrders[0]
    bench.accept([order])
    var core = bench.core
    var effects = Effects()
    let report = bench.trade(order, lots: 4, id: 1, cum: 4)
    var inbox = FrameWriter(capacity: 4_096)
    report.encode(into: &inbox)
    guard let message = Inbound(inbox.bytes) else { preconditionFailure("a report that cannot be read") }
    core.receive(message, from: ExecutorBench.fromVenue, at: bench.now(), into: &effects)
    core.conclude(at: bench.now(), into: &effects)
    var places: [Template: Set<Int>] = [:]
    var destinations: [Template: Int] = [:]
    for sending in effects.sendings {
      guard let message = Inbound(effects.frames.span(from: sending.offset, count: sending.count)) else {
        preconditionFailure("an effect that cannot be read")
      }
      places[message.template, default: []].insert(sending.offset)
      destinations[message.template, default: 0] += 1
    }
    #expect(places[.executionReport]?.count == 1 && destinations[.executionReport] == 3)
    #expect(places[.positionChanged]?.count == 1 && destinations[.positionChanged] == 2)
  }
}
