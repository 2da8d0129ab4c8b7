import Platform
import Topology
import Trading
import Wire

/// Tells the person at the terminal how a run goes: a line that renews itself each second, or, where nobody
/// sits, a plain line every five. What happens in between (restarts, alarms) gets lines of its own.
struct SupervisorProgress {
  static let terminalNanos: Int64 = 1_000_000_000
  static let plainNanos: Int64 = 5_000_000_000

  private let audience: SupervisorAudience
  private var isLineOpen = false
  private(set) var nextBootNanos = Int64.min

  init(for audience: SupervisorAudience) { self.audience = audience }

  private var isTerminal: Bool { audience == .terminal }

  /// Shows the line if it is due.
  mutating func show(_ line: () -> String, atBootNanos now: Int64) {
    guard now >= nextBootNanos else { return }
    nextBootNanos = now + (isTerminal ? Self.terminalNanos : Self.plainNanos)
    if isTerminal {
      write("\r\(fitted(line()))\(Terminal.clearLine)")
      isLineOpen = true
    } else {
      write(line() + "\n")
    }
  }

  /// Says something that stays on the screen.
  mutating func say(_ text: String) {
    end()
    write(text + "\n")
    if isTerminal { nextBootNanos = .min }
  }

  /// Leaves the line that renews itself.
  mutating func end() {
    guard isLineOpen else { return }
    isLineOpen = false
    write("\n")
  }

  /// One row of the terminal: a longer line would wrap and could not be renewed.
  private func fitted(_ line: String) -> String {
    guard let columns = Terminal.size(2)?.columns, line.count >= columns else { return line }
    return String(line.prefix(max(1, columns - 1)))
  }

  /// Progress is for people and goes to standard error. That nobody reads it is no reason to stop trading.
  private func write(_ text: String) {
    if audience != .nobody { _ = StandardError.write(text) }
  }
}

extension SupervisorProgress {
  /// `00:12  LIVE  market 12345  signals 1234  orders 100  fills 12  position BTCUSDT.SIM 0.01  restarts 0`.
  static func line(
    _ status: SupervisorStatus, _ topology: Topology, elapsedNanos: Int64, restarts: Int,
    atBootNanos now: Int64
  ) -> String {
    var parts = [clock(elapsedNanos), sessionText(status, atBootNanos: now)]
    for (name, figure) in [
      ("market", SupervisorFigure.marketEvents), ("signals", .signals), ("orders", .orders),
      ("fills", .fills),
    ] {
      parts.append("\(name) \(status.figure(figure).map(String.init) ?? "–")")
    }
    // What is open or unknown first.
    let positions =
      status.positions.filter { $0.quantity != 0 } + status.positions.filter { $0.quantity == 0 }
    for position in positions.prefix(3) {
      let name = topology.instrument(number: position.instrument)?.name.description ?? ""
      let quantity = position.quantity.map { "\(Quantity(raw: $0))" } ?? "unknown"
      parts.append("position \(name) \(quantity)")
    }
    if status.positions.count > 3 { parts.append("… \(status.positions.count - 3) more") }
    parts.append("restarts \(restarts)")
    return parts.joined(separator: "  ")
  }

  private static func sessionText(_ status: SupervisorStatus, atBootNanos now: Int64) -> String {
    guard let session = status.session else { return "starting" }
    let state = "\(session.state.name)".uppercased()
    guard let age = status.sessionAgeNanos(atBootNanos: now) else { return state }
    return "session unknown (\(age / 1_000_000_000) s ago: \(state))"
  }

  private static func clock(_ nanos: Int64) -> String {
    let seconds = max(0, nanos) / 1_000_000_000
    let parts =
      seconds >= 3600 ? [seconds / 3600, seconds / 60 % 60, seconds % 60] : [seconds / 60, seconds % 60]
    return parts.map { $0 < 10 ? "0\($0)" : "\($0)" }.joined(separator: ":")
  }
}
