import CZeroMQ
import Glibc

/// A ZeroMQ socket. It belongs to the thread that created it, and closes when it goes out of scope.
///
/// Never blocks: sends and receives return an outcome at once; a thread waits in `Poller`.
///
/// Limits: a frame longer than `maxMessageBytes` disconnects its sender. The number of frames in one
/// message is *not* limited by ZeroMQ, so a port must only be reachable by hosts one trusts with memory.
@safe public struct Socket: ~Copyable {
  /// What the socket is for.
  public let kind: SocketKind
  private let raw: UnsafeMutableRawPointer
  /// Whether the socket's last word was that there is nothing to receive. From then on its descriptor tells
  /// of news, until another call has been made, which may have taken in what the descriptor was to tell.
  let idle: UnsafeMutablePointer<Bool>
  /// Retained, so that the context outlives every socket.
  private let context: Context

  /// Creates the socket with the defaults of `applyDefaults` and the given options.
  public init(
    _ kind: SocketKind, _ options: SocketOptions, context: Context = .shared
  ) throws(ZeroMQError) {
    options.checkRanges()
    self.kind = kind
    self.context = context
    unsafe raw = try context.openSocket(kind)
    // unsafe: freed in deinit only; the type cannot be copied.
    unsafe idle = .allocate(capacity: 1)
    unsafe idle.initialize(to: false)
    applyDefaults(options)
  }

  deinit {
    unsafe context.closeSocket(raw)
    unsafe idle.deallocate()
  }

  /// Offers the socket at `endpoint`; `tcp://127.0.0.1:*` takes any free port (see `lastEndpoint`).
  ///
  /// `ipc:///path` does **not** fail when another process has the path: it takes the path over, and all new
  /// peers with it. Bind paths only in a private folder and only while holding the process's lock.
  public func bind(_ endpoint: String) throws(ZeroMQError) {
    unsafe try check(endpoint, "zmq_bind") { endpoint in unsafe zmq_bind(raw, endpoint) }
  }

  /// Connects to `endpoint` in the background, and again whenever the connection is lost. The peer need not
  /// exist yet, so success says only that the endpoint makes sense.
  public func connect(_ endpoint: String) throws(ZeroMQError) {
    unsafe try check(endpoint, "zmq_connect") { endpoint in unsafe zmq_connect(raw, endpoint) }
  }

  /// Gives up the connection to `endpoint`, which must be written as in `connect`.
  public func disconnect(_ endpoint: String) throws(ZeroMQError) {
    unsafe try check(endpoint, "zmq_disconnect") { endpoint in unsafe zmq_disconnect(raw, endpoint) }
  }

  /// The endpoint of the last `bind` or `connect`, with the port really taken. Empty before.
  public var lastEndpoint: String {
    String(decoding: bytesOption(ZMQ_LAST_ENDPOINT).prefix { $0 != 0 }, as: UTF8.self)
  }

  /// Asks for all topics that **start with** `topic`; end topics with a dot, or `market.book.BTCUSD` also
  /// gets `market.book.BTCUSD2`. At most 245 bytes: 4.3.4 mishandles longer ones.
  public func subscribe(_ topic: String) {
    set(topic: topic, ZMQ_SUBSCRIBE)
  }

  private func set(topic: String, _ option: CInt) {
    precondition(kind == .sub, "bug: a \(kind) socket has no subscriptions")
    let bytes = [UInt8](topic.utf8)
    precondition(bytes.count <= 245, "topic of \(bytes.count) bytes; at most 245")
    set(option, bytes)
  }

  /// Runs a C call on `endpoint` and turns a failure into its error.
  private func check(
    _ endpoint: String, _ function: StaticString, _ call: (UnsafePointer<CChar>) -> CInt
  ) throws(ZeroMQError) {
    // A zero byte would silently cut the name short for C.
    guard !endpoint.utf8.contains(0) else { throw .invalidEndpoint(endpoint: endpoint) }
    unsafe idle.pointee = false
    while unsafe endpoint.withCString(call) != 0 {
      let code = zmq_errno()
      if code != EINTR { throw ZeroMQError(code: code, function: function, endpoint: endpoint) }
    }
  }

  /// The handle, for the C calls of this module. It is valid while the socket lives.
  var handle: UnsafeMutableRawPointer {
    unsafe raw
  }
}
