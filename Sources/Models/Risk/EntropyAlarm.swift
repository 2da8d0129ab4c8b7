/// What entropy and temperature of returns mean for trading, with hysteresis: levels rise by the rules below,
/// and fall only after a time of calm. The highest level latches until a person re-enables.
public struct EntropyAlarm: Equatable, Sendable {
  public enum Level: UInt8, Comparable, Sendable {
    case normal
    /// Alert; widen or reduce sizes.
    case warning
    /// Reduce-only, quotes cancelled.
    case critical
    /// Kill.
    case maximum

    public static func < (left: Level, right: Level) -> Bool { left.rawValue < right.rawValue }
  }

  /// A level is reached when the entropy (nats) or the temperature exceeds its threshold.
  public struct Threshold: Equatable, Sendable {
    public let entropy: Double
    public let temperature: Double

    public init(entropy: Double, temperature: Double) throws(ModelError) {
      self.entropy = try Domain.positive(entropy, "entropy threshold")
      self.temperature = try Domain.positive(temperature, "temperature threshold")
    }

    func isExceeded(_ entropy: Double, _ temperature: Double) -> Bool {
      entropy > self.entropy || temperature > self.temperature
    }
  }

  /// Thresholds in the order of the levels; `clear` is what both must stay below for calm.
  public struct Settings: Equatable, Sendable {
    public let warning: Threshold
    public let critical: Threshold
    public let maximum: Threshold
    public let clear: Threshold
    /// Consecutive evaluations above `critical` until it counts.
    public let criticalEvaluations: Int
    public let calmNanos: Int64

    /// Throws `outOfRange` unless clear ≤ warning ≤ critical ≤ maximum in both numbers.
    public init(
      warning: Threshold, critical: Threshold, maximum: Threshold, clear: Threshold,
      criticalEvaluations: Int = 3,
      calmNanos: Int64 = 60_000_000_000
    ) throws(ModelError) {
      let order = [clear, warning, critical, maximum]
      for (lower, upper) in zip(order, order.dropFirst()) {
        guard lower.entropy <= upper.entropy && lower.temperature <= upper.temperature else {
          throw .outOfRange(
            "threshold", value: upper.entropy, allowed: "clear <= warning <= critical <= maximum")
        }
      }
      guard criticalEvaluations >= 1 && calmNanos >= 0 else {
        throw .outOfRange("evaluations", value: Double(criticalEvaluations), allowed: ">= 1, calm time >= 0")
      }
      self.warning = warning
      self.critical = critical
      self.maximum = maximum
      self.clear = clear
      self.criticalEvaluations = criticalEvaluations
      self.calmNanos = calmNanos
    }

    /// 1.5, 1.8 and 2.0 nats, which a Gaussian reaches at 1.57, 2.15 and 2.65 times the baseline volatility,
    /// with the temperatures of those volatilities; clear below 1.4.
    public static func standard() throws(ModelError) -> Settings {
      try Settings(
        warning: Threshold(entropy: 1.5, temperature: 2.46),
        critical: Threshold(entropy: 1.8, temperature: 4.63),
        maximum: Threshold(entropy: 2.0, temperature: 7.0), clear: Threshold(entropy: 1.4, temperature: 2.46))
    }
  }

  public let settings: Settings
  public private(set) var level = Level.normal
  private var consecutiveCritical = 0
  private var calmSinceNanos: Int64?
  private var lastNanos = Int64.min

  public init(settings: Settings) { self.settings = settings }

  /// Judges one reading (the larger of the channels), once a second. `nil` or a number that is none is
  /// unknown: the level stays and no calm accrues. `isValidated` says that the data passed the bad-tick
  /// filter: only then can one reading reach the maximum. Throws `outOfOrder` when time runs backwards.
  @discardableResult
  public mutating func evaluate(
    entropy: Double?, temperature: Double?, isValidated: Bool, atNanos nanos: Int64
  ) throws(ModelError) -> Level {
    guard nanos >= lastNanos else { throw .outOfOrder("time of the reading", at: 0) }
    lastNanos = nanos
    guard let entropy, let temperature, entropy.isFinite, temperature.isFinite else {
      calmSinceNanos = nil
      return level
    }
    consecutiveCritical = settings.critical.isExceeded(entropy, temperature) ? consecutiveCritical + 1 : 0
    var reached = Level.normal
    if settings.warning.isExceeded(entropy, temperature) { reached = .warning }
    if consecutiveCritical >= settings.criticalEvaluations { reached = .critical }
    if isValidated && settings.maximum.isExceeded(entropy, temperature) { reached = .maximum }
    level = max(level, reached)
    relax(isCalm: !settings.clear.isExceeded(entropy, temperature), nanos)
    return level
  }

  private mutating func relax(isCalm: Bool, _ nanos: Int64) {
    guard isCalm else {
      calmSinceNanos = nil
      return
    }
    let since = calmSinceNanos ?? nanos
    calmSinceNanos = since
    if level < .maximum && isCalmLongEnough { level = .normal }
  }

  private var isCalmLongEnough: Bool {
    guard let calmSinceNanos else { return false }
    let (calm, overflow) = lastNanos.subtractingReportingOverflow(calmSinceNanos)
    return overflow || calm >= settings.calmNanos
  }

  /// A person lifts the maximum. Returns whether that was possible: not before the time of calm has passed.
  public mutating func reenable() -> Bool {
    guard level == .maximum else { return true }
    guard isCalmLongEnough else { return false }
    level = .normal
    return true
  }
}
