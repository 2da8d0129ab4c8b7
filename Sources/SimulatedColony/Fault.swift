import ActorKit
import Topology

/// One thing that goes wrong, or that a person does, at a time of the plan.
public struct Fault: Equatable, Sendable {
  public enum Kind: String, CaseIterable, Sendable {
    /// SIGKILL, now.
    case kill
    /// SIGKILL, and its machine is away for so long.
    case outage
    /// SIGTERM: it saves its state and ends in good order, and is started again.
    case restart
    /// SIGKILL in the next step of this name of a turn; `amount` is the point's place, `other` the arrival.
    case crash
    /// SIGKILL inside its `amount`-th write to the disk from now, of which a part may be made.
    case torn
    /// The machine loses its power: what was not flushed may be gone, torn or zero.
    case power
    /// SIGSTOP for `lastsNanos`.
    case pause
    /// Nothing passes between the two for `lastsNanos`; what was sent arrives afterwards.
    case hold
    /// The same, only from the first to the second.
    case holdOneWay
    /// Connections between the two are reset, and none is made.
    case cut
    /// Of frames from the first to the second `amount` millionths are lost,
    case lose
    /// come twice,
    case duplicate
    /// are overtaken by later ones,
    case overtake
    /// or all come `amount` µs later.
    case delay
    /// The wall clock goes wrong by `amount` ms, and is right again afterwards.
    case clock
    /// The wall clock runs by `amount` millionths too fast or too slow, and is right again afterwards.
    case drift
    /// The disk has room for `amount` more bytes.
    case fullDisk
    /// Nothing can be written to the disk.
    case readOnlyDisk
    /// A turn that writes to the disk takes `amount` µs longer.
    case slowDisk
    /// An operator halts the firm and resumes afterwards,
    case halt
    /// lets nothing at all be placed and resumes afterwards,
    case panic
    /// or closes an instrument's position and resumes afterwards.
    case flatten
    /// Somebody cancels all that is open at the venue's own page, the stops too.
    case cancelAll
    /// A second executor with a journal of its own asks for the account's permit, while the first does not
    /// reach the queen.
    case twin
  }

  public var kind: Kind
  /// Since the start of the simulation, ms.
  public var atMillis: Int64
  /// For so long, ms; 0 for what has no length.
  public var lastsMillis: Int64
  /// The component, by its number in the topology; 0 where none is meant.
  public var component: UInt16
  /// The other end of a line; of `crash` the number of the arrival.
  public var other: UInt16
  public var amount: Int64

  public init(
    _ kind: Kind, atMillis: Int64, lastsMillis: Int64 = 0, component: UInt16 = 0, other: UInt16 = 0,
    amount: Int64 = 0
  ) {
    self.kind = kind
    self.atMillis = atMillis
    self.lastsMillis = lastsMillis
    self.component = component
    self.other = other
    self.amount = amount
  }
}

extension Fault {
  /// Whether it concerns what another does.
  func meets(_ other: Fault) -> Bool {
    guard component == other.component else { return false }
    switch (kind, other.kind) {
    case (.clock, .drift), (.drift, .clock): return true
    case (.fullDisk, _), (.readOnlyDisk, _), (.slowDisk, _):
      return [.fullDisk, .readOnlyDisk, .slowDisk].contains(other.kind)
    case (.halt, _), (.panic, _), (.flatten, _):
      return [.halt, .panic, .flatten].contains(other.kind) && commandScope == other.commandScope
    default: return kind == other.kind
    }
  }

  /// Of what an operator commands: 1 an instrument, 2 a strategy, all else the firm.
  var commandScope: UInt16 { kind == .flatten ? 1 : other }

  /// Whether a stop may be late because of it: where it concerns an executor, its venue or its permits.
  func keepsStopsAway(_ topology: Topology) -> Bool {
    let kinds = [component, hasOtherEnd ? other : 0].compactMap { topology.component(number: $0)?.kind }
    return kinds.contains { $0 == .executor || $0 == .venue || $0 == .queen }
  }

  private var hasOtherEnd: Bool { kind.hasTwoEnds }
}

extension Fault: CustomStringConvertible {
  public var description: String {
    var text = "\(atMillis) ms: \(kind.rawValue)"
    if component != 0 { text += " \(component)" }
    if other != 0 { text += "→\(other)" }
    if lastsMillis != 0 { text += " for \(lastsMillis) ms" }
    if amount != 0 { text += " (\(amount))" }
    return text
  }
}
