import CCodecYardstick
import Wire

/// The values that the C yardstick encodes too, field by field; `CodecBench` compares the bytes.
struct WireSamples {
  /// Variants of each message, taken in turn so that nothing is a constant to the compiler.
  static let count = 64
  static let quoteLevels = 3
  static let bookLevels = 10

  let orders: [NewOrder]
  let tops: [TopOfBook]
  let metrics: [MarketMetrics]
  let signals: [QuoteSignal]
  let targets: [TargetQuotes]
  let deltas: [BookDelta]
  /// Prices and quantities of a side's levels, all variants one after the other.
  let levels: [(price: Int64, quantity: Int64)]

  init() {
    precondition(
      Self.count == Int(yardstick_variants) && Self.quoteLevels == Int(yardstick_quote_levels)
        && Self.bookLevels == Int(yardstick_book_levels), "the C yardstick has other dimensions")
    let variants = Array(0..<Int64(Self.count))
    orders = variants.map(Self.order)
    tops = variants.map(Self.top)
    metrics = variants.map(Self.metrics)
    signals = variants.map { variant in
      QuoteSignal(
        envelope: Self.envelope(variant), strategy: 1, instrument: 1, revision: 9 + UInt64(variant),
        fillSequenceSeen: 4, referencePrice: 60_000_500_000_000 + variant,
        validUntil: Self.wall + 1_000_000_000 + variant, eventNanos: Self.market + variant, takerBuyRate: 0.5,
        takerSellRate: 0.25)
    }
    targets = variants.map { variant in
      TargetQuotes(
        envelope: Self.envelope(variant), account: 1, strategy: 1, instrument: 1,
        revision: 9 + UInt64(variant), fillSequenceSeen: 4, validUntil: Self.wall + 1_000_000_000 + variant,
        eventNanos: Self.market + variant)
    }
    deltas = variants.map { variant in
      BookDelta(
        envelope: Self.envelope(variant), instrument: 1, eventNanos: Self.market + variant,
        venueUpdateId: 77 + UInt64(variant))
    }
    levels = variants.flatMap { variant in
      (0..<Int64(Self.bookLevels)).map { place in
        (60_000_000_000_000 + variant - 10_000_000 * place, 1_000_000 + place)
      }
    }
  }

  private static let wall: Int64 = 1_700_000_000_000_000_000
  private static let market: Int64 = 1_600_000_000_000_000_000

  private static func envelope(_ variant: Int64) -> Envelope {
    Envelope(
      sender: 5, flags: 0, epoch: 3, sequence: UInt64(1_000 + variant), sent: wall + variant,
      origin: wall - variant, correlationHigh: 7, correlationLow: UInt64(variant))
  }

  private static func order(_ variant: Int64) -> NewOrder {
    guard let id = ClOrdIDText("W-1-3-1000") else { preconditionFailure("a client order id that fits") }
    return NewOrder(
      envelope: envelope(variant), account: 1, instrument: 1, clOrdID: id, side: .buy, ordType: .limit,
      timeInForce: .goodTillCancel, execInst: .postOnly, price: 60_000_000_000_000 + variant,
      quantity: 1_000_000 + variant, requestNanos: wall + variant, recvWindowNanos: 5_000_000_000,
      stopPrice: 59_000_000_000_000)
  }

  private static func top(_ variant: Int64) -> TopOfBook {
    TopOfBook(
      envelope: envelope(variant), instrument: 1, eventNanos: market + variant,
      bidPrice: 60_000_000_000_000 + variant, bidQuantity: 2_000_000 + variant,
      askPrice: 60_001_000_000_000 + variant, askQuantity: 3_000_000 + variant,
      venueUpdateId: 77 + UInt64(variant))
  }

  private static func metrics(_ variant: Int64) -> MarketMetrics {
    let shift = Double(variant)
    return MarketMetrics(
      envelope: envelope(variant), instrument: 1, eventNanos: market + variant,
      mid: 60_000_500_000_000 + variant, microPrice: 60_000_400_000_000 + variant, spreadBps: 1.5 + shift,
      volatilityBps: 0.5 + shift, volatilityUncertaintyBps: 0.05 + shift, imbalance: 0.25 + shift,
      adverseSelectionBps: 0.125 + shift, buyArrivalRate: 5 + shift, sellArrivalRate: 4 + shift, state: .live)
  }
}

// MARK: - Encoding

extension WireSamples {
  func encodeOrder(_ variant: Int, into out: inout FrameWriter) { orders[variant].encode(into: &out) }

  func encodeTop(_ variant: Int, into out: inout FrameWriter) { tops[variant].encode(into: &out) }

  func encodeMetrics(_ variant: Int, into out: inout FrameWriter) { metrics[variant].encode(into: &out) }

  func encodeSignal(_ variant: Int, levels count: Int = quoteLevels, into out: inout FrameWriter) {
    signals[variant].encode(
      into: &out, bidsCount: count,
      bids: { .init(offsetBps: 1.5 + Double($0), quantity: 1_000_000 + Int64(variant), urgency: 0.5) },
      asksCount: count,
      asks: { .init(offsetBps: 1.5 + Double($0), quantity: 1_000_000 + Int64(variant), urgency: 0.5) },
      metadata: EmptyCollection<UInt8>())
  }

  func encodeTargets(_ variant: Int, levels count: Int = quoteLevels, into out: inout FrameWriter) {
    let first = variant * Self.bookLevels
    targets[variant].encode(
      into: &out, bidsCount: count,
      bids: { .init(price: levels[first + $0].price, quantity: levels[first + $0].quantity) },
      asksCount: count,
      asks: { .init(price: levels[first + $0].price, quantity: levels[first + $0].quantity) })
  }

  func encodeDelta(_ variant: Int, into out: inout FrameWriter) {
    let first = variant * Self.bookLevels
    deltas[variant].encode(
      into: &out, bidsCount: Self.bookLevels,
      bids: { .init(price: levels[first + $0].price, quantity: levels[first + $0].quantity) },
      asksCount: Self.bookLevels,
      asks: { .init(price: levels[first + $0].price, quantity: levels[first + $0].quantity) })
  }
}
