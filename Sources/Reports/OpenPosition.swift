import OrderExecutor
import Trading

/// A position that outlives its session, and how much of it stop orders at the venue close, whoever is dead.
public struct OpenPosition: Equatable, Sendable {
  public let account: String
  public let instrument: Instrument
  /// Signed; negative is short.
  public let quantity: Quantity
  /// Base units; at most the position.
  public let protected: Quantity

  public var isProtected: Bool { protected >= (quantity.absolute() ?? .max) }

  /// For people: what stays, and what to do.
  public var text: String {
    let what = "account \(account): \(quantity) \(instrument.name)"
    if isProtected { return "OPEN, protected at the venue: \(what), stops for \(protected)" }
    return "OPEN AND UNPROTECTED: \(what), stops for \(protected); close it at the venue, or go on with "
      + "`waggle run --resume latest`"
  }
}

extension RunRecord {
  /// What stays open by the executors' books, the unprotected last. Less than the venue takes as an order is
  /// not counted: nothing can be done for it.
  public var openPositions: [OpenPosition] {
    var open: [OpenPosition] = []
    for account in accounts {
      guard let books = account.executor.books else { continue }
      for instrument in instruments.sorted(by: { $0.number < $1.number }) {
        let position = books.ledger[instrument.number]
        guard let size = position.quantity.absolute(), size >= instrument.minQuantity,
          size >= instrument.lotSize,
          abs(position.cost.raw) >= instrument.minNotional.raw
        else { continue }
        open.append(
          OpenPosition(
            account: account.name, instrument: instrument, quantity: position.quantity,
            protected: min(books.restingStops(in: instrument.number), size)))
      }
    }
    return open.filter(\.isProtected) + open.filter { !$0.isProtected }
  }
}
