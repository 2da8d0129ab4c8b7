import Trading
import Vocabulary
import Wire

/// Which stops and targets of lost turns can be whose: what each intent holds when the trades of the answer
/// are booked, without what the legs close that the journal knows and the venue lists.
///
/// A leg that an intent had no room for would close more than there is, or be taken back at once as one too
/// many; so a stop for which there is no room is nobody's.
struct CutLegs: Sendable {
  /// Oldest intent first.
  private var rooms: [Room] = []

  private struct Room {
    let intent: AcceptedIntent
    let purpose: OrderPurpose
    let price: Price
    /// What legs that show up may still close.
    var left: Quantity

    func explains(_ order: LostOrder) -> Bool {
      order.isStop == (purpose == .stopLoss) && order.instrument == intent.instrument
        && order.side == intent.side.opposite && order.price == price && order.rest <= left
    }
  }

  init(_ answer: CutAnswer, _ books: ExecutorBooks) {
    var later = books
    for fill in answer.unbooked where !later.fills.contains(fill.key) {
      // What cannot be booked puts the account in quarantine.
      guard later.refusal(of: fill) == nil else { break }
      later.apply(.filled(fill))
    }
    for working in later.intents.open where working.held.isPositive {
      let intent = working.intent
      for (purpose, price) in [
        (OrderPurpose.stopLoss, intent.stopPrice), (.takeProfit, intent.takeProfitPrice),
      ] {
        guard let price else { continue }
        let standing = answer.listed.filter { listed in
          ClOrdID(listed.clOrdID).flatMap(books.order)
            .map { $0.intent == intent.id && $0.purpose == purpose } ?? false
        }
        let left = max(working.held - min(standing.map(\.rest).saturatingSum, working.held), .zero)
        rooms.append(Room(intent: intent, purpose: purpose, price: price, left: left))
      }
    }
  }

  /// Gives a leg to the intent that has room for just so much, else to the oldest that has room.
  mutating func take(_ order: LostOrder) -> CutProof? {
    guard order.rest.isPositive else { return nil }
    let fitting = rooms.indices.filter { rooms[$0].explains(order) }
    guard let index = fitting.first(where: { rooms[$0].left == order.rest }) ?? fitting.first else {
      return nil
    }
    rooms[index].left -= order.rest
    return CutProof(purpose: rooms[index].purpose, intent: rooms[index].intent.id)
  }
}
