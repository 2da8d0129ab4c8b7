/// An account as it was a short while ago, for a venue whose queries lag behind its matching.
///
/// Before a change the account is kept, at most once in half the lag; so a query sees it as it was between
/// half the lag and the whole lag ago. Bound: three states, as only those of the last lag are kept.
struct QueryHistory: Sendable {
  /// What a query sees.
  struct State: Sendable {
    var account: VenueAccount
    /// The last report of which the account knows.
    var lastReport: UInt64
  }

  private var states: [(nanos: Int64, state: State)] = []

  /// Keeps the account as it is before a change at `nanos`.
  mutating func note(_ state: State, at nanos: Int64, lag: Int64) {
    if let last = states.last, nanos - last.nanos < lag / 2 { return }
    states.removeAll { $0.nanos <= nanos - lag }
    states.append((nanos, state))
  }

  /// The account as a query at `nanos` sees it; nil if that is as it is.
  func state(at nanos: Int64, lag: Int64) -> State? { states.first { $0.nanos > nanos - lag }?.state }
}
