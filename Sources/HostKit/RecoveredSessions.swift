/// What the journal says of sessions: how far each peer has been taken in, and what it has not yet got.
package struct RecoveredSessions: Sendable {
  /// A durable message that no acknowledgement has come for.
  package struct Message: Sendable {
    package var peer: UInt16
    package var key: UInt64
    package var frame: [UInt8]

    package init(peer: UInt16, key: UInt64, frame: [UInt8]) {
      self.peer = peer
      self.key = key
      self.frame = frame
    }
  }

  package var marks: [(peer: UInt16, progress: SessionEndpoint.Progress)]
  /// Oldest first.
  package var outbox: [Message]

  package init(marks: [(peer: UInt16, progress: SessionEndpoint.Progress)] = [], outbox: [Message] = []) {
    self.marks = marks
    self.outbox = outbox
  }
}
