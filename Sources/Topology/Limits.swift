import JSON5
import Trading

/// A quantity that holds for one instrument.
public struct InstrumentQuantity: Sendable, Equatable {
  public let instrument: InstrumentName
  public let quantity: Quantity
}

/// What risk allows an account: `limits: { main: { maxOrderQuantity: { "BTCUSDT.SIM": "0.5" }, … } }`. Sizes
/// have no defaults: no limit means no trading.
public struct Limits: Sendable, Equatable {
  /// The account's name, the key of the entry.
  public let account: String
  /// `maxOrderQuantity`, base units per instrument, above 0, required: the largest single order.
  public let maxOrderQuantity: [InstrumentQuantity]
  /// `maxOrderNotional`, the account's currency, above 0, required: the largest value of a single order.
  public let maxOrderNotional: Money
  /// `maxPosition`, base units per instrument, above 0, required: the largest position, long or short, if all
  /// that is wanted filled. A quote that is being replaced may fill beside its replacement: the executor's
  /// `maxPosition` holds that too.
  public let maxPosition: [InstrumentQuantity]
  /// `priceCollarBps`, above 0…5000 bps, required: how far an order's price may be on the wrong side of the
  /// market.
  public let priceCollar: Bps
  /// `ordersPerSecond`, 1…10000, default 50: messages to the venue on average that new wishes may cost.
  /// What the venue is sent in all, repetitions and cancels included, the executor's own rate holds.
  public let ordersPerSecond: Int
  /// `burst`, 1…10000, default 100: messages at once.
  public let burst: Int
  /// `cancelReserve`, 0…burst, default 20: the part of `burst` only cancels may use.
  public let cancelReserve: Int
  /// `maxDataAgeMillis`, 1…60000, default 1500: older market data allows no new orders.
  public let maxDataAgeNanos: Int64

  /// `maxLossPerTrade`, the account's currency, above 0; without it directional trades are refused. What one
  /// trade may lose at its stop, with fees and slippage: sizes follow from it.
  public let maxLossPerTrade: Money?
  /// `maxOpenIntents`, 1…256, default 64: trades of directional strategies that may be open at once, from the
  /// signal that risk lets pass to the end of its stop and target.
  public let maxOpenIntents: Int
  /// `minStopTicks`, 1…1000000, default 5: how near stop and target of a trade may be to its entry.
  public let minStopTicks: Int
  /// `slippageAllowanceBps`, 0…1000, default 10: how much worse than told entry and stop together may turn
  /// out; as far beyond the mid goes the price of an entry at the market, within `priceCollarBps`.
  public let slippageAllowance: Bps

  /// The largest order of an instrument; nil means the instrument may not be traded.
  public func maxOrderQuantity(of instrument: InstrumentName) -> Quantity? {
    maxOrderQuantity.first { $0.instrument == instrument }?.quantity
  }

  /// The largest position of an instrument; nil means the instrument may not be traded.
  public func maxPosition(of instrument: InstrumentName) -> Quantity? {
    maxPosition.first { $0.instrument == instrument }?.quantity
  }
}

/// Quantities per instrument as read, names unchecked.
struct QuantitiesDraft {
  let entries: [(instrument: Located<String>, quantity: Located<Quantity>)]
  let place: SourcePlace
  let path: String

  init(_ key: String, _ section: Section, isRequired: Bool) {
    place = section.node(key)?.place ?? section.place
    path = section.path(to: key)
    var entries: [(instrument: Located<String>, quantity: Located<Quantity>)] = []
    for entry in section.entries(key, isRequired: isRequired) {
      guard let quantity: Quantity = section.exactDecimal(entry.node, entry.path) else { continue }
      if !quantity.isPositive {
        section.problems.report(
          .limitNotPositive, at: entry.node.place, entry.path, "is \(quantity), but must be above 0",
          hint: "to forbid an instrument, leave it out")
      }
      entries.append(
        (
          Located(value: entry.name, place: entry.namePlace, path: entry.path),
          Located(value: quantity, place: entry.node.place, path: entry.path)
        ))
    }
    self.entries = entries
  }

  subscript(instrument: String) -> Located<Quantity>? {
    entries.first { $0.instrument.value == instrument }?.quantity
  }

  /// Sorted by instrument. Names that are none have been reported.
  var quantities: [InstrumentQuantity] {
    let known: [InstrumentQuantity] = entries.compactMap { entry in
      guard let name = instrumentName(entry.instrument.value) else { return nil }
      return InstrumentQuantity(instrument: name, quantity: entry.quantity.value)
    }
    return known.sorted { $0.instrument < $1.instrument }
  }
}

/// The name a text gives, nil when it is none.
func instrumentName(_ text: String) -> InstrumentName? {
  do throws(InstrumentNameError) { return try InstrumentName(text) } catch { return nil }
}

/// Limits as read.
struct LimitsDraft {
  let account: Located<String>
  let maxOrderQuantity: QuantitiesDraft
  let maxPosition: QuantitiesDraft
  let maxOrderNotional: Located<Money>?
  let priceCollar: Located<Bps>?
  let ordersPerSecond: Located<Int>?
  let burst: Located<Int>?
  let cancelReserve: Located<Int>?
  let maxDataAgeNanos: Located<Int64>?
  /// Nil also when it is left out.
  let maxLossPerTrade: Located<Money>?
  let maxOpenIntents: Located<Int>?
  let minStopTicks: Located<Int>?
  let slippageAllowance: Located<Bps>?

