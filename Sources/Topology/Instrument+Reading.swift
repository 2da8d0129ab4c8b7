import JSON5
import Trading

// `instruments: { "BTCUSDT.SIM": { number: 1, base: "BTC", quote: "USDT", tickSize: "0.01", … } }`
//
// number       1…4294967294, required; stands for the instrument in journals: never give it to another one
// base, quote  currency codes, required
// tickSize     quote currency per base unit, above 0, required
// lotSize      base units, above 0, required
// minQuantity  base units, whole lots, default 0
// minNotional  quote currency, default 0
// maxQuantity  base units, whole lots, default none: the venue's largest order
// makerFeeBps, takerFeeBps  basis points, -1000…1000, negative is a rebate, default 0
// maxSpreadBps basis points of the mid, 1…5000, default 100: best bid and ask farther apart make no price

let instrumentKeys = [
  "number", "base", "quote", "tickSize", "lotSize", "minQuantity", "minNotional", "maxQuantity",
  "makerFeeBps", "takerFeeBps", "maxSpreadBps",
]

/// An instrument as read, with the place of its number for the check of collisions.
struct InstrumentDraft {
  let name: String
  let number: Located<UInt32>?
  let instrument: Instrument?

  init(_ entry: Section.Entry, _ problems: ProblemCollector) {
    let section = Section(entry.node, path: entry.path, keys: instrumentKeys, problems: problems)
    name = entry.name
    number = section.integer("number", in: 1...UInt32.max - 1)
    instrument = Self.instrument(entry, section, number?.value)
  }

  private static func instrument(
    _ entry: Section.Entry, _ section: Section, _ number: UInt32?
  ) -> Instrument? {
    let name = instrumentName(entry, section.problems)
    let base = section.currency("base")
    let quote = section.currency("quote")
    let tick = positive("tickSize", section, Price.self)
    let lot = positive("lotSize", section, Quantity.self)
    let minQuantity = section.decimal("minQuantity", default: Quantity.zero)
    let minNotional = section.decimal("minNotional", default: Notional.zero)
    let maxQuantity: Quantity? = section.has("maxQuantity") ? section.decimal("maxQuantity")?.value : nil
    let maker = fee("makerFeeBps", section)
    let taker = fee("takerFeeBps", section)
    let maxSpread = section.bps("maxSpreadBps", in: 1...5000, default: ReferencePrice.usualSpread)
    guard let number, let name, let base, let quote, let tick, let lot, let minQuantity, let minNotional,
      let maker, let taker, let maxSpread
    else { return nil }
    do throws(InstrumentError) {
      return try Instrument(
        number: number, name: name, base: base.value, quote: quote.value, tickSize: tick, lotSize: lot,
        minQuantity: minQuantity.value, minNotional: minNotional.value, maxQuantity: maxQuantity,
        makerFee: maker, takerFee: taker, maxSpread: maxSpread.value)
    } catch {
      section.problems.report(.badInstrument, at: section.place, section.path, "\(error)")
      return nil
    }
  }

  private static func instrumentName(_ entry: Section.Entry, _ problems: ProblemCollector) -> InstrumentName?
  {
    do throws(InstrumentNameError) {
      return try InstrumentName(entry.name)
    } catch {
      problems.report(
        .badName, at: entry.namePlace, entry.path, "\(error)", hint: "for example \"BTCUSDT.SIM\"")
      return nil
    }
  }

  private static func positive<Value: FixedPoint>(
    _ key: String, _ section: Section, _ type: Value.Type
  ) -> Value? {
    guard let value = section.decimal(key, as: type) else { return nil }
    guard value.value.isPositive else {
      section.report(.badInstrument, key: key, "is \(value.value), but must be above 0")
      return nil
    }
    return value.value
  }

  private static func fee(_ key: String, _ section: Section) -> Bps? {
    guard let fee = section.decimal(key, default: Bps.zero) else { return nil }
    let largest: Int64 = 1000
    guard let limit = Bps(whole: largest), fee.value <= limit, fee.value >= -limit else {
      section.report(
        .feeOutOfRange, key: key, "is \(fee.value) bps, but must be within -\(largest)…\(largest)",
        hint: "fees are in basis points: 0.1 % is 10")
      return nil
    }
    return fee.value
  }
}

extension Section {
  /// A currency code: 1 to 16 capital letters and digits.
  func currency(_ key: String) -> Located<Currency>? {
    guard let text = string(key) else { return nil }
    guard let currency = Currency(text.value) else {
      report(
        .badName, key: key, "'\(text.value)' is not a currency code",
        hint: "1 to 16 capital letters and digits: \"USDT\"")
      return nil
    }
    return located(currency, key)
  }
}
