/// What became of a send. Never ignore it: `sent` means "handed to ZeroMQ", not "delivered".
public enum SendOutcome: Sendable, Equatable {
  /// Queued. It may still be lost with the connection or the peer; only an answer proves arrival.
  case sent
  /// The queue is full, or (dealer, req) no peer is connected. Nothing was sent: keep it and try later.
  case backPressured
  /// Router only: nobody of that identity is connected. Nothing was sent: wait until the peer speaks again.
  case noPeer
}

/// What a receive of one frame found.
public enum ReceiveOutcome: Sendable, Equatable {
  /// A frame is in the message; `more` says that another frame of the same message follows.
  case received(more: Bool)
  /// Nothing is waiting; the message is unchanged.
  case empty
}

/// What a receive of a whole message of known shape found.
public enum EnvelopeOutcome: Sendable, Equatable {
  /// Both messages are filled. `delimited` says that an empty frame stood between them, as REQ peers send
  /// it; the answer must be sent the same way.
  case received(delimited: Bool)
  /// Nothing is waiting.
  case empty
  /// A message of another shape was read and dropped. `frames` is how many it had. Count it.
  case malformed(frames: Int)
}
