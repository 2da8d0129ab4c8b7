import ActorKit
import Governance
import OrderExecutor
import Trading
import VenueSimulator
import Wire

/// What a field of a fact holds, as every form of export writes it.
public indirect enum FactValue: Equatable, Sendable {
  case text(String)
  case integer(Int64)
  /// Plain decimal digits: a whole number beyond Int64.
  case number(String)
  case flag(Bool)
  case list([[FactField]])

  /// As people and tables show it; of a list its JSON.
  public var text: String {
    switch self {
    case .text(let text), .number(let text): text
    case .integer(let number): String(number)
    case .flag(let flag): flag ? "true" : "false"
    case .list: json
    }
  }
}

/// A field of a fact: a name and what it holds.
public struct FactField: Equatable, Sendable {
  public let name: String
  public let value: FactValue
}

/// What can stand in a field of a fact.
protocol FactFieldValue {
  var factValue: FactValue { get }
}

/// Enumerations stand in a fact by the name of their case.
protocol FactCaseName: FactFieldValue {}

extension FactCaseName {
  var factValue: FactValue { .text("\(self)") }
}

extension FactFieldValue where Self: BinaryInteger {
  var factValue: FactValue { Int64(exactly: self).map { .integer($0) } ?? .number(String(self)) }
}

extension FactFieldValue where Self: FixedPoint {
  var factValue: FactValue { .text(description) }
}

extension FactFieldValue where Self: WireEnumeration {
  var factValue: FactValue { .text("\(name)") }
}

extension Bool: FactFieldValue {
  var factValue: FactValue { .flag(self) }
}

extension String: FactFieldValue {
  var factValue: FactValue { .text(self) }
}

extension UInt16: FactFieldValue {}
extension UInt32: FactFieldValue {}
extension UInt64: FactFieldValue {}
extension Int64: FactFieldValue {}

extension Price: FactFieldValue {}
extension Quantity: FactFieldValue {}
extension Money: FactFieldValue {}

extension StateBytes: FactFieldValue {
  var factValue: FactValue { .text(bytes.hexadecimal) }
}

extension Currency: FactFieldValue {
  var factValue: FactValue { .text(description) }
}

extension ClOrdID: FactFieldValue {
  var factValue: FactValue { .text(description) }
}

extension ClOrdIDText: FactFieldValue {
  var factValue: FactValue { .text(description) }
}

extension IntentID: FactFieldValue {
  var factValue: FactValue { .text(description) }
}

extension ExecID: FactFieldValue {
  /// Both halves, so that no two names of executions look alike.
  var factValue: FactValue { .text("\(String(high, radix: 16)):\(String(low, radix: 16))") }
}

extension Correlation: FactFieldValue {
  var factValue: FactValue { .text(hexadecimal) }

  /// 32 hexadecimal digits, as those of an intent.
  public var hexadecimal: String { IntentID(high: high, low: low).description }
}

extension Side: FactCaseName {}
extension TimeInForce: FactCaseName {}
extension OrderType: FactCaseName {}
extension LiquidityIndicator: FactCaseName {}

extension CommandKind: FactFieldValue {}
extension CommandOutcome: FactFieldValue {}
extension IntentOutcome: FactFieldValue {}
extension PermitLevel: FactFieldValue {}
extension RejectReason: FactFieldValue {}
extension RiskCheck: FactFieldValue {}
extension MeasureUnit: FactFieldValue {}
extension SessionCause: FactFieldValue {}
extension SessionCode: FactFieldValue {}
extension Scope: FactFieldValue {}
