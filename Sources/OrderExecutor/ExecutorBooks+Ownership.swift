import ActorKit
import Trading

// Whose a position is.
//
// A strategy's is what its quotes were filled for, and what its intents opened and have not closed. The rest
// is nobody's: dust that was left, what an exit did too much, what a person traded by hand. The
// `StrategyLedger` has it all; in a journal from before it was kept, all that intents do not hold in an
// instrument in which strategies quote counts as theirs.
//
// An account has one position in an instrument, so what goes in opposite directions closes: the fill of an
// entry closes first what nobody owns, then what intents of the other direction hold, the oldest first; only
// what is left opens anything. What quotes trade against intents stands beside them.
extension ExecutorBooks {
  /// What intents hold of the position in an instrument, signed.
  public func held(in instrument: UInt32) -> Quantity {
    var sum: Int128 = 0
    for working in intents.open where working.intent.instrument == instrument {
      sum += Int128(working.intent.side.sign) * Int128(working.held.raw)
    }
    return Quantity(raw: Int64(clamping: sum))
  }

  /// What nobody owns of the position in an instrument, signed.
  public func ownerless(in instrument: UInt32) -> Quantity {
    if let strategies { return strategies[StrategyLedger.nobody, instrument].position.quantity }
    guard !isQuoted(instrument) else { return .zero }
    let rest = Int128(ledger[instrument].quantity.raw) - Int128(held(in: instrument).raw)
    return Quantity(raw: Int64(clamping: rest))
  }

  /// How much of the position in an instrument is the inventory of strategies that quote there, unsigned:
  /// what intents do not hold of it.
  public func inventory(in instrument: UInt32) -> Quantity {
    guard isQuoted(instrument) else { return .zero }
    let ownerless = strategies == nil ? .zero : ownerless(in: instrument)
    let position = Int128(ledger[instrument].quantity.raw) - Int128(ownerless.raw)
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
}
