import ActorKit
import Trading
import Wire

extension ExecutorBooks {
  /// Of the snapshot's layout; a changed layout gets a new number. Others are refused.
  static let version: UInt16 = 4

  /// Writes everything, in an order that depends on nothing but the facts.
  public func write(to writer: inout SnapshotWriter) {
    writer.write(Self.version)
    writer.write(account)
    writer.write(lineage)
    writer.write(lastID)
    writer.write(fillCount)
    writer.write(confirmedTradeSequence)
    writer.write(UInt32(open.count))
    for order in open { order.write(to: &writer) }
    closed.write(to: &writer)
    fills.write(to: &writer)
    commands.write(to: &writer)
    intents.write(to: &writer)
    writer.write(ledger)
    writer.write(UInt32(instruments.count))
    for record in instruments {
      writer.write(record.instrument)
      writer.write(record.lastFillSequence)
      writer.write(record.lastFillNanos)
      writer.write(record.fees.raw)
    }
    writer.write(UInt32(halts.count))
    for halt in halts { halt.write(to: &writer) }
    writer.write(UInt32(quoted.count))
    for instrument in quoted { writer.write(instrument) }
    writer.write(UInt32(panics.count))
    for panic in panics { panic.write(to: &writer) }
    writer.write(isStopOrdered)
    writer.write(UInt32(flattenings.count))
    for flattening in flattenings {
      writer.write(flattening.instrument)
      writer.write(flattening.begunNanos)
      writer.write(flattening.operatorName)
    }
  }

  /// Reads what `write` wrote, for this account.
  public init(account: UInt16, from reader: inout SnapshotReader) throws(RestoreError) {
    let version = try reader.read(UInt16.self)
    guard version == Self.version else { throw .unknownVersion(version) }
    let written = try reader.read(UInt16.self)
    guard written == account else { throw .invalid("account \(written), not \(account)") }
    self.init(account: account)
    lineage = try reader.read()
    lastID = try reader.readClOrdID()
    fillCount = try reader.read()
    confirmedTradeSequence = try reader.read()
    try readOrders(from: &reader)
    fills = try FillLog(from: &reader)
    commands = try CommandLog(from: &reader)
    intents = try IntentBook(from: &reader)
    ledger = try reader.readLedger()
    try readRest(from: &reader)
  }

  private mutating func readOrders(from reader: inout SnapshotReader) throws(RestoreError) {
    for _ in 0..<(try reader.readCount(ofSize: 64)) {
      let order = try OwnOrder(from: &reader)
      guard open.last.map({ $0.id < order.id }) ?? true else { throw .invalid("open orders out of order") }
      orders.insert(order)
    }
    closed = try ClosedOrders(from: &reader)
  }

  private mutating func readRest(from reader: inout SnapshotReader) throws(RestoreError) {
    for _ in 0..<(try reader.readCount(ofSize: 28)) {
      instruments.append(
        InstrumentRecord(
          instrument: try reader.read(), lastFillSequence: try reader.read(),
          lastFillNanos: try reader.read(), fees: Money(raw: try reader.read())))
    }
    for _ in 0..<(try reader.readCount(ofSize: 21)) { halts.append(try Halt(from: &reader)) }
    for _ in 0..<(try reader.readCount(ofSize: 4)) { quoted.append(try reader.read()) }
    for _ in 0..<(try reader.readCount(ofSize: 21)) { panics.append(try Halt(from: &reader)) }
    isStopOrdered = try reader.read(Bool.self)
    for _ in 0..<(try reader.readCount(ofSize: 20)) {
      flattenings.append(
        Flattening(
          instrument: try reader.read(), begunNanos: try reader.read(),
          operatorName: try reader.readString()))
    }
  }
}

extension SnapshotWriter {
  fileprivate mutating func write(_ ledger: Ledger) {
    write(UInt32(ledger.entries.count))
    for entry in ledger.entries {
      write(entry.instrument)
      write(entry.position.quantity.raw)
      write(entry.position.cost)
      write(entry.position.realized)
    }
    for totals in [ledger.fees, ledger.funding] {
      write(UInt32(totals.totals.count))
      for total in totals.totals {
        write(total.currency.description)
        write(total.amount.raw)
      }
    }
  }
}

extension SnapshotReader {
  fileprivate mutating func readLedger() throws(RestoreError) -> Ledger {
    var ledger = Ledger()
    for _ in 0..<(try readCount(ofSize: 44)) {
      let instrument = try read(UInt32.self)
      guard
        let position = Position(
          quantity: Quantity(raw: try read()), cost: Notional(raw: try read()),
          realized: Notional(raw: try read()))
      else { throw .invalid("a position in instrument \(instrument) that cannot be") }
      do { try ledger.restore(instrument, position) } catch { throw .invalid("\(error)") }
    }
    let fees = try readTotals()
    let funding = try readTotals()
    ledger.restore(fees: fees, funding: funding)
    return ledger
  }

  private mutating func readTotals() throws(RestoreError) -> CurrencyTotals {
    var totals = CurrencyTotals()
    for _ in 0..<(try readCount(ofSize: 13)) {
      let currency = try readCurrency()
      let amount = Money(raw: try read())
      do { try totals.add(amount, in: currency) } catch { throw .invalid("\(error)") }
    }
    return totals
  }
}
