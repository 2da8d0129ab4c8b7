import CZeroMQ
import Synchronization

/// A socket that is bound, and knows how many are connected to it.
///
/// ZeroMQ's I/O thread tells of each connection over a PAIR socket, and waits while that one is full (256
/// events): call `drain` whenever `events` is readable. All belong to one thread.
public struct CountedSocket: ~Copyable {
  public let socket: Socket
  /// To be polled beside the socket.
  public let events: Socket
  /// The descriptors of the connections that stand. Bound: the process's open files.
  private var open: Set<UInt32> = []
  private var event = Message()

  /// Distinguishes the monitors of one process.
  private static let lastNumber = Atomic<UInt64>(0)

  /// Takes the socket over; before its first `bind`, or earlier connections are not counted.
  public init(_ socket: consuming Socket, context: Context = .shared) throws(ZeroMQError) {
    let number = Self.lastNumber.add(1, ordering: .relaxed).newValue
    let place = "inproc://waggle-connections-\(number)"
    let wanted = ZMQ_EVENT_ACCEPTED | ZMQ_EVENT_DISCONNECTED
    // The reader first: without one the I/O thread would wait for it for ever.
    let events = try Socket(.pair, .session(), context: context)
    try events.connect(place)
    let handle = unsafe socket.handle
    // unsafe: the handle lives as long as the socket, and the text as long as the call.
    guard unsafe place.withCString({ unsafe zmq_socket_monitor(handle, $0, wanted) }) == 0 else {
      throw ZeroMQError(code: zmq_errno(), function: "zmq_socket_monitor", endpoint: place)
    }
    self.events = events
    self.socket = socket
  }

  deinit {
    // unsafe: the socket closes after this. Events that nobody reads any more would stop the I/O thread.
    unsafe zmq_socket_monitor(socket.handle, nil, 0)
  }

  /// Connections that stood when `drain` was called last.
  public var connections: Int { open.count }

  /// Takes in what has happened, at most 1,024 events.
  public mutating func drain() {
    for _ in 0..<1_024 {
      guard case .received(let more) = events.receive(into: &event) else { return }
      take()
      // The endpoint's name follows; nobody needs it.
      if more { _ = events.receive(into: &event) }
    }
  }

  /// An event is a u16 and a u32 of this machine's byte order: what happened, and to which descriptor.
  private mutating func take() {
    guard event.count == 6 else { return }
    let bytes = event.copy()
    let kind = CInt(UInt16(bytes[0]) | UInt16(bytes[1]) << 8)
    let descriptor = (2..<6).reversed().reduce(UInt32(0)) { $0 << 8 | UInt32(bytes[$1]) }
    switch kind {
    case ZMQ_EVENT_ACCEPTED: open.insert(descriptor)
    case ZMQ_EVENT_DISCONNECTED: open.remove(descriptor)
    default: break
    }
  }
}
