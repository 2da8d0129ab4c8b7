/// What differs from socket to socket. Everything else is set the same for all (`Socket.applyDefaults`).
public struct SocketOptions: Sendable {
  /// Market streams: a burst of about a second at ten times the captured average (2.7 k messages/s) fits.
  public static let streamHighWaterMark: Int32 = 16_384
  /// Sessions: the outbox in the journal is the queue, so the socket's own stays small.
  public static let sessionHighWaterMark: Int32 = 256
  /// The largest frame the schema can produce is far below this; anything longer is not ours.
  public static let defaultMaxMessageBytes: Int64 = 64 * 1024

  /// Messages queued per peer and direction, 1…1,000,000. The socket at the other end has its own queue and
  /// the kernel buffers come on top. When full: pub drops the newest for that peer, all others push back.
  public var highWaterMark: Int32
  /// How long closing waits for queued messages to leave, milliseconds, 0…60,000. 0 drops them at once,
  /// which is right for every process with a journal. A tool that must get its last message out sets it.
  public var lingerMillis: Int32
  /// A peer that sends a longer frame is disconnected.
  public var maxMessageBytes: Int64
  /// The name a router at the other end knows this socket by: at most 255 bytes, not starting with a zero
  /// byte. Empty: the router makes one up for each connection.
  public var routingID: [UInt8]

  public init(
    highWaterMark: Int32 = SocketOptions.sessionHighWaterMark,
    lingerMillis: Int32 = 0,
    maxMessageBytes: Int64 = SocketOptions.defaultMaxMessageBytes,
    routingID: [UInt8] = []
  ) {
    self.highWaterMark = highWaterMark
    self.lingerMillis = lingerMillis
    self.maxMessageBytes = maxMessageBytes
    self.routingID = routingID
  }

  /// For publishers and subscribers of market data.
  public static var stream: SocketOptions {
    SocketOptions(highWaterMark: streamHighWaterMark)
  }

  /// For dealers and routers of sessions, optionally under a name.
  public static func session(routingID: [UInt8] = []) -> SocketOptions {
    SocketOptions(highWaterMark: sessionHighWaterMark, routingID: routingID)
  }

  func checkRanges() {
    precondition((1...1_000_000).contains(highWaterMark), "highWaterMark \(highWaterMark) not in 1…1,000,000")
    precondition((0...60_000).contains(lingerMillis), "lingerMillis \(lingerMillis) not in 0…60,000")
    precondition(maxMessageBytes > 0, "maxMessageBytes \(maxMessageBytes) must be positive")
    precondition(routingID.count <= 255, "routingID of \(routingID.count) bytes; at most 255")
    precondition(routingID.first != 0, "a routingID must not start with a zero byte: ZeroMQ keeps those")
  }
}
