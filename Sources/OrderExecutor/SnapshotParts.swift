import ActorKit
import Trading
import Wire

// The small parts that facts and snapshots are made of.

extension SnapshotWriter {
  mutating func write(_ id: ClOrdID) {
    write(id.account)
    write(id.epoch)
    write(id.counter)
  }

  mutating func write(_ id: ClOrdID?) {
    write(id != nil)
    if let id { write(id) }
  }

  mutating func write(_ key: FillKey) {
    write(key.instrument)
    write(key.execution.high)
    write(key.execution.low)
  }

  mutating func write(_ correlation: Correlation) {
    write(correlation.high)
    write(correlation.low)
  }

  mutating func write(_ notional: Notional) { write(notional.raw) }

  mutating func write(_ id: IntentID) {
    write(id.high)
    write(id.low)
  }

  mutating func write(_ id: IntentID?) {
    write(id != nil)
    if let id { write(id) }
  }
}

extension SnapshotReader {
  mutating func readClOrdID() throws(RestoreError) -> ClOrdID {
    ClOrdID(account: try read(), epoch: try read(), counter: try read())
  }

  mutating func readOptionalClOrdID() throws(RestoreError) -> ClOrdID? {
    try read(Bool.self) ? try readClOrdID() : nil
  }

  mutating func readFillKey() throws(RestoreError) -> FillKey {
    FillKey(instrument: try read(), execution: ExecID(high: try read(), low: try read()))
  }

  mutating func readCorrelation() throws(RestoreError) -> Correlation {
    Correlation(high: try read(), low: try read())
  }

  mutating func readIntentID() throws(RestoreError) -> IntentID {
    IntentID(high: try read(), low: try read())
  }

  mutating func readOptionalIntentID() throws(RestoreError) -> IntentID? {
    try read(Bool.self) ? try readIntentID() : nil
  }

  mutating func readOptionalPrice() throws(RestoreError) -> Price? {
    try readOptional(Int64.self).map { Price(raw: $0) }
  }

  mutating func readPositiveQuantity() throws(RestoreError) -> Quantity {
    let quantity = Quantity(raw: try read())
    guard quantity.isPositive else { throw .invalid("a quantity of \(quantity)") }
    return quantity
  }

  mutating func readCurrency() throws(RestoreError) -> Currency {
    let text = try readString()
    guard let currency = Currency(text) else { throw .invalid("\"\(text)\" where a currency should be") }
    return currency
  }

  /// A value of an enum by its raw value; one that this program does not know is not guessed at.
  mutating func readChoice<Choice: RawRepresentable>(_ what: String) throws(RestoreError) -> Choice
  where Choice.RawValue: FixedWidthInteger {
    let raw = try read(Choice.RawValue.self)
    guard let choice = Choice(rawValue: raw) else { throw .invalid("\(raw) as a \(what)") }
    return choice
  }

  /// A count of things that take at least `size` bytes each; more than could follow is refused before any
  /// memory is taken.
  mutating func readCount(ofSize size: Int) throws(RestoreError) -> Int {
    let count = Int(try read(UInt32.self))
    guard count * size <= remaining else { throw .invalid("a list of \(count) in \(remaining) bytes") }
    return count
  }
}
