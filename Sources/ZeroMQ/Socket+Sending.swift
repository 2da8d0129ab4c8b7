import CZeroMQ
import Glibc

/// All parts of a message are sent without waiting. The first part decides: when it is refused nothing has
/// been sent. After it, ZeroMQ 4.3.4 refuses a later part only when the connection breaks between the two,
/// and then takes the earlier parts back (`lb_t::sendpipe`; pub and router drop the rest without a word,
/// which is the same loss as a connection that breaks a moment later). So a peer never sees half a message.
extension Socket {
  /// Sends one frame, copied. `more` holds the message open for another frame; if a frame sent with `more`
  /// comes back `backPressured` after an earlier one was `sent`, send the remaining frames all the same:
  /// ZeroMQ swallows them up to the end of that message. The other sends take care of this themselves.
  public func send(_ bytes: RawSpan, more: Bool = false) -> SendOutcome {
    sendFrame(bytes, more ? ZMQ_SNDMORE : 0)
  }

  /// Publishes `body` under `topic`, which subscribers see as a first frame of its own.
  public func send(topic: RawSpan, body: RawSpan) -> SendOutcome {
    let first = sendFrame(topic, ZMQ_SNDMORE)
    guard first == .sent else { return first }
    return sendFrame(body, 0)
  }

  /// Publishes `body` under `topic`, which subscribers see as a first frame of its own.
  public func send(topic: [UInt8], body: RawSpan) -> SendOutcome {
    // unsafe in name only: 6.3 marks the bytes of any span so; these are plain bytes.
    unsafe send(topic: topic.span.bytes, body: body)
  }

  /// Router: sends `body` to the peer of that identity. `delimited` as it was in the request
  /// (`EnvelopeOutcome.received`): REQ peers drop an answer without the empty frame.
  public func send(to identity: RawSpan, delimited: Bool, body: RawSpan) -> SendOutcome {
    precondition(kind == .router, "bug: a \(kind) socket cannot address a peer")
    let first = sendFrame(identity, ZMQ_SNDMORE)
    guard first == .sent else { return first }
    if delimited {
      let second = sendFrame(RawSpan(), ZMQ_SNDMORE)
      precondition(second == .sent, "router refused a delimiter after the identity: \(second)")
    }
    return sendFrame(body, 0)
  }

  /// Router: sends `body` to the peer of that identity.
  public func send(to identity: [UInt8], delimited: Bool, body: RawSpan) -> SendOutcome {
    // unsafe in name only, as above.
    unsafe send(to: identity.span.bytes, delimited: delimited, body: body)
  }

  private func sendFrame(_ bytes: RawSpan, _ flags: CInt) -> SendOutcome {
    unsafe idle.pointee = false
    // Ends: EINTR comes only with a signal, and this thread has them blocked.
    while true {
      let result = unsafe bytes.withUnsafeBytes { bytes in
        // unsafe: ZeroMQ copies the bytes during the call.
        unsafe zmq_send(handle, bytes.baseAddress, bytes.count, flags | ZMQ_DONTWAIT)
      }
      if result >= 0 { return .sent }
      let code = zmq_errno()
      switch code {
      case EINTR: continue
      case EAGAIN: return .backPressured
      case EHOSTUNREACH: return .noPeer
      default: trap(code, function: "zmq_send", endpoint: "\(kind) \(lastEndpoint)")
      }
    }
  }
}
