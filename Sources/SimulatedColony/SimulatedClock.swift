import ActorKit

/// The clocks of one machine: what they show at a moment of the simulation.
///
/// The boot clock begins anew when the machine loses its power; the wall clock may be wrong and may be set.
package struct SimulatedClock: Sendable {
  /// What a right wall clock shows at the start of every simulation, ns UTC.
  static let wallStartNanos: Int64 = 1_790_000_000 * .nanosPerSecond

  /// The machine was started so long before the moment 0, or after it if less than 0.
  private var bootNanos: Int64
  /// How far the wall clock is ahead of a right one.
  private var errorNanos: Int64 = 0
  /// From then on it gains so many millionths.
  private var drift: (ppm: Int64, moment: Int64) = (0, 0)

  package init(bootNanos: Int64) { self.bootNanos = bootNanos }

  package func boot(at moment: Int64) -> Int64 { bootNanos + moment }
  package func wall(at moment: Int64) -> Int64 {
    let gained = (moment - drift.moment) / .nanosPerMicro * drift.ppm / 1_000
    return Self.wallStartNanos + moment + errorNanos + gained
  }

  /// The moment at which the boot clock shows a time; never before `moment`.
  func moment(ofBoot boot: Int64, notBefore moment: Int64) -> Int64 {
    boot == .max ? .max : max(moment, boot - bootNanos)
  }

  /// It is set, and runs as it should from then on.
  mutating func set(errorNanos: Int64) {
    self.errorNanos = errorNanos
    drift = (0, 0)
  }

  /// It runs too fast from now on; too slow for less than 0.
  mutating func drift(ppm: Int64, from moment: Int64) { drift = (ppm, moment) }

  /// The machine starts anew.
  mutating func restart(at moment: Int64) { bootNanos = .nanosPerSecond - moment }
}
