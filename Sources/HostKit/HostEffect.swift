import ActorKit
import Telemetry

/// What a host wants done at the end of a turn, in order.
///
/// The driver carries them out one after the other. `append` is a barrier: when it fails nothing after it is
/// done and the process ends, so nobody learns of a turn that is not stored. There is one at the most: before
/// everything that leaves, or, with what nobody learns of in this turn, behind it. Frames lie in the host's
/// arenas
/// (`HostCore.withFrame`) until the next turn begins.
package enum HostEffect: Sendable {
  case log(LogLevel, event: String, String)
  /// Store the turn: `HostCore.record`. With durability `power` the disk is waited for only where `flushing`
  /// says so.
  case append(flushing: Bool)
  case transmit(Transmission)
  /// Rows of the journal are wanted, as the first arrival of the next turn.
  case readRows(after: Int64, atMost: Int)
  /// Save the state, which all rows up to now lead to.
  case saveSnapshot
  /// A quiet moment for what the journal wants done now and then.
  case keepJournal
  case writeStatistics
  /// A named place has been reached at which a test build may be told to die.
  case pass(CrashPoint)
  /// The session is over: leave in good order, unless somebody supervises the program.
  case leaveIfUnsupervised
  /// Finish in good order.
  case stop(reason: String)
}

/// A frame on its way out.
package struct Transmission: Equatable, Sendable {
  /// The way it leaves by.
  package enum Outlet: Equatable, Sendable {
    /// To subscribers; the topic by its index in `HostCore.topicNames`.
    case topic(Int)
    /// To the component behind a link, by its index in `Wiring.links`.
    case link(Int)
    /// To a caller of the control port (`HostCore.caller`).
    case caller(UInt32)
    case device
  }

  /// What an outcome other than sent leads to.
  package enum Concern: Equatable, Sendable {
    /// It is counted.
    case none
    /// The core is told that its message to a component did not leave.
    case core(component: UInt16)
    /// A message of a session's lane, which is sent again.
    case lane(session: Int, Lane, sequence: UInt64, wasSent: Bool)
    /// A row for a reader of the journal, who gets it a little later.
    case row(Int64)
    /// A pack, whose messages have concerns of their own: so many from an index in `Outgoing.packed` on.
    case pack(first: Int, count: Int)
  }

  package enum Lane: Sendable { case event, state }
  /// Which arena the frame lies in: `HostCore.effects` or `HostCore.outgoing`.
  package enum Arena: Sendable { case core, host }

  package let outlet: Outlet
  package let arena: Arena
  package let offset: Int
  package let count: Int
  let concern: Concern
}
