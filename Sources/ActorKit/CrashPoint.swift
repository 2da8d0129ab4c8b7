/// Named places at which a test build can be told to die, so that recovery from each can be shown.
///
/// A host calls them between the steps of a turn. Only builds made for tests honour the request.
public enum CrashPoint: String, CaseIterable, Sendable {
  /// Inputs received, nothing decided.
  case afterReceive = "after_receive"
  /// Decided, nothing journaled.
  case beforeCommit = "before_commit"
  /// Journaled, nothing acknowledged or sent.
  case afterCommit = "after_commit"
  /// Acknowledged, nothing sent.
  case afterAcknowledge = "after_acknowledge"
  /// Some messages of the turn sent, others not.
  case betweenSends = "between_sends"
  /// Everything sent.
  case afterSend = "after_send"
}
