import ActorKit
import CoreTestKit
import RiskAdjuster
import Trading
import Vocabulary
import Wire

// Directional signals and what becomes of them.
extension RiskFixture {
  static let toExecutor = Effects.Destination.durable(component: executor)
  static let toSignal = Effects.Destination.durable(component: signal)

  static func id(_ counter: UInt64, epoch: UInt32 = 1, component: UInt16 = signal) -> IntentID {
    IntentID(component: component, strategy: 7, epoch: epoch, counter: counter)
  }

  /// Wants to buy at the market of 100.00 with the stop at 98 and the target at 104, unless said otherwise.
  func trade(
    _ counter: UInt64, _ side: SideCode = .buy, entry: String? = nil, stop: String? = "98",
    target: String? = "104", confidence: Double = 0.5, rewardRisk: Double = 2,
    lifeNanos: Int64 = .nanosPerSecond, strategy: UInt16 = 7, instrument: UInt32 = 1, epoch: UInt32 = 1,
    component: UInt16 = RiskFixture.signal, from peer: Peer? = nil, isPoisoned: Bool = false
  ) {
    let id = Self.id(counter, epoch: epoch, component: component)
    var envelope = envelope(component, epoch: epoch)
    envelope.origin = 77
    envelope.correlationHigh = id.high
    envelope.correlationLow = id.low
    let signal = TradeSignal(
      envelope: envelope, signalHigh: id.high, signalLow: id.low, strategy: strategy, instrument: instrument,
      side: side, entryPrice: entry.map { price($0).raw }, stopPrice: stop.map { price($0).raw },
      takeProfitPrice: target.map { price($0).raw }, confidence: confidence, rewardRisk: rewardRisk,
      expireNanos: bench.now.wall + lifeNanos, eventNanos: bench.now.market)
    let sender = peer ?? Peer(component: component, link: .session)
    if isPoisoned {
      bench.poison(from: sender) { signal.encode(into: &$0, metadata: []) }
    } else {
      bench.deliver(from: sender) { signal.encode(into: &$0, metadata: []) }
    }
  }

  /// What the executor says about an intent.
  func intentReport(
    _ id: IntentID, _ outcome: IntentOutcome, filled: String = "0", average: String? = nil,
    reason: RejectReason = .none, check: RiskCheck = .none, unit: MeasureUnit = .none, measured: Int64? = nil,
    limit: Int64? = nil, account: UInt16 = RiskFixture.account, from sender: UInt16 = RiskFixture.executor,
    instrument: UInt32 = 1
  ) {
    let report = IntentReport(
      envelope: envelope(sender), intentHigh: id.high, intentLow: id.low, account: account,
      strategy: id.strategy, instrument: instrument, outcome: outcome, reason: reason,
      filledQuantity: quantity(filled).raw, averagePrice: average.map { price($0).raw }, check: check,
      unit: unit, measured: measured, limit: limit)
    bench.deliver(from: Peer(component: sender, link: .session)) { report.encode(into: &$0) }
  }

  /// The process died and came back with what its journal holds; everything volatile is known again.
  func restarted(epoch: UInt32 = 2, limits: RiskLimits? = RiskFixture.limits()) throws -> RiskFixture {
    let next = RiskFixture(limits: limits)
    next.bench = try bench.restarted(on: RiskAdjuster(Self.configuration(limits)))
    next.bench.start(epoch: epoch)
    next.ready()
    return next
  }
}

extension Turn {
  var orders: [OrderIntent] { all(OrderIntent.self, to: RiskFixture.toExecutor) }
  /// Terminal ones, to the signal component.
  var ends: [IntentReport] { all(IntentReport.self, to: RiskFixture.toSignal) }
  var progress: [IntentReport] { all(IntentReport.self, to: .event(component: RiskFixture.signal)) }
  var decision: RiskDecision? { all(RiskDecision.self).last }
}
