import Glibc
import Platform
import Testing
import ZeroMQ

@Suite struct HostilePeerTests {
  @Test func aFrameTooLongDisconnectsItsSenderOnly() throws {
    let router = try Socket(.router, SocketOptions(maxMessageBytes: 1000))
    try router.bind("tcp://127.0.0.1:*")
    let loud = try Socket(.dealer, .session(routingID: [1]))
    try loud.connect(router.lastEndpoint)
    let quiet = try Socket(.dealer, .session(routingID: [2]))
    try quiet.connect(router.lastEndpoint)
    var identity = Message()
    var body = Message()
    #expect(TestLink.send(loud, [UInt8](repeating: 0, count: 1001)) == .sent)
    #expect(TestLink.send(quiet, [UInt8](repeating: 0, count: 1000)) == .sent)
    #expect(TestLink.receiveRequest(router, &identity, &body) == .received(delimited: false))
    #expect(identity.copy() == [2])
    #expect(body.count == 1000)
    // The loud one connects again by itself, and what it says now is heard: its long frame is gone.
    #expect(repeatUntilHeard(loud, router, [3], &identity, &body) == true)
    #expect(identity.copy() == [1])
    #expect(body.copy() == [3])
  }

  /// Sends again and again, as a frame sent while the connection is being cut is lost.
  private func repeatUntilHeard(
    _ dealer: borrowing Socket, _ router: borrowing Socket, _ bytes: [UInt8], _ identity: inout Message,
    _ body: inout Message
  ) -> Bool {
    let deadline = Clock.bootNanos() + patienceNanos
    while Clock.bootNanos() < deadline {
      if dealer.send(bytes.span.bytes) == .noPeer { return false }
      TestLink.pauseMillis(5)
      if case .received = router.receive(identity: &identity, body: &body) { return true }
    }
    return false
  }

  @Test func bytesThatAreNotZeroMQDoNoHarm() throws {
    let router = try Socket(.router, .session())
    try router.bind("tcp://127.0.0.1:*")
    let endpoint = router.lastEndpoint
    let port = try #require(UInt16(endpoint.split(separator: ":").last ?? ""))
    let greeting: [UInt8] = [0xFF, 0, 0, 0, 0, 0, 0, 0, 1, 0x7F, 3, 0] + Array("NULL".utf8)
    let rubbish: [[UInt8]] = [
      Array("GET / HTTP/1.1\r\nHost: x\r\n\r\n".utf8),
      [UInt8](repeating: 0, count: 5000),
      [UInt8](repeating: 0xFF, count: 5000),
      Array(0...255),
      // A greeting of ZMTP 3.0, then a command of 2^63 - 1 bytes, then frames without a handshake.
      greeting + [UInt8](repeating: 0, count: 48) + [6, 0x7F] + [UInt8](repeating: 0xFF, count: 7),
      greeting + [UInt8](repeating: 0, count: 48) + [0, 200] + [UInt8](repeating: 65, count: 300),
      // ZMTP 1.0: a length of 2^64 - 1.
      [UInt8](repeating: 0xFF, count: 9) + [0],
      // ZMTP 2.0 with a routing id and a frame that never ends.
      [0xFF, 0, 0, 0, 0, 0, 0, 0, 1, 0x7F, 1, 5, 0, 0, 2, 0x7F] + [UInt8](repeating: 9, count: 100),
      [],
    ]
    for bytes in rubbish { try shout(bytes, port) }
    let peer = try Socket(.req, .session())
    try peer.connect(endpoint)
    var identity = Message()
    var body = Message()
    #expect(TestLink.send(peer, [1]) == .sent)
    var outcome = TestLink.receiveRequest(router, &identity, &body)
    // An old-protocol greeting may be understood, and what follows be a message; it has no delimiter.
    for _ in 0..<20 where outcome != .received(delimited: true) {
      outcome = TestLink.receiveRequest(router, &identity, &body)
    }
    #expect(outcome == .received(delimited: true))
    #expect(body.copy() == [1])
    let sent = router.send(to: identity.bytes, delimited: true, body: octets(2).span.bytes)
    #expect(sent == .sent)
    #expect(TestLink.receive(peer, &body) == .received(more: false))
  }

  /// Sends raw bytes to a local TCP port and hangs up.
  private func shout(_ bytes: [UInt8], _ port: UInt16) throws {
    let number = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    try #require(number >= 0)
    defer { close(number) }
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = port.bigEndian
    address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
    let connected = withUnsafePointer(to: &address) { address in
      address.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
        connect(number, address, socklen_t(MemoryLayout<sockaddr_in>.size))
      }
    }
    try #require(connected == 0)
    // The listener may hang up first; then the rest goes nowhere, which is fine.
    _ = bytes.withUnsafeBytes { bytes in
      Glibc.send(number, bytes.baseAddress, bytes.count, Int32(MSG_NOSIGNAL))
    }
    TestLink.pauseMillis(5)
  }
}
