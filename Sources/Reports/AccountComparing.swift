import OrderExecutor
import Records
import Trading
import VenueSimulator
import Vocabulary
import Wire

/// The comparison of one account: executor against venue, and either side's own books against its facts.
struct AccountComparing {
  let account: RunRecord.AccountRecord
  let instruments: [Instrument]

  init(_ account: RunRecord.AccountRecord, _ instruments: [Instrument]) {
    self.account = account
    self.instruments = instruments.sorted { $0.number < $1.number }
  }

  var executor: ExecutorHistory { account.executor }
  var venue: VenueAccountHistory { account.venue }

  func name(of instrument: UInt32) -> String {
    instruments.first { $0.number == instrument }.map { "\($0.name)" } ?? "instrument \(instrument)"
  }

  func tell(
    _ irregularities: Irregularities, _ subject: Irregularity.Subject, into comparison: inout Comparison
  ) {
    for irregularity in irregularities.kept where irregularity.subject == subject {
      comparison.differ("account \(account.name): \(irregularity.text)")
    }
  }
}

// Orders.
extension AccountComparing {
  /// Every order accepted is one that the executor sent, with the same terms, accepted once; every order that
  /// the executor believes to have been accepted was; the same orders are open at the end. Orders under ids
  /// that are not ours are a person's or another program's: counted, and compared only by what they traded.
  /// Gives why not all was compared.
  func compareOrders(into orders: inout Comparison) -> JournalError? {
    tell(executor.irregularities, .order, into: &orders)
    tell(venue.irregularities, .order, into: &orders)
    orders.venue.count += venue.orders.count
    var (knownCount, othersCount) = (0, 0)
    var found = FirstDifferences()
    var merge = RecordMerge(executor.orders, venue.orders)
    merge.visit { order, place, isAtVenue in
      guard order.isKnownAtVenue else { return }
      knownCount += 1
      guard !isAtVenue else { return }
      found.add(
        .executor, place,
        "account \(account.name), order \(order.id): accepted by the executor's books, "
          + "not in the venue's journal")
    } theirs: { order, place, sent, time in
      guard ClOrdID(order.clOrdID) != nil else {
        othersCount += 1
        return
      }
      guard let text = difference(sent, order, time: time) else { return }
      found.add(.venue, place, "account \(account.name), order \(order.clOrdID): \(text)")
    }
    orders.executor.count += knownCount
    orders.othersCount += othersCount
    found.tell(into: &orders)
    compareOpenOrders(into: &orders)
    return merge.failure
  }

  private func difference(
    _ sent: ExecutorHistory.Order?, _ order: VenueAccountHistory.Order, time: Int
  ) -> String? {
    guard time == 1 else { return "accepted by the venue \(time) times" }
    guard let sent else { return "accepted by the venue, not in the executor's journal" }
    if sent.wasFound { return "accepted by the venue; the executor found it there and had not created it" }
    // Of an order that the venue refused after all, the word of its acceptance may have been lost.
    guard sent.isKnownAtVenue || !sent.hasEnded || order.wasRejected else {
      return "accepted by the venue, refused or never placed by the executor's books"
    }
    let isSame =
      sent.instrument == order.instrument && sent.side == order.side && sent.price == order.price
      && sent.quantity == order.acceptedQuantity
    if isSame { return nil }
    return "\(terms(sent.instrument, sent.side, sent.quantity, sent.price)) by the executor, "
      + "\(terms(order.instrument, order.side, order.acceptedQuantity, order.price)) at the venue"
  }

  func terms(_ instrument: UInt32, _ side: Side, _ quantity: Quantity, _ price: Price) -> String {
    "\(side) \(quantity) \(name(of: instrument)) at \(price)"
  }

  private func compareOpenOrders(into orders: inout Comparison) {
    let ours = executor.openOrders.map { ClOrdIDText($0) }
    let theirs = venue.openOrders.map(\.clOrdID).filter { ClOrdID($0) != nil }
    let (oursSet, theirsSet) = (Set(ours), Set(theirs))
    for id in theirs where !oursSet.contains(id) {
      orders.differ("account \(account.name), order \(id): open at the venue, not in the executor's books")
    }
    for id in ours where !theirsSet.contains(id) {
      orders.differ("account \(account.name), order \(id): open in the executor's books, not at the venue")
    }
    guard let statement = venue.statement else { return }
    let folded = venue.openOrders.map(\.venueOrderId).sorted()
    guard statement.openOrders != folded else { return }
    orders.differ(
      "account \(account.name): the venue's books have \(statement.openOrders.count) open orders, "
        + "its journal makes \(folded.count)")
  }
}

// Fills.
extension AccountComparing {
  /// Trade by trade, by the venue's trade id: each booked once, with the same order, side, price, quantity
  /// and fee.
  func compareFills(into fills: inout Comparison) -> JournalError? {
    tell(executor.irregularities, .fill, into: &fills)
    tell(venue.irregularities, .fill, into: &fills)
    fills.executor.count += executor.fills.count
    fills.venue.count += venue.trades.count
    var found = FirstDifferences()
    var merge = RecordMerge(executor.fills, venue.trades)
    merge.visit { fill, place, isAtVenue in
      guard !isAtVenue else { return }
      found.add(
        .executor, place,
        "\(subject(fill.key)): \(terms(fill.key.instrument, fill.side, fill.quantity, fill.price)) "
          + "booked by the executor, not in the venue's journal")
    } theirs: { trade, place, fill, time in
      for text in differences(fill, trade, time: time) {
        found.add(.venue, place, "\(subject(trade.key)): \(text)")
      }
    }
    found.tell(into: &fills)
    return merge.failure
  }

