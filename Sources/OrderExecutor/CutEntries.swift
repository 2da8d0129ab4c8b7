import Trading
import Vocabulary

/// Orders of lost turns that the venue does not list any more and that can only have been entries, by their
/// trades.
///
/// One is the entry of the one intent without an entry whose side it has and whose quantity and price allow
/// the trades, if no other order can be that too. Where a strategy quotes it may as well be a quote, and one
/// that closes something may be a stop or a target: these stay nobody's.
struct CutEntries: Sendable {
  /// In the order of their first trades.
  private var candidates: [Candidate] = []
  private var places: [ClOrdID: Int] = [:]

  fileprivate struct Candidate {
    let id: ClOrdID
    let instrument: UInt32
    let side: Side
    /// The dearest bought, the cheapest sold.
    var worst: Price
    var quantity: Quantity
    /// Every trade of it opened.
    var isOpening: Bool
  }

  /// `isLost` says which ids only the lost turns knew.
  init(_ answer: CutAnswer, _ books: ExecutorBooks, isLost: (ClOrdID) -> Bool) {
    let known = Set(answer.listed.compactMap { ClOrdID($0.clOrdID) } + answer.booked.compactMap(\.order))
    var positions: [UInt32: Quantity] = [:]
    for fill in answer.unbooked {
      let instrument = fill.key.instrument
      let position = positions[instrument] ?? books.ledger[instrument].quantity
      // What cannot be counted ends in quarantine.
      guard let next = position.adding(fill.signedQuantity) else { return }
      positions[instrument] = next
      guard let id = fill.order, isLost(id), !known.contains(id), !books.isQuoted(instrument) else {
        continue
      }
      add(fill, id, isOpening: fill.side == .buy ? !position.isNegative : !position.isPositive)
    }
  }

  private mutating func add(_ fill: BookedFill, _ id: ClOrdID, isOpening: Bool) {
    guard let place = places[id] else {
      places[id] = candidates.count
      return candidates.append(
        Candidate(
          id: id, instrument: fill.key.instrument, side: fill.side, worst: fill.price,
          quantity: fill.quantity, isOpening: isOpening))
    }
    let before = candidates[place]
    let isSame = before.side == fill.side && before.instrument == fill.key.instrument
    candidates[place].worst =
      fill.side == .buy ? max(before.worst, fill.price) : min(before.worst, fill.price)
    candidates[place].quantity = before.quantity.adding(fill.quantity) ?? .max
    candidates[place].isOpening = before.isOpening && isOpening && isSame
  }

  /// The entries, each with its intent.
  func explained(by intents: [WorkingIntent]) -> [(order: LostOrder, intent: IntentID)] {
    let waiting = intents.filter(\.isWithoutEntry).map(\.intent)
    let pairs = candidates.filter(\.isOpening).map { candidate in
      (id: candidate.id, intents: waiting.filter(candidate.canBeEntry))
    }
    return pairs.compactMap { pair in
      guard pair.intents.count == 1, let intent = pair.intents.first, let price = intent.price,
        pairs.filter({ $0.intents.contains { $0.id == intent.id } }).count == 1
      else { return nil }
      return (LostOrder(pair.id, entryOf: intent, at: price), intent.id)
    }
  }
}

extension CutEntries.Candidate {
  fileprivate func canBeEntry(of intent: AcceptedIntent) -> Bool {
    guard intent.instrument == instrument, intent.side == side, quantity <= intent.quantity,
      let price = intent.price
    else { return false }
    return side == .buy ? worst <= price : worst >= price
  }
}

extension WorkingIntent {
  /// The journal knows of no order for it, and it may still have one.
  var isWithoutEntry: Bool { end == nil && entry == nil }
}
