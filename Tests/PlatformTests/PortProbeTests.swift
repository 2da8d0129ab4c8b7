import Glibc
import Platform
import Testing

/// A TCP listener of this test at any free port.
private func withListener(_ body: (UInt16) throws -> Void) throws {
  let number = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
  try #require(number >= 0)
  defer { close(number) }
  var address = sockaddr_in()
  address.sin_family = sa_family_t(AF_INET)
  address.sin_addr.s_addr = inet_addr("127.0.0.1")
  var size = socklen_t(MemoryLayout<sockaddr_in>.size)
  let isListening = withUnsafeMutablePointer(to: &address) { pointer in
    pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { pointer in
      bind(number, pointer, size) == 0 && listen(number, 1) == 0 && getsockname(number, pointer, &size) == 0
    }
  }
  try #require(isListening)
  try body(UInt16(bigEndian: address.sin_port))
}

@Test func aPortSomebodyListensAtIsTakenAndItsHolderFound() throws {
  var free: UInt16 = 0
  try withListener { port in
    free = port
    #expect(PortProbe.isTaken(address: "127.0.0.1", port: port))
    #expect(PortProbe.isTaken(address: "0.0.0.0", port: port))
    #expect(PortHolder.find(port: port) == ProcessStats.ownPID)
    #expect(PortHolder.isHeld(port: port, by: ProcessStats.ownPID))
    #expect(!PortHolder.isHeld(port: port, by: 1))
    // Looking twice changes nothing.
    #expect(PortProbe.isTaken(address: "127.0.0.1", port: port))
  }
  #expect(!PortProbe.isTaken(address: "127.0.0.1", port: free) || PortHolder.find(port: free) != nil)
  #expect(!PortProbe.isTaken(socketPath: "/tmp/no/such/socket"))
}

@Test func aTableOfSocketsIsReadAsProcHasIt() {
  let table = """
      sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode
       0: 0100007F:164F 00000000:0000 01 00000000:00000000 00:00000000 00000000     0        0 111 1 0
       1: 0100007F:164F 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 222 1 0
    """
  #expect(PortHolder.listener(at: 0x164F, in: table) == "222")
  #expect(PortHolder.listener(at: 0x164E, in: table) == nil)
}

@Test func theListenerAtAPathIsToldFromThoseItHasAccepted() {
  let table = """
    Num       RefCount Protocol Flags    Type St Inode Path
    0000000000000001: 00000003 00000000 00000000 0001 03 11 /run/a b.ctl
    0000000000000002: 00000002 00000000 00010000 0001 01 22 /run/a b.ctl
    0000000000000003: 00000002 00000000 00010000 0001 01 33 /var/run/a b.ctl
    0000000000000004: 00000002 00000000 00010000 0001 01 44
    """
  #expect(PortHolder.listener(atPath: "/run/a b.ctl", in: table) == "22")
  #expect(PortHolder.listener(atPath: "/run/c.ctl", in: table) == nil)
}
