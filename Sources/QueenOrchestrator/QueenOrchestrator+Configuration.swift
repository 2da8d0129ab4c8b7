import ActorKit
import Wire

extension QueenOrchestrator {
  /// What a queen is told at start; checked by the topology before it comes here.
  public struct Configuration: Equatable, Sendable {
    /// Our own number in the topology.
    public var component: UInt16
    /// What our own commands to executors name as their colony.
    public var colony: NameText
    /// Every component whose health the session rests on; not the queen, no monitors.
    public var members: [ColonyMember]
    public var accounts: [ColonyAccount]
    public var goLive: GoLive
    /// The venue or feed whose source gives the market time of a recorded session, and whose end ends the
    /// session.
    public var marketSource: UInt16?
    /// The market is a recording: the clock begins at its first time and runs at `speedMilli`.
    public var isRecorded: Bool
    /// Thousandths of real time; counts for a recording only.
    public var speedMilli: Int64
    /// How long a permit lasts.
    public var permitLifeNanos: Int64
    /// A loss healed within this is an interruption, not a degradation.
    public var graceNanos: Int64
    /// Time between two messages that tell the session's state.
    public var heartbeatNanos: Int64
    /// So many degradations within the window make a FAILSAFE.
    public var degradationsToFailsafe: Int
    public var degradationWindowNanos: Int64
    /// After this long in SHUTDOWN the session is over, whatever the executors have confirmed.
    public var finishWithinNanos: Int64

    /// Traps when the parts contradict each other: a mistake of the program that made them.
    public init(
      component: UInt16, colony: NameText = NameText(), members: [ColonyMember],
      accounts: [ColonyAccount], goLive: GoLive = .byCommand,
      marketSource: UInt16? = nil, isRecorded: Bool = false, speedMilli: Int64 = 1_000,
      permitLifeNanos: Int64 = 5 * .nanosPerSecond, graceNanos: Int64 = 5 * .nanosPerSecond,
      heartbeatNanos: Int64 = 250 * .nanosPerMilli, degradationsToFailsafe: Int = 3,
      degradationWindowNanos: Int64 = 600 * .nanosPerSecond, finishWithinNanos: Int64 = 15 * .nanosPerSecond
    ) {
      precondition((1...Int64(UInt32.max)).contains(speedMilli), "a speed of \(speedMilli)/1000")
      precondition(!isRecorded || marketSource != nil, "a recorded session without a source")
      precondition(permitLifeNanos > 0 && heartbeatNanos > 0, "a permit or a beat without duration")
      precondition(graceNanos >= 0 && degradationWindowNanos >= 0, "a negative grace or window")
      precondition(degradationsToFailsafe > 0, "\(degradationsToFailsafe) degradations to failsafe")
      self.component = component
      self.colony = colony
      self.members = members.sorted { $0.number < $1.number }
      self.accounts = accounts.sorted { $0.number < $1.number }
      self.goLive = goLive
      self.marketSource = marketSource
      self.isRecorded = isRecorded
      self.speedMilli = isRecorded ? speedMilli : 1_000
      self.permitLifeNanos = permitLifeNanos
      self.graceNanos = graceNanos
      self.heartbeatNanos = heartbeatNanos
      self.degradationsToFailsafe = degradationsToFailsafe
      self.degradationWindowNanos = degradationWindowNanos
      self.finishWithinNanos = finishWithinNanos
      let numbers = Set(members.map(\.number))
      precondition(numbers.count == members.count, "a member is given twice")
      for account in accounts {
        precondition(numbers.contains(account.executor), "the executor of \(account.number) is no member")
      }
    }
  }
}

/// When READY becomes LIVE.
public enum GoLive: Equatable, Sendable {
  case atOnce
  /// When a person says so.
  case byCommand
}

/// A component the session needs.
public struct ColonyMember: Equatable, Sendable {
  public var number: UInt16
  public var kind: ComponentKind
  public var name: String

  public init(number: UInt16, kind: ComponentKind, name: String) {
    self.number = number
    self.kind = kind
    self.name = name
  }
}

/// An account and who trades it.
public struct ColonyAccount: Equatable, Sendable {
  public var number: UInt16
  public var executor: UInt16
  public var risk: UInt16
  /// Nil: the loss of any venue concerns the account.
  public var venue: UInt16?

  public init(number: UInt16, executor: UInt16, risk: UInt16, venue: UInt16? = nil) {
    self.number = number
    self.executor = executor
    self.risk = risk
    self.venue = venue
  }
}
