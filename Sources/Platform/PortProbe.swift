import Glibc

/// Whether anything listens where a program wants to, found out without disturbing it.
public enum PortProbe {
  /// Whether a TCP port is taken at an address in numbers: binds it for a moment, as ZeroMQ will. An address
  /// this host does not have is not taken; the program that binds it says what is wrong with it.
  public static func isTaken(address: String, port: UInt16) -> Bool {
    // unsafe: a plain C struct whose pointers stay null.
    var hints = unsafe addrinfo()
    unsafe hints.ai_flags = AI_NUMERICHOST | AI_NUMERICSERV | AI_PASSIVE
    unsafe hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
    var list: UnsafeMutablePointer<addrinfo>?
    // unsafe: the C library fills the list, which is freed below; the texts live for the call.
    guard unsafe getaddrinfo(address, "\(port)", &hints, &list) == 0, let first = unsafe list else {
      return false
    }
    defer { unsafe freeaddrinfo(list) }
    let number = unsafe socket(first.pointee.ai_family, first.pointee.ai_socktype | closeOnExec, 0)
    guard number >= 0 else { return false }
    let end = Descriptor(number)
    var yes: Int32 = 1
    // As ZeroMQ does: a port in TIME_WAIT counts as free.
    _ = unsafe setsockopt(
      end.number, SOL_SOCKET, SO_REUSEADDR, &yes, socklen_t(MemoryLayout<Int32>.size))
    let bound = unsafe bind(end.number, first.pointee.ai_addr, first.pointee.ai_addrlen)
    return bound != 0 && errno == EADDRINUSE
  }

  /// Whether somebody takes connections at the Unix socket of this path. Binding it would steal it.
  public static func isTaken(socketPath path: String) -> Bool {
    var address = sockaddr_un()
    address.sun_family = sa_family_t(AF_UNIX)
    let bytes = Array(path.utf8)
    let capacity = MemoryLayout.size(ofValue: address.sun_path)
    guard bytes.count < capacity else { return false }
    // unsafe: copies fewer bytes than the field has; the rest stays zero.
    unsafe withUnsafeMutableBytes(of: &address.sun_path) { unsafe $0.copyBytes(from: bytes) }
    let number = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue) | closeOnExec, 0)
    guard number >= 0 else { return false }
    let end = Descriptor(number)
    // unsafe: the kernel reads the local struct.
    let connected = unsafe withUnsafePointer(to: &address) { pointer in
      unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { pointer in
        unsafe connect(end.number, pointer, socklen_t(MemoryLayout<sockaddr_un>.size))
      }
    }
    // A full queue of connections is somebody too.
    return connected == 0 || errno == EAGAIN
  }

  private static var closeOnExec: Int32 { Int32(SOCK_CLOEXEC.rawValue) }
}
