import ActorKit
import Trading

/// Orders that may still be executed, by id, hence by age.
///
/// Beside each order lies its outline: what decisions ask of all of them, in plain numbers. What they ask of
/// one instrument, one target or one intent is kept in an index, so that a decision costs the same however
/// many orders are open. Everything but the orders follows from them.
///
/// An order keeps its slot while it is open: one that comes or goes moves numbers of slots and no order.
/// Bound: as many slots as orders were ever open at once, which the gate limits.
package struct OpenOrders: Sendable {
  /// By slot; what lies in a free one means nothing.
  private var stored: [OwnOrder] = []
  private var sketched: [OrderOutline] = []
  private var free: [Int32] = []
  /// Slots by rising id.
  private var ranked: [Int32] = []
  /// By number; one that once had an open order stays.
  private var instruments: [InstrumentOrders] = []
  /// Of orders that an intent wanted, by intent, then id.
  private var wanted: [IntentSlot] = []
  /// Of orders that no quoting strategy is known to stand behind, by rising id.
  private var unclaimed: [Int32] = []
  private(set) var inDoubtCount = 0
  /// Orders that wait for a trigger.
  package private(set) var conditionalCount = 0

  /// An open order of an intent.
  private struct IntentSlot {
    let intent: IntentID
    let slot: Int32
  }

  /// An order's index among the orders; nil for one that is not open.
  func index(of id: ClOrdID) -> Int? {
    let index = lowestIndex(notBelow: id)
    return index < ranked.count && sketched[Int(ranked[index])].id == id ? index : nil
  }

  subscript(index: Int) -> OwnOrder { stored[Int(ranked[index])] }

  mutating func insert(_ order: OwnOrder) {
    let index = lowestIndex(notBelow: order.id)
    precondition(
      index == ranked.count || sketched[Int(ranked[index])].id != order.id, "order \(order.id) is open twice")
    let outline = OrderOutline(order)
    let slot: Int32
    if let last = free.popLast() {
      slot = last
      stored[Int(slot)] = order
      sketched[Int(slot)] = outline
    } else {
      slot = Int32(stored.count)
      stored.append(order)
      sketched.append(outline)
    }
    ranked.insert(slot, at: index)
    enter(slot, outline)
  }

  /// Changes an order. One that is over then is taken out and given back.
  mutating func update(_ index: Int, _ change: (inout OwnOrder) -> Void) -> OwnOrder? {
    let slot = Int(ranked[index])
    change(&stored[slot])
    let (before, after) = (sketched[slot], OrderOutline(stored[slot]))
    guard stored[slot].isOpen else {
      leave(ranked[index], before)
      ranked.remove(at: index)
      free.append(Int32(slot))
      return stored[slot]
    }
    sketched[slot] = after
    if before.isInDoubt != after.isInDoubt { inDoubtCount += after.isInDoubt ? 1 : -1 }
    instruments[instrumentIndex(of: after.instrument).index].note(before, after)
    return nil
  }

  private func lowestIndex(notBelow id: ClOrdID) -> Int {
    // A new order has the highest id.
    guard let last = ranked.last, sketched[Int(last)].id >= id else { return ranked.count }
    return ranked.lowestIndex { sketched[Int($0)].id >= id }
  }
}

extension OpenOrders: Equatable {
  package static func == (left: OpenOrders, right: OpenOrders) -> Bool {
    left.ranked.count == right.ranked.count && left.ranked.indices.allSatisfy { left[$0] == right[$0] }
  }
}

// Looking them up.
extension OpenOrders {
  /// The oldest first.
  var orders: [OwnOrder] { ranked.map { stored[Int($0)] } }

  package var outlines: OrderOutlines { OrderOutlines(sketched, ranked[...]) }

  package func outlines(in instrument: UInt32) -> OrderOutlines { list(orders(in: instrument)?.ranked) }

  /// A strategy's quotes on one side of an instrument.
  package func quotes(of strategy: UInt16, in instrument: UInt32, _ side: Side) -> OrderOutlines {
    list(orders(in: instrument)?.quotes(of: strategy)?[side])
  }

  /// Orders of which it must be asked whether anybody still wants them: all but the quotes where a strategy
  /// has said what it wants.
  package var maybeStray: OrderOutlines { list(unclaimed) }

  /// Copies of the orders that an intent wanted.
  package func orders(of intent: IntentID) -> [OwnOrder] {
    let first = wanted.lowestIndex { $0.intent >= intent }
    return wanted[first...].prefix { $0.intent == intent }.map { stored[Int($0.slot)] }
  }

  /// Whether an order of a purpose is open that an intent wanted.
  func hasOpen(_ purpose: OrderPurpose, of intent: IntentID) -> Bool {
    let first = wanted.lowestIndex { $0.intent >= intent }
    return wanted[first...].prefix { $0.intent == intent }.contains {
      sketched[Int($0.slot)].purpose == purpose
    }
  }

