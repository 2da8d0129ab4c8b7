import CZeroMQ

/// One received frame, in a slot that is used again for every receive.
///
/// `bytes` is borrowed: a view over it cannot outlive the message, and while the view is in use the message
/// cannot be received into. Both are compile errors, not rules to remember.
@safe public struct Message: ~Copyable {
  /// On the heap, because ZeroMQ needs a message to stay where it is and Swift values move.
  private let slot: UnsafeMutablePointer<zmq_msg_t>

  public init() {
    // unsafe: the slot is freed in deinit only, and the type cannot be copied.
    unsafe slot = .allocate(capacity: 1)
    unsafe slot.initialize(to: zmq_msg_t())
    let made = unsafe zmq_msg_init(slot) == 0
    precondition(made, "zmq_msg_init: \(errorText(zmq_errno()))")
  }

  deinit {
    unsafe zmq_msg_close(slot)
    unsafe slot.deallocate()
  }

  /// The length of the frame in bytes; 0 before the first receive.
  public var count: Int {
    unsafe zmq_msg_size(slot)
  }

  /// The frame's bytes, valid while this message is borrowed. Not aligned to anything.
  public var bytes: RawSpan {
    @_lifetime(borrow self)
    borrowing get {
      // unsafe: data and size describe memory the slot owns until it is received into or closed, and the
      // annotation above ties the span to the borrow of self, which excludes both.
      let buffer = unsafe UnsafeRawBufferPointer(start: zmq_msg_data(slot), count: zmq_msg_size(slot))
      let span = unsafe RawSpan(_unsafeBytes: buffer)
      return unsafe _overrideLifetime(span, borrowing: self)
    }
  }

  /// A copy of the frame, for what must outlive it: an identity to answer later, a line for a log.
  public func copy() -> [UInt8] {
    unsafe bytes.withUnsafeBytes { bytes in unsafe [UInt8](bytes) }
  }

  /// The slot, for the C calls of this module.
  var handle: UnsafeMutablePointer<zmq_msg_t> {
    unsafe slot
  }
}
