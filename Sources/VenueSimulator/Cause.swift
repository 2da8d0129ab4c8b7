import ActorKit
import Wire

/// What an answer owes to the message that caused it.
struct Cause: Equatable, Sendable {
  var origin: Int64 = 0
  var correlation = Correlation.none
  /// Id of the cancel or replace that is answered.
  var requestClOrdID = ClOrdIDText()

  init(origin: Int64 = 0, correlation: Correlation = .none, requestClOrdID: ClOrdIDText = ClOrdIDText()) {
    self.origin = origin
    self.correlation = correlation
    self.requestClOrdID = requestClOrdID
  }

  init(_ envelope: Envelope, requestClOrdID: ClOrdIDText = ClOrdIDText()) {
    self.init(origin: envelope.origin, correlation: envelope.correlation, requestClOrdID: requestClOrdID)
  }
}
