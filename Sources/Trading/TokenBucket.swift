/// A limit on the rate of messages: `burst` at once, and `perPeriod` more in every period, evenly. Whole
/// numbers only, so that any rate is exact ("1,200 per minute", "50 per 10 s") and a replay decides alike.
///
/// The last `reserve` tokens are not for new orders: getting out must be possible when getting in no longer
/// is. Half of them are for cancels alone: whoever asks what became of orders must not keep others from
/// getting out.
@frozen public struct TokenBucket: Hashable, Sendable {
  public let perPeriod: Int64
  public let periodNanos: Int64
  /// The most tokens held, and so the most messages at once.
  public let burst: Int64
  /// Tokens that only cancels may take; less than `burst`.
  public let reserve: Int64
  /// What is held, in units of 1/`periodNanos` token: each nanosecond adds exactly `perPeriod` of them.
  private var level: Int64
  private var lastNanos: Int64

  /// What a message is for.
  @frozen public enum Purpose: Hashable, Sendable {
    /// A new order or a replace.
    case order
    /// A question about what is there.
    case query
    case cancel
  }

  /// A bucket with some tokens, full by default. A process that restarts and cannot know what it sent just
  /// before starts with none. Traps on numbers that are no rate; settings are checked where they are read.
  public init(
    perPeriod: Int64, periodNanos: Int64, burst: Int64, reserve: Int64 = 0, tokens: Int64? = nil,
    atNanos now: Int64
  ) {
    precondition(perPeriod > 0 && periodNanos > 0, "\(perPeriod) per \(periodNanos) ns is no rate")
    precondition(
      burst > 0 && reserve >= 0 && reserve < burst, "a reserve of \(reserve) does not fit a burst of \(burst)"
    )
    let tokens = tokens ?? burst
    precondition(tokens >= 0 && tokens <= burst, "\(tokens) tokens do not fit a burst of \(burst)")
    let (_, overflow) = burst.multipliedReportingOverflow(by: periodNanos)
    precondition(!overflow, "a burst of \(burst) per \(periodNanos) ns does not fit in 64 bits")
    self.perPeriod = perPeriod
    self.periodNanos = periodNanos
    self.burst = burst
    self.reserve = reserve
    level = tokens * periodNanos
    lastNanos = now
  }

  /// `rate` tokens per second.
  public init(
    perSecond rate: Int64, burst: Int64, reserve: Int64 = 0, tokens: Int64? = nil, atNanos now: Int64
  ) {
    self.init(
      perPeriod: rate, periodNanos: 1_000_000_000, burst: burst, reserve: reserve, tokens: tokens,
      atNanos: now)
  }

  /// Takes a token when there is one for this purpose. A clock that steps back adds nothing and takes nothing
  /// away.
  public mutating func take(for purpose: Purpose, atNanos now: Int64) -> Bool {
    refill(atNanos: now)
    guard level >= needed(for: purpose) else { return false }
    level -= periodNanos
    return true
  }

  /// Whole tokens there are for this purpose now.
  public func available(for purpose: Purpose, atNanos now: Int64) -> Int64 {
    var bucket = self
    bucket.refill(atNanos: now)
    let kept = kept(from: purpose)
    return max(0, bucket.level / periodNanos - kept)
  }

  /// Nanoseconds until `take` will succeed for this purpose if nothing else is taken, 0 when it would now.
  public func nanosUntilAvailable(for purpose: Purpose, atNanos now: Int64) -> Int64 {
    var bucket = self
    bucket.refill(atNanos: now)
    let missing = max(0, needed(for: purpose) - bucket.level)
    return missing / perPeriod + (missing % perPeriod == 0 ? 0 : 1)
  }

  private func needed(for purpose: Purpose) -> Int64 { (kept(from: purpose) + 1) * periodNanos }

  private func kept(from purpose: Purpose) -> Int64 {
    switch purpose {
    case .order: reserve
    case .query: reserve / 2
    case .cancel: 0
    }
  }

  private mutating func refill(atNanos now: Int64) {
    guard now > lastNanos else { return }
    let full = burst * periodNanos
    let (elapsed, tooLong) = now.subtractingReportingOverflow(lastNanos)
    let (gained, tooMuch) = elapsed.multipliedReportingOverflow(by: perPeriod)
    level = tooLong || tooMuch || gained >= full - level ? full : level + gained
    lastNanos = now
  }
}
