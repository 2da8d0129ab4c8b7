import ActorKit

/// What found no way out in a turn. After a refusal nothing more leaves by that way in the same turn, so that
/// no message overtakes the refused one.
package struct RefusedTransmissions {
  package private(set) var all: [(Transmission, NotSent)] = []

  package init() {}

  package mutating func reset() {
    if !all.isEmpty { all.removeAll(keepingCapacity: true) }
  }

  package mutating func add(_ transmission: Transmission, _ reason: NotSent) {
    all.append((transmission, reason))
  }

  /// Why a way is blocked; nil when it is not.
  package func reason(_ outlet: Transmission.Outlet) -> NotSent? {
    guard !all.isEmpty else { return nil }
    if case .topic = outlet { return nil }
    return all.first { $0.0.outlet == outlet }?.1
  }
}
