import Trading

// Whose a position is.
//
// What intents opened and have not closed is theirs. In an instrument in which a strategy quotes, all the
// rest is the quoting strategies'. Elsewhere the rest is nobody's: dust that was left, what an exit did too
// much, what a person traded by hand.
//
// An account has one position in an instrument, so what goes in opposite directions closes: a fill closes
// first what nobody owns, then what intents of the other direction hold, the oldest first; only what is left
// opens anything.
extension ExecutorBooks {
  /// What intents hold of the position in an instrument, signed.
  public func held(in instrument: UInt32) -> Quantity {
    var sum: Int128 = 0
    for working in intents.open where working.intent.instrument == instrument {
      sum += Int128(working.intent.side.sign) * Int128(working.held.raw)
    }
    return Quantity(raw: Int64(clamping: sum))
  }

  /// What nobody owns of the position in an instrument, signed; zero where a strategy quotes.
  public func ownerless(in instrument: UInt32) -> Quantity {
    guard !isQuoted(instrument) else { return .zero }
    let rest = Int128(ledger[instrument].quantity.raw) - Int128(held(in: instrument).raw)
    return Quantity(raw: Int64(clamping: rest))
  }

  /// How much of the position in an instrument is the inventory of strategies that quote there, unsigned:
  /// what intents do not hold of it.
  public func inventory(in instrument: UInt32) -> Quantity {
    guard isQuoted(instrument) else { return .zero }
    let position = Int128(ledger[instrument].quantity.raw)
    let held = Int128(held(in: instrument).raw)
    // Intents may hold against the inventory: then the position is less than theirs, and wholly theirs.
    let rest = position > 0 ? min(position, position - held) : min(-position, held - position)
    return Quantity(raw: Int64(clamping: max(0, rest)))
  }

  /// How much an order of a side may trade before it opens a position of its own.
  public func closable(_ side: Side, in instrument: UInt32) -> Quantity {
    let signed = -Int128(side.sign) * Int128(ledger[instrument].quantity.raw)
    return Quantity(raw: Int64(clamping: max(0, signed)))
  }

  func isQuoted(_ instrument: UInt32) -> Bool {
    let index = quoted.lowestIndex { $0 >= instrument }
    return index < quoted.count && quoted[index] == instrument
  }

  mutating func noteQuoting(in instrument: UInt32) {
    let index = quoted.lowestIndex { $0 >= instrument }
    if index == quoted.count || quoted[index] != instrument { quoted.insert(instrument, at: index) }
  }

  /// What a booked fill means for those who own something. `ownerless` is as it was before.
  mutating func attribute(_ fill: BookedFill, ownerless: Quantity) {
    let order = fill.order.flatMap(order)
    let instrument = fill.key.instrument
    let isClosing = fill.side == .buy ? ownerless.isNegative : ownerless.isPositive
    let absorbed = isClosing ? min(ownerless.absolute() ?? .max, fill.quantity) : .zero
    switch order?.purpose {
    case .quote: return
    case .entry:
      guard let intent = order?.intent else { return }
      let closed = intents.close(fill.quantity - absorbed, instrument, fill.side)
      intents.update(intent) {
        $0.entered += fill.quantity
        $0.exited += absorbed + closed
        // Whatever had ended the protection did not know of this fill.
        $0.protectionEnd = nil
      }
    case .stopLoss, .takeProfit:
      guard let intent = order?.intent else { return }
      let own = min(fill.quantity, intents[intent]?.held ?? .zero)
      intents.update(intent) { $0.exited += own }
      let beyond = fill.quantity - own
      intents.close(beyond - min(beyond, absorbed), instrument, fill.side)
    case .flatten: intents.close(fill.quantity - absorbed, instrument, fill.side)
    case .found, .ownerless, nil:
      // Where a strategy quotes, nobody can tell whose this closes; protection is cut to the position anyway.
      guard !isQuoted(instrument) else { return }
      intents.close(fill.quantity - absorbed, instrument, fill.side)
    }
  }
}
