import ActorKit
import Trading

/// Orders for which something is awaited, by id.
struct Flights: Sendable {
  private var all: [Flight] = []

  subscript(id: ClOrdID) -> Flight? {
    let index = lowestIndex(notBelow: id)
    return index < all.count && all[index].id == id ? all[index] : nil
  }

  /// Changes an order's flight, made if there is none; gone once nothing is awaited.
  mutating func update(
    _ id: ClOrdID, stuckAfterNanos: Int64, at now: Instant, _ change: (inout Flight) -> Void
  ) {
    let index = lowestIndex(notBelow: id)
    if index == all.count || all[index].id != id {
      all.insert(Flight(id: id, sinceBoot: now.boot, stuckBoot: now.boot + stuckAfterNanos), at: index)
    }
    change(&all[index])
    if all[index].isSettled && all[index].nextCancelBoot <= now.boot { all.remove(at: index) }
  }

  /// Nothing is awaited for an order any more.
  mutating func remove(_ id: ClOrdID) {
    let index = lowestIndex(notBelow: id)
    if index < all.count, all[index].id == id { all.remove(at: index) }
  }

  /// A person has been told that an order is stuck.
  mutating func noteToldStuck(_ id: ClOrdID) {
    let index = lowestIndex(notBelow: id)
    if index < all.count, all[index].id == id { all[index].stuckBoot = .max }
  }

  func due(atBoot boot: Int64) -> [Flight] { all.filter { $0.nextDeadline <= boot } }

  var nextDeadline: Int64 { all.reduce(.max) { min($0, $1.nextDeadline) } }

  private func lowestIndex(notBelow id: ClOrdID) -> Int {
    all.lowestIndex { $0.id >= id }
  }
}
