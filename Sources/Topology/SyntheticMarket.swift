import JSON5
import Trading

/// `market: { source: "synthetic", midPrice: "60000", … }`: a market made of random orders around a random
/// walk.
///
/// `midPrice` and `meanOrderQuantity` are one value when the venue lists one instrument, else an object
/// with a value
/// for each: `midPrice: { "BTCUSDT.SIM": "60000", "ETHUSDT.SIM": "2500" }`. The resting orders of others
/// settle near
/// `limitOrdersPerSecond / cancelsPerOrderPerSecond`.
public struct SyntheticMarket: Sendable, Equatable {
  /// `seed`, 0…2^63-1, default 1: the same seed makes the same market.
  public internal(set) var seed: UInt64
  /// `midPrice`, quote currency, above 0, required: where the walk begins.
  public let midPrice: [InstrumentValue<Price>]
  /// `volatilityBpsPerSqrtSecond`, 0…1000, default 1: of the walk. 1 makes √86400 ≈ 294 bps a day.
  public let volatilityBpsPerSqrtSecond: Double
  /// `halfSpreadBps`, 0…1000, default 0.5: how far from the mid others' orders stand at least.
  public let halfSpreadBps: Double
  /// `depthBps`, 0.001…5000, default 5: how far beyond that they stand on average.
  public let depthBps: Double
  /// `marketOrdersPerSecond`, 0…10000, default 4: Poisson rate of orders that take.
  public let marketOrdersPerSecond: Double
  /// `limitOrdersPerSecond`, 0.001…10000, default 40: Poisson rate of orders that rest.
  public let limitOrdersPerSecond: Double
  /// `cancelsPerOrderPerSecond`, 0…100, default 0.2: Poisson rate at which each resting order goes.
  public let cancelsPerOrderPerSecond: Double
  /// `meanOrderQuantity`, base units, above 0, required: mean of the exponential size of an order.
  public let meanOrderQuantity: [InstrumentValue<Quantity>]
  /// `depthUpdateMillis`, 1…10000, default 100: how often the book's changes are published.
  public let depthUpdateNanos: Int64

  static let maxSeed: UInt64 = 1 << 63 - 1
  static let keys = [
    "seed", "midPrice", "volatilityBpsPerSqrtSecond", "halfSpreadBps", "depthBps", "marketOrdersPerSecond",
    "limitOrdersPerSecond", "cancelsPerOrderPerSecond", "meanOrderQuantity", "depthUpdateMillis",
  ]

  init?(_ section: Section, instruments: [Located<String>]) {
    let seed: Located<UInt64>? = section.integer("seed", in: 0...Self.maxSeed, default: 1)
    let midPrice: [InstrumentValue<Price>]? = section.perInstrument("midPrice", instruments)
    let volatility = section.number("volatilityBpsPerSqrtSecond", in: 0...1000, default: 1)
    let halfSpread = section.number("halfSpreadBps", in: 0...1000, default: 0.5)
    let depth = section.number("depthBps", in: 0.001...5000, default: 5)
    let marketOrders = section.number("marketOrdersPerSecond", in: 0...10_000, default: 4)
    let limitOrders = section.number("limitOrdersPerSecond", in: 0.001...10_000, default: 40)
    let cancels = section.number("cancelsPerOrderPerSecond", in: 0...100, default: 0.2)
    let orderQuantity: [InstrumentValue<Quantity>]? = section.perInstrument("meanOrderQuantity", instruments)
    let depthUpdate = section.nanos("depthUpdateMillis", .milliseconds, in: 1...10_000, default: 100)
    guard let seed, let midPrice, let volatility, let halfSpread, let depth, let marketOrders,
      let limitOrders, let cancels, let orderQuantity, let depthUpdate
    else { return nil }
    self.seed = seed.value
    self.midPrice = midPrice
    volatilityBpsPerSqrtSecond = volatility.value
    halfSpreadBps = halfSpread.value
    depthBps = depth.value
    marketOrdersPerSecond = marketOrders.value
    limitOrdersPerSecond = limitOrders.value
    cancelsPerOrderPerSecond = cancels.value
    meanOrderQuantity = orderQuantity
    depthUpdateNanos = depthUpdate.value
  }
}

extension Section {
  /// A positive value for each of the venue's instruments: one value for a single instrument, else an object.
  func perInstrument<Value: FixedPoint>(
    _ key: String, _ instruments: [Located<String>]
  ) -> [InstrumentValue<Value>]? {
    guard let node = required(key) else { return nil }
    guard node.members == nil else { return perInstrument(inObject: key, instruments) }
    guard instruments.count == 1 else {
      report(
        .outOfRange, key: key, "is one value for \(instruments.count) instruments",
        hint: "write { \"SYMBOL.VENUE\": value, … }")
      return nil
    }
    guard let value: Value = positiveValue(node, path(to: key)),
      let name = instrumentName(instruments[0].value)
    else { return nil }
    return [InstrumentValue(instrument: name, value: value)]
  }

  private func perInstrument<Value: FixedPoint>(
    inObject key: String, _ instruments: [Located<String>]
  ) -> [InstrumentValue<Value>]? {
    let names = instruments.map(\.value)
    var values: [InstrumentValue<Value>] = []
    var isWhole = true
    let entries = entries(key)
    for entry in entries {
      guard names.contains(entry.name) else {
        problems.report(
          .unknownReference, at: entry.namePlace, entry.path, "'\(entry.name)' is not listed by this venue",
          hint: suggestion(for: entry.name, among: names))
        isWhole = false
        continue
      }
      guard let value: Value = positiveValue(entry.node, entry.path), let name = instrumentName(entry.name)
      else {
        isWhole = false
        continue
      }
      values.append(InstrumentValue(instrument: name, value: value))
    }
    for name in names where !entries.contains(where: { $0.name == name }) {
      report(.missingKey, key: key, "has no value for '\(name)'")
      isWhole = false
    }
    return isWhole ? values.sorted { $0.instrument < $1.instrument } : nil
  }

  private func positiveValue<Value: FixedPoint>(_ node: SyntaxNode, _ path: String) -> Value? {
    guard let value: Value = exactDecimal(node, path) else { return nil }
    guard value.isPositive else {
      problems.report(.outOfRange, at: node.place, path, "is \(value), but must be above 0")
      return nil
    }
    return value
  }
}
