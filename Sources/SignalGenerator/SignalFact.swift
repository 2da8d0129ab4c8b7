import ActorKit
import Trading
import Vocabulary
import Wire

/// What a signal generator keeps over restarts: which signals it gave, and how each ended.
public enum SignalFact: Equatable, Sendable {
  /// Kind 1. Journaled before the signal leaves.
  case signalIssued(IssuedSignal)
  /// Kind 2. Exactly one for each signal, whoever ended it.
  case signalEnded(SignalEnd)
}

/// A signal as it was given.
public struct IssuedSignal: Equatable, Sendable {
  public var intent: IntentID
  public var strategy: UInt16
  public var instrument: UInt32
  public var side: Side
  /// Limit of the entry; nil at the market.
  public var entryPrice: Price?
  public var stopPrice: Price?
  public var takeProfitPrice: Price?
  /// Wall time after which it is not acted on, ns UTC.
  public var expireNanos: Int64
  /// Wall time when it was given, ns UTC.
  public var atNanos: Int64

  public init(
    intent: IntentID, strategy: UInt16, instrument: UInt32, side: Side, entryPrice: Price?,
    stopPrice: Price?, takeProfitPrice: Price?, expireNanos: Int64, atNanos: Int64
  ) {
    self.intent = intent
    self.strategy = strategy
    self.instrument = instrument
    self.side = side
    self.entryPrice = entryPrice
    self.stopPrice = stopPrice
    self.takeProfitPrice = takeProfitPrice
    self.expireNanos = expireNanos
    self.atNanos = atNanos
  }
}

/// How a signal ended.
public struct SignalEnd: Equatable, Sendable {
  public var intent: IntentID
  public var outcome: IntentOutcome
  /// Why, when it was refused.
  public var reason: RejectReason
  /// The check that refused it, when risk did.
  public var check: RiskCheck
  public var filledQuantity: Quantity
  /// Nil without a fill.
  public var averagePrice: Price?
  /// Wall time, ns UTC.
  public var atNanos: Int64

  public init(
    intent: IntentID, outcome: IntentOutcome, reason: RejectReason, check: RiskCheck = .none,
    filledQuantity: Quantity = .zero, averagePrice: Price? = nil, atNanos: Int64
  ) {
    self.intent = intent
    self.outcome = outcome
    self.reason = reason
    self.check = check
    self.filledQuantity = filledQuantity
    self.averagePrice = averagePrice
    self.atNanos = atNanos
  }
}

extension SignalFact: FactCoding {
  public var kind: UInt16 {
    switch self {
    case .signalIssued: 1
    case .signalEnded: 2
    }
  }

  /// The word for logs and reports.
  public var name: String {
    switch self {
    case .signalIssued: "signalIssued"
    case .signalEnded: "signalEnded"
    }
  }

  public func encode(into writer: inout SnapshotWriter) {
    switch self {
    case .signalIssued(let signal): signal.write(to: &writer)
    case .signalEnded(let end): end.write(to: &writer)
    }
  }

  public init(kind: UInt16, from reader: inout SnapshotReader) throws(RestoreError) {
    switch kind {
    case 1: self = .signalIssued(try IssuedSignal(from: &reader))
    case 2: self = .signalEnded(try SignalEnd(from: &reader))
    default: throw .unknownKind(kind)
    }
  }
}

extension IssuedSignal {
  func write(to writer: inout SnapshotWriter) {
    intent.write(to: &writer)
    writer.write(strategy)
    writer.write(instrument)
    writer.write(side.rawValue)
    writer.write(entryPrice?.raw)
    writer.write(stopPrice?.raw)
    writer.write(takeProfitPrice?.raw)
    writer.write(expireNanos)
    writer.write(atNanos)
  }

  init(from reader: inout SnapshotReader) throws(RestoreError) {
    intent = try IntentID(from: &reader)
    strategy = try reader.read()
    instrument = try reader.read()
    side = try reader.readCode("side")
    entryPrice = try reader.readOptional(Int64.self).map { Price(raw: $0) }
    stopPrice = try reader.readOptional(Int64.self).map { Price(raw: $0) }
    takeProfitPrice = try reader.readOptional(Int64.self).map { Price(raw: $0) }
    expireNanos = try reader.read()
    atNanos = try reader.read()
  }
}

extension SignalEnd {
  func write(to writer: inout SnapshotWriter) {
    intent.write(to: &writer)
    writer.write(outcome.rawValue)
    writer.write(reason.rawValue)
    writer.write(check.rawValue)
    writer.write(filledQuantity.raw)
    writer.write(averagePrice?.raw)
    writer.write(atNanos)
  }

  init(from reader: inout SnapshotReader) throws(RestoreError) {
    intent = try IntentID(from: &reader)
    outcome = try reader.readNamed("outcome of a signal")
    reason = try reader.readNamed("reason")
    check = try reader.readNamed("check")
    filledQuantity = Quantity(raw: try reader.read())
    averagePrice = try reader.readOptional(Int64.self).map { Price(raw: $0) }
    atNanos = try reader.read()
  }
}
