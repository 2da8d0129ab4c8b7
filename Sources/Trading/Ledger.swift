/// The books of one account: a position per instrument, and fees and funding apart from them, per currency.
///
/// Profit of positions is in each instrument's quote currency and before fees; whoever reports a net result
/// subtracts `fees` and adds `funding` in the same currency.
public struct Ledger: Hashable, Sendable {
  /// One instrument's position.
  public struct Entry: Hashable, Sendable {
    public let instrument: UInt32
    public fileprivate(set) var position: Position
  }

  /// By instrument number; instruments that were traded stay when flat, for their realised profit.
  public private(set) var entries: [Entry] = []
  /// Paid, so positive is a cost.
  public private(set) var fees = CurrencyTotals()
  /// Received, so negative is a cost.
  public private(set) var funding = CurrencyTotals()

  /// The most instruments one ledger holds.
  public static let mostInstruments = 65_536

  public init() {}

  /// The position in an instrument, flat when it was never traded.
  public subscript(instrument: UInt32) -> Position {
    let index = index(of: instrument)
    return holds(instrument, at: index) ? entries[index].position : Position()
  }

  /// Books an execution and its fee; both or neither.
  public mutating func book(
    _ instrument: UInt32, _ side: Side, price: Price, quantity: Quantity, fee: Fee? = nil
  ) throws(LedgerError) {
    var position = self[instrument]
    try position.book(side, price: price, quantity: quantity)
    try checkRoom(for: instrument)
    if let fee { try fees.add(fee.amount, in: fee.currency) }
    set(instrument, position)
  }

  /// Puts a position from a snapshot or from the venue's books in place of the one held.
  public mutating func restore(_ instrument: UInt32, _ position: Position) throws(LedgerError) {
    try checkRoom(for: instrument)
    set(instrument, position)
  }

  /// Puts sums from a snapshot in place of those held.
  public mutating func restore(fees: CurrencyTotals, funding: CurrencyTotals) {
    self.fees = fees
    self.funding = funding
  }

  private func checkRoom(for instrument: UInt32) throws(LedgerError) {
    guard entries.count < Self.mostInstruments || holds(instrument, at: index(of: instrument)) else {
      throw .tooManyInstruments(limit: Self.mostInstruments)
    }
  }

  private mutating func set(_ instrument: UInt32, _ position: Position) {
    let index = index(of: instrument)
    if holds(instrument, at: index) {
      entries[index].position = position
    } else {
      entries.insert(Entry(instrument: instrument, position: position), at: index)
    }
  }

  private func holds(_ instrument: UInt32, at index: Int) -> Bool {
    index < entries.count && entries[index].instrument == instrument
  }

  private func index(of instrument: UInt32) -> Int {
    var low = 0
    var high = entries.count
    while low < high {
      let middle = (low + high) / 2
      if entries[middle].instrument < instrument { low = middle + 1 } else { high = middle }
    }
    return low
  }
}
