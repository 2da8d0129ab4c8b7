/// Where a socket is bound or connected.
public enum Endpoint: Sendable, Hashable, CustomStringConvertible {
  /// `tcp://127.0.0.1:5711`, `tcp://[::1]:5711`. Addresses are numbers, not names: a colony must not depend
  /// on a name server to start, and a name may change its address under a running session.
  case tcp(address: String, port: UInt16)
  /// `ipc://venue.pub`: a Unix socket of this name in the runtime directory.
  case ipc(name: String)

  /// The longest path of a Unix socket on Linux, without its ending zero.
  public static let maxSocketPathBytes = 107

  /// Nil when the text is neither `tcp://IP:PORT` (port 1…65535) nor `ipc://NAME` (letters, digits, `.`, `_`,
  /// `-`).
  public init?(_ text: String) {
    if text.hasPrefix("ipc://") {
      let name = String(text.dropFirst(6))
      guard Self.isSocketName(name) else { return nil }
      self = .ipc(name: name)
    } else if text.hasPrefix("tcp://"), let colon = text.lastIndex(of: ":") {
      let rest = text.index(text.startIndex, offsetBy: 6)
      guard rest <= colon, let address = Self.address(bracketed: text[rest..<colon]) else { return nil }
      let digits = text[text.index(after: colon)...]
      guard let port = UInt16(digits), port > 0, digits == "\(port)" else { return nil }
      self = .tcp(address: address, port: port)
    } else {
      return nil
    }
  }

  /// As ZeroMQ takes it, except that an ipc name still lacks its directory.
  public var description: String {
    switch self {
    case .tcp(let address, let port):
      address.contains(":") ? "tcp://[\(address)]:\(port)" : "tcp://\(address):\(port)"
    case .ipc(let name): "ipc://\(name)"
    }
  }

  /// As ZeroMQ takes it: ipc names in the runtime directory.
  public func text(runtimeDirectory: String) -> String {
    guard case .ipc(let name) = self else { return description }
    return "ipc://\(Self.socketPath(of: name, in: runtimeDirectory))"
  }

  static func socketPath(of name: String, in directory: String) -> String {
    directory.hasSuffix("/") ? directory + name : directory + "/" + name
  }

  /// Whether only processes of the same host can reach it.
  public var isLocal: Bool {
    switch self {
    case .tcp(let address, _): address.hasPrefix("127.") || address == "::1"
    case .ipc: true
    }
  }

  /// Whether it is bound on every interface of the host.
  public var isWildcard: Bool {
    guard case .tcp(let address, _) = self else { return false }
    return address == "0.0.0.0" || address == "::"
  }

  /// The same port at another address; an ipc endpoint stays what it is.
  public func at(_ address: String) -> Endpoint {
    guard case .tcp(_, let port) = self else { return self }
    return .tcp(address: address, port: port)
  }

  /// Whether a text is an IPv4 address in four decimal numbers, or looks like an IPv6 address.
  public static func isAddress(_ text: some StringProtocol) -> Bool {
    if text.contains(":") {
      return text.utf8.count >= 2 && text.utf8.count <= 39
        && text.allSatisfy { $0 == ":" || ($0.isASCII && $0.isHexDigit) }
    }
    let parts = text.split(separator: ".", omittingEmptySubsequences: false)
    return parts.count == 4 && parts.allSatisfy { part in UInt8(part).map { "\($0)" == part } ?? false }
  }

  private static func address(bracketed text: Substring) -> String? {
    if text.hasPrefix("["), text.hasSuffix("]") {
      let inner = text.dropFirst().dropLast()
      return inner.contains(":") && isAddress(inner) ? String(inner) : nil
    }
    return !text.contains(":") && isAddress(text) ? String(text) : nil
  }

  private static func isSocketName(_ name: String) -> Bool {
    guard !name.isEmpty, !name.hasPrefix(".") else { return false }
    return name.allSatisfy {
      $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "." || $0 == "_" || $0 == "-")
    }
  }
}
