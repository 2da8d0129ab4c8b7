import CZeroMQ
import Glibc

/// What the environment can refuse when a socket is created, bound or connected.
///
/// What only a bug can cause traps instead, and what a healthy system sees every day is an outcome value.
public enum ZeroMQError: Error, Equatable, Sendable {
  /// Another socket holds the endpoint.
  case addressInUse(endpoint: String)
  /// The host has no such interface or address.
  case addressNotAvailable(endpoint: String)
  /// Not an endpoint ZeroMQ understands.
  case invalidEndpoint(endpoint: String)
  /// The folder of an `ipc://` endpoint does not exist.
  case notFound(endpoint: String)
  /// The operating system forbids it.
  case permissionDenied(endpoint: String)
  /// The process is out of file descriptors or of sockets.
  case tooManyOpenFiles
  /// Anything else the system reports.
  case other(code: Int32, text: String, function: String)
}

extension ZeroMQError: CustomStringConvertible {
  public var description: String {
    switch self {
    case .addressInUse(let endpoint):
      "\(endpoint) is in use by another process: stop it or choose another port"
    case .addressNotAvailable(let endpoint):
      "\(endpoint) is not an address of this host: check the host name or interface in the topology"
    case .invalidEndpoint(let endpoint):
      "\"\(endpoint)\" is not an endpoint: write tcp://host:port, ipc:///path (at most 107 bytes), "
        + "ipc://@name or inproc://name"
    case .notFound(let endpoint):
      "\(endpoint): nothing there: for ipc, create the folder of the path first"
    case .permissionDenied(let endpoint):
      "\(endpoint): permission denied: use a port above 1023, or a folder this user may write to"
    case .tooManyOpenFiles:
      "out of file descriptors or sockets: raise the limit of open files (ulimit -n, LimitNOFILE)"
    case .other(let code, let text, let function):
      "\(function) failed: \(text) (errno \(code))"
    }
  }
}

extension ZeroMQError {
  /// The error for `code`, reported by `function` about `endpoint`. Traps for the codes only a bug can
  /// cause.
  init(code: CInt, function: StaticString, endpoint: String) {
    switch code {
    case EADDRINUSE: self = .addressInUse(endpoint: endpoint)
    case EADDRNOTAVAIL, ENODEV: self = .addressNotAvailable(endpoint: endpoint)
    case EINVAL, EPROTONOSUPPORT, ENAMETOOLONG, ENativeCode.incompatibleProtocol:
      self = .invalidEndpoint(endpoint: endpoint)
    case ENOENT, ENOTDIR: self = .notFound(endpoint: endpoint)
    case EACCES, EPERM, EROFS: self = .permissionDenied(endpoint: endpoint)
    case EMFILE, ENFILE: self = .tooManyOpenFiles
    case ENativeCode.terminated, ENOTSOCK, EFAULT, ENativeCode.wrongState, ENOTSUP, EBADF:
      trap(code, function: function, endpoint: endpoint)
    default:
      self = .other(code: code, text: errorText(code), function: "\(function)(\(endpoint))")
    }
  }
}

/// ZeroMQ's own error numbers, which the macros of zmq.h build in a way Swift cannot import.
enum ENativeCode {
  static let wrongState: CInt = ZMQ_HAUSNUMERO + 51
  static let incompatibleProtocol: CInt = ZMQ_HAUSNUMERO + 52
  static let terminated: CInt = ZMQ_HAUSNUMERO + 53
}

func errorText(_ code: CInt) -> String {
  // unsafe: zmq_strerror returns a static text or the C library's; it is copied at once.
  guard let text = unsafe zmq_strerror(code) else { return "unknown error" }
  return unsafe String(cString: text)
}

/// Stops the process: a code that only a bug in this program can cause.
func trap(_ code: CInt, function: StaticString, endpoint: String) -> Never {
  preconditionFailure("bug: \(function) on \(endpoint): \(errorText(code)) (errno \(code))")
}
