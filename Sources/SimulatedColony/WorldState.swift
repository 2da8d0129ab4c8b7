import HostKit
import ActorKit
import Wire

/// What programs act upon: the moment, what is to happen, the network, and what is noted of it all.
struct WorldState {
  /// Since the start, ns.
  var now: Int64 = 0
  var agenda = Agenda<Happening>()
  var network: SimulatedNetwork
  var hash = WorldHash()
  var trace: Trace
}

// The network, now.
extension WorldState {
  mutating func open(_ node: Int, identities: [[UInt8]]) {
    network.open(node, identities: identities, at: now, &agenda)
  }

  mutating func close(_ node: Int) { network.close(node, at: now, &agenda) }

  mutating func takeAttempt(_ connection: Int) { network.takeAttempt(connection, at: now, &agenda) }

  mutating func giveUp(_ connection: Int, generation: UInt32) {
    network.giveUp(connection, generation: generation, at: now, &agenda)
  }

  mutating func change(from: Int, to: Int, _ body: (inout SimulatedNetwork.Line) -> Void) {
    network.change(from: from, to: to, at: now, &agenda, body)
  }

  mutating func publish(_ topic: Topic, _ frame: [UInt8], from node: Int) {
    network.publish(topic, frame, from: node, at: now, &agenda)
  }

  mutating func call(link: Int, of node: Int, _ frame: [UInt8]) -> NotSent? {
    let refusal = network.call(link: link, of: node, frame, at: now, &agenda)
    if refusal == nil { trace.frame(frame, from: node, to: network.server(link: link, of: node), at: now) }
    return refusal
  }

  mutating func answer(_ identity: [UInt8], from node: Int, _ frame: [UInt8]) -> NotSent? {
    switch network.answer(identity, from: node, frame, at: now, &agenda) {
    case .sent(let client):
      trace.frame(frame, from: node, to: client, at: now)
      return nil
    case .refused(let reason): return reason
    }
  }
}
