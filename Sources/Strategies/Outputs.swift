import Trading

/// What a strategy wishes. The last wish of a turn counts; it goes out when the turn ends.
public struct Outputs: Sendable {
  /// What offsets are measured from.
  public enum Reference: Equatable, Sendable {
    /// The mid weighted by the opposite quantities, of the newest best quote known.
    case microPrice
    /// The middle of the newest best quote known.
    case mid
    case price(Price)
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

  /// The shortest and the longest life of a quote.
  public static let lifeNanos: ClosedRange<Int64> = 1_000_000...60_000_000_000
  /// Bounds of one turn.
  package static let mostPlots = 8
  package static let mostAlertBytes = 512

  package private(set) var wish = Wish.nothing
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

  /// Adds a figure for people and plots to the next signal, at most 8 a turn; nobody trades on it.
  public mutating func plot(_ name: String, _ value: Double) {
    if plots.count < Self.mostPlots { plots.append((name, value)) }
  }

  /// Tells people something, at most once a second; of one turn the last.
  public mutating func alert(_ text: String) {
    alert = String(decoding: text.utf8.prefix(Self.mostAlertBytes), as: UTF8.self)
  }

  package mutating func reset() {
    wish = .nothing
    fault = nil
    alert = nil
    plots.removeAll(keepingCapacity: true)
  }
}
