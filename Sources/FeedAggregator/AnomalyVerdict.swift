import Wire

/// What is done about a fault in market data. One table for all of them; docs/ANOMALIES.md is its readable
/// form, and a test holds the two together.
public enum AnomalyVerdict: String, CaseIterable, Sendable {
  /// The message is counted and counts for nothing else.
  case drop
  /// The data is used, the instrument is `suspect` until it is confirmed or taken back.
  case suspect
  /// The instrument is `stale`: nobody may trade on it until the cure.
  case stale
  /// The data is used, the instrument is `unpriced`: positions may be reduced, nothing may be opened.
  case unpriced
  /// The message is used; only the count tells.
  case note
}

/// What makes an instrument trustworthy again.
public enum AnomalyCure: String, CaseIterable, Sendable {
  /// Nothing is broken.
  case none
  /// A snapshot of the book.
  case snapshot
  /// The next message of the same stream that is good.
  case nextUpdate
  /// Two more updates at the new price with both sides moved there or trades there, one back at the old
  /// price, or a snapshot.
  case confirmation
}

extension AnomalyVerdict {
  /// One line of the table.
  public struct Rule: Equatable, Sendable {
    public let anomaly: Anomaly
    public let verdict: AnomalyVerdict
    public let cure: AnomalyCure
  }

  /// The verdict on each anomaly. Where a line says `drop`, it speaks of trades and tickers; a depth message
  /// that has to be dropped for its content leaves a hole, which is `stale` until a snapshot.
  public static let table: [Rule] = [
    Rule(anomaly: .duplicate, verdict: .drop, cure: .none),
    Rule(anomaly: .late, verdict: .drop, cure: .none),
    Rule(anomaly: .nonPositive, verdict: .drop, cure: .none),
    Rule(anomaly: .offTick, verdict: .drop, cure: .none),
    Rule(anomaly: .unknownInstrument, verdict: .drop, cure: .none),
    Rule(anomaly: .priceJump, verdict: .suspect, cure: .confirmation),
    Rule(anomaly: .wideSpread, verdict: .unpriced, cure: .nextUpdate),
    Rule(anomaly: .hole, verdict: .stale, cure: .snapshot),
    Rule(anomaly: .crossedBook, verdict: .stale, cure: .snapshot),
    Rule(anomaly: .sourceRestarted, verdict: .stale, cure: .snapshot),
    Rule(anomaly: .emptyBook, verdict: .stale, cure: .nextUpdate),
    Rule(anomaly: .silence, verdict: .stale, cure: .nextUpdate),
    Rule(anomaly: .clockBackwards, verdict: .note, cure: .none),
    Rule(anomaly: .bookFull, verdict: .note, cure: .none),
    Rule(anomaly: .offMarket, verdict: .note, cure: .none),
    Rule(anomaly: .timeJump, verdict: .note, cure: .none),
    Rule(anomaly: .idJump, verdict: .drop, cure: .none),
    Rule(anomaly: .quantityRange, verdict: .note, cure: .none),
  ]

  /// The line for an anomaly; nil for `none` and for what this program does not know.
  public static func rule(for anomaly: Anomaly) -> Rule? { table.first { $0.anomaly == anomaly } }
}
