import JSON5

/// How a session is run: `session: { mode: "paper", goLive: "at-once", graceSeconds: 5, speed: 1 }`.
public struct Session: Sendable, Equatable {
  public enum Mode: String, Sendable, CaseIterable {
    /// Simulated venue, simulated money, real time.
    case paper
    /// A recorded market against a simulated venue, at `speed`.
    case replay
    /// Real accounts may take part.
    case live
  }

  public enum GoLive: String, Sendable, CaseIterable {
    /// READY becomes LIVE as soon as every component is ready.
    case atOnce = "at-once"
    /// READY waits for `waggle start`. The default: trading begins when a person says so.
    case byCommand = "by-command"
  }

  public enum AtEnd: String, Sendable, CaseIterable {
    /// Stops and targets stay at the venue, with the positions they protect. The default.
    case keep
    /// Positions are closed before the end.
    case flatten
  }

  /// `mode`, required.
  public let mode: Mode
  /// `goLive`, default `by-command`.
  public let goLive: GoLive
  /// `graceSeconds`, 0…300, default 5: a loss healed within it is an interruption, not a degradation.
  public let graceNanos: Int64
  /// `speed`, 0.01…1000, default 1, replay only: market seconds per wall second.
  public internal(set) var speed: Double
  /// `atEnd`, default `keep`: what becomes of open positions when the session ends as asked.
  public let atEnd: AtEnd

  init?(_ section: Section) {
    let mode: Located<Mode>? = section.choice("mode")
    let goLive: Located<GoLive>? = section.choice("goLive", default: .byCommand)
    let grace = section.nanos("graceSeconds", .seconds, in: 0...300, default: 5)
    let speed = section.number("speed", in: Self.speeds, default: 1)
    let atEnd: Located<AtEnd>? = section.choice("atEnd", default: .keep)
    guard let mode, let goLive, let grace, let speed, let atEnd else { return nil }
    if mode.value != .replay, speed.value != 1 {
      section.report(
        .outOfPlace, key: "speed", "a \(mode.value.rawValue) session runs at the speed of the clock",
        hint: "leave it out, or set mode: \"replay\"")
    }
    self.mode = mode.value
    self.goLive = goLive.value
    graceNanos = grace.value
    self.speed = speed.value
    self.atEnd = atEnd.value
  }

  static let speeds: ClosedRange<Double> = 0.01...1000
  static let keys = ["mode", "goLive", "graceSeconds", "speed", "atEnd"]
}

/// What an acknowledged journal commit survives.
public enum Durability: String, Sendable, CaseIterable {
  /// The death of the process (kill -9). Cheap; the default.
  case process
  /// A power loss too: each commit is synced to the disk. Required for live accounts.
  case power
}

/// How often a component may be restarted: `restart: { intensity: 5, windowSeconds: 60 }`. One more within
/// the window halts the session instead.
public struct RestartIntensity: Sendable, Equatable {
  /// `intensity`, 1…100, default 5.
  public let restarts: Int
  /// `windowSeconds`, 1…3600, default 60.
  public let windowNanos: Int64

  static let keys = ["intensity", "windowSeconds"]

  init?(_ section: Section) {
    let restarts = section.integer("intensity", in: 1...100, default: 5)
    let window = section.nanos("windowSeconds", .seconds, in: 1...3600, default: 60)
    guard let restarts, let window else { return nil }
    self.restarts = restarts.value
    windowNanos = window.value
  }
}
