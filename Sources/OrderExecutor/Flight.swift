import Trading

/// An order for which an answer is awaited, with its deadlines on the boot clock; `Int64.max` for none.
/// Volatile: after a restart every unanswered order is in doubt, and its flight begins with the query.
struct Flight: Equatable, Sendable {
  let id: ClOrdID
  /// When its request was sent, boot clock; nil for one of an earlier life.
  var sentBoot: Int64?
  /// When its cancel was last sent, boot clock; nil for none in this life.
  var cancelSentBoot: Int64?
  /// The order itself is unanswered until then.
  var createDeadline = Int64.max
  /// Its cancel is unanswered until then.
  var cancelDeadline = Int64.max
  /// Ask the venue about it then: the time after which the request can no longer act, later the next
  /// repetition.
  var queryBoot = Int64.max
  /// A query is out under this counter; 0 for none.
  var queryCounter: UInt64 = 0
  /// Of questions about an order that is to protect.
  var repetition = Repetition()
  /// Answers that the venue knows no such order; believed at the second.
  var unknownAnswers = 0
  /// The venue did not have it when it was asked before the request was too old to arrive: that proves
  /// nothing, but until it shows up nothing rests under this id.
  var isUnknownYet = false
  /// When it was first unanswered.
  var sinceBoot: Int64
  /// Raise an alarm then.
  var stuckBoot: Int64
  /// Do not cancel again before.
  var nextCancelBoot: Int64 = 0

  /// Nothing is awaited.
  var isSettled: Bool { createDeadline == .max && cancelDeadline == .max && queryBoot == .max }

  var nextDeadline: Int64 { min(createDeadline, cancelDeadline, queryBoot, stuckBoot) }
}
