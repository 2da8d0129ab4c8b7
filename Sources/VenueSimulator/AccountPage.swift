import ActorKit
import Trading
import Vocabulary
import Wire

/// An AccountState with its entries: what fits in one message.
///
/// Bounds: 256 open orders, 512 positions and 1,088 balances make at most 21.0 + 6.2 + 26.1 kB, which leaves
/// room for more than 60 trades. At most 200 and no more than fit; more set `more`, and the next query goes
/// on from `tradeSequence`. More open orders set `moreOrders`, and the next query goes on from the last one.
/// Asked for trades that are no longer listed, the page begins with the first that is and sets
/// `tradesForgotten`.
struct AccountPage: Equatable, Sendable {
  var state: AccountState
  var balances: [AccountState.Balance] = []
  var positions: [AccountState.Position] = []
  var openOrders: [AccountState.OpenOrder] = []
  var trades: [AccountState.Trade] = []

  static let mostTrades = 200
  static let mostOpenOrders = 256
  /// Bytes that everything but the groups' entries takes at most.
  private static let headBytes = 256

  /// Trades for which there is room beside the other entries.
  fileprivate var tradesThatFit: Int {
    let others =
      balances.count * AccountState.Balance.blockLength
      + positions.count * AccountState.Position.blockLength
      + openOrders.count * AccountState.OpenOrder.blockLength
    let left = FrameWriter.maxFrame - Self.headBytes - others
    return min(Self.mostTrades, max(0, left / AccountState.Trade.blockLength))
  }

  func encode(into writer: inout FrameWriter) {
    state.encode(
      into: &writer, balancesCount: balances.count, balances: { balances[$0] },
      positionsCount: positions.count, positions: { positions[$0] }, openOrdersCount: openOrders.count,
      openOrders: { openOrders[$0] }, tradesCount: trades.count, trades: { trades[$0] })
  }
}

extension VenueAccount {
  /// The asked parts as the account stands.
  func page(_ query: AccountQuery, _ instruments: [Instrument], into state: AccountState) -> AccountPage {
    let known: AccountParts = [.balances, .positions, .openOrders, .trades, .capabilities]
    var page = AccountPage(state: state)
    page.state.parts = query.parts.intersection(known)
    page.state.tradeSequence = tradeSequence
    if query.parts.contains(.balances) { page.balances = holdings.map(AccountState.Balance.init) }
    if query.parts.contains(.positions) {
      page.positions = zip(instruments, positions).map { instrument, position in
        AccountState.Position(instrument: instrument.number, position: position.raw)
      }
    }
    if query.parts.contains(.openOrders) {
      addOpenOrders(after: query.afterVenueOrderId ?? 0, to: &page)
    }
    if query.parts.contains(.trades) { addTrades(after: query.afterTradeSequence, to: &page) }
    return page
  }

  private func addOpenOrders(after last: UInt64, to page: inout AccountPage) {
    // Their ids rise as they were accepted.
    let left = openIds.drop { $0 <= last }
    page.openOrders = left.prefix(AccountPage.mostOpenOrders).compactMap { orders[$0] }
      .map(AccountState.OpenOrder.init)
    if left.count > AccountPage.mostOpenOrders { page.state.parts.insert(.moreOrders) }
  }

  private func addTrades(after sequence: UInt64, to page: inout AccountPage) {
    guard sequence < tradeSequence, let first = trades.oldest?.tradeSequence else { return }
    if sequence + 1 < first { page.state.parts.insert(.tradesForgotten) }
    let start = sequence < first ? 0 : Int(sequence - first) + 1
    let end = min(trades.count, start + page.tradesThatFit)
    page.trades = (start..<end).map { AccountState.Trade(trades[age: $0]) }
    page.state.tradeSequence = page.trades.last?.tradeSequence ?? tradeSequence
    if page.state.tradeSequence < tradeSequence { page.state.parts.insert(.more) }
  }
}

extension AccountState.Balance {
  /// An amount beyond what `Money` holds shows as the largest.
  init(_ holding: VenueAccount.Holding) {
    self.init(
      currency: CurrencyText(holding.currency.description) ?? CurrencyText(),
      total: Self.money(holding.total), locked: Self.money(holding.locked))
  }

  private static func money(_ amount: Notional) -> Int64 {
    Money(rounding: amount)?.raw ?? (amount.isNegative ? -Int64.max : Int64.max)
  }
}

extension AccountState.OpenOrder {
  init(_ order: VenueOrder) {
    self.init(
      clOrdID: order.clOrdID, venueOrderId: order.venueOrderId, instrument: order.instrument,
      side: SideCode(order.side), price: order.price.raw, orderQuantity: order.quantity.raw,
      cumQuantity: order.cumQuantity.raw, ordType: OrdTypeCode(order.type),
      stopPrice: order.stopPrice?.raw)
  }
}

extension AccountState.Trade {
  init(_ trade: VenueTrade) {
    self.init(
      tradeSequence: trade.tradeSequence, execHigh: trade.execution.high, execLow: trade.execution.low,
      clOrdID: trade.clOrdID, venueOrderId: trade.venueOrderId, instrument: trade.instrument,
      side: SideCode(trade.side), liquidity: LiquidityCode(trade.liquidity), price: trade.price.raw,
      quantity: trade.quantity.raw, fee: trade.fee.raw, eventNanos: trade.eventNanos)
  }
}
