import ActorKit

/// When to die, and how: at the n-th arrival at a named point.
package struct CrashTrigger: Equatable, Sendable {
  package let point: CrashPoint
  /// Of a trap, as a bug would end it; otherwise of SIGKILL.
  package let traps: Bool
  package private(set) var arrivalsLeft: Int

  /// `POINT`, `POINT:COUNT` or `POINT:COUNT:trap`; nil for an unknown point, a count that is no positive
  /// number, or another word.
  package init?(_ text: String) {
    let parts = text.split(separator: ":", omittingEmptySubsequences: false)
    guard (1...3).contains(parts.count), let point = CrashPoint(rawValue: String(parts[0])) else {
      return nil
    }
    guard let count = parts.count > 1 ? Int(parts[1]) : 1, count > 0 else { return nil }
    guard parts.count < 3 || parts[2] == "trap" else { return nil }
    self.point = point
    traps = parts.count == 3
    arrivalsLeft = count
  }

  /// Whether this arrival is the one to die at.
  package mutating func comes(to point: CrashPoint) -> Bool {
    guard point == self.point, arrivalsLeft > 0 else { return false }
    arrivalsLeft -= 1
    return arrivalsLeft == 0
  }
}

extension CrashPoint {
  /// All names, for a message.
  package static var names: String { allCases.map(\.rawValue).joined(separator: ", ") }
}
