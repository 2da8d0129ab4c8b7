/// Why a strategy's quotes are pulled.
public enum PullReason: String, CaseIterable, Sendable {
  /// The session neither is live nor degraded.
  case session
  /// The account's executor is not heard.
  case executorSilent
  /// The executor's truth about the position is not known.
  case positionUnknown
  /// The feed has said nothing yet, has no whole book yet, or a reference price is missing.
  case dataMissing
  /// The feed calls the data stale or ended, or is itself not heard.
  case dataStale
  /// A price jump waits for confirmation.
  case dataSuspect
  /// The market's quotes make no price.
  case unpriced
  /// The strategy failed.
  case fault
  /// The strategy itself wants no quotes.
  case strategy
}
