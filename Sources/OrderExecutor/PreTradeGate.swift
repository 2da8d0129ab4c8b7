import ActorKit
import Trading
import Vocabulary
import Wire

/// The last gate before the venue for whatever may open: a pure function of what is known.
enum PreTradeGate {
  /// What speaks against an order, of several the first in the order of the checks; nil when it may pass.
  /// The permit is looked at here, at the time that the order will carry as its own. `legs` are the orders
  /// that it will need when it is filled.
  static func objection(
    to wish: OrderWish, legs: Int, _ situation: Situation, at now: Instant
  ) -> Finding? {
    let state = situation.markets[wish.instrument]
    if let check = situation.bar(toOpening: wish.strategy, in: state.instrument.number) {
      return Finding(check)
    }
    guard let caps = state.caps else { return Finding(.noLimits) }
    let level = situation.permit(at: now)
    guard situation.authority.session.isTrading, level == .open || level == .reduce else {
      return Finding(.noPermit)
    }
    guard let top = state.usableTop else { return Finding(.staleMarketData) }
    guard let reference = state.price else { return Finding(.unpriced) }
    guard situation.mayOpen, !situation.authority.isVenueSilent else { return Finding(.notReady) }
    var findings = Findings()
    if let refusal = state.instrument.validate(wish.price, wish.quantity) { findings.add(Finding(refusal)) }
    let age = now.boot - top.boot
    if let refusal = caps.collar.refusal(wish.side, wish.price, reference: reference, ageNanos: age) {
      findings.add(Finding(refusal, of: caps.collar))
    }
    if wish.quantity > caps.maxOrderQuantity {
      findings.add(
        Finding(
          .orderQuantity, .quantity, measured: wish.quantity.raw, limit: caps.maxOrderQuantity.raw))
    }
    let exposure = situation.books.exposure(in: state.instrument.number)
    judgePosition(wish, exposure, maxPosition: caps.maxPosition, &findings)
    if !exposure.onlyReduces(wish.side, wish.quantity) {
      if level == .reduce { findings.add(Finding(.noPermit)) }
      if situation.risk.isMisinformed { findings.add(Finding(.riskMisinformed)) }
    }
    judgeOwnOrders(wish, in: state.instrument.number, situation.books, &findings)
    // Room is kept for the stops and targets of entries that still work: they must never find none.
    let open = situation.books.outlines.count + situation.books.intents.legsToCome + legs
    let most = situation.mostOpenOrders
    if open >= most || !situation.hasRoomForStop(of: wish.intent) {
      findings.add(Finding(.openOrders, .count, measured: Int64(open) + 1, limit: Int64(most)))
    }
    return findings.first
  }

  /// position: what the position could become, held against its cap.
  private static func judgePosition(
    _ wish: OrderWish, _ exposure: WorstCaseExposure, maxPosition: Quantity, _ findings: inout Findings
  ) {
    guard let worst = exposure.position(after: wish.side, wish.quantity) else {
      return findings.add(Finding(.position, .quantity, measured: Int64.max, limit: maxPosition.raw))
    }
    guard wish.side == .buy ? worst <= maxPosition : worst.raw >= 0 - maxPosition.raw else {
      let measured = wish.side == .buy ? Int128(worst.raw) : -Int128(worst.raw)
      return findings.add(
        Finding(.position, .quantity, measured: measured, limit: Int128(maxPosition.raw)))
    }
  }

  /// selfTrade, inDoubt: an order of ours that it would trade with, or one at its price that may or may not
  /// be there.
  private static func judgeOwnOrders(
    _ wish: OrderWish, in instrument: UInt32, _ books: ExecutorBooks, _ findings: inout Findings
  ) {
    for order in books.orders.inTheWay(of: wish.side, at: wish.price, in: instrument) {
      if order.side != wish.side && order.crosses(wish.price) {
        return findings.add(
          Finding(.selfTrade, .price, measured: wish.price.raw, limit: order.price.raw))
      }
      if order.side == wish.side && order.price == wish.price && order.isInDoubt {
        findings.add(Finding(.inDoubt))
      }
    }
  }
}

extension Situation {
  /// What forbids anything that opens, whichever source wants it, until a person or the session's end says
  /// otherwise.
  func bar(toOpening strategy: UInt16, in instrument: UInt32) -> RiskCheck? {
    if authority.quarantine != nil { return .quarantined }
    if books.halt(strategy: strategy, instrument: instrument) != nil { return .haltLatched }
    if isFlattening(instrument) { return .closing }
    return isClosing ? .noPermit : nil
  }
}

extension Finding {
  /// Of a rule of the instrument that an order breaks.
  fileprivate init(_ refusal: OrderRefusal) {
    switch refusal {
    case .priceNotPositive(let price): self.init(.tickSize, .price, measured: price.raw)
    case .priceOffTick(let price, let tick):
      self.init(.tickSize, .price, measured: price.raw, limit: tick.raw)
    case .quantityNotPositive(let quantity): self.init(.lotSize, .quantity, measured: quantity.raw)
    case .quantityOffLot(let quantity, let lot):
      self.init(.lotSize, .quantity, measured: quantity.raw, limit: lot.raw)
    case .quantityTooLarge(let quantity, let most):
      self.init(.orderQuantity, .quantity, measured: quantity.raw, limit: most.raw)
    case .quantityTooSmall(let quantity, let least):
      self.init(.minimumSize, .quantity, measured: quantity.raw, limit: least.raw)
    case .notionalTooSmall(let notional, let least):
      self.init(
        .minimumSize, .money, measured: notional.raw / 1_000_000_000, limit: least.raw / 1_000_000_000)
    }
  }

  /// Of a price that is too far from its reference, or whose reference is too old.
  fileprivate init(_ refusal: PriceCollarRefusal, of collar: PriceCollar) {
    switch refusal {
    case .priceNotPositive(let price): self.init(.tickSize, .price, measured: price.raw)
    case .noReference: self.init(.unpriced)
    case .referenceTooOld(let age):
      self.init(.staleMarketData, .nanos, measured: age, limit: collar.maxAgeNanos)
    case .beyondLimit(let price, let reference):
      self.init(distanceOf: price, from: reference, allowed: collar.limit)
    case .beyondBand(let price, let reference):
      self.init(distanceOf: price, from: reference, allowed: collar.band)
    }
  }

  private init(distanceOf price: Price, from reference: Price, allowed: Bps) {
    let distance = Int128(price.raw) - Int128(reference.raw)
    self.init(
      .priceCollar, .milliBps, measured: abs(distance) * 10_000_000 / Int128(reference.raw),
      limit: Int128(allowed.raw / 1_000))
  }
}
