/// Why a strategy is run: everything that changed in this turn.
public struct Input: Equatable, Sendable {
  /// Something that may have changed.
  public enum Change: Equatable, Sendable {
    case book(String)
    case trades(String)
    case top(String)
    case metrics(String)
    case executions(String)
    case denials(String)
    case timer(String)
    /// How far an instrument's data can be trusted.
    case standing(String)
    /// A position, or what works at the venue.
    case position(String)
    /// A signal of the strategy's own has ended: `Context.endedSignals`.
    case signalEnded
    /// Half the life of the quotes is over, or a live parameter was set: say them again, or they expire.
    case renewal
  }

  /// In the order in which the changes became known.
  public private(set) var changes: [Change] = []

  package init() {}

  /// Whether this is among the changes.
  public func has(_ change: Change) -> Bool { changes.contains(change) }

  public var isEmpty: Bool { changes.isEmpty }

  package mutating func add(_ change: Change) {
    if !changes.contains(change) { changes.append(change) }
  }

  package mutating func reset() { changes.removeAll(keepingCapacity: true) }
}
