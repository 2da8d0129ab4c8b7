import ActorKit

/// How long to wait before a question on which protection depends is put again: shortly at first, because an
/// answer may get lost or lag, then every second.
struct Repetition: Equatable, Sendable {
  static let longestNanos: Int64 = .nanosPerSecond

  private(set) var nanos: Int64 = 250 * .nanosPerMilli

  mutating func double() { nanos = min(2 * nanos, Self.longestNanos) }
}
