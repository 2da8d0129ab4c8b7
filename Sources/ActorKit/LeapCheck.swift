/// Tells an id that leaps from a new truth.
///
/// A stream's ids rise by little. One that lies far from the last is first doubted: its message counts for
/// nothing. When the stream's next message goes on from it, messages are missing or the venue numbers anew,
/// and it is believed; one wild number changes nothing, and does not make all later ones late.
@frozen
public struct LeapCheck: Equatable, Sendable {
  /// The farthest an id is from the last that is believed at once. After a longer gap the first message is
  /// lost.
  public static let mostStep: UInt64 = 1 << 26
  /// Ids of the busiest book do not rise by `mostStep` in less, about: nanoseconds of market time.
  public static let stepNanos: Int64 = 600 * .nanosPerSecond
  /// Nothing that is only missing lies so far away: the largest ids of a public venue, Binance's futures'
  /// after years, stand at a third of it. Beyond it the numbers are others.
  public static let mostGap: UInt64 = 1 << 44

  @usableFromInline var doubted: UInt64?

  public enum Verdict: Sendable {
    case near
    /// Not to be believed yet.
    case doubted
    /// Goes on from the one doubted before: the numbers are others now.
    case confirmed
  }

  @inlinable public init() { doubted = nil }

  /// Judges an id against the last believed one of its stream.
  @inlinable
  public mutating func judge(_ id: UInt64, last: UInt64) -> Verdict {
    guard (id > last ? id - last : last - id) > Self.mostStep else {
      doubted = nil
      return .near
    }
    if let doubted, id > doubted, id - doubted <= Self.mostStep {
      self.doubted = nil
      return .confirmed
    }
    doubted = id
    return .doubted
  }
}
