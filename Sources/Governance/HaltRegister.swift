import ActorKit

/// The halts that are latched: each stays until a person releases that very scope, over restarts too.
///
/// Bound: `limit` scopes besides the firm's. A halt beyond it is never refused; it halts the firm instead.
public struct HaltRegister: Equatable, Sendable {
  public static let limit = 256

  /// In the order latched.
  public private(set) var scopes: [HaltScope] = []

  public init() {}

  public var count: Int { scopes.count }

  public func contains(_ scope: HaltScope) -> Bool { scopes.contains(scope) }

  /// Latches a scope, or the firm when there is no place for another scope; gives what was latched.
  @discardableResult
  public mutating func latch(_ scope: HaltScope) -> HaltScope {
    if scopes.contains(scope) { return scope }
    let latched = scopes.count < Self.limit ? scope : .firm
    if !scopes.contains(latched) { scopes.append(latched) }
    return latched
  }

  /// Releases exactly this scope; false when it was not latched.
  public mutating func release(_ scope: HaltScope) -> Bool {
    guard let index = scopes.firstIndex(of: scope) else { return false }
    scopes.remove(at: index)
    return true
  }

  /// Whether a halt stops a strategy in an instrument of an account.
  public func covers(account: UInt16, strategy: UInt16, instrument: UInt32) -> Bool {
    scopes.contains { $0.covers(account: account, strategy: strategy, instrument: instrument) }
  }

  /// Whether a halt stops everything on an account.
  public func covers(account: UInt16) -> Bool {
    scopes.contains { $0 == .firm || $0 == .account(account) }
  }
}

extension HaltRegister: RecordValue {
  public func write(to writer: inout SnapshotWriter) {
    let scopes = Canary.isSinging(.haltNotInSnapshot) ? [] : scopes
    writer.write(UInt32(scopes.count))
    for scope in scopes { scope.write(to: &writer) }
  }

  public init(from reader: inout SnapshotReader) throws(RestoreError) {
    let count = try reader.read(UInt32.self)
    guard count <= Self.limit + 1 else { throw .invalid("\(count) halts, more than \(Self.limit + 1)") }
    for _ in 0..<count {
      let scope = try HaltScope(from: &reader)
      guard !scopes.contains(scope) else { throw .invalid("the halt of \(scope) twice") }
      scopes.append(scope)
    }
  }
}
