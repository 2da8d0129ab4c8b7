import ActorKit
import Colony
import HostKit
import Journal
import Platform
import Wire

/// What a process must know to run one component: who it is, where it binds, whom it hears and calls, and
/// where those are.
///
/// `HostConfiguration.init(of:in:)` derives all of it from the topology file; tests write it by hand.
public struct HostConfiguration: Sendable {
  /// Where another component binds, as seen from here.
  public struct Endpoints: Sendable {
    public var publish: String
    public var control: String

    public init(publish: String, control: String) {
      self.publish = publish
      self.control = control
    }
  }

  public var colony: String
  public var name: String
  public var number: UInt16
  /// Its own.
  public var publishEndpoint: String
  public var controlEndpoint: String
  public var wiring: Wiring
  /// Those of everyone whom the wiring names as heard or called, by number.
  public var peers: [UInt16: Endpoints]
  /// Journals, statistics and logs of this run.
  public var runFolder: String
  public var durability: Durability
  /// The session's mode and the component's account, to which its journal is bound.
  public var mode = ""
  public var account = ""
  /// The host it runs on, as the topology names it, and the folder of the registry that tells whether
  /// somebody supervises it there; nil where nobody asks.
  public var place: (host: String, runtimeDirectory: String)?
  /// Bound of the file that keeps what arrives, for a rerun, bytes; nil for nothing is kept.
  public var maxArrivalsBytes: Int64?

  public init(
    colony: String, name: String, number: UInt16, publishEndpoint: String, controlEndpoint: String,
    wiring: Wiring = Wiring(), peers: [UInt16: Endpoints] = [:], runFolder: String,
    durability: Durability = .process
  ) {
    self.colony = colony
    self.name = name
    self.number = number
    self.publishEndpoint = publishEndpoint
    self.controlEndpoint = controlEndpoint
    self.wiring = wiring
    self.peers = peers
    self.runFolder = runFolder
    self.durability = durability
  }

  /// Where another component binds. Traps for one that the wiring does not name.
  func endpoints(of component: UInt16) -> Endpoints {
    guard let known = peers[component] else {
      preconditionFailure("\(name) does not know where component \(component) is")
    }
    return known
  }

  /// What it calls itself towards others.
  package var identity: HostIdentity {
    HostIdentity(
      name: name, number: number,
      colony: ColonyName(colony: NameText(colony) ?? NameText(), run: RunFolder.nameText(of: runFolder)),
      build: Build.name, processID: ProcessStats.ownPID)
  }

  /// Where this component's journal lies.
  public var journalPath: String { "\(runFolder)/\(name).journal" }
}
