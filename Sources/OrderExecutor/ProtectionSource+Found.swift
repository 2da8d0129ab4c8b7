import ActorKit
import Trading
import Wire

// Stops that were found at the venue after a cut, of which nobody knows for whom they are. They protect, and
// are neither placed again nor replaced: one stays while nothing else protects so much of what is open.
//
// Where the venue lets orders open, all that were found count against what may be placed, until the venue has
// confirmed that they are gone: legs and found orders together never close more than there is.
extension ProtectionSource {
  /// Whether an order that was found stays. Limit orders never do.
  func mayKeep(_ order: OrderOutline, _ situation: Situation) -> Bool {
    guard order.type == .stop,
      !situation.books.isPanicked(strategy: 0, instrument: order.instrument)
    else { return false }
    var bare = unprotected(order.side, in: order.instrument, situation)
    for found in situation.books.orders.found(order.side, in: order.instrument)
    where found.type == .stop && !found.isCancelPending {
      // One that is larger than that could close too much where the venue does not prevent it.
      let stays =
        situation.venue.usable.hasReduceOnly ? bare.isPositive : found.worstCaseOpen <= bare
      if stays { bare -= min(found.worstCaseOpen, bare) }
      if found.id == order.id { return stays && found.worstCaseOpen.isPositive }
    }
    return false
  }

  /// What of a position nothing protects but what was found: what intents hold and their legs do not cover,
  /// and what is nobody's. Until a cut is made good everything that no intent holds may be that.
  private func unprotected(_ side: Side, in instrument: UInt32, _ situation: Situation) -> Quantity {
    let books = situation.books
    var left = books.closable(side, in: instrument)
    var bare = Quantity.zero
    for ward in wards(situation)
    where ward.working.intent.instrument == instrument && ward.working.exitSide == side {
      left -= min(ward.share.owed, left)
      bare += max(ward.share.owed - covered(ward, situation), .zero)
    }
    guard books.cut == nil else { return bare + left }
    let ownerless = books.ownerless(in: instrument)
    guard side == .sell ? ownerless.isPositive : ownerless.isNegative else { return bare }
    return bare + min(left, ownerless.absolute() ?? .max)
  }

  /// What legs of an intent do that a found stop need not do: where the venue lets nothing open, only stops
  /// that stand; else whatever may fill.
  private func covered(_ ward: Ward, _ situation: Situation) -> Quantity {
    let legs = situation.legs(of: ward.working.id)
    guard situation.venue.usable.hasReduceOnly else {
      return Bundle.all(of: legs).map(\.mostFilled).saturatingSum
    }
    return legs.filter {
      $0.type == .stop && $0.state.isAccepted && $0.status != .inDoubt && !$0.isCancelPending
    }.map(\.worstCaseOpen).saturatingSum
  }

  /// Counts found orders against what may be placed: for the oldest intent first, as far as its legs do not
  /// cover its share.
  func countFound(in wards: inout [Ward], _ situation: Situation) {
    if situation.venue.usable.hasReduceOnly { return }
    var counted: [(instrument: UInt32, side: Side, left: Quantity)] = []
    for index in wards.indices {
      let ward = wards[index]
      let (instrument, side) = (ward.working.intent.instrument, ward.working.exitSide)
      let slot = counted.firstIndex { $0.instrument == instrument && $0.side == side } ?? counted.count
      if slot == counted.count {
        let found = situation.books.orders.found(side, in: instrument).map(\.worstCaseOpen).saturatingSum
        counted.append((instrument, side, found))
      }
      guard counted[slot].left.isPositive else { continue }
      let bare = max(ward.share.wanted - covered(ward, situation), .zero)
      wards[index].share.found = min(bare, counted[slot].left)
      counted[slot].left -= wards[index].share.found
    }
  }
}
