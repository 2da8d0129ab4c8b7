import Wire

/// Which of the observers' subscriptions the publishers are told of.
///
/// Bound: `most` different prefixes of at most a topic's length; more are refused and counted, and the
/// observer who wants them hears nothing of them. XPUB tells only the first of equal subscriptions and the
/// last of their ends.
package struct RelaySubscriptions: Sendable {
  package static let most = 4_096

  private var prefixes: Set<[UInt8]> = []
  package private(set) var refusedCount: UInt64 = 0
  /// Messages of observers that are no subscription.
  package private(set) var strayCount: UInt64 = 0

  /// What the relay itself listens to, whoever else does.
  private let own: [UInt8]?

  package init(own: String? = nil) { self.own = own.map { Array($0.utf8) } }

  package var count: Int { prefixes.count }

  /// A message of an observer that cannot even be one.
  package mutating func refuseStray() { strayCount &+= 1 }

  /// What becomes of a message of an observer.
  package enum Verdict: Sendable, Equatable {
    case passOn
    /// To be passed on, and something is not wanted any more.
    case passOnEnd
    case drop
  }

  /// A frame as XPUB hands it over: 1 and a prefix begins a subscription, 0 and a prefix ends it.
  package mutating func take(_ frame: RawSpan) -> Verdict {
    guard frame.byteCount > 0 else {
      strayCount &+= 1
      return .drop
    }
    let bytes = frame.copiedBytes()
    let prefix = Array(bytes.dropFirst())
    switch bytes[0] {
    case 1:
      guard prefix.count <= Topic.maxLength, prefixes.count < Self.most || prefixes.contains(prefix) else {
        refusedCount &+= 1
        return .drop
      }
      return prefixes.insert(prefix).inserted ? .passOn : .drop
    case 0: return prefixes.remove(prefix) == nil ? .drop : .passOnEnd
    default:
      strayCount &+= 1
      return .drop
    }
  }

  /// Whether one of them covers a topic: it is one of the topic's beginnings.
  package func covers(_ topic: RawSpan) -> Bool {
    var beginning: [UInt8] = []
    if prefixes.contains(beginning) || own == beginning { return true }
    for byte in topic.copiedBytes().prefix(Topic.maxLength) {
      beginning.append(byte)
      if prefixes.contains(beginning) || own == beginning { return true }
    }
    return false
  }
}
