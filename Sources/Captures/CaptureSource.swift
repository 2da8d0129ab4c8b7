import ActorKit
import Trading
import Wire

/// A recording as a device: its events as the venue's market data messages, in the order recorded.
///
/// Bounds: a snapshot is cut to the best `snapshotLevels` a side, so that it fits in a message; an update
/// with more levels than that is refused, for no venue sends one.
public final class CaptureSource: Device {
  /// The formats that are read, by the names they have in topologies.
  public static let formats = ["binance-spot"]
  /// Levels a side of a snapshot; 2 x 2,000 x 16 bytes stay below 64 KiB.
  public static let snapshotLevels = 2_000

  private let instrument: UInt32
  private var reader: CaptureReader
  private var pending: MarketEvent?
  private var snapshotLevelsCut: Int64 = 0

  /// Opens the files, which follow each other, and looks at the first event.
  public init(paths: [String], instrument: Instrument) throws(DeviceError) {
    do throws(CaptureError) {
      var reader = try CaptureReader(paths: paths, symbol: instrument.symbol)
      let first = try reader.next()
      self.reader = reader
      pending = first
      self.instrument = instrument.number
    } catch {
      throw DeviceError("\(error)")
    }
  }

  public var firstMarketNanos: Int64? { reader.firstMarketNanos }
  public var descriptors: [DeviceDescriptor] { [] }

  /// The market time of the next event. At the end any time will do, for the end itself is still to be told.
  public var nextWake: Wake { Wake(market: pending == nil ? 0 : reader.marketNanos) }

  public func read(at now: Instant, into writer: inout FrameWriter) throws(DeviceError) -> DeviceReading {
    guard now.market != 0 else { return .nothing }
    guard let event = pending else { return .ended }
    guard reader.marketNanos <= now.market else { return .nothing }
    try encode(event, into: &writer)
    do throws(CaptureError) { pending = try reader.next() } catch { throw DeviceError("\(error)") }
    return .message
  }

  /// A recording takes nothing.
  public func write(_ bytes: RawSpan) -> Bool { false }

  private func encode(_ event: MarketEvent, into writer: inout FrameWriter) throws(DeviceError) {
    switch event {
    case .bookSnapshot(let snapshot):
      let bids = reader.bids.prefix(Self.snapshotLevels)
      let asks = reader.asks.prefix(Self.snapshotLevels)
      snapshotLevelsCut += Int64(reader.bids.count - bids.count + reader.asks.count - asks.count)
      encode(
        message(.snapshot, lastUpdateId: UInt64(clamping: snapshot.lastUpdateId)), bids, asks, into: &writer)
    case .bookUpdate(let update):
      guard reader.bids.count <= Self.snapshotLevels, reader.asks.count <= Self.snapshotLevels else {
        throw DeviceError(
          "depth update \(update.finalUpdateId) changes \(reader.bids.count) bids and"
            + " \(reader.asks.count) asks, more than \(Self.snapshotLevels) a side;"
            + " this is not a capture of one instrument")
      }
      let changed = message(
        .delta, firstUpdateId: UInt64(clamping: update.firstUpdateId),
        lastUpdateId: UInt64(clamping: update.finalUpdateId))
      encode(changed, reader.bids[...], reader.asks[...], into: &writer)
    case .bookLost:
      // An empty book: nobody may trade on what was there before the hole.
      encode(message(.snapshot), [], [], into: &writer)
    case .trade(let trade):
      // "Buyer is maker" says that the seller crossed.
      var printed = message(.trade, aggressor: trade.buyerIsMaker ? .sell : .buy)
      printed.tradeId = UInt64(clamping: trade.id)
      printed.price = trade.price.raw
      printed.quantity = trade.quantity.raw
      printed.condition = trade.isOnMarket ? .market : .offMarket
      encode(printed, [], [], into: &writer)
    case .ticker(let ticker):
      encode(
        message(.ticker, lastUpdateId: UInt64(clamping: ticker.updateId)), [ticker.bid], [ticker.ask],
        into: &writer)
    }
  }

  private func message(
    _ kind: MarketDataKind, aggressor: SideCode = .unrecognized, firstUpdateId: UInt64? = nil,
    lastUpdateId: UInt64? = nil
  ) -> VenueMarketData {
    VenueMarketData(
      envelope: Envelope(origin: 0), instrument: instrument, kind: kind, aggressor: aggressor,
      eventNanos: reader.marketNanos, firstUpdateId: firstUpdateId, lastUpdateId: lastUpdateId,
      condition: .unrecognized)
  }

  private func encode(
    _ message: VenueMarketData, _ bids: ArraySlice<BookLevel>, _ asks: ArraySlice<BookLevel>,
    into writer: inout FrameWriter
  ) {
    _ = message.encode(
      into: &writer, bidsCount: bids.count,
      bids: { VenueMarketData.Bid(price: bids[$0].price.raw, quantity: bids[$0].quantity.raw) },
      asksCount: asks.count,
      asks: { VenueMarketData.Ask(price: asks[$0].price.raw, quantity: asks[$0].quantity.raw) })
  }

  public func report(into counters: inout CounterReport) {
    let counts = reader.counts
    counters.add("capture.lines", counts.lines)
    for kind in CaptureKind.allCases { counters.add("capture.used.\(kind)", counts.used(kind)) }
    for reason in CaptureDrop.allCases { counters.add("capture.dropped.\(reason)", counts.dropped(reason)) }
    counters.add("capture.waiting", counts.waiting)
    counters.add("capture.holes", counts.holes)
    counters.add("capture.quantityRange", counts.quantitiesHeld)
    counters.add("capture.snapshotLevelsCut", snapshotLevelsCut)
  }
}
