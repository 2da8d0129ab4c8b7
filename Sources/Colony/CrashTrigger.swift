import ActorKit

/// When to die: at the n-th arrival at a named point.
package struct CrashTrigger: Equatable, Sendable {
  package let point: CrashPoint
  package private(set) var arrivalsLeft: Int

  /// `POINT` or `POINT:COUNT`; nil for an unknown point or a count that is no positive number.
  package init?(_ text: String) {
    let parts = text.split(separator: ":", omittingEmptySubsequences: false)
    guard (1...2).contains(parts.count), let point = CrashPoint(rawValue: String(parts[0])) else {
      return nil
    }
    guard let count = parts.count == 2 ? Int(parts[1]) : 1, count > 0 else { return nil }
    self.point = point
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
