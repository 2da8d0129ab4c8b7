/// Finds out when a relay that nobody supervises has nothing left to carry. Pure: time comes in.
package struct RelayEnd: Sendable {
  /// Between the queen's end and the relay's, so that everyone has seen it.
  package static let graceNanos: Int64 = 3_000_000_000
  /// Who has heard somebody, and then nobody for so long, carries nothing any more.
  package static let silenceNanos: Int64 = 180_000_000_000
  /// Between two looks: whether somebody supervises it stands in a file.
  package static let lookNanos: Int64 = 1_000_000_000

  private var finishedSince: Int64?
  private var nextLook = Int64.min

  package init() {}

  /// Whether it may be time to leave; at most once a second.
  package mutating func isDue(
    isQueenFinished: Bool, lastHeardBootNanos: Int64?, atBootNanos now: Int64
  ) -> Bool {
    finishedSince = isQueenFinished ? finishedSince ?? now : nil
    guard now >= nextLook else { return false }
    nextLook = now + Self.lookNanos
    if let finishedSince, now - finishedSince >= Self.graceNanos { return true }
    guard let lastHeardBootNanos else { return false }
    return now - lastHeardBootNanos >= Self.silenceNanos
  }
}
