import Colony
import Console
import Platform
import Topology
import Trading
import Wire
import ZeroMQ

/// What a panic leaves open, by the venues' own word.
enum PanicPositions {
  /// A line per position, and one per venue that does not say.
  static func ask(
    _ accounts: [Account], _ place: ColonyPlace, untilBootNanos deadline: Int64
  ) throws(CommandFailure) -> String {
    var clients: [(account: Account, client: ControlClient)] = []
    for account in accounts where !account.isLive {
      guard let venue = place.topology.component(named: account.venue) else {
        preconditionFailure("account \(account.name) without a venue passed the checks")
      }
      do throws(ZeroMQError) {
        let endpoint = place.controlEndpoint(of: venue)
        let client = try ControlClient(
          .positions(account: account.number), to: endpoint, onlyOf: place.colonyName.colony)
        clients.append((account, client))
      } catch {
        throw CommandFailure(74, "account \(account.name): \(error)")
      }
    }
    ControlClient.run(clients.map(\.client), untilBootNanos: deadline)
    return clients.map { lines(of: $0.account, $0.client, place.topology) }.joined()
  }

  private static func lines(of account: Account, _ client: ControlClient, _ topology: Topology) -> String {
    guard let positions = client.positions else {
      return "account \(account.name): POSITIONS NOT KNOWN: the venue did not say; look there\n"
    }
    let open = positions.filter { $0.quantity != 0 }
    if open.isEmpty { return "account \(account.name): no position is open\n" }
    return open.map { position in
      let name = topology.instruments.first { $0.number == position.instrument }?.name.description
      return "account \(account.name): OPEN AND UNPROTECTED: \(Quantity(raw: position.quantity)) "
        + "\(name ?? "instrument \(position.instrument)"); close it with `waggle flatten`, or at the venue\n"
    }.joined()
  }
}
