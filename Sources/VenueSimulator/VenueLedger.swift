import ActorKit
import Trading
import Wire

/// The venue's durable state: every account, and the numbers that are never given twice.
struct VenueLedger: Sendable {
  let instruments: [Instrument]
  private(set) var accounts: [VenueAccount]
  /// The next order's number.
  private(set) var nextOrderId: UInt64 = 1
  /// The next place in time.
  private(set) var nextPriority: UInt64 = 1
  /// The next fill's number.
  private(set) var nextExecId: UInt64 = 1

  /// Of the state's layout; others are refused.
  private static let version: UInt16 = 3

  init(_ configuration: VenueSimulator.Configuration) {
    instruments = configuration.instruments
    var currencies: [Currency] = []
    for instrument in instruments { currencies += [instrument.base, instrument.quote] }
    accounts = configuration.accounts.map { account in
      VenueAccount(
        number: account.number, currency: account.currency,
        balances: account.balances.map { ($0.currency, $0.amount) }, currencies: currencies,
        instrumentCount: configuration.instruments.count, endedOrdersKept: configuration.endedOrdersKept,
        tradesKept: configuration.tradesKept)
    }
  }

  /// The account's index, or nil for a number that is not ours.
  func accountIndex(_ number: UInt16) -> Int? { accounts.firstIndex { $0.number == number } }

  /// The instrument's index, or nil for a number that is not ours.
  func instrumentIndex(_ number: UInt32) -> Int? { instruments.firstIndex { $0.number == number } }

  mutating func apply(_ fact: VenueFact) {
    switch fact {
    case .accepted(let order):
      nextOrderId = max(nextOrderId, order.venueOrderId + 1)
      nextPriority = max(nextPriority, order.priority + 1)
      accounts[ours(order.account)].accept(order, instruments[ours(order.instrument)])
    case .trade(let trade):
      nextExecId = max(nextExecId, trade.execution.low + 1)
      let index = ours(trade.instrument)
      accounts[ours(trade.account)].book(trade, instruments[index], at: index)
    case .ended(let ending):
      let account = ours(ending.account)
      accounts[account].end(ending, instrument(ofOrder: ending.venueOrderId, account))
    case .replaced(let replacement):
      nextPriority = max(nextPriority, replacement.priority + 1)
      let account = ours(replacement.account)
      accounts[account].replace(replacement, instrument(ofOrder: replacement.venueOrderId, account))
    case .deadManSet(let deadMan):
      accounts[ours(deadMan.account)].set(deadMan)
    case .triggered(let trigger):
      let account = ours(trigger.account)
      accounts[account].trigger(trigger, instrument(ofOrder: trigger.venueOrderId, account))
    case .paired(let pair): accounts[ours(pair.account)].pair(pair)
    }
  }

  /// Refuses what a journal says of accounts and instruments that the configuration does not have: the venue
  /// was configured anew over it.
  func check(_ fact: VenueFact) throws(RestoreError) {
    guard accountIndex(fact.account) != nil else {
      throw .invalid("a fact of account \(fact.account), which the configuration does not have")
    }
    let instrument: UInt32? =
      switch fact {
      case .accepted(let order): order.instrument
      case .trade(let trade): trade.instrument
      case .ended, .replaced, .deadManSet, .triggered, .paired: nil
      }
    if let instrument, instrumentIndex(instrument) == nil {
      throw .invalid("a fact of instrument \(instrument), which the configuration does not have")
    }
  }

  private func ours(_ account: UInt16) -> Int {
    guard let index = accountIndex(account) else {
      preconditionFailure("the journal knows account \(account), the configuration does not")
    }
    return index
  }

  private func ours(_ instrument: UInt32) -> Int {
    guard let index = instrumentIndex(instrument) else {
      preconditionFailure("the journal knows instrument \(instrument), the configuration does not")
    }
    return index
  }

  private func instrument(ofOrder id: UInt64, _ account: Int) -> Instrument {
    guard let order = accounts[account].orders[id] else {
      preconditionFailure("a fact about order \(id), which account \(accounts[account].number) never had")
    }
    return instruments[ours(order.instrument)]
  }
}

extension VenueLedger {
  func save(into writer: inout SnapshotWriter) {
    VenueLedgerState(
      version: StateVersion(Self.version), nextOrderId: nextOrderId, nextPriority: nextPriority,
      nextExecId: nextExecId, accounts: accounts.map(\.state)
    ).write(to: &writer)
  }

  mutating func restore(from reader: inout SnapshotReader) throws(RestoreError) {
    try StateVersion.check(reader, oldest: Self.version, newest: Self.version)
    let state = try VenueLedgerState(from: &reader)
    nextOrderId = state.nextOrderId
    nextPriority = state.nextPriority
    nextExecId = state.nextExecId
    for account in state.accounts {
      guard let index = accountIndex(account.number) else {
        throw .invalid("account \(account.number), which the configuration does not have")
      }
      try accounts[index].restore(account, instruments)
    }
  }
}