  /// Copies of the orders that are meant.
  func orders(in list: OrderOutlines, where isMeant: (OrderOutline) -> Bool) -> [OwnOrder] {
    list.slots.compactMap { isMeant(sketched[Int($0)]) ? stored[Int($0)] : nil }
  }

  /// What is open on each side of an instrument at worst case. Beyond the range it counts as the largest
  /// quantity there is.
  func worstCase(in instrument: UInt32) -> (buys: Quantity, sells: Quantity) {
    guard let orders = orders(in: instrument) else { return (.zero, .zero) }
    return (orders.buys.worstCaseOpen, orders.sells.worstCaseOpen)
  }

  /// Limit orders that an order of a side at a price would trade with, or that may or may not be there at its
  /// own price.
  package func inTheWay(of side: Side, at price: Price, in instrument: UInt32) -> OrderOutlines {
    guard let orders = orders(in: instrument) else { return list(nil) }
    var slots = orders[side.opposite].limits.prefix { sketched[Int($0.slot)].crosses(price) }.map(\.slot)
    if orders[side].limitsInDoubt > 0 {
      slots += orders[side].limits.lazy.filter { $0.price == price && sketched[Int($0.slot)].isInDoubt }
        .map(\.slot)
    }
    if slots.count > 1 { slots.sort { sketched[Int($0)].id < sketched[Int($1)].id } }
    return list(slots)
  }

  /// Whether a position that nobody owns is being closed in an instrument.
  package func isClosingOwnerless(in instrument: UInt32) -> Bool {
    orders(in: instrument)?.ownerlessCount ?? 0 > 0
  }

  /// Orders of a side that were found at the venue, the oldest first.
  package func found(_ side: Side, in instrument: UInt32) -> [OrderOutline] {
    guard let orders = orders(in: instrument), orders.foundCount > 0 else { return [] }
    return list(orders.ranked).filter { $0.purpose == .found && $0.side == side }
  }

  private func list(_ slots: [Int32]?) -> OrderOutlines { OrderOutlines(sketched, (slots ?? [])[...]) }

  private func orders(in instrument: UInt32) -> InstrumentOrders? {
    let found = instrumentIndex(of: instrument)
    return found.isTaken ? instruments[found.index] : nil
  }

  private func instrumentIndex(of number: UInt32) -> (index: Int, isTaken: Bool) {
    let index = instruments.lowestIndex { $0.instrument >= number }
    return (index, index < instruments.count && instruments[index].instrument == number)
  }
}

// Keeping the indices.
extension OpenOrders {
  /// A strategy has said what it wants in an instrument: its quotes there are wanted, or its own to cancel.
  mutating func claim(_ strategy: UInt16, in instrument: UInt32) {
    let (index, isTaken) = instrumentIndex(of: instrument)
    if !isTaken { instruments.insert(InstrumentOrders(instrument), at: index) }
    guard instruments[index].claim(strategy) else { return }
    unclaimed.removeAll { slot in
      let outline = sketched[Int(slot)]
      return outline.purpose == .quote && outline.strategy == strategy && outline.instrument == instrument
    }
  }

  private mutating func enter(_ slot: Int32, _ outline: OrderOutline) {
    if outline.isInDoubt { inDoubtCount += 1 }
    if outline.type == .stop { conditionalCount += 1 }
    if let intent = outline.intent {
      wanted.insert(IntentSlot(intent: intent, slot: slot), at: wantedIndex(intent, outline.id))
    }
    let (index, isTaken) = instrumentIndex(of: outline.instrument)
    if !isTaken { instruments.insert(InstrumentOrders(outline.instrument), at: index) }
    instruments[index].enter(slot, outline, sketched)
    if outline.purpose != .quote || !instruments[index].isClaimed(outline.strategy) {
      unclaimed.insert(slot, at: unclaimed.lowestIndex { sketched[Int($0)].id >= outline.id })
    }
  }

  private mutating func leave(_ slot: Int32, _ outline: OrderOutline) {
    if outline.isInDoubt { inDoubtCount -= 1 }
    if outline.type == .stop { conditionalCount -= 1 }
    if let intent = outline.intent { wanted.remove(at: wantedIndex(intent, outline.id)) }
    let index = instrumentIndex(of: outline.instrument).index
    instruments[index].leave(slot, outline, sketched)
    if outline.purpose != .quote || !instruments[index].isClaimed(outline.strategy) {
      unclaimed.remove(at: unclaimed.lowestIndex { sketched[Int($0)].id >= outline.id })
    }
  }

  private func wantedIndex(_ intent: IntentID, _ id: ClOrdID) -> Int {
    wanted.lowestIndex {
      $0.intent == intent ? sketched[Int($0.slot)].id >= id : $0.intent > intent
    }
  }
}
