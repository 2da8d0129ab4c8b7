import ActorKit
import Trading

/// How far books and venue have been compared. Volatile: a restart compares anew before it trades.
struct Reconciliation: Equatable, Sendable {
  /// What a question to the venue is for.
  enum Purpose: Equatable, Sendable {
    /// After a start: everything, and nothing new before it agrees.
    case start
    /// Every ten seconds: trades and positions.
    case routine
    /// Something was contradictory: everything.
    case everything
    /// Before the end: everything, with nothing open.
    case end
  }

  /// A question without its answer.
  struct Query: Equatable, Sendable {
    var purpose: Purpose
    /// Of its id; the answer carries it.
    var counter: UInt64
    /// Fills booked when it was asked: the venue had made those trades, so its answer must show them.
    var fillCount: UInt64
    /// Trades after this one were asked for.
    var afterTradeSequence: UInt64
  }

  /// The first comparison after the start agreed.
  var isComplete = false
  var query: Query?
  /// When to ask next, boot clock.
  var nextBoot: Int64 = 0
  /// Ask for open orders too.
  var wantsOrders = false
  /// Ask again right after the answer that is awaited.
  var isHurried = false
  /// Orders that had ended with fills still awaited at the last answer.
  var awaiting: [ClOrdID] = []
  /// Foreign open orders at the last answer.
  var foreignOrders = 0

  /// Asks sooner than planned.
  mutating func hurry(toBoot boot: Int64, withOrders: Bool = false) {
    if withOrders { wantsOrders = true }
    if query == nil { nextBoot = min(nextBoot, boot) } else { isHurried = true }
  }
}
