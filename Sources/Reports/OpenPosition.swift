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
  /// Base units; what a quoting strategy owns of it. Such an inventory has no stop by its nature: the
  /// strategy works it off when it goes on.
  public let inventory: Quantity

  /// Whether stops close all that has a stop: what intents opened, and what nobody owns.
  public var isProtected: Bool {
    let size = quantity.absolute() ?? .max
    return (protected.adding(inventory) ?? .max) >= size
  }

  /// For people: what stays, and what to do.
  public var text: String {
    let what = "account \(account): \(quantity) \(instrument.name)"
    if isProtected && inventory.isPositive {
      return "OPEN: \(what), of which \(inventory) is the inventory of quoting strategies and has no stop, "
        + "stops for \(protected); go on with `waggle run TOPOLOGY --resume latest`, or close it at the venue"
    }
    if isProtected { return "OPEN, protected at the venue: \(what), stops for \(protected)" }
    return "OPEN AND UNPROTECTED: \(what), stops for \(protected); close it at the venue, or go on with "
      + "`waggle run TOPOLOGY --resume latest`"
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
            protected: min(books.restingStops(in: instrument.number), size),
            inventory: books.inventory(in: instrument.number)))
      }
    }
    return open.filter(\.isProtected) + open.filter { !$0.isProtected }
  }
}
