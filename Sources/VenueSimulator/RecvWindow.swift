/// Until when a request may be acted on. It makes a lost request decidable: after the window it cannot come
/// true.
struct RecvWindow: Equatable, Sendable {
  var requestNanos: Int64
  var windowNanos: Int64

  /// How far the sender's clock may be ahead of the venue's.
  static let futureNanos: Int64 = 1_000_000_000

  /// Whether the request may still be acted on at this wall time.
  func isOpen(atWall wall: Int64, longest: Int64?) -> Bool {
    guard windowNanos > 0, windowNanos <= longest ?? .max else { return false }
    let (end, overflow) = requestNanos.addingReportingOverflow(windowNanos)
    guard overflow || end >= wall else { return false }
    return requestNanos <= wall + Self.futureNanos
  }
}
