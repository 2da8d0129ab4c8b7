import CZeroMQ
import Testing
import ZeroMQ

@Suite struct SocketOptionTests {
  @Test(arguments: SocketKind.allCases) func theSafeDefaultsAreReallySet(_ kind: SocketKind) throws {
    let socket = try Socket(kind, SocketOptions(highWaterMark: 77, maxMessageBytes: 12_345))
    #expect(socket.option(ZMQ_LINGER) == 0)
    #expect(socket.option(ZMQ_SNDHWM) == 77)
    #expect(socket.option(ZMQ_RCVHWM) == 77)
    #expect(maxMessageBytes(socket) == 12_345)
    #expect(socket.option(ZMQ_RECONNECT_IVL) == 20)
    #expect(socket.option(ZMQ_RECONNECT_IVL_MAX) == 1000)
    #expect(socket.option(ZMQ_HANDSHAKE_IVL) == 3000)
    #expect(socket.option(ZMQ_HEARTBEAT_IVL) == 1000)
    #expect(socket.option(ZMQ_HEARTBEAT_TIMEOUT) == 3000)
    #expect(socket.option(ZMQ_TCP_KEEPALIVE) == 1)
    #expect(socket.option(ZMQ_TCP_KEEPALIVE_IDLE) == 15)
    #expect(socket.option(ZMQ_TCP_KEEPALIVE_INTVL) == 5)
    #expect(socket.option(ZMQ_TCP_KEEPALIVE_CNT) == 3)
    #expect(socket.option(ZMQ_IPV6) == 0)
    #expect(socket.option(ZMQ_TYPE) == rawType(kind))
    #expect(socket.option(ZMQ_IMMEDIATE) == (kind == .dealer || kind == .req ? 1 : 0))
  }

  @Test func theRolesHaveTheirQueues() throws {
    let stream = try Socket(.pub, .stream)
    #expect(stream.option(ZMQ_SNDHWM) == 16_384)
    #expect(maxMessageBytes(stream) == 65_536)
    let session = try Socket(.dealer, .session())
    #expect(session.option(ZMQ_SNDHWM) == 256)
    #expect(session.option(ZMQ_RCVHWM) == 256)
  }

  @Test func lingerAndNameAreTakenFromTheOptions() throws {
    let options = SocketOptions(lingerMillis: 1500, routingID: [7, 0, 255])
    let socket = try Socket(.dealer, options)
    #expect(socket.option(ZMQ_LINGER) == 1500)
    #expect(socket.bytesOption(ZMQ_ROUTING_ID) == [7, 0, 255])
  }

  @Test func theContextHasOneThreadAndABound() {
    #expect(Context.shared.get(ZMQ_IO_THREADS) == 1)
    #expect(Context.shared.get(ZMQ_MAX_SOCKETS) == Context.maxSockets)
    #expect(Context.shared.get(ZMQ_IPV6) == 0)
  }

  private func maxMessageBytes(_ socket: borrowing Socket) -> Int64 {
    socket.bytesOption(ZMQ_MAXMSGSIZE, capacity: 8).reversed().reduce(0) { $0 << 8 | Int64($1) }
  }

  private func rawType(_ kind: SocketKind) -> Int32 {
    switch kind {
    case .pub: 1
    case .sub: 2
    case .req: 3
    case .rep: 4
    case .dealer: 5
    case .router: 6
    case .pair: 0
    case .xpub: 9
    case .xsub: 10
    }
  }
}
