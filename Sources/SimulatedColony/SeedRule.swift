/// What is judged in every run. docs/SIMULATION.md, section 3, explains the rules.
public enum SeedRule: String, CaseIterable, Sendable {
  /// An order leaves only once its creation is on the executor's disk.
  case journaled
  /// The venue accepts no client id twice, and none that no executor's disk knows.
  case onceAtVenue
  /// Position and what may fill stay within the executor's cap at the venue.
  case capped
  /// A quote or an entry leaves only under a permit of its incarnation that has not run out.
  case permitted
  /// A holder with another journal is granted an account only when the one before can do nothing any more.
  case oneHolder
  /// In a halt's scope no quote and no entry leaves until the release.
  case halted
  /// What was answered to be halted is: no quote and no entry of its scope leaves any more.
  case obeyed
  /// A quote or an entry is no larger than risk lets one be.
  case sized
  /// A quote or an entry leaves only of an executor that hears of the market.
  case fresh
  /// Nothing that opens stays at the venue of an executor that is gone.
  case deadMan
  /// Nothing that opens stays at the venue in the scope of a halt.
  case cleared
  /// No quote stays at the venue of which risk has said nothing for a while.
  case outlived
  /// No entry leaves for an intent that has expired.
  case timely
  /// What an entry loses at its stop is no more than risk lets one trade lose.
  case budgeted
  /// An execution is booked once.
  case bookedOnce
  /// An intent is accepted once, has one entry at most, and ends once.
  case intentOnce
  /// What can close an intent's position is never more than it, where the venue does not see to it.
  case exits
  /// No position of an intent is without its whole stop for long.
  case protected
  /// An event of a session is acknowledged only once the disk says that it was taken in.
  case acknowledged
  /// What is durable is marked as taken in by the turn that takes it in.
  case marked
  /// A hole in a stream is noticed by the turn that takes in what follows it.
  case gapsNoticed
  /// After the last fault everyone's view of another's state is right at some moment soon.
  case views
  /// What an account has and what its entries may add stays within risk's own limits, which are narrower.
  case limited
  /// Every incarnation has an epoch above all before it.
  case epoch
  /// A program that was killed comes back from its own disk, with a journal that can be trusted.
  case recovered
  /// In the end the executor's books are the venue's: positions, open orders, executions.
  case agrees
  /// In the end everyone lives and the session is LIVE.
  case live
  /// In the end orders go out again.
  case trades
  /// The session ends as asked, and no order is open but what protects.
  case ended
}

/// A rule that was broken.
public struct Violation: Equatable, Sendable, CustomStringConvertible {
  public let rule: SeedRule
  /// Since the start of the simulation, ns.
  public let moment: Int64
  public let text: String

  public var description: String { "\(rule.rawValue) at \(moment / 1_000_000) ms: \(text)" }
}
