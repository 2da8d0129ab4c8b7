/// Where a message came from.
@frozen
public struct Peer: Equatable, Sendable {
  /// How it reached us.
  @frozen
  public enum Link: UInt8, Sendable {
    /// A topic this component subscribes to.
    case stream
    /// Our own connection to another component's control port: answers to what we asked.
    case link
    /// A session with another component, either end.
    case session
    /// Our control port: a request from anyone.
    case control
    /// A recorded or live source attached to this component by its host.
    case source
  }

  /// The sender's number in the topology; 0 for programs outside it.
  public var component: UInt16
  /// How it reached us.
  public var link: Link
  /// The host's handle for an answer; 0 where none is possible. Means nothing to others and after a restart.
  public var route: UInt32

  @inlinable
  public init(component: UInt16, link: Link, route: UInt32 = 0) {
    self.component = component
    self.link = link
    self.route = route
  }

  /// It spoke over a connection that we made to where the topology says it is: on a topic of its, or to
  /// answer us. Who calls at our control port may give any name.
  @inlinable public var isFollowed: Bool { link == .stream || link == .link }
}
