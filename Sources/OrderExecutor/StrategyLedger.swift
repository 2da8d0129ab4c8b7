import ActorKit
import Trading

/// What each strategy has of the account's positions, and what nobody has: a position, money and fees each.
/// Together they are the account's, to the last digit; `sum(in:)` is for whoever checks that.
///
/// Bound: `mostEntries` pairs of strategy and instrument; what a further one trades counts as nobody's.
public struct StrategyLedger: Equatable, Sendable {
  /// The owner of what no strategy owns.
  public static let nobody: UInt16 = 0
  public static let mostEntries = 16_384

  /// By instrument, then by strategy; those that traded stay when flat.
  public private(set) var entries: [Entry] = []

  /// One strategy's part of a position.
  public struct Entry: Equatable, Sendable {
    public let instrument: UInt32
    public let strategy: UInt16
    public internal(set) var position = Position()
    /// Paid; negative is earned.
    public internal(set) var fees = Money.zero
    /// Executions booked for it, whole or in part.
    public internal(set) var fills: UInt64 = 0
  }

  /// A part of an execution, and whose it is.
  struct Part: Equatable {
    var strategy: UInt16
    var quantity: Quantity
  }

  init() {}

  /// What a strategy has in an instrument; empty when it never traded there.
  public subscript(strategy: UInt16, instrument: UInt32) -> Entry {
    let index = lowestIndex(notBelow: instrument, strategy)
    return holds(instrument, strategy, at: index)
      ? entries[index] : Entry(instrument: instrument, strategy: strategy)
  }

  /// All that is kept of an instrument, by strategy.
  public func entries(in instrument: UInt32) -> ArraySlice<Entry> {
    let first = lowestIndex(notBelow: instrument, 0)
    var end = first
    while end < entries.count, entries[end].instrument == instrument { end += 1 }
    return entries[first..<end]
  }

  /// Quantity, cash and fees of all together; nil when a sum does not fit.
  func sum(in instrument: UInt32) -> (quantity: Quantity, cash: Notional, fees: Money)? {
    var (quantity, cash, fees) = (Quantity.zero, Notional.zero, Money.zero)
    for entry in entries(in: instrument) {
      guard let nextQuantity = quantity.adding(entry.position.quantity),
        let nextCash = cash.adding(entry.position.cash), let nextFees = fees.adding(entry.fees)
      else { return nil }
      (quantity, cash, fees) = (nextQuantity, nextCash, nextFees)
    }
    return (quantity, cash, fees)
  }

  private func holds(_ instrument: UInt32, _ strategy: UInt16, at index: Int) -> Bool {
    index < entries.count && entries[index].instrument == instrument && entries[index].strategy == strategy
  }

  private func lowestIndex(notBelow instrument: UInt32, _ strategy: UInt16) -> Int {
    entries.lowestIndex { ($0.instrument, $0.strategy) >= (instrument, strategy) }
  }
}

// Booking.
extension StrategyLedger {
  /// Why the parts of a fill cannot be booked; nil when they can.
  func refusal(of fill: BookedFill, _ parts: [Part]) -> LedgerError? {
    for (part, fee) in zip(parts, Self.fees(of: fill, parts)) {
      var entry = self[owner(of: part, fill.key.instrument), fill.key.instrument]
      do throws(LedgerError) {
        try entry.book(fill, part.quantity, fee)
      } catch {
        return error
      }
      // Also the figures that are reported must fit.
      guard Money(rounding: entry.position.realized) != nil, Money(rounding: entry.position.cash) != nil
      else { return .moneyOverflow(fill.feeCurrency) }
    }
    return nil
  }

  /// Books a fill in parts that make it whole. Traps where `refusal` was not asked.
  mutating func book(_ fill: BookedFill, _ parts: [Part]) {
    for (part, fee) in zip(parts, Self.fees(of: fill, parts)) {
      change(owner(of: part, fill.key.instrument), fill.key.instrument) { entry throws(LedgerError) in
        try entry.book(fill, part.quantity, fee)
      }
    }
  }

  /// Something changes hands without a trade: at what it has cost the one who gives it, so that nobody makes
  /// a profit of it. `quantity` is signed as a position. What would leave the range stays where it is.
  mutating func move(_ quantity: Quantity, in instrument: UInt32, from giver: UInt16, to taker: UInt16) {
    guard !quantity.isZero, giver != taker, let amount = quantity.absolute() else { return }
    let price = self[giver, instrument].position.averagePrice?.rounded ?? .zero
    let side: Side = quantity.isPositive ? .buy : .sell
    var (given, taken) = (self[giver, instrument].position, self[taker, instrument].position)
    do throws(LedgerError) {
      try given.book(side.opposite, price: price, quantity: amount)
      try taken.book(side, price: price, quantity: amount)
    } catch {
      return
    }
    change(giver, instrument) { entry throws(LedgerError) in entry.position = given }
    change(taker, instrument) { entry throws(LedgerError) in entry.position = taken }
  }

  /// An entry of a snapshot, or one that begins with what the books already hold.
  mutating func add(_ entry: Entry) {
    let index = lowestIndex(notBelow: entry.instrument, entry.strategy)
    precondition(!holds(entry.instrument, entry.strategy, at: index), "strategy \(entry.strategy) twice")
    entries.insert(entry, at: index)
  }

  private func owner(of part: Part, _ instrument: UInt32) -> UInt16 {
    let index = lowestIndex(notBelow: instrument, part.strategy)
    let hasRoom = holds(instrument, part.strategy, at: index) || entries.count < Self.mostEntries
    return hasRoom ? part.strategy : Self.nobody
  }

  private mutating func change(
    _ strategy: UInt16, _ instrument: UInt32, _ body: (inout Entry) throws(LedgerError) -> Void
  ) {
    let index = lowestIndex(notBelow: instrument, strategy)
    if !holds(instrument, strategy, at: index) {
      entries.insert(Entry(instrument: instrument, strategy: strategy), at: index)
    }
    do throws(LedgerError) {
      try body(&entries[index])
    } catch {
      preconditionFailure("strategy \(strategy) in instrument \(instrument): \(error)")
    }
  }

  /// The fee in proportion; what is left over by rounding is the last part's.
  private static func fees(of fill: BookedFill, _ parts: [Part]) -> [Money] {
    var left = fill.fee.raw
    return parts.indices.map { index in
      guard index < parts.count - 1 else { return Money(raw: left) }
      let share = Int128(fill.fee.raw) * Int128(parts[index].quantity.raw) / Int128(fill.quantity.raw)
      // No part is larger than the fill, so no share is larger than the fee.
      let fee = Int64(share)
      left -= fee
      return Money(raw: fee)
    }
  }
}

extension StrategyLedger.Entry {
  fileprivate mutating func book(
    _ fill: BookedFill, _ quantity: Quantity, _ fee: Money
  ) throws(LedgerError) {
    guard let sum = fees.adding(fee) else { throw .moneyOverflow(fill.feeCurrency) }
    try position.book(fill.side, price: fill.price, quantity: quantity)
    fees = sum
    fills += 1
  }
}
