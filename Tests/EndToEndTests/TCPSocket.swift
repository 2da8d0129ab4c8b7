import Glibc

/// A plain TCP socket on this machine, for what no ZeroMQ library would send.
struct TCPSocket {
  let number: Int32

  private static func address(_ port: UInt16) -> sockaddr_in {
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = port.bigEndian
    address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
    return address
  }

  private static func open() -> Int32 {
    socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
  }

  /// Nil when somebody else has the port.
  static func listening(at port: UInt16) -> TCPSocket? {
    let number = open()
    guard number >= 0 else { return nil }
    var address = address(port)
    let isBound = withUnsafePointer(to: &address) { address in
      address.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
        bind(number, address, socklen_t(MemoryLayout<sockaddr_in>.size)) == 0
      }
    }
    guard isBound, listen(number, 8) == 0 else {
      Glibc.close(number)
      return nil
    }
    return TCPSocket(number: number)
  }

  /// Nil when nobody listens there.
  static func connected(to port: UInt16) -> TCPSocket? {
    let number = open()
    guard number >= 0 else { return nil }
    var address = address(port)
    let isConnected = withUnsafePointer(to: &address) { address in
      address.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
        connect(number, address, socklen_t(MemoryLayout<sockaddr_in>.size)) == 0
      }
    }
    guard isConnected else {
      Glibc.close(number)
      return nil
    }
    return TCPSocket(number: number)
  }

  /// Hands over what the kernel takes at once. That the other side has hung up is no error here.
  func send(_ bytes: [UInt8]) {
    _ = bytes.withUnsafeBytes { bytes in
      Glibc.send(number, bytes.baseAddress, bytes.count, Int32(MSG_NOSIGNAL) | Int32(MSG_DONTWAIT))
    }
  }

  func close() { Glibc.close(number) }
}
