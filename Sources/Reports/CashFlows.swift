import Trading

/// What trading added to an account and took from it, per currency, exact: a buy brings base and costs quote,
/// a fee costs what it is charged in. Sums only, no averages: this is the arithmetic that the ledger is
/// checked against.
public struct CashFlows: Equatable, Sendable {
  /// One currency's sum; negative when more went than came.
  public struct Flow: Equatable, Sendable {
    public let currency: Currency
    public fileprivate(set) var amount: Notional
  }

  /// By currency code.
  public private(set) var flows: [Flow] = []

  public init() {}

  /// Zero for a currency in which nothing moved.
  public subscript(currency: Currency) -> Notional {
    flows.first { $0.currency == currency }?.amount ?? .zero
  }

  /// Adds to a currency's sum, or changes nothing and says why.
  public mutating func add(_ amount: Notional, in currency: Currency) throws(LedgerError) {
    let place = flows.firstIndex { $0.currency >= currency } ?? flows.count
    if place < flows.count, flows[place].currency == currency {
      guard let sum = flows[place].amount.adding(amount) else { throw .notionalOverflow }
      flows[place].amount = sum
    } else {
      flows.insert(Flow(currency: currency, amount: amount), at: place)
    }
  }

  /// Adds an execution and its fee; both or neither.
  public mutating func add(
    _ side: Side, price: Price, quantity: Quantity, of instrument: Instrument, fee: Fee
  ) throws(LedgerError) {
    guard quantity.isPositive else { throw .quantityNotPositive(quantity) }
    var next = self
    let paid = price * quantity
    let base = Notional(base: quantity)
    guard let received = paid.negated(), let given = base.negated(),
      let charged = Notional(fee.amount).negated()
    else { throw .notionalOverflow }
    try next.add(side == .buy ? base : given, in: instrument.base)
    try next.add(side == .buy ? received : paid, in: instrument.quote)
    try next.add(charged, in: fee.currency)
    self = next
  }

  /// What an executor's ledger says has moved: positions in base, their cash in quote, fees and funding.
  public init(_ ledger: Ledger, instruments: [Instrument]) throws(LedgerError) {
    for entry in ledger.entries {
      guard let instrument = instruments.first(where: { $0.number == entry.instrument }) else { continue }
      try add(Notional(base: entry.position.quantity), in: instrument.base)
      try add(entry.position.cash, in: instrument.quote)
    }
    for total in ledger.fees.totals {
      guard let paid = Notional(total.amount).negated() else { throw .notionalOverflow }
      try add(paid, in: total.currency)
    }
    for total in ledger.funding.totals { try add(Notional(total.amount), in: total.currency) }
  }
}

extension Notional {
  /// A quantity as an amount of its own currency. It always fits: 2^63 units of 1e-8 are 2^93 of 1e-17.
  init(base quantity: Quantity) {
    self.init(raw: Int128(quantity.raw) * Int128(Notional.scale / Int128(Quantity.scale)))
  }
}
