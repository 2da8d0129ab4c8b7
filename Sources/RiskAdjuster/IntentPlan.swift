import Models
import Trading
import Vocabulary
import Wire

/// A trade's prices, on the tick and found sound, and the size that its stop allows.
package struct IntentPlan: Equatable, Sendable {
  package let instrument: Instrument
  package let side: Side
  /// What stop and target are measured from: the limit of the entry, or at the market the mid.
  package let reference: Price
  /// Limit of the entry.
  package let price: Price
  package let timeInForce: TimeInForce
  package let stop: Price
  package let takeProfit: Price

  /// How far the ratio told may be from that of the prices, as a share of the latter, 1e-7 (milliBps): at the
  /// market the mid has moved since the strategy looked.
  package static let rewardRiskTolerance: Int64 = 1_000_000

  /// Throws the check that objects. Nothing is ever rounded against what was asked: the entry's limit goes to
  /// the tick behind it, stop and target to the tick nearer to the entry.
  package init(
    _ signal: TradeSignal, _ side: Side, _ instrument: Instrument, mid: Price, _ limits: RiskLimits
  )
    throws(Finding)
  {
    self.instrument = instrument
    self.side = side
    let told: Price
    if let entry = signal.entryPrice {
      told = Price(raw: entry)
      guard let price = instrument.roundPassive(told, side), price.isPositive else {
        throw Finding(.malformed, .price, measured: entry, limit: instrument.tickSize.raw)
      }
      (self.price, reference, timeInForce) = (price, price, .gtc)
    } else {
      // An order at the market would take any price: this one ends where the allowance does.
      let allowance = min(limits.slippageAllowance, limits.priceCollar, limits.priceBand)
      let signed = Bps(raw: side.sign * allowance.raw)
      guard let moved = mid.moved(by: signed), let price = instrument.roundPassive(moved, side),
        price.isPositive
      else { throw Finding(.malformed, .price, measured: mid.raw, limit: instrument.tickSize.raw) }
      told = mid
      (self.price, reference, timeInForce) = (price, mid, .ioc)
    }
    guard let stop = signal.stopPrice.flatMap({ instrument.roundPassive(Price(raw: $0), side.opposite) }),
      let takeProfit = signal.takeProfitPrice.flatMap({ instrument.roundPassive(Price(raw: $0), side) }),
      stop.isPositive, takeProfit.isPositive
    else {
      throw Finding(
        .stopDistance, .price, measured: 0, limit: Self.leastDistance(instrument, limits))
    }
    self.stop = stop
    self.takeProfit = takeProfit
    try checkDistances(limits)
    try checkRewardRisk(signal, told)
  }

  /// stopDistance: measured distance of stop or target from the entry, negative on the wrong side.
  private func checkDistances(_ limits: RiskLimits) throws(Finding) {
    let least = Self.leastDistance(instrument, limits)
    let sign = Int128(side.sign)
    for distance in [
      sign * (Int128(reference.raw) - Int128(stop.raw)),
      sign * (Int128(takeProfit.raw) - Int128(reference.raw)),
    ] where distance < least {
      throw Finding(.stopDistance, .price, measured: distance, limit: least)
    }
  }

  private static func leastDistance(_ instrument: Instrument, _ limits: RiskLimits) -> Int128 {
    Int128(instrument.tickSize.raw) * Int128(limits.minStopTicks)
  }

  /// rewardRisk: how far what was told is from what the prices say, and how far it may be.
  private func checkRewardRisk(_ signal: TradeSignal, _ entry: Price) throws(Finding) {
    guard let stop = signal.stopPrice, let target = signal.takeProfitPrice else {
      throw Finding(.stopDistance)
    }
    let risk = (Int128(entry.raw) - Int128(stop)).magnitude
    let reward = (Int128(target) - Int128(entry.raw)).magnitude
    guard risk > 0, reward > 0 else { throw Finding(.rewardRisk, .milliBps, measured: .max, limit: 0) }
    let ratio = Double(reward) / Double(risk)
    let deviation = (signal.rewardRisk - ratio).magnitude / ratio * 1e7
    guard deviation <= Double(Self.rewardRiskTolerance) else {
      throw Finding(
        .rewardRisk, .milliBps, measured: deviation < 9e18 ? Int64(deviation) : .max,
        limit: Self.rewardRiskTolerance)
    }
  }
}

extension IntentPlan {
  /// stopSize: whether the venue takes this much as a stop and as a target too, whose prices differ from the
  /// entry's. Measured and least value at the price that objects; of a quantity that is itself too small, the
  /// quantity.
  package func checkExits(_ quantity: Quantity) throws(Finding) {
    for price in [stop, takeProfit] {
      switch instrument.validate(price, quantity) {
      case nil: continue
      case .notionalTooSmall:
        throw Finding(
          .stopSize, .money, measured: (price * quantity).raw / 1_000_000_000,
          limit: instrument.minNotional.raw / 1_000_000_000)
      default:
        throw Finding(
          .stopSize, .quantity, measured: quantity.raw,
          limit: max(instrument.minQuantity, instrument.lotSize).raw)
      }
    }
  }

  /// ⌊budget / (|entry − stop| + fees of both ways + slippage)⌋ in whole lots, all exact. Throws tradeBudget,
  /// with what the smallest order would lose, when not even that fits.
  package func quantity(budget: Money, slippage: Bps) throws(Finding) -> Quantity {
    let least = max(instrument.minQuantity, instrument.lotSize)
    guard let sizing = sizing(slippage) else {
      throw Finding(.tradeBudget, .money, measured: .max, limit: budget.raw)
    }
    let quantity = lots(sizing, budget)
    guard quantity >= least else {
      throw Finding(.tradeBudget, .money, measured: loss(sizing, least), limit: budget.raw)
    }
    return quantity
  }

  /// Nil when what one unit loses is more than can be told, which no budget bears.
  private func sizing(_ slippage: Bps) -> FixedFractional? {
    guard let cost = costPerUnit(slippage) else { return nil }
    do throws(ModelError) {
      return try FixedFractional(
        side: side, entry: reference, stop: stop, minimumDistance: .zero, costPerUnit: cost)
    } catch {
      return nil
    }
  }

  /// Fees of entry and stop, both as taker, and the allowance for slippage; rounded up.
  private func costPerUnit(_ slippage: Bps) -> Price? {
    let fee = Int128(max(0, instrument.takerFee.raw))
    let fees = (Int128(reference.raw) + Int128(stop.raw)) * fee
    let product = fees + Int128(reference.raw) * Int128(slippage.raw)
    let (whole, rest) = product.quotientAndRemainder(dividingBy: Bps.unitsInWhole)
    return Int64(exactly: rest > 0 ? whole + 1 : whole).map { Price(raw: $0) }
  }

  /// More than can be told is as much as can be: the other limits cut it.
  private func lots(_ sizing: FixedFractional, _ budget: Money) -> Quantity {
    do throws(ModelError) {
      return try sizing.quantity(budget: budget, lot: instrument.lotSize)
    } catch {
      return instrument.roundDown(.max)
    }
  }

  /// For the report of the check: the most there is when it cannot be told.
  private func loss(_ sizing: FixedFractional, _ quantity: Quantity) -> Int64 {
    do throws(ModelError) { return try sizing.lossAtStop(quantity: quantity).raw } catch { return .max }
  }
}
