import ActorKit

/// What the host knows of the device attached to it.
package struct DeviceStanding: Sendable {
  package var isAttached = false
  package var firstMarketNanos: Int64?
  /// What it has counted, as its driver last told.
  package var counters = CounterReport()
  /// Messages it has given this incarnation.
  var count: UInt64 = 0

  package init() {}

  package init(firstMarketNanos: Int64?) {
    isAttached = true
    self.firstMarketNanos = firstMarketNanos
  }
}
