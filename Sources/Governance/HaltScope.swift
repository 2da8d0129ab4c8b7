import ActorKit
import Wire

/// What a halt stops.
public enum HaltScope: Hashable, Sendable {
  case firm
  case account(UInt16)
  /// A strategy on every account.
  case strategy(UInt16)
  /// An instrument on every account.
  case instrument(UInt32)

  /// The scope a command names; nil when it names none, or not the number that goes with it.
  public init?(_ command: Command) {
    switch command.scope {
    case .firm: self = .firm
    case .account:
      guard let account = command.account else { return nil }
      self = .account(account)
    case .strategy:
      guard let strategy = command.strategy else { return nil }
      self = .strategy(strategy)
    case .instrument:
      guard let instrument = command.instrument else { return nil }
      self = .instrument(instrument)
    case .component, .unrecognized: return nil
    }
  }

  /// The wire's word for it.
  public var code: Scope {
    switch self {
    case .firm: .firm
    case .account: .account
    case .strategy: .strategy
    case .instrument: .instrument
    }
  }

  /// Number of the account in scope, if one is.
  public var account: UInt16? { if case .account(let number) = self { number } else { nil } }

  /// Number of the strategy in scope, if one is.
  public var strategy: UInt16? { if case .strategy(let number) = self { number } else { nil } }

  /// Number of the instrument in scope, if one is.
  public var instrument: UInt32? { if case .instrument(let number) = self { number } else { nil } }
}

extension HaltScope {
  /// Whether a halt of it stops a strategy in an instrument of an account.
  public func covers(account: UInt16, strategy: UInt16, instrument: UInt32) -> Bool {
    switch self {
    case .firm: true
    case .account(let number): number == account
    case .strategy(let number): number == strategy
    case .instrument(let number): number == instrument
    }
  }
}

extension HaltScope: RecordValue {
  /// The wire's code and the number, 0 where there is none.
  public func write(to writer: inout SnapshotWriter) {
    writer.write(code.rawValue)
    writer.write(instrument ?? UInt32(account ?? strategy ?? 0))
  }

  public init(from reader: inout SnapshotReader) throws(RestoreError) {
    let code = try reader.read(UInt8.self)
    let number = try reader.read(UInt32.self)
    let small = UInt16(truncatingIfNeeded: number)
    switch Scope(rawValue: code) {
    case .firm where number == 0: self = .firm
    case .account where UInt32(small) == number: self = .account(small)
    case .strategy where UInt32(small) == number: self = .strategy(small)
    case .instrument: self = .instrument(number)
    default: throw .invalid("a halt's scope \(code) with the number \(number)")
    }
  }
}

extension HaltScope: CustomStringConvertible {
  public var description: String {
    switch self {
    case .firm: "the firm"
    case .account(let number): "account \(number)"
    case .strategy(let number): "strategy \(number)"
    case .instrument(let number): "instrument \(number)"
    }
  }
}
