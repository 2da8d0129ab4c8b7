import ActorKit
import Models
import Trading
import Wire

extension FeedAggregator {
  /// What a feed is made of. Times are on the market clock.
  public struct Configuration: Equatable, Sendable {
    /// The feed's number in the topology.
    public var component: UInt16
    /// The venue it takes market data from.
    public var venueComponent: UInt16
    /// At most `mostInstruments`, each once.
    public var instruments: [Instrument]
    /// Half-life of the volatility estimate and of the arrival rates, s; 0.001…86,400.
    public var volatilityHalfLifeSeconds: Double
    /// Mids closer together than this enter the volatility as one, ns; ≥ 0.
    public var volatilitySampleNanos: Int64
    /// Levels a side that make the imbalance, 1…50.
    public var imbalanceLevels: Int
    /// Silence of less than this is never too long, ns; > 0. The learned rhythm can only lengthen it.
    public var staleAfterNanos: Int64
    /// Levels a side that are kept, 1…5,000.
    public var bookDepth: Int
    /// The shortest time between two MarketMetrics of an instrument, ns; > 0.
    public var metricsIntervalNanos: Int64
    /// A mid that moves farther than this between two updates is doubted, bps; > 0.
    public var priceJumpBps: Double

    public static let mostInstruments = 512

    public init(
      component: UInt16, venueComponent: UInt16, instruments: [Instrument],
      volatilityHalfLifeSeconds: Double = 60, volatilitySampleNanos: Int64 = 100_000_000,
      imbalanceLevels: Int = 5, staleAfterNanos: Int64 = 2_000_000_000, bookDepth: Int = 1_000,
      metricsIntervalNanos: Int64 = 100_000_000, priceJumpBps: Double = 100
    ) {
      self.component = component
      self.venueComponent = venueComponent
      self.instruments = instruments
      self.volatilityHalfLifeSeconds = volatilityHalfLifeSeconds
      self.volatilitySampleNanos = volatilitySampleNanos
      self.imbalanceLevels = imbalanceLevels
      self.staleAfterNanos = staleAfterNanos
      self.bookDepth = bookDepth
      self.metricsIntervalNanos = metricsIntervalNanos
      self.priceJumpBps = priceJumpBps
    }

    /// What makes the feed impossible, nil if nothing does.
    public var problem: String? {
      if instruments.isEmpty || instruments.count > Self.mostInstruments {
        return "\(instruments.count) instruments; 1 to \(Self.mostInstruments)"
      }
      if Set(instruments.map(\.number)).count < instruments.count { return "an instrument twice" }
      for instrument in instruments where InstrumentDefinition(instrument) == nil {
        return "\(instrument.name) has a name or currency too long for the wire"
      }
      if !(volatilityHalfLifeSeconds >= 0.001 && volatilityHalfLifeSeconds <= 86_400) {
        return "a volatility half-life of \(volatilityHalfLifeSeconds) s; 0.001 to 86,400"
      }
      if volatilitySampleNanos < 0 { return "a volatility sample of \(volatilitySampleNanos) ns" }
      if !(1...50).contains(imbalanceLevels) { return "\(imbalanceLevels) levels of imbalance; 1 to 50" }
      if staleAfterNanos <= 0 { return "stale after \(staleAfterNanos) ns" }
      if !(1...5_000).contains(bookDepth) { return "\(bookDepth) levels a side; 1 to 5,000" }
      if metricsIntervalNanos <= 0 { return "metrics every \(metricsIntervalNanos) ns" }
      if !(priceJumpBps > 0 && priceJumpBps < 10_000) {
        return "a price jump of \(priceJumpBps) bps; above 0, below 10,000"
      }
      return nil
    }

    /// The processors of one instrument.
    func processors() -> InstrumentFeed.Processors {
      let halfLife = Int64(volatilityHalfLifeSeconds * 1e9)
      do throws(ModelError) {
        let volatility = try EWMAVolatility(
          halfLifeNanos: halfLife, minimumIntervalNanos: volatilitySampleNanos)
        let arrivals = try ArrivalRate(halfLifeNanos: halfLife)
        return ProcessorChain(
          ProcessorChain(MicroPriceProcessor(), ImbalanceProcessor(levels: imbalanceLevels)),
          ProcessorChain(VolatilityProcessor(volatility), ArrivalProcessor(arrivals)))
      } catch {
        preconditionFailure("a feed with a half-life of \(halfLife) ns: \(error)")
      }
    }
  }
}

extension InstrumentDefinition {
  /// An instrument as the wire tells it; nil when a name does not fit.
  init?(_ instrument: Instrument) {
    guard let symbol = SymbolText(instrument.symbol), let venue = VenueText(instrument.venue),
      let base = CurrencyText(instrument.base.description),
      let quote = CurrencyText(instrument.quote.description),
      let minNotional = Money(rounding: instrument.minNotional)
    else { return nil }
    self.init(
      envelope: Envelope(origin: 0), instrument: instrument.number, symbol: symbol, venue: venue,
      baseCurrency: base, quoteCurrency: quote, tickSize: instrument.tickSize.raw,
      lotSize: instrument.lotSize.raw, minQuantity: instrument.minQuantity.raw,
      minNotional: minNotional.raw, makerFee: instrument.makerFee.raw, takerFee: instrument.takerFee.raw)
  }
}
