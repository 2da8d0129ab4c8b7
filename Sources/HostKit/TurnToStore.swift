import ActorKit

/// What of a turn belongs in the journal besides the core's facts: marks, durable messages, and the end of
/// those that were delivered.
package struct TurnToStore: Sendable {
  /// A durable message of the turn, by its place in the core's arena.
  package struct Message: Sendable {
    package var peer: UInt16
    package var key: UInt64
    package var offset: Int
    package var count: Int
  }

  package internal(set) var wallNanos: Int64 = 0
  package internal(set) var marks: [(peer: UInt16, progress: SessionEndpoint.Progress)] = []
  /// Durable messages of a peer up to a key are delivered.
  package internal(set) var delivered: [(peer: UInt16, throughKey: UInt64)] = []
  package internal(set) var messages: [Message] = []

  mutating func reset() {
    marks.removeAll(keepingCapacity: true)
    delivered.removeAll(keepingCapacity: true)
    messages.removeAll(keepingCapacity: true)
  }
}
