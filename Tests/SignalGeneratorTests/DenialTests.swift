import ActorKit
import CoreTestKit
import SignalGenerator
import Strategies
import Testing
import Trading
import Vocabulary
import Wire

/// Quotes half as much on a side that is denied, and plots what it heard.
struct Yielding: Strategy {
  struct Parameters: StrategyParameters { init() {} }

  static let kind = "yielding"
  static let inputs: Inputs = [.top("quoted"), .denials("quoted")]

  init() {}

  mutating func on(
    _ input: Input, _ context: borrowing Context<Parameters>, _ out: inout Outputs
  ) throws(StrategyFault) {
    let whole = try context.quantity(0.02, of: "quoted")
    let half = try context.quantity(0.01, of: "quoted")
    var sizes = (buy: whole, sell: whole)
    for denial in context.denials {
      if denial.side == .buy { sizes.buy = half } else { sizes.sell = half }
      out.plot("\(denial.gate.name).\(denial.check.name)", Double(denial.count))
      out.plot("of", Double(denial.quoteNumber))
    }
    if input.has(.denials("quoted")) { out.plot("now", Double(context.quoteNumber)) }
    let ladder = QuoteLadder(
      bids: QuoteLevel(offsetBps: 5, quantity: sizes.buy),
      asks: QuoteLevel(offsetBps: 5, quantity: sizes.sell))
    out.quote("quoted", ladder, around: .mid, validFor: .seconds(60))
  }
}

@Suite struct DenialTests {
  typealias Bench = SignalBench<StrategyList<Yielding, BuiltInStrategies>>

  private func ready() throws -> Bench {
    let bench = try Bench([
      StrategyConfiguration(name: "y", number: 1, kind: "yielding", instrument: 7, account: 1)
    ])
    bench.ready()
    return bench
  }

  private func deny(
    _ bench: Bench, _ check: RiskCheck, gate: GateCode = .risk, side: SideCode = .buy, count: UInt64 = 1,
    revision: UInt64 = 0, account: UInt16 = 1, strategy: UInt16 = 1, from peer: Peer? = nil
  ) -> Turn {
    let denial = QuoteDenial(
      envelope: Envelope(origin: 0), account: account, strategy: strategy, instrument: 7, gate: gate,
      side: side, verdict: check == .none ? .accepted : .refused, check: check, unit: .none, count: count,
      revision: revision)
    bench.bench.deliver(from: peer ?? bench.risk) { denial.encode(into: &$0) }
    return bench.bench.conclude()
  }

  private func sizes(_ turn: Turn) -> [[Int64]] {
    turn.signals().map { [$0.bids.first?.quantity ?? 0, $0.asks.first?.quantity ?? 0] }
  }

  private let half = Bench.quantity(0.01)
  private let whole = Bench.quantity(0.02)

  @Test func aDenialIsShownInTheTurnInWhichItComesAndUntilItIsOver() throws {
    let bench = try ready()
    let turn = deny(bench, .position, count: 3, revision: Revision.of(epoch: 3, count: 1))
    #expect(sizes(turn) == [[half, whole]])
    #expect(turn.signals().map(\.metadata) == ["risk.position=3.0 of=1.0 now=1.0"])
    bench.top(9_998.5, 9_999.5)
    #expect(sizes(bench.bench.conclude()) == [[half, whole]])
    #expect(sizes(deny(bench, .none)) == [[whole, whole]])
    #expect(bench.counter("denials") == 2)
  }

  @Test func bothGatesAndSidesStandBesideEachOther() throws {
    let bench = try ready()
    _ = deny(bench, .selfTrade, gate: .executor, side: .sell)
    let turn = deny(bench, .position)
    #expect(
      turn.signals().map(\.metadata) == ["risk.position=1.0 of=0.0 executor.selfTrade=1.0 of=0.0 now=2.0"])
    #expect(sizes(deny(bench, .none, gate: .executor, side: .sell)) == [[half, whole]])
  }

  /// Risk tells again what stands when its session opens.
  @Test func whatRiskDoesNotTellAgainIsOver() throws {
    let bench = try ready()
    _ = deny(bench, .position)
    bench.bench.deliver(.sessionOpened(component: 8, peerEpoch: 2))
    #expect(sizes(bench.bench.conclude()) == [[whole, whole]])
  }

  @Test func quotesOfAnEarlierProcessHaveNoNumber() throws {
    let bench = try ready()
    let turn = deny(bench, .position, revision: Revision.of(epoch: 2, count: 1))
    #expect(turn.signals().map(\.metadata) == ["risk.position=1.0 of=0.0 now=1.0"])
  }

  @Test func nobodyElsesDenialsAreTaken() throws {
    let bench = try ready()
    #expect(deny(bench, .position, from: Peer(component: 9, link: .session)).signals().isEmpty)
    #expect(deny(bench, .position, account: 2).signals().isEmpty)
    #expect(deny(bench, .position, strategy: 2).signals().isEmpty)
    #expect(deny(bench, .position, side: .unrecognized).signals().isEmpty)
    #expect(bench.counter("unexpected") == 2 && bench.counter("unknown") == 1)
    #expect(bench.counter("malformed") == 1 && bench.counter("denials") == 0)
  }

  /// Who does not declare them is not run for them.
  @Test func aStrategyThatDoesNotAskIsNotRun() throws {
    let bench = try Bench([glft()])
    bench.ready()
    let runs = bench.counter("runs")
    _ = deny(bench, .position)
    #expect(bench.counter("runs") == runs && bench.counter("denials") == 1)
  }
}
