import Synchronization

/// The journals this process holds open. A reader asks here before it touches a file, because its closing of
/// the file would silently drop the holder's lock (see `JournalFileStatus`).
package final class OpenFileClaim: Sendable {
  private static let claimed = Mutex<Set<JournalFileIdentity>>([])

  private let identity: JournalFileIdentity

  /// Call only after the identity was added: the end of a claim always removes it.
  private init(_ identity: JournalFileIdentity) { self.identity = identity }

  deinit { Self.claimed.withLock { _ = $0.remove(identity) } }

  /// Nil when this process already holds the file.
  package static func take(_ identity: JournalFileIdentity) -> OpenFileClaim? {
    let isNew = claimed.withLock { $0.insert(identity).inserted }
    return isNew ? OpenFileClaim(identity) : nil
  }

  package static func isClaimed(_ identity: JournalFileIdentity) -> Bool {
    claimed.withLock { $0.contains(identity) }
  }
}
