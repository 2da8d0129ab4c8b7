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

extension IntentReport {
  @inlinable public var intent: IntentID { IntentID(high: intentHigh, low: intentLow) }
}
