/// Named places at which a test build can be told to die, so that recovery from each can be shown.
///
/// A host calls them between the steps of a turn. Only builds made for tests honour the request.
public enum CrashPoint: String, CaseIterable, Sendable {
  /// The state is rebuilt from the journal, the sockets are open, nothing has been said.
  case afterRecovery = "after_recovery"
  /// Inputs received, nothing decided.
  case afterReceive = "after_receive"
  /// Decided, nothing journaled.
  case beforeCommit = "before_commit"
  /// Journaled, nothing sent.
  case afterCommit = "after_commit"
  /// Journaled, and what the peer had acknowledged is gone from the outbox.
  case afterOutboxDelete = "after_outbox_delete"
  /// Calls, answers and what goes into one session are sent; what goes into others and on topics is not.
  case afterAcknowledge = "after_acknowledge"
  /// Some messages of the turn sent, others not.
  case betweenSends = "between_sends"
  /// Durable messages wait in a session's outbox, which is about to be sent.
  case beforeOutboxSend = "before_outbox_send"
  /// Everything sent.
  case afterSend = "after_send"
  /// A snapshot of the state is journaled.
  case afterSnapshot = "after_snapshot"
}
