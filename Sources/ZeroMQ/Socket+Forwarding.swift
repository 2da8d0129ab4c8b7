import CZeroMQ
import Glibc

extension Socket {
  /// Hands a received message of two frames on as it is, without copying its bytes; both messages are empty
  /// afterwards. For proxies.
  ///
  /// What cannot be sent is lost with this call: a publisher drops it for a subscriber whose queue is full
  /// and says `sent`.
  public func forward(topic: inout Message, body: inout Message) -> SendOutcome {
    let first = forward(&topic, ZMQ_SNDMORE)
    guard first == .sent else { return first }
    return forward(&body, 0)
  }

  private func forward(_ message: inout Message, _ flags: CInt) -> SendOutcome {
    unsafe idle.pointee = false
    // Ends: EINTR comes only with a signal, and this thread has them blocked.
    while true {
      // unsafe: the slot is initialised and exclusively ours; ZeroMQ takes the content over and leaves an
      // initialised, empty message, or leaves all as it was when it fails.
      if unsafe zmq_msg_send(message.handle, handle, flags | ZMQ_DONTWAIT) >= 0 { return .sent }
      let code = zmq_errno()
      switch code {
      case EINTR: continue
      case EAGAIN: return .backPressured
      case EHOSTUNREACH: return .noPeer
      default: trap(code, function: "zmq_msg_send", endpoint: "\(kind) \(lastEndpoint)")
      }
    }
  }
}
