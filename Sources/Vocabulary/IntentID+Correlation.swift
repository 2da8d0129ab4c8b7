import ActorKit
import Trading
import Wire

// An intent's id where messages carry it.

extension IntentID {
  /// The correlation of every message about the intent, which is its id.
  @inlinable public var correlation: Correlation { Correlation(high: high, low: low) }

  @inlinable public init(_ correlation: Correlation) {
    self.init(high: correlation.high, low: correlation.low)
  }
}

extension IntentOutcome {
  /// Whether nothing follows a report with it. An outcome this program does not know decides nothing.
  public var isTerminal: Bool {
    switch self {
    case .filled, .partiallyFilled, .canceled, .rejected, .expired: true
    case .accepted, .working, .unrecognized: false
    }
  }

  /// Those that end an intent, in the order of counters.
  public static var terminal: [IntentOutcome] { [.filled, .partiallyFilled, .canceled, .rejected, .expired] }
}

extension IntentReport {
  @inlinable public var intent: IntentID { IntentID(high: intentHigh, low: intentLow) }
}
