import Trading
import Vocabulary

/// What a strategy wishes. The last quotes wished in a turn count, and at most one signal; both go out when
/// the turn ends.
public struct Outputs: Sendable {
  /// What offsets are measured from.
  public enum Reference: Equatable, Sendable {
    /// The mid weighted by the opposite quantities, of the newest best quote known.
    case microPrice
    /// The middle of the newest best quote known.
    case mid
    case price(Price)
  }

  /// How a signal's position is to be entered.
  public enum Entry: Equatable, Sendable {
    /// At once, near the mid: risk bounds the price.
    case market
    /// At this price or better, resting until the signal expires.
    case limit(Price)
  }

  package struct Quote: Equatable, Sendable {
    package var ladder: QuoteLadder
    package var reference: Reference
    package var lifeNanos: Int64
    package var requoteThresholdBps: Double
  }

  package enum Wish: Equatable, Sendable {
    case nothing
    case quote(Quote)
    case pull
  }

  /// A directional trade.
  package struct Signal: Equatable, Sendable {
    package var side: Side
    package var entry: Entry
    package var stop: Price
    package var takeProfit: Price
    package var confidence: Double
    package var rewardRisk: Double
    package var lifeNanos: Int64
  }

  /// The shortest and the longest life of a quote.
  public static let lifeNanos: ClosedRange<Int64> = 1_000_000...QuoteLife.longestNanos
  /// The shortest and the longest life of a signal: 1 ms to an hour.
  public static let signalLifeNanos: ClosedRange<Int64> = 1_000_000...3_600_000_000_000
  /// Bounds of one turn.
  package static let mostPlots = 8
  package static let mostAlertBytes = 512

  package private(set) var wish = Wish.nothing
  package private(set) var signal: Signal?
  package private(set) var fault: StrategyFault?
  package private(set) var alert: String?
  package private(set) var plots: [(name: String, value: Double)] = []
  /// The strategy's own chance, seeded by its configuration: the only one it may use.
  public var random: SplitMix64

  package init(seed: UInt64) { random = SplitMix64(seed: seed) }

  /// Wants these quotes on its instrument, for so long, in place of those before.
  ///
  /// An offset or reference that moved by no more than `requoteThresholdBps` since the last signal is not
  /// worth one; a changed size, a fill or half a life is. A NaN, a quantity that is not positive or offsets
  /// out of order are a `StrategyFault`, as if it had been thrown.
  public mutating func quote(
    _ instrument: String, _ ladder: QuoteLadder, around reference: Reference, validFor life: Duration,
    requoteThresholdBps: Double = 0
  ) {
    let nanos = life.nanos
    if instrument != "quoted" {
      fault = .invalidOutput("'\(instrument)' is read only; only 'quoted' can be quoted")
    } else if let wrong = ladder.fault {
      fault = wrong
    } else if !Self.lifeNanos.contains(nanos) {
      fault = .invalidOutput("a quote valid for \(life); 1 ms to 60 s")
    } else if !requoteThresholdBps.isFinite || requoteThresholdBps < 0 {
      fault = .notANumber("the requote threshold")
    } else {
      wish = .quote(
        Quote(
          ladder: ladder, reference: reference, lifeNanos: nanos, requoteThresholdBps: requoteThresholdBps))
    }
  }

  /// Wants no quotes.
  public mutating func pull(_ instrument: String) {
    if instrument == "quoted" { wish = .pull } else { fault = .unknownName(instrument) }
  }

  /// Adds a figure for people and plots to the next quotes or signal, at most 8 a turn; nobody trades on it.
  public mutating func plot(_ name: String, _ value: Double) {
    if plots.count < Self.mostPlots { plots.append((name, value)) }
  }

  /// Tells people something, at most once a second; of one turn the last.
  public mutating func alert(_ text: String) {
    alert = String(decoding: text.utf8.prefix(Self.mostAlertBytes), as: UTF8.self)
  }

  package mutating func reset() {
    wish = .nothing
    signal = nil
    fault = nil
    alert = nil
    plots.removeAll(keepingCapacity: true)
  }
}

// MARK: - Directional trades

extension Outputs {
  /// Wants a position opened: entered on `side`, closed at a loss at `stop` and at a gain at `takeProfit`.
  ///
  /// How much, risk decides, so that the loss at the stop stays within what one trade may lose. `rewardRisk`
  /// is the gain at the target over the loss at the stop, measured from the entry (at the market: the mid);
  /// risk refuses a signal whose prices say something else. `confidence` is 0 to 1. Not acted on later than
  /// `life`, 1 ms to an hour; a limit entry rests that long.
  ///
  /// At most one in a run, and `SignalView.mostOpen` open at once. One more, a NaN, or a stop or target that
  /// is not positive or lies on the wrong side is a `StrategyFault`, as if it had been thrown. What became of
  /// a signal, `Context.signals` and `Context.endedSignals` tell.
  public mutating func signal(
    _ instrument: String, _ side: Side, entry: Entry, stop: Price, takeProfit: Price, confidence: Double,
    rewardRisk: Double, validFor life: Duration
  ) {
    let wanted = Signal(
      side: side, entry: entry, stop: stop, takeProfit: takeProfit, confidence: confidence,
      rewardRisk: rewardRisk, lifeNanos: life.nanos)
    if instrument != "quoted" {
      fault = .invalidOutput("'\(instrument)' is read only; only 'quoted' can be traded")
    } else if signal != nil {
      fault = .invalidOutput("a second signal in one run")
    } else if let wrong = wanted.fault {
      fault = wrong
    } else if !Self.signalLifeNanos.contains(wanted.lifeNanos) {
      fault = .invalidOutput("a signal valid for \(life); 1 ms to an hour")
    } else {
      signal = wanted
    }
  }
}

extension Outputs.Signal {
  /// What is wrong with it whatever the market; nil if nothing is.
  fileprivate var fault: StrategyFault? {
    if !confidence.isFinite { return .notANumber("the confidence of a signal") }
    if !(0...1).contains(confidence) {
      return .invalidOutput("the confidence of a signal is \(confidence), not 0 to 1")
    }
    if !rewardRisk.isFinite { return .notANumber("the reward/risk of a signal") }
    if rewardRisk <= 0 { return .invalidOutput("the reward/risk of a signal is \(rewardRisk)") }
    if !stop.isPositive || !takeProfit.isPositive {
      return .invalidOutput("a signal's stop of \(stop) and target of \(takeProfit) must be positive")
    }
    if case .limit(let price) = entry { return fault(atEntry: price) }
    let isApart = side == .buy ? stop < takeProfit : stop > takeProfit
    return isApart ? nil : .invalidOutput("to \(side) with the stop \(stop) and the target \(takeProfit)")
  }

  /// What is wrong with stop and target, entered at this price; nil if nothing is.
  package func fault(atEntry price: Price) -> StrategyFault? {
    let isRight = side == .buy ? stop < price && price < takeProfit : takeProfit < price && price < stop
    return price.isPositive && isRight
      ? nil
      : .invalidOutput(
        "to \(side) at \(price) with the stop \(stop) and the target \(takeProfit): wrong side")
  }
}
