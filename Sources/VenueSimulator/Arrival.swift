import ActorKit

/// A request on its way to matching.
struct Arrival: Sendable {
  /// Market time.
  var dueNanos: Int64
  var request: VenueRequest
  var peer: Peer
  /// Its first answer is lost.
  var isUnanswered = false
}
