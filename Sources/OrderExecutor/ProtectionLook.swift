import ActorKit
import Trading
import Wire

extension ProtectionSource {
  /// What a step for one intent looks at.
  struct Look {
    let working: WorkingIntent
    let share: Share
    /// Index of the instrument.
    let index: Int
    let situation: Situation
    let orders: OrderManager
    let now: Instant

    init(_ ward: Ward, _ situation: Situation, _ orders: OrderManager, at now: Instant) {
      (working, share, index) = (ward.working, ward.share, ward.index)
      (self.situation, self.orders, self.now) = (situation, orders, now)
    }

    var state: InstrumentState { situation.markets[index] }
    var instrument: Instrument { situation.markets[index].instrument }
    var exitSide: Side { working.exitSide }

    /// What the venue has that protection may rest on.
    var venue: Trading.VenueCapabilities { situation.venue.usable }

    /// Open orders that protect what the intent opened, oldest first.
    func legs(_ purpose: OrderPurpose? = nil) -> [OwnOrder] { situation.legs(of: working.id, purpose) }

    /// An order whose request got lost, as far as the venue can tell already.
    func isLost(_ order: OwnOrder) -> Bool { orders.isLost(order) }

    /// Others have something of the position, too.
    var isShared: Bool { situation.books.closable(exitSide, in: instrument.number) > share.wanted }

    func standing(_ leg: [OwnOrder]) -> Quantity {
      leg.filter { !$0.isCancelPending && !isLost($0) }.map(\.worstCaseOpen).saturatingSum
    }

    /// What may still be placed beside all that may fill, orders on their way out included.
    var room: Quantity {
      let mayFill = legs().filter { !Canary.isSinging(.stopReplacedBeforeCancel) || !$0.isCancelPending }
      return max(share.wanted - share.found - Bundle.all(of: mayFill).map(\.mostFilled).saturatingSum, .zero)
    }

    /// As much of a quantity in whole lots as the venue takes in one order.
    func largest(_ quantity: Quantity) -> Quantity { min(quantity, instrument.maxQuantity ?? .max) }

    func isAccepted(_ price: Price, _ quantity: Quantity) -> Bool {
      instrument.validate(price, quantity) == nil
    }

    /// The touch that closes, whatever is to be thought of it, is beyond the stop.
    var isTouchBeyondStop: Bool {
      guard let stop = working.intent.stopPrice, let touch = state.touch(exitSide) else { return false }
      return exitSide == .sell ? touch <= stop : touch >= stop
    }

    /// A lone quote so far from the last price that nobody would be sold to there reaches nothing.
    var isTouchAbsurd: Bool {
      guard state.price == nil, let touch = state.touch(exitSide), let last = state.reference.lastConfirmed,
        let bound = last.moved(by: Bps(raw: exitSide.sign * situation.configuration.exits.cap.raw))
      else { return false }
      return exitSide == .sell ? touch < bound : touch > bound
    }

    var isBeyondStop: Bool { isTouchBeyondStop && !isTouchAbsurd }

    /// Beyond a stop that nobody guards but the executor, and nothing is done about it.
    var isStopDiscounted: Bool { isTouchBeyondStop && isTouchAbsurd && legs(.stopLoss).isEmpty }

    /// Not all that is to protect does.
    var isLacking: Bool {
      // Once triggered, what is open is being closed; that it still is after a second is worth telling too.
      if working.isStopTriggered { return true }
      if working.intent.stopPrice != nil {
        let isWhole = venue.hasStops ? isEnough(covered(.stopLoss)) : situation.mayProtect(working, at: now)
        if !isWhole { return true }
      }
      guard working.intent.takeProfitPrice != nil else { return false }
      if venue.guardsTargets && working.intent.stopPrice != nil {
        return !situation.mayProtect(working, at: now)
      }
      return !isEnough(covered(.takeProfit))
    }

    private func covered(_ purpose: OrderPurpose) -> Quantity {
      let legs = legs(purpose).filter { $0.state.isAccepted && $0.status != .inDoubt }
      let standing = legs.map(\.worstCaseOpen).saturatingSum
      return purpose == .stopLoss ? standing.adding(min(share.found, foundStops)) ?? .max : standing
    }

    /// Stops that were found and protect as well.
    private var foundStops: Quantity {
      situation.books.orders.found(exitSide, in: instrument.number)
        .filter { $0.type == .stop && !$0.isCancelPending }.map(\.worstCaseOpen).saturatingSum
    }

    /// All that is owed is covered, but for what would be too little for an order of its own.
    private func isEnough(_ covered: Quantity) -> Bool {
      guard covered < share.owed else { return true }
      return covered.isPositive && situation.isDust(share.owed - covered, state)
    }
  }
}
