import ActorKit
import Trading
import VenueSimulator
import Wire

/// A simulated venue's facts, folded account by account for the comparison with the executors.
///
/// As with `ExecutorHistory`, the fold is this module's own, and beside it may stand the venue's core as it
/// would be after a restart, whose balances and open orders the fold must reach too.
public struct VenueHistory {
  public let instruments: [Instrument]
  /// The venue's own state; nil when none was given, or once a fact came that it would not have taken.
  public private(set) var core: VenueSimulator?

  /// By number; those of which there are facts.
  private var accounts: [VenueAccountHistory] = []
  /// Of the journal as a whole, hence of every account.
  private var journalDoubts: [String] = []

  /// Begins with no facts. `core` is one that has none either: it takes in the same facts, for comparison.
  public init(instruments: [Instrument], core: VenueSimulator? = nil) {
    self.instruments = instruments
    self.core = core
  }

  /// All facts of a venue and the state it has made of them.
  public init(of core: VenueSimulator, facts: some Sequence<VenueFact>) {
    self.init(instruments: core.configuration.instruments)
    for fact in facts { take(fact) }
    self.core = core
  }

  /// Numbers of the accounts of which there are facts.
  public var accountNumbers: [UInt16] { accounts.map(\.account) }

  /// An account's part, empty for one that never did anything.
  public func account(_ number: UInt16) -> VenueAccountHistory {
    var history = accounts.first { $0.account == number } ?? VenueAccountHistory(account: number)
    if let core { history.statement = VenueStatement(core, account: number) }
    for doubt in journalDoubts { history.irregularities.add(.order, doubt) }
    return history
  }
}

extension VenueHistory {
  /// Takes in the next fact.
  public mutating func take(_ fact: VenueFact) {
    let place = place(of: fact.account)
    let isPossible = accounts[place].fold(fact, instruments)
    // The core traps on facts that cannot be, rightly; a report names them instead and does without the core.
    let isKnown = core?.configuration.accounts.contains { $0.number == fact.account } ?? false
    if isPossible && isKnown { core?.apply(fact) } else { core = nil }
  }

  /// Takes in the next row of a journal.
  public mutating func take(kind: UInt16, _ body: [UInt8]) throws(RestoreError) {
    var reader = SnapshotReader(body)
    let fact = try VenueFact(kind: kind, from: &reader)
    try reader.finish()
    take(fact)
  }

  /// Holds a journal's snapshot against the facts before it, all of which have been taken in.
  public mutating func check(snapshot state: [UInt8], atRow row: Int64) throws(RestoreError) {
    guard let core else { return }
    var restored = VenueSimulator(core.configuration)
    var reader = SnapshotReader(state)
    try restored.restore(from: &reader)
    try reader.finish()
    var (ours, theirs) = (SnapshotWriter(), SnapshotWriter())
    core.save(into: &ours)
    restored.save(into: &theirs)
    guard ours.bytes != theirs.bytes else { return }
    journalDoubts.append("the venue's snapshot at row \(row) is not what the facts before it make")
  }

  private mutating func place(of number: UInt16) -> Int {
    let place = accounts.firstIndex { $0.account >= number } ?? accounts.count
    if place == accounts.count || accounts[place].account != number {
      accounts.insert(VenueAccountHistory(account: number), at: place)
    }
    return place
  }
}

extension VenueHistory: FactReplay {
  public var doubts: [String] {
    accounts.flatMap { $0.irregularities.kept.map(\.text) } + journalDoubts
  }
}

/// What the venue's own books say of an account at the end.
public struct VenueStatement: Sendable {
  let positions: [(instrument: UInt32, quantity: Quantity)]
  let balances: [(currency: Currency, total: Notional)]
  let openOrders: [UInt64]

  init(_ core: VenueSimulator, account: UInt16) {
    var positions: [(UInt32, Quantity)] = []
    var balances: [(currency: Currency, total: Notional)] = []
    for instrument in core.configuration.instruments {
      if let quantity = core.position(account: account, instrument: instrument.number) {
        positions.append((instrument.number, quantity))
      }
      for currency in [instrument.base, instrument.quote]
      where !balances.contains(where: { $0.currency == currency }) {
        guard let balance = core.balance(account: account, currency: currency) else { continue }
        balances.append((currency, balance.total))
      }
    }
    self.positions = positions
    self.balances = balances.sorted { $0.currency < $1.currency }
    openOrders = core.openOrders(account: account).map(\.venueOrderId).sorted()
  }
}
