import CZeroMQ

extension Socket {
  /// The defaults every socket gets. libzmq's own suit a demonstration; these suit a system that must
  /// notice a dead peer, must not queue for an absent one and must not hang at exit.
  func applyDefaults(_ options: SocketOptions) {
    set(ZMQ_LINGER, options.lingerMillis)
    set(ZMQ_SNDHWM, options.highWaterMark)
    set(ZMQ_RCVHWM, options.highWaterMark)
    setLong(ZMQ_MAXMSGSIZE, options.maxMessageBytes)
    set(ZMQ_IPV6, 0)

    // A restarted peer is found again in tens of milliseconds; an absent one is not hammered.
    set(ZMQ_RECONNECT_IVL, 20)
    set(ZMQ_RECONNECT_IVL_MAX, 1000)
    // A connection that does not speak ZeroMQ is dropped after three seconds, not thirty.
    set(ZMQ_HANDSHAKE_IVL, 3000)

    // Only to reap dead connections: the I/O thread answers these, so a hung actor looks alive to them.
    // Liveness of an actor is the heartbeat its own loop sends.
    set(ZMQ_HEARTBEAT_IVL, 1000)
    set(ZMQ_HEARTBEAT_TIMEOUT, 3000)
    set(ZMQ_TCP_KEEPALIVE, 1)
    set(ZMQ_TCP_KEEPALIVE_IDLE, 15)
    set(ZMQ_TCP_KEEPALIVE_INTVL, 5)
    set(ZMQ_TCP_KEEPALIVE_CNT, 3)

    // Without this, messages for an absent peer are queued and arrive stale when it comes back.
    if kind.sendsToAbsentPeers { set(ZMQ_IMMEDIATE, 1) }
    if kind == .router {
      // Without this, a message to an unknown peer vanishes silently.
      set(ZMQ_ROUTER_MANDATORY, 1)
      // A restarted peer takes its name over from its own dead connection.
      set(ZMQ_ROUTER_HANDOVER, 1)
    }
    if !options.routingID.isEmpty { set(ZMQ_ROUTING_ID, options.routingID) }
  }

  func set(_ option: CInt, _ value: CInt) {
    unsafe withUnsafeBytes(of: value) { bytes in unsafe set(option, raw: bytes) }
  }

  func setLong(_ option: CInt, _ value: Int64) {
    unsafe withUnsafeBytes(of: value) { bytes in unsafe set(option, raw: bytes) }
  }

  func set(_ option: CInt, _ value: [UInt8]) {
    unsafe value.withUnsafeBytes { bytes in unsafe set(option, raw: bytes) }
  }

  private func set(_ option: CInt, raw bytes: UnsafeRawBufferPointer) {
    unsafe idle.pointee = false
    // unsafe: ZeroMQ reads the bytes during the call and keeps nothing of them.
    let done = unsafe zmq_setsockopt(handle, option, bytes.baseAddress, bytes.count) == 0
    precondition(done, "bug: zmq_setsockopt(\(option)) on \(kind): \(errorText(zmq_errno()))")
  }

  /// The value of an option of type `int`, as ZeroMQ reports it.
  package func option(_ option: Int32) -> Int32 {
    var value: CInt = 0
    var size = MemoryLayout<CInt>.size
    // unsafe: ZeroMQ writes at most `size` bytes into the local variable.
    let done = unsafe zmq_getsockopt(handle, option, &value, &size) == 0
    precondition(done, "bug: zmq_getsockopt(\(option)) on \(kind): \(errorText(zmq_errno()))")
    return value
  }

  /// The bytes of an option, at most `capacity`; ZeroMQ wants exactly 8 for one of type `int64_t`.
  package func bytesOption(_ option: Int32, capacity: Int = 1024) -> [UInt8] {
    var value = [UInt8](repeating: 0, count: capacity)
    var size = value.count
    // unsafe: ZeroMQ writes at most `size` bytes into the array and stores how many.
    let done = unsafe zmq_getsockopt(handle, option, &value, &size) == 0
    precondition(done, "bug: zmq_getsockopt(\(option)) on \(kind): \(errorText(zmq_errno()))")
    return [UInt8](value.prefix(size))
  }
}
