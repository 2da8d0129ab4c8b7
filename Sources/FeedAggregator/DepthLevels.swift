import Trading
import Wire

/// The levels of one message, checked and copied into arrays that are reused from message to message.
struct DepthLevels {
  private(set) var bids: [BookLevel] = []
  private(set) var asks: [BookLevel] = []

  /// - maxCount: how many a message of 64 KiB can hold, so that the arrays never grow.
  init(maxCount: Int = FrameWriter.maxFrame / 16) {
    bids.reserveCapacity(maxCount)
    asks.reserveCapacity(maxCount)
  }

  /// Reads a message; what is wrong with its levels, or nil. Of a delta a quantity may be 0, which deletes.
  mutating func read(
    _ message: borrowing VenueMarketDataView, for instrument: Instrument, mayDelete: Bool
  ) -> Anomaly? {
    bids.removeAll(keepingCapacity: true)
    asks.removeAll(keepingCapacity: true)
    for index in 0..<message.bidsCount {
      let entry = message.bid(index)
      if let fault = Self.fault(entry.price, entry.quantity, instrument, mayDelete) { return fault }
      bids.append(BookLevel(price: Price(raw: entry.price), quantity: Quantity(raw: entry.quantity)))
    }
    for index in 0..<message.asksCount {
      let entry = message.ask(index)
      if let fault = Self.fault(entry.price, entry.quantity, instrument, mayDelete) { return fault }
      asks.append(BookLevel(price: Price(raw: entry.price), quantity: Quantity(raw: entry.quantity)))
    }
    return nil
  }

  static func fault(
    _ price: Int64, _ quantity: Int64, _ instrument: Instrument, _ mayDelete: Bool
  ) -> Anomaly? {
    guard price > 0, quantity > 0 || (mayDelete && quantity == 0) else { return .nonPositive }
    return price % instrument.tickSize.raw == 0 ? nil : .offTick
  }
}
