import ActorKit
import Foundation
import Wire

/// What a probe saw, readable by the test while the reactor runs on its own thread.
final class ProbeLog: @unchecked Sendable {
  struct Sight: Equatable, Sendable {
    var template: Template
    var id: UInt64
    var epoch: UInt32
    var sequence: UInt64
    var isSnapshot: Bool
    var link: Peer.Link
    var market: Int64
  }

  private let lock = NSLock()
  private var seen: [Sight] = []
  private var heard: [LinkEvent] = []
  private var isStopAsked = false
  private var lastPublished: UInt64 = 0

  var sights: [Sight] { lock.withLock { seen } }
  var events: [LinkEvent] { lock.withLock { heard } }
  /// The newest number that it has published.
  var published: UInt64 { lock.withLock { lastPublished } }
  var mustStop: Bool { lock.withLock { isStopAsked } }

  func note(_ sight: Sight) { lock.withLock { seen.append(sight) } }
  func note(_ event: LinkEvent) { lock.withLock { heard.append(event) } }
  func notePublished(_ number: UInt64) { lock.withLock { lastPublished = number } }
  func askToStop() { lock.withLock { isStopAsked = true } }
}
