import Trading
import Wire

/// All that is known of one instrument of the account.
struct InstrumentState: Sendable {
  let instrument: Instrument
  /// Nil when the account may not trade it.
  let limits: InstrumentLimits?
  let topTopic: Topic
  let metricsTopic: Topic
  let statusTopic: Topic
  var market = MarketView()
  var exposure = Exposure()
  /// As last published.
  var state = PositionState.unknown
  /// The market could be decided on when last looked at.
  var isUsable = false
}

/// An order of which nobody knows whether the venue has it.
struct DoubtfulOrder: Equatable, Sendable {
  let id: ClOrdIDText
  /// Of its instrument.
  let instrumentIndex: Int
  let side: Side
  /// Raw units.
  var leaves: Int64

  /// More are kept as "anything on the account may be in doubt".
  static let most = 256
}

/// The session with the executor.
struct ExecutorView: Equatable, Sendable {
  var isOpen = false
  /// An account report has come since the session opened.
  var isReported = false
  var state = ComponentState.starting

  /// Whether what it has told can be relied on, and it can act.
  var isUsable: Bool {
    guard isOpen, isReported else { return false }
    switch state {
    case .ready, .live, .degraded: return true
    case .starting, .quarantined, .stopping, .finished, .unrecognized: return false
    }
  }
}

/// The session of the colony as last told by the queen.
struct SessionView: Equatable, Sendable {
  /// Who told it.
  var sender: UInt16 = 0
  var epoch: UInt32 = 0
  var revision: UInt64 = 0
  var state = SessionCode.unrecognized
  var permit = PermitLevel.unrecognized

  /// What it allows. The queen's level counts while trading: degraded by another account's trouble, it is
  /// still open.
  var level: PermitLevel {
    guard state == .live || state == .degraded, permit != .unrecognized else { return .cancel }
    return permit
  }
}
