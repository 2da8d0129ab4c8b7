import ActorKit
import Trading
import Wire

extension VenueSimulator {
  /// What became of an order: as it stands, or that the venue does not know it. Asked behind the order on the
  /// same way, so an order not known here was never received, or was refused; once older ones are forgotten,
  /// it may also be one of those (`archived`).
  mutating func answer(_ query: OrderQuery, _ account: Int, to peer: Peer, at now: Instant) {
    counters.queries += 1
    let seen = visible(account).account
    let known = seen.order(query.clOrdID)
    let reason: RejectReason = seen.mayHaveForgotten && known == nil ? .archived : .unknownOrder
    if let order = known, order.instrument == query.instrument {
      let alias = order.clOrdID == query.clOrdID ? ClOrdIDText() : query.clOrdID
      let cause = Cause(query.envelope, requestClOrdID: alias)
      let status = report(of: order, .orderStatus, reason: order.endReason, cause: cause, at: now)
      send(status, account, to: peer)
    } else if let report = refusal(of: .orderQuery(query), reason, at: now) {
      send(report, account, to: peer)
    }
  }

  /// How the account stands, as of all reports sent before.
  mutating func answer(_ query: AccountQuery, _ account: Int, to peer: Peer, at now: Instant) {
    counters.queries += 1
    show(visible(account), query, account, to: peer, at: now)
  }

  /// What an operator's cancel has left open: the account as it is, whatever queries see. The reports of the
  /// cancels go to the executor.
  mutating func answer(_ request: CancelAll, _ account: Int, to peer: Peer, at now: Instant) {
    let query = AccountQuery(
      envelope: request.envelope, account: request.account, parts: .openOrders, afterTradeSequence: 0)
    show(present(account), query, account, to: peer, at: now)
  }

  private mutating func show(
    _ seen: QueryHistory.State, _ query: AccountQuery, _ account: Int, to peer: Peer, at now: Instant
  ) {
    let cause = Cause(query.envelope)
    let state = AccountState(
      envelope: Envelope(origin: cause.origin, correlation: cause.correlation), account: query.account,
      parts: [], reportSequence: seen.lastReport, tradeSequence: 0, eventNanos: clockNanos,
      transactNanos: now.wall)
    let page = seen.account.page(query, configuration.instruments, into: state)
    lines[account].answer(
      .account(page), to: peer, at: clockNanos, latency: configuration.reportLatencyNanos)
  }

  /// The book behind a market topic, to a subscriber that needs it whole.
  mutating func onSnapshotRequest(
    _ request: SnapshotRequest, from peer: Peer, at now: Instant, into effects: inout Effects
  ) {
    guard peer.link == .control else {
      counters.refuse(.wrongLink)
      return
    }
    guard let topic = Topic(request.topic), let index = topics.firstIndex(of: topic),
      index < configuration.instruments.count
    else {
      counters.refuse(.malformed)
      return
    }
    let correlation: Correlation = request.envelope.correlation
    if recorded.isEmpty {
      guard beganNanos != nil else { return }
      // What has changed goes out first, so that the next delta begins where the snapshot ends.
      publishDepth(index, into: &effects)
    } else if recorded[index].book.isEmpty {
      return
    }
    effects.send(to: .snapshot(topic: index, peer)) {
      encodeSnapshot(index, correlation: correlation, into: &$0)
    }
  }
}

extension VenueSimulator {
  /// The trades of an account that are still listed, oldest first; empty for an unknown account.
  public func trades(account: UInt16) -> [VenueTrade] {
    state(of: account)?.trades.oldestFirst ?? []
  }

  /// An account's net traded quantity in an instrument since it was opened; nil if either is unknown.
  public func position(account: UInt16, instrument: UInt32) -> Quantity? {
    guard let index = ledger.instrumentIndex(instrument) else { return nil }
    return state(of: account)?.positions[index]
  }

  /// What an account has of a currency, exactly, and what of it open orders hold; nil if either is unknown.
  public func balance(account: UInt16, currency: Currency) -> (total: Notional, locked: Notional)? {
    state(of: account)?.holdings.first { $0.currency == currency }.map { ($0.total, $0.locked) }
  }

  /// The open orders of an account, oldest first; empty for an unknown account.
  public func openOrders(account: UInt16) -> [VenueOrder] {
    guard let state = state(of: account) else { return [] }
    return state.openIds.compactMap { state.orders[$0] }
  }

  private func state(of account: UInt16) -> VenueAccount? {
    ledger.accountIndex(account).map { ledger.accounts[$0] }
  }
}
