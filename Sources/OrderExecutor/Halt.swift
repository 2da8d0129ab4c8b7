import ActorKit

// A latch: while it is on, nothing that could open is sent in its scope, and what could is cancelled; of a
// panic everything.
extension Halt {
  /// What a halt of this executor may apply to.
  public enum Scope: Equatable, Sendable {
    /// Everything; the firm's halt reaches each executor as this.
    case firm
    case account
    case strategy(UInt16)
    case instrument(UInt32)
  }

  /// Whether it stops a strategy in an instrument.
  public func covers(strategy: UInt16, instrument: UInt32) -> Bool {
    switch scope {
    case .firm, .account: true
    case .strategy(let number): number == strategy
    case .instrument(let number): number == instrument
    }
  }
}

extension Halt.Scope: RecordValue {
  /// A code, and the number of what it names.
  public func write(to writer: inout SnapshotWriter) {
    let (code, number): (UInt8, UInt32) =
      switch self {
      case .firm: (1, 0)
      case .account: (2, 0)
      case .strategy(let number): (3, UInt32(number))
      case .instrument(let number): (4, number)
      }
    writer.write(code)
    writer.write(number)
  }

  public init(from reader: inout SnapshotReader) throws(RestoreError) {
    let code = try reader.read(UInt8.self)
    let number = try reader.read(UInt32.self)
    switch code {
    case 1: self = .firm
    case 2: self = .account
    case 3:
      guard let strategy = UInt16(exactly: number) else { throw .invalid("strategy \(number) in a halt") }
      self = .strategy(strategy)
    case 4: self = .instrument(number)
    default: throw .invalid("a halt of scope \(code)")
    }
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
