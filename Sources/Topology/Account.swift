import JSON5
import Trading

/// An account at a venue: `accounts: { main: { number: 1, venue: "venue", live: false, currency: "USDT",
/// balances: { USDT: "1000000" } } }`.
public struct Account: Sendable, Equatable {
  public let name: String
  /// `number`, 1…65534, required; stands for the account in messages, journals and order ids.
  public let number: UInt16
  /// `venue`, required: the component through which its orders go.
  public let venue: String
  /// `live`, default false: whether real money is behind it.
  public let isLive: Bool
  /// `currency`, required: the currency in which profit and limits are counted.
  public let currency: Currency
  /// `balances`, default none: what the account of a simulated venue begins with; sorted by currency.
  public let balances: [Balance]

  public struct Balance: Sendable, Equatable {
    public let currency: Currency
    public let amount: Money
  }
}

/// An account as read.
struct AccountDraft {
  let name: String
  let place: SourcePlace
  let path: String
  let number: Located<UInt16>?
  let venue: Located<String>?
  let isLive: Located<Bool>
  let currency: Located<Currency>?
  let balances: [Account.Balance]

  static let keys = ["number", "venue", "live", "currency", "balances"]

  init(_ entry: Section.Entry, _ problems: ProblemCollector) {
    problems.checkName(entry.name, at: entry.namePlace, entry.path)
    let section = Section(entry.node, path: entry.path, keys: Self.keys, problems: problems)
    name = entry.name
    place = entry.namePlace
    path = entry.path
    number = section.integer("number", in: 1...65534)
    venue = section.string("venue")
    isLive = section.located(section.bool("live", default: false), "live")
    currency = section.currency("currency")
    balances = Self.balances(section)
  }

  private static func balances(_ section: Section) -> [Account.Balance] {
    var balances: [Account.Balance] = []
    for entry in section.entries("balances", isRequired: false) {
      guard let currency = Currency(entry.name) else {
        section.problems.report(
          .badName, at: entry.namePlace, entry.path, "'\(entry.name)' is not a currency code")
        continue
      }
      guard let amount: Money = section.exactDecimal(entry.node, entry.path) else { continue }
      guard !amount.isNegative else {
        section.problems.report(
          .outOfRange, at: entry.node.place, entry.path, "is \(amount), but a balance begins at 0 or more")
        continue
      }
      balances.append(Account.Balance(currency: currency, amount: amount))
    }
    return balances.sorted { $0.currency < $1.currency }
  }

  /// Precondition: reading and checking found no error.
  var account: Account {
    guard let number, let venue, let currency else {
      preconditionFailure("account '\(name)' was not checked")
    }
    return Account(
      name: name, number: number.value, venue: venue.value, isLive: isLive.value, currency: currency.value,
      balances: balances)
  }
}
