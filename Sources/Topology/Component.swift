import JSON5
import Trading

/// One process of the colony.
public struct Component: Sendable, Equatable {
  public enum Kind: String, Sendable, CaseIterable {
    case venue, feed, signal, risk, executor, queen
    /// Carries every publisher's topics to observers, which then cost the publishers nothing. No member of
    /// the session: nobody waits for it, and its death is nobody's loss but theirs.
    case relay
  }

  /// The key of the entry: 1 to 32 of `a-z 0-9 -`, beginning with a letter.
  public let name: String
  /// `number`, 1…65534, required: the sender in every message; never reused within a colony.
  public let number: UInt16
  /// `host`, required: where it runs.
  public let host: String
  /// `publish`, default from the host's `ports.base`: where its PUB socket is bound.
  public let publish: Endpoint
  /// `control`, default from the host's `ports.base`: where its ROUTER socket is bound.
  public let control: Endpoint
  /// `endpoints`, default none: for a host that must use another address than the bound one (behind a
  /// translating router), that address: `endpoints: { lab: "10.0.0.7" }`. Sorted by host.
  public let addresses: [SeenAddress]
  /// `inputs`, in the order of the file: the components it subscribes to. A feed takes venues, a signal feeds
  /// and executors, a risk feeds and signals, an executor feeds; venue, queen and relay have none.
  public let inputs: [String]
  /// What only its kind has.
  public internal(set) var role: Role

  public var kind: Kind {
    switch role {
    case .venue: .venue
    case .feed: .feed
    case .signal: .signal
    case .risk: .risk
    case .executor: .executor
    case .queen: .queen
    case .relay: .relay
    }
  }

  /// Whether it only watches: the session neither waits for it nor misses it.
  public var isObserver: Bool { kind == .relay }

  /// The account it serves; nil for kinds that serve none.
  public var account: String? {
    switch role {
    case .risk(let role): role.account
    case .executor(let role): role.account
    default: nil
    }
  }

  public struct SeenAddress: Sendable, Equatable {
    public let host: String
    public let address: String
  }

  public enum Role: Sendable, Equatable {
    case venue(VenueRole)
    case feed(FeedRole)
    case signal(SignalRole)
    case risk(RiskRole)
    case executor(ExecutorRole)
    case queen(QueenRole)
    case relay
  }
}

/// Adjusts signals to an account's limits. Its numbers are in `limits`.
public struct RiskRole: Sendable, Equatable {
  /// `account`, required: the account it owns.
  public let account: String
  /// `executor`, required: the executor of that account.
  public let executor: String
}

/// Commands the session. Its `settings`:
public struct QueenRole: Sendable, Equatable {
  /// `permitLifeSeconds`, 1…600, default 5, in a live session 30: how long trading goes on without the queen.
  public let permitLifeNanos: Int64
  /// `degradationsToFailsafe`, 1…100, default 3: as many degradations within the window make a FAILSAFE.
  public let degradationsToFailsafe: Int
  /// `degradationWindowSeconds`, 1…86400, default 600.
  public let degradationWindowNanos: Int64

  static let keys = ["permitLifeSeconds", "degradationsToFailsafe", "degradationWindowSeconds"]

  init?(_ section: Section, mode: Session.Mode?) {
    let life = section.nanos(
      "permitLifeSeconds", .seconds, in: 1...600, default: mode == .live ? 30 : 5)
    let degradations = section.integer("degradationsToFailsafe", in: 1...100, default: 3)
    let window = section.nanos("degradationWindowSeconds", .seconds, in: 1...86_400, default: 600)
    guard let life, let degradations, let window else { return nil }
    permitLifeNanos = life.value
    degradationsToFailsafe = degradations.value
    degradationWindowNanos = window.value
  }
}
