import ActorKit
import Wire

/// An answer on its way out.
struct Departure: Sendable {
  /// Market time.
  var dueNanos: Int64
  var answer: Answer
  /// Who asked; nil for the account's executor, wherever it is by then.
  var peer: Peer?

  enum Answer: Sendable {
    case report(VenueReport)
    case account(AccountPage)
  }
}
