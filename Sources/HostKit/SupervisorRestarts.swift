/// Decides when a component that died is started again, and when it has died too often. Pure: time comes in.
package struct SupervisorRestarts: Sendable {
  package enum Decision: Sendable, Equatable {
    case restart(afterNanos: Int64)
    /// One death more within the window than the intensity allows.
    case giveUp
  }

  /// The first restart comes after this, each further one within the window after twice as long …
  package static let firstDelayNanos: Int64 = 50_000_000
  /// … up to this.
  package static let lastDelayNanos: Int64 = 1_000_000_000

  private let intensity: Int
  private let windowNanos: Int64
  /// Of the deaths within the window, boot clock; at most `intensity` + 1.
  private var deaths: [Int64] = []

  package init(intensity: Int, windowNanos: Int64) {
    precondition(intensity > 0 && windowNanos > 0, "intensity \(intensity) within \(windowNanos) ns")
    self.intensity = intensity
    self.windowNanos = windowNanos
  }

  /// The component has died.
  package mutating func died(atBootNanos now: Int64) -> Decision {
    deaths.removeAll { now - $0 >= windowNanos }
    deaths.append(now)
    guard deaths.count <= intensity else { return .giveUp }
    let doublings = min(deaths.count - 1, 10)
    return .restart(afterNanos: min(Self.firstDelayNanos << Int64(doublings), Self.lastDelayNanos))
  }
}
