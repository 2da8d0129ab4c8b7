import Records
import Trading

/// Whether executors and venues tell the same story: four comparisons over all accounts.
public struct Reconciliation: Equatable, Sendable {
  public internal(set) var orders = Comparison()
  public internal(set) var fills = Comparison()
  public internal(set) var positions = Comparison()
  public internal(set) var cash = Comparison()
  /// Why not all was compared: the disk failed that was to keep it meanwhile. The orders differ then.
  public private(set) var failure: JournalError?

  /// Nothing differs.
  public var isGreen: Bool { orders.isEqual && fills.isEqual && positions.isEqual && cash.isEqual }

  /// Compares all accounts of a run.
  public init(_ record: RunRecord) {
    for account in record.accounts {
      let comparing = AccountComparing(account, record.instruments)
      if let error = comparing.compareOrders(into: &orders) { failure = error }
      if let error = comparing.compareFills(into: &fills) { failure = error }
      comparing.comparePositions(into: &positions)
      comparing.compareCash(into: &cash)
    }
    if let failure { orders.differ("not all could be compared: \(failure)") }
  }
}

/// One comparison: what each side has, and every difference, the first `mostNamed` of them by name.
public struct Comparison: Equatable, Sendable {
  public static let mostNamed = 20

  /// What one side has: how many, or amounts by name.
  public struct Holding: Equatable, Sendable {
    public internal(set) var count = 0
    /// In the accounts' order, then by instrument or currency.
    public internal(set) var amounts: [Amount] = []
  }

  /// A position or a balance.
  public struct Amount: Equatable, Sendable {
    public let account: String
    /// The instrument or the currency.
    public let name: String
    /// Exact decimal.
    public let text: String
  }

  public internal(set) var executor = Holding()
  public internal(set) var venue = Holding()
  /// What the venue has of others on the account: no difference.
  public internal(set) var othersCount = 0
  /// Each says which account and order, trade, instrument or currency, and what either side has.
  public private(set) var differences: [String] = []
  public private(set) var differenceCount = 0

  public var isEqual: Bool { differenceCount == 0 }

  mutating func differ(_ text: String) {
    differenceCount += 1
    if differences.count < Self.mostNamed { differences.append(text) }
  }

  /// More differences than are named.
  mutating func count(unnamed: Int) { differenceCount += unnamed }
}
