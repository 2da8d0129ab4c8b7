import ActorKit
import Colony
import Journal
import Wire

/// What a host must know to run one component: who it is, where it binds, whom it hears and calls.
///
/// `ComponentPlan` (module Topology) derives all of it from the topology file; tests write it by hand.
public struct HostConfiguration: Sendable {
  /// A publisher this component listens to.
  public struct Subscription: Sendable {
    public var component: UInt16
    public var endpoint: String
    /// Topic prefixes, each ending in a dot.
    public var prefixes: [String]
    /// Topics whose state is asked for from the start; needs a link to the publisher.
    public var expected: [Topic]

    public init(component: UInt16, endpoint: String, prefixes: [String], expected: [Topic] = []) {
      self.component = component
      self.endpoint = endpoint
      self.prefixes = prefixes
      self.expected = expected
    }
  }

  /// A component whose control port this one calls.
  public struct Link: Sendable {
    public var component: UInt16
    public var endpoint: String
    /// Whether a session with both lanes runs over it.
    public var hasSession: Bool

    public init(component: UInt16, endpoint: String, hasSession: Bool = false) {
      self.component = component
      self.endpoint = endpoint
      self.hasSession = hasSession
    }
  }

  public var colony: String
  public var name: String
  public var number: UInt16
  public var publishEndpoint: String
  public var controlEndpoint: String
  public var subscriptions: [Subscription]
  public var links: [Link]
  /// Components that open sessions to our control port.
  public var sessionClients: [UInt16]
  /// Whether the core takes in heartbeats itself (the queen) or only their consequences.
  public var deliversHeartbeats: Bool
  /// Journals, statistics and logs of this run.
  public var runFolder: String
  public var durability: Durability
  /// The session's mode and the component's account, to which its journal is bound.
  public var mode = ""
  public var account = ""
  /// The component whose SessionState is believed: the queen, of whom there is one. Nobody's where it is nil.
  public var queen: UInt16?
  /// The host it runs on, as the topology names it, and the folder of the registry that tells whether
  /// somebody supervises it there; nil where nobody asks.
  public var place: (host: String, runtimeDirectory: String)?

  public init(
    colony: String, name: String, number: UInt16, publishEndpoint: String, controlEndpoint: String,
    subscriptions: [Subscription] = [], links: [Link] = [], sessionClients: [UInt16] = [],
    deliversHeartbeats: Bool = false, runFolder: String, durability: Durability = .process
  ) {
    self.colony = colony
    self.name = name
    self.number = number
    self.publishEndpoint = publishEndpoint
    self.controlEndpoint = controlEndpoint
    self.subscriptions = subscriptions
    self.links = links
    self.sessionClients = sessionClients
    self.deliversHeartbeats = deliversHeartbeats
    self.runFolder = runFolder
    self.durability = durability
  }

  /// The colony and the run as commands and answers name them.
  public var colonyText: NameText { NameText(colony) ?? NameText() }
  public var runText: NameText { RunFolder.nameText(of: runFolder) }

  /// Where this component's journal lies.
  public var journalPath: String { "\(runFolder)/\(name).journal" }
}
