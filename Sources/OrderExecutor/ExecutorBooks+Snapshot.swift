import ActorKit
import Trading

// The state in a snapshot, as `records.xml` describes it.
extension ExecutorBooks {
  /// Of the snapshot's layout; a changed layout gets a new number. Older ones are read from `oldest` on.
  static let version: UInt16 = 8
  private static let oldest: UInt16 = 4

  /// Writes everything, in an order that depends on nothing but the facts.
  public func write(to writer: inout SnapshotWriter) {
    var (open, closed, halts) = (open, closed.oldestFirst, halts)
    if Canary.isSinging(.snapshotWithoutFlights) {
      // A fact that follows still finds them; nothing else looks at them.
      closed = Array((closed + open.filter { !$0.state.isAccepted }).suffix(ClosedOrders.limit))
      open.removeAll { !$0.state.isAccepted }
    }
    if Canary.isSinging(.haltNotInSnapshot) { halts = [] }
    ExecutorSnapshot(
      version: StateVersion(Self.version), account: account, lineage: lineage, lastID: lastID,
      fillCount: fillCount, confirmedTradeSequence: confirmedTradeSequence, open: open,
      closed: closed, fills: fills.oldestFirst, commands: commands.entries,
      openIntents: intents.open, overIntents: intents.over, highestIntents: intents.highest,
      positions: ledger.positions, fees: ledger.fees.sums, funding: ledger.funding.sums,
      instruments: instruments, halts: halts, quoted: quoted, panics: panics,
      isStopOrdered: isStopOrdered, flattenings: flattenings, cut: cut, keepsStrategies: strategies != nil,
      strategies: strategies?.positions ?? []
    ).write(to: &writer)
  }

  /// Reads what `write` wrote, for this account.
  public init(account: UInt16, from reader: inout SnapshotReader) throws(RestoreError) {
    try StateVersion.check(reader, oldest: Self.oldest, newest: Self.version)
    let snapshot = try ExecutorSnapshot(from: &reader)
    guard snapshot.account == account else {
      throw .invalid("account \(snapshot.account), not \(account)")
    }
    self.init(account: account)
    lineage = snapshot.lineage
    lastID = snapshot.lastID
    fillCount = snapshot.fillCount
    confirmedTradeSequence = snapshot.confirmedTradeSequence
    for order in snapshot.open {
      guard open.last.map({ $0.id < order.id }) ?? true else { throw .invalid("open orders out of order") }
      orders.insert(order)
    }
    closed = try ClosedOrders(oldestFirst: snapshot.closed)
    fills = try FillLog(oldestFirst: snapshot.fills)
    for command in snapshot.commands { commands.append(command) }
    intents = try IntentBook(
      open: snapshot.openIntents, over: snapshot.overIntents, highest: snapshot.highestIntents)
    noteLegs()
    ledger = try Ledger(snapshot)
    instruments = snapshot.instruments
    halts = snapshot.halts.map { $0.ofAccount(account) }
    quoted = snapshot.quoted
    panics = snapshot.panics.map { $0.ofAccount(account) }
    isStopOrdered = snapshot.isStopOrdered
    flattenings = snapshot.flattenings
    cut = snapshot.cut
    strategies = snapshot.keepsStrategies ? try StrategyLedger(snapshot.strategies) : nil
  }
}

extension Ledger {
  fileprivate var positions: [LedgerPosition] {
    entries.map { entry in
      LedgerPosition(
        instrument: entry.instrument, quantity: entry.position.quantity, cost: entry.position.cost,
        realized: entry.position.realized)
    }
  }

  fileprivate init(_ snapshot: ExecutorSnapshot) throws(RestoreError) {
    self.init()
    for entry in snapshot.positions {
      guard let position = Position(quantity: entry.quantity, cost: entry.cost, realized: entry.realized)
      else { throw .invalid("a position in instrument \(entry.instrument) that cannot be") }
      do { try restore(entry.instrument, position) } catch { throw .invalid("\(error)") }
    }
    restore(fees: try CurrencyTotals(snapshot.fees), funding: try CurrencyTotals(snapshot.funding))
  }
}

extension StrategyLedger {
  fileprivate var positions: [StrategyPosition] {
    entries.map { entry in
      StrategyPosition(
        instrument: entry.instrument, strategy: entry.strategy, quantity: entry.position.quantity,
        cost: entry.position.cost, realized: entry.position.realized, fees: entry.fees, fills: entry.fills)
    }
  }

  fileprivate init(_ positions: [StrategyPosition]) throws(RestoreError) {
    self.init()
    guard positions.count <= Self.mostEntries else {
      throw .invalid("\(positions.count) strategies' positions")
    }
    var last: (UInt32, UInt16)?
    for told in positions {
      if let last, last >= (told.instrument, told.strategy) { throw .invalid("strategies out of order") }
      last = (told.instrument, told.strategy)
      guard let position = Position(quantity: told.quantity, cost: told.cost, realized: told.realized) else {
        throw .invalid(
          "strategy \(told.strategy) with a position in instrument \(told.instrument) that cannot be")
      }
      var entry = Entry(instrument: told.instrument, strategy: told.strategy)
      (entry.position, entry.fees, entry.fills) = (position, told.fees, told.fills)
      add(entry)
    }
  }
}

extension CurrencyTotals {
  fileprivate var sums: [CurrencySum] {
    totals.map { CurrencySum(currency: $0.currency, amount: $0.amount) }
  }

  fileprivate init(_ sums: [CurrencySum]) throws(RestoreError) {
    self.init()
    for sum in sums {
      do { try add(sum.amount, in: sum.currency) } catch { throw .invalid("\(error)") }
    }
  }
}
