import CZeroMQ
import Glibc

extension Socket {
  /// Takes the next frame into `message`, or says that there is none.
  public func receive(into message: inout Message) -> ReceiveOutcome {
    unsafe idle.pointee = false
    // Ends: EINTR comes only with a signal, and this thread has them blocked.
    while true {
      // unsafe: the slot is initialised and owned by `message`, which is exclusively ours here.
      if unsafe zmq_msg_recv(message.handle, handle, ZMQ_DONTWAIT) >= 0 {
        return unsafe .received(more: zmq_msg_more(message.handle) != 0)
      }
      let code = zmq_errno()
      switch code {
      case EINTR: continue
      case EAGAIN:
        // ZeroMQ has taken in all its signals before it says so.
        unsafe idle.pointee = true
        return .empty
      default: trap(code, function: "zmq_msg_recv", endpoint: "\(kind) \(lastEndpoint)")
      }
    }
  }

  /// Subscriber: takes the next message of exactly two frames. Any other shape is read to its end, dropped
  /// and reported.
  public func receive(topic: inout Message, body: inout Message) -> EnvelopeOutcome {
    receive(head: &topic, body: &body, delimiterAllowed: false)
  }

  /// Router: takes the next message, from a DEALER (identity, body) or from a REQ peer (identity, empty
  /// frame, body). Any other shape is read to its end, dropped and reported.
  public func receive(identity: inout Message, body: inout Message) -> EnvelopeOutcome {
    precondition(kind == .router, "bug: a \(kind) socket does not receive identities")
    return receive(head: &identity, body: &body, delimiterAllowed: true)
  }

  private func receive(
    head: inout Message, body: inout Message, delimiterAllowed: Bool
  ) -> EnvelopeOutcome {
    guard case .received(let headHasMore) = receive(into: &head) else { return .empty }
    guard headHasMore else { return .malformed(frames: 1) }
    var hasMore = receivePart(into: &body)
    if !hasMore { return .received(delimited: false) }
    let isDelimited = delimiterAllowed && body.count == 0
    hasMore = receivePart(into: &body)
    if isDelimited, !hasMore { return .received(delimited: true) }
    var frames = 3
    while hasMore {
      hasMore = receivePart(into: &body)
      frames += 1
    }
    return .malformed(frames: frames)
  }

  /// A later frame of a message. ZeroMQ hands over whole messages, so it is there.
  private func receivePart(into message: inout Message) -> Bool {
    guard case .received(let more) = receive(into: &message) else {
      preconditionFailure("ZeroMQ delivered part of a message on \(kind) \(lastEndpoint)")
    }
    return more
  }
}
