import HostKit
import ActorKit
import Records

/// A component's place in the simulation: who it is, whom it hears and calls, where its journal lies.
struct ProgramSeat: Sendable {
  /// Its place among the nodes of the network.
  let node: Int
  let identity: HostIdentity
  let wiring: Wiring
  let journal: JournalIdentity
  let durability: Durability

  var name: String { identity.name }
  var number: UInt16 { identity.number }
  var path: String { "\(identity.name).journal" }
}