  private func subject(_ key: FillKey) -> String { "account \(account.name), trade \(key.execution)" }

  private func describe(_ trade: VenueTrade) -> String {
    "\(terms(trade.instrument, trade.side, trade.quantity, trade.price)) for order \(trade.clOrdID)"
  }

  private func differences(_ fill: BookedFill?, _ trade: VenueTrade, time: Int) -> [String] {
    guard time == 1 else { return ["stands twice in the venue's journal"] }
    guard let fill else { return ["\(describe(trade)) at the venue, not booked by the executor"] }
    var texts: [String] = []
    func compare(_ what: String, _ ours: String, _ theirs: String) {
      if ours != theirs { texts.append("\(what) \(ours) by the executor, \(theirs) at the venue") }
    }
    compare("side", "\(fill.side)", "\(trade.side)")
    compare("price", "\(fill.price)", "\(trade.price)")
    compare("quantity", "\(fill.quantity)", "\(trade.quantity)")
    let currency = instruments.first { $0.number == trade.instrument }.map { "\($0.quote)" } ?? "?"
    compare("fee", "\(fill.fee) \(fill.feeCurrency)", "\(trade.fee) \(currency)")
    // An order of somebody else on the account has an id that is none of ours.
    if fill.order != ClOrdID(trade.clOrdID) {
      compare("order", fill.order.map { "\($0)" } ?? "of somebody else", "\(trade.clOrdID)")
    }
    // 0 while only a report told of the trade.
    if fill.tradeSequence != 0 {
      compare("place in the account's trades", "\(fill.tradeSequence)", "\(trade.tradeSequence)")
    }
    return texts
  }
}

// Positions and cash.
extension AccountComparing {
  /// The executor's books against the venue's trades, summed, and against what the venue itself says.
  func comparePositions(into positions: inout Comparison) {
    let books = executor.books?.ledger ?? executor.ledger
    for instrument in instruments {
      let ours = books[instrument.number].quantity
      let theirs = venue.position(in: instrument.number)
      positions.executor.add(account.name, "\(instrument.name)", "\(ours)")
      positions.venue.add(account.name, "\(instrument.name)", "\(theirs)")
      let subject = "account \(account.name), \(instrument.name)"
      if ours != theirs {
        positions.differ("\(subject): \(ours) in the executor's books, \(theirs) by the venue's trades")
      }
      let folded = executor.ledger[instrument.number].quantity
      if ours != folded {
        positions.differ("\(subject): \(ours) in the executor's books, its own fills make \(folded)")
      }
      let stated = venue.statement?.positions.first { $0.instrument == instrument.number }?.quantity
      if let stated, stated != theirs {
        positions.differ("\(subject): \(stated) in the venue's books, its own trades make \(theirs)")
      }
    }
  }

  /// Per currency: opening balance and what trading moved, exact to 1e-17.
  func compareCash(into cash: inout Comparison) {
    let ours: CashFlows
    let folded: CashFlows
    do throws(LedgerError) {
      ours = try CashFlows(executor.books?.ledger ?? executor.ledger, instruments: instruments)
      folded = try CashFlows(executor.ledger, instruments: instruments)
    } catch {
      return cash.differ("account \(account.name): the executor's cash cannot be summed: \(error)")
    }
    for currency in currencies(ours) {
      let opening = account.opening.first { $0.currency == currency }?.amount ?? .zero
      guard let ourBalance = Notional(opening).adding(ours[currency]),
        let theirBalance = Notional(opening).adding(venue.flows[currency])
      else {
        cash.differ("account \(account.name): more \(currency) than an amount can hold")
        continue
      }
      cash.executor.add(account.name, "\(currency)", "\(ourBalance)")
      cash.venue.add(account.name, "\(currency)", "\(theirBalance)")
      let subject = "account \(account.name), \(currency)"
      if ourBalance != theirBalance {
        cash.differ(
          "\(subject): \(ourBalance) in the executor's books, \(theirBalance) by the venue's trades")
      }
      if ours[currency] != folded[currency] {
        cash.differ(
          "\(subject): \(ours[currency]) moved in the executor's books, its fills make \(folded[currency])")
      }
      let stated = venue.statement?.balances.first { $0.currency == currency }?.total
      if let stated, stated != theirBalance {
        cash.differ("\(subject): \(stated) in the venue's books, its own trades make \(theirBalance)")
      }
    }
  }

  /// All in which either side has or moved something.
  private func currencies(_ ours: CashFlows) -> [Currency] {
    let all =
      account.opening.map(\.currency) + ours.flows.map(\.currency) + venue.flows.flows.map(\.currency)
    var distinct: [Currency] = []
    for currency in all.sorted() where distinct.last != currency { distinct.append(currency) }
    return distinct
  }
}

extension Comparison.Holding {
  fileprivate mutating func add(_ account: String, _ name: String, _ text: String) {
    count += 1
    amounts.append(Comparison.Amount(account: account, name: name, text: text))
  }
}
