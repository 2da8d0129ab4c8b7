import Trading
import Wire

/// A latch: while it is on, nothing that could open is sent in its scope, and what could is cancelled; of a
/// panic everything.
public struct Halt: Equatable, Sendable {
  /// What a halt of this executor may apply to.
  public enum Scope: Equatable, Sendable {
    /// Everything; the firm's halt reaches each executor as this.
    case firm
    case account
    case strategy(UInt16)
    case instrument(UInt32)
  }

  public var scope: Scope
  public var operatorName: String
  public var reason: String
  /// Wall time, ns UTC.
  public var atNanos: Int64

  /// Whether it stops a strategy in an instrument.
  public func covers(strategy: UInt16, instrument: UInt32) -> Bool {
    switch scope {
    case .firm, .account: true
    case .strategy(let number): number == strategy
    case .instrument(let number): number == instrument
    }
  }

  public init(scope: Scope, operatorName: String, reason: String, atNanos: Int64) {
    self.scope = scope
    self.operatorName = operatorName
    self.reason = reason
    self.atNanos = atNanos
  }
}

extension Halt.Scope: CustomStringConvertible {
  public var description: String {
    switch self {
    case .firm: "the firm"
    case .account: "the account"
    case .strategy(let number): "strategy \(number)"
    case .instrument(let number): "instrument \(number)"
    }
  }
}
