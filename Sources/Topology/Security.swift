import JSON5

/// How sockets are protected: `security: { transport: "none", trustedNetwork: false }`.
public struct Security: Sendable, Equatable {
  public enum Transport: String, Sendable, CaseIterable {
    /// Not at all.
    case none
    /// CurveZMQ; reserved, refused as not available yet.
    case curve
  }

  /// `transport`, default `none`.
  public let transport: Transport
  /// `trustedNetwork`, default false: whether unprotected endpoints may be reachable from other hosts.
  ///
  /// True is the statement that every program that can reach them may read and command this colony: a network
  /// of its own, a private one of containers, the loopback of one host. Loopback and ipc need no such
  /// statement.
  public let isNetworkTrusted: Bool

  static let keys = ["transport", "trustedNetwork"]
}

/// The section as read.
struct SecurityDraft {
  let transport: Located<Security.Transport>?
  let isNetworkTrusted: Located<Bool>

  init(_ section: Section) {
    transport = section.choice("transport", default: Security.Transport.none)
    isNetworkTrusted = section.located(section.bool("trustedNetwork", default: false), "trustedNetwork")
    guard transport?.value == .curve else { return }
    section.report(
      .securityUnavailable, key: "transport", "transport \"curve\" is not available yet",
      hint: "use \"none\", and keep every endpoint on 127.0.0.1 or ipc or set trustedNetwork: true")
  }

  /// Precondition: reading found no error.
  var security: Security {
    guard let transport else { preconditionFailure("security was not checked") }
    return Security(transport: transport.value, isNetworkTrusted: isNetworkTrusted.value)
  }
}
