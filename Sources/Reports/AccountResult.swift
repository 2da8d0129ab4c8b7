import OrderExecutor
import Trading

/// What an account made: from the executor's books, which `Reconciliation` compares with the venue.
public struct AccountResult: Equatable, Sendable {
  public let name: String
  /// By instrument number; those that were traded.
  public let instruments: [InstrumentResult]
  /// Opening balance and what trading moved, by currency code, exact.
  public let cash: [CashFlows.Flow]

  init(_ account: RunRecord.AccountRecord, _ record: RunRecord, _ marks: Marks) {
    name = account.name
    let ledger = account.executor.books?.ledger ?? account.executor.ledger
    let sorted = record.instruments.sorted { $0.number < $1.number }
    instruments = sorted.compactMap { instrument in
      guard ledger.entries.contains(where: { $0.instrument == instrument.number }) else { return nil }
      return InstrumentResult(instrument, ledger, account.executor.totals(in: instrument.number), marks)
    }
    var balances = CashFlows()
    do throws(LedgerError) {
      let moved = try CashFlows(ledger, instruments: record.instruments)
      for balance in account.opening { try balances.add(Notional(balance.amount), in: balance.currency) }
      for flow in moved.flows { try balances.add(flow.amount, in: flow.currency) }
    } catch {
      // The reconciliation names it; amounts beyond every range are not shown.
      balances = CashFlows()
    }
    cash = balances.flows
  }
}

/// A position at the end and what it made. Amounts are in the instrument's quote currency, rounded half-even
/// to 1e-8 from exact sums; nil where a sum does not fit or cannot be known.
public struct InstrumentResult: Equatable, Sendable {
  public let name: String
  /// Long positive.
  public let position: Quantity
  /// Of what is open, rounded half-even; nil when flat.
  public let averagePrice: Price?
  /// What values the open position; nil when nothing was ever traded and no mark was given.
  public let mark: Marks.Mark?
  /// Of what was closed, at average cost, before fees.
  public let realized: Money?
  /// Of what is open, at the mark; zero when flat, nil without a mark.
  public let unrealized: Money?
  /// Paid; negative is a rebate. Only those charged in the quote currency.
  public let fees: Money?
  /// Realised and unrealised less fees, rounded once; nil too when a fee was charged in another currency.
  public let net: Money?
  public let fillCount: Int

  init(_ instrument: Instrument, _ ledger: Ledger, _ fills: FillTotals, _ marks: Marks) {
    let position = ledger[instrument.number]
    name = "\(instrument.name)"
    self.position = position.quantity
    averagePrice = position.averagePrice?.rounded
    mark = marks[instrument.number]
    realized = Money(rounding: position.realized)
    let open = position.isFlat ? Notional.zero : mark.flatMap { position.unrealized(mark: $0.price) }
    unrealized = open.flatMap { Money(rounding: $0) }
    fees = fills.fee(in: instrument.quote)
    fillCount = fills.count
    let isFeeComparable = fills.fees.allSatisfy { $0.currency == instrument.quote }
    net = isFeeComparable ? Self.net(position.realized, open, fees) : nil
  }

  private static func net(_ realized: Notional, _ open: Notional?, _ fees: Money?) -> Money? {
    guard let open, let fees, let gross = realized.adding(open) else { return nil }
    return gross.subtracting(Notional(fees)).flatMap { Money(rounding: $0) }
  }
}

/// The prices at which open positions are valued: the mark of the record, else the newest trade in the
/// venues' journals, for journals carry no mids. A position is thus valued at its own last trade at worst.
public struct Marks: Sendable {
  public enum Source: String, Sendable {
    case given
    case lastTrade
  }

  public struct Mark: Equatable, Sendable {
    public let price: Price
    public let source: Source
  }

  private var marks: [UInt32: Mark] = [:]

  subscript(instrument: UInt32) -> Mark? { marks[instrument] }

  init(_ record: RunRecord) {
    var newest = NewestTrades()
    for trade in record.accounts.flatMap(\.venue.newestTrades.trades) { newest.take(trade) }
    for trade in newest.trades { marks[trade.instrument] = Mark(price: trade.price, source: .lastTrade) }
    for mark in record.marks { marks[mark.instrument] = Mark(price: mark.price, source: .given) }
  }
}