  static let keys = [
    "maxOrderQuantity", "maxOrderNotional", "maxPosition", "priceCollarBps", "ordersPerSecond", "burst",
    "cancelReserve", "maxDataAgeMillis", "maxLossPerTrade", "maxOpenIntents", "minStopTicks",
    "slippageAllowanceBps",
  ]

  init(_ entry: Section.Entry, _ problems: ProblemCollector) {
    let section = Section(entry.node, path: entry.path, keys: Self.keys, problems: problems)
    account = Located(value: entry.name, place: entry.namePlace, path: entry.path)
    maxOrderQuantity = QuantitiesDraft("maxOrderQuantity", section, isRequired: true)
    maxPosition = QuantitiesDraft("maxPosition", section, isRequired: true)
    maxOrderNotional = section.positiveLimit("maxOrderNotional")
    priceCollar = section.priceCollar(isRequired: true)
    ordersPerSecond = section.rate("ordersPerSecond", default: 50)
    burst = section.rate("burst", default: 100)
    cancelReserve = section.integer("cancelReserve", in: 0...10_000, default: 20)
    maxDataAgeNanos = section.nanos("maxDataAgeMillis", .milliseconds, in: 1...60_000, default: 1500)
    maxLossPerTrade = section.has("maxLossPerTrade") ? section.positiveLimit("maxLossPerTrade") : nil
    maxOpenIntents = section.integer("maxOpenIntents", in: 1...256, default: 64)
    minStopTicks = section.integer("minStopTicks", in: 1...1_000_000, default: 5)
    slippageAllowance = section.slippageAllowance()
    if let burst, let cancelReserve, cancelReserve.value >= burst.value {
      section.report(
        .outOfRange, key: "cancelReserve",
        "is \(cancelReserve.value) of a burst of \(burst.value): nothing would be left for orders")
    }
  }

  /// Precondition: reading and checking found no error.
  var limits: Limits {
    guard let maxOrderNotional, let priceCollar, let ordersPerSecond, let burst, let cancelReserve,
      let maxDataAgeNanos, let maxOpenIntents, let minStopTicks, let slippageAllowance
    else { preconditionFailure("limits of '\(account.value)' were not checked") }
    return Limits(
      account: account.value, maxOrderQuantity: maxOrderQuantity.quantities,
      maxOrderNotional: maxOrderNotional.value, maxPosition: maxPosition.quantities,
      priceCollar: priceCollar.value, ordersPerSecond: ordersPerSecond.value, burst: burst.value,
      cancelReserve: cancelReserve.value, maxDataAgeNanos: maxDataAgeNanos.value,
      maxLossPerTrade: maxLossPerTrade?.value, maxOpenIntents: maxOpenIntents.value,
      minStopTicks: minStopTicks.value, slippageAllowance: slippageAllowance.value)
  }
}

extension Section {
  /// An amount above zero.
  func positiveLimit<Value: FixedPoint>(_ key: String) -> Located<Value>? {
    guard let value: Located<Value> = decimal(key) else { return nil }
    guard value.value.isPositive else {
      report(.limitNotPositive, key: key, "is \(value.value), but must be above 0")
      return nil
    }
    return value
  }

  /// `priceCollarBps`: above 0…5000.
  func priceCollar(isRequired: Bool) -> Located<Bps>? {
    guard isRequired || has("priceCollarBps"), let collar: Located<Bps> = positiveLimit("priceCollarBps")
    else {
      return nil
    }
    guard let widest = Bps(whole: 5000), collar.value <= widest else {
      report(
        .outOfRange, key: "priceCollarBps",
        "is \(collar.value), but must be at most 5000 bps (half the price)")
      return nil
    }
    return collar
  }

  /// Basis points within whole bounds.
  func bps(_ key: String, in range: ClosedRange<Int64>, default fallback: Bps) -> Located<Bps>? {
    guard let value = decimal(key, default: fallback) else { return nil }
    guard let least = Bps(whole: range.lowerBound), let most = Bps(whole: range.upperBound),
      value.value >= least, value.value <= most
    else {
      report(
        .outOfRange, key: key,
        "is \(value.value), but must be within \(range.lowerBound)…\(range.upperBound) bps")
      return nil
    }
    return value
  }

  /// `slippageAllowanceBps`: 0…1000, default 10.
  func slippageAllowance() -> Located<Bps>? {
    let key = "slippageAllowanceBps"
    guard let allowance = decimal(key, default: Bps(raw: 10_000_000)) else { return nil }
    guard !allowance.value.isNegative, let widest = Bps(whole: 1_000), allowance.value <= widest else {
      report(.outOfRange, key: key, "is \(allowance.value), but must be within 0…1000 bps")
      return nil
    }
    return allowance
  }

  /// A message rate or burst: 1…10000. Zero or less is a limit that allows nothing.
  func rate(_ key: String, default fallback: Int?) -> Located<Int>? {
    guard let rate = integer(key, in: -1_000_000_000...10_000, default: fallback) else { return nil }
    guard rate.value > 0 else {
      report(.limitNotPositive, key: key, "is \(rate.value), but must be within 1…10000")
      return nil
    }
    return rate
  }
}
