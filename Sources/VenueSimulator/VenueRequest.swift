import ActorKit
import Trading
import Wire

/// What an account's executor, or an operator, asks of the venue.
enum VenueRequest: Sendable {
  case new(NewOrder)
  case cancel(CancelOrder)
  case replace(ReplaceOrder)
  case cancelAll(CancelAll)
  case orderQuery(OrderQuery)
  case accountQuery(AccountQuery)

  var envelope: Envelope {
    switch self {
    case .new(let request): request.envelope
    case .cancel(let request): request.envelope
    case .replace(let request): request.envelope
    case .cancelAll(let request): request.envelope
    case .orderQuery(let request): request.envelope
    case .accountQuery(let request): request.envelope
    }
  }

  /// Number of the account.
  var account: UInt16 {
    switch self {
    case .new(let request): request.account
    case .cancel(let request): request.account
    case .replace(let request): request.account
    case .cancelAll(let request): request.account
    case .orderQuery(let request): request.account
    case .accountQuery(let request): request.account
    }
  }

  /// Whether only the account's executor may ask it. Queries and the emergency brake are open to anyone.
  var needsExecutor: Bool {
    switch self {
    case .new, .cancel, .replace: true
    case .cancelAll, .orderQuery, .accountQuery: false
    }
  }

  /// The times to hold against the wall clock, for requests that name a window.
  var window: RecvWindow? {
    switch self {
    case .new(let request):
      RecvWindow(requestNanos: request.requestNanos, windowNanos: request.recvWindowNanos)
    case .cancel(let request):
      RecvWindow(requestNanos: request.requestNanos, windowNanos: request.recvWindowNanos)
    case .replace(let request):
      RecvWindow(requestNanos: request.requestNanos, windowNanos: request.recvWindowNanos)
    case .cancelAll, .orderQuery, .accountQuery: nil
    }
  }
}
