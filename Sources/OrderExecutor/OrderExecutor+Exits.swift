import ActorKit
import Trading
import Wire

// What orders that close a position may cost, and how far each attempt reaches.
extension OrderExecutor {
  /// The limit of the next order that closes on a side; nil while none can or may be sent. Each step further
  /// from the touch is told once, and the cap once with what is left and what to do.
  mutating func exitLimit(
    _ side: Side, desk place: Int, at now: Instant, into effects: inout Effects
  ) -> Price? {
    settleExit(side, desk: place, at: now)
    let pause = desks[place][exits: side].nextBoot
    guard pause <= now.boot else {
      retry(atBoot: pause)
      return nil
    }
    guard let touch = desks[place].touch(side) else { return nil }
    let first = desks[place][exits: side].firstTouch ?? touch
    desks[place][exits: side].firstTouch = first
    let anchor = desks[place].reference.lastConfirmed ?? first
    let steps = desks[place][exits: side].steps
    guard
      let limit = configuration.exits.limit(
        side, touch: touch, anchor: anchor, afterSteps: steps, desks[place].instrument)
    else { return nil }
    tellExit(side, desk: place, touch: touch, anchor: anchor, limit, into: &effects)
    return limit.price
  }

  /// An order that closes now or not at all.
  struct Exit {
    let purpose: OrderPurpose
    let side: Side
    let quantity: Quantity
    let price: Price
    /// Whose it is; nil for what closes by command or for want of an owner.
    var working: WorkingIntent?
  }

  /// Sends what closes; whether it could. It comes from the reserve: getting out must not wait behind getting
  /// in. Without budget it is tried again when there is some.
  mutating func sendExit(
    _ exit: Exit, desk place: Int, at now: Instant, into effects: inout Effects
  ) -> Bool {
    guard bucket.take(for: .cancel, atNanos: now.boot) else {
      retry(atBoot: now.boot + bucket.nanosUntilAvailable(for: .cancel, atNanos: now.boot))
      return false
    }
    let created = CreatedOrder(
      id: nextID(), strategy: exit.working?.intent.strategy ?? 0,
      instrument: desks[place].instrument.number, side: exit.side, timeInForce: .ioc, purpose: exit.purpose,
      price: exit.price, quantity: exit.quantity, intent: exit.working?.id, requestNanos: now.wall,
      recvWindowNanos: configuration.recvWindowNanos, origin: 0,
      correlation: exit.working?.id.correlation ?? .none)
    // A target has its own price, whatever became of the attempts at the touch.
    if exit.purpose != .takeProfit {
      desks[place][exits: exit.side].order = created.id
      desks[place][exits: exit.side].sentBoot = now.boot
    }
    send(created, .reduceOnly, at: now, into: &effects)
    return true
  }

  /// Whether the exits of an instrument have come to their cap and people know it.
  func isExitCapped(desk place: Int) -> Bool {
    desks[place].sellExits.isCapToldOf || desks[place].buyExits.isCapToldOf
  }

  /// Looks at what became of the last attempt. An exit long ago says nothing about this one.
  private mutating func settleExit(_ side: Side, desk place: Int, at now: Instant) {
    let progress = desks[place][exits: side]
    if let id = progress.order, let order = books.order(id), !order.isOpen {
      if order.state.cumQuantity >= order.state.quantity {
        desks[place][exits: side] = ExitProgress()
      } else if order.isNotPlaced || order.status == .rejected {
        desks[place][exits: side].pause(atBoot: progress.sentBoot)
      } else {
        desks[place][exits: side].escalate(
          atBoot: progress.sentBoot, tookSome: order.state.cumQuantity.isPositive)
      }
    } else if now.boot - progress.sentBoot > ExitProgress.memoryNanos {
      desks[place][exits: side] = ExitProgress()
    }
  }

  private mutating func tellExit(
    _ side: Side, desk place: Int, touch: Price, anchor: Price, _ limit: ExitPricing.Limit,
    into effects: inout Effects
  ) {
    let desk = desks[place]
    let progress = desk[exits: side]
    let left = "\(books.ledger[desk.instrument.number].quantity) \(desk.instrument.name)"
    let best = "best \(side == .sell ? "bid" : "ask") \(touch)"
    if limit.isAtCap, progress.steps > 0, !progress.isCapToldOf {
      desks[place][exits: side].isCapToldOf = true
      desks[place][exits: side].toldSteps = progress.steps
      alarm(
        .orderStuck, .critical, instrument: desk.instrument.number,
        "closing \(left): the orders have come to their cap, \(limit.price), and the market does not take "
          + "all (\(best)). They go on there every "
          + "\(ExitProgress.longestPauseNanos / .nanosPerSecond) s at the least. Close the rest at the "
          + "venue by hand, or run with a larger exitCapBps than \(configuration.exits.cap)",
        into: &effects)
    } else if progress.steps > progress.toldSteps, !progress.isCapToldOf {
      desks[place][exits: side].toldSteps = progress.steps
      alarm(
        .orderStuck, .warning, instrument: desk.instrument.number,
        "closing \(left): attempt \(progress.steps) did not get all; the next goes to \(limit.price) "
          + "(\(best))",
        into: &effects)
    }
  }
}

// Instruments without a price.
extension OrderExecutor {
  /// Tells once that an instrument has had quotes and no price for a while.
  mutating func judgePrices(at now: Instant, into effects: inout Effects) {
    for place in desks.indices where desks[place].caps != nil {
      guard session.isTrading, !isClosing, desks[place].isUnpriced else {
        desks[place].unpricedSinceBoot = nil
        desks[place].isUnpricedToldOf = false
        continue
      }
      let since = desks[place].unpricedSinceBoot ?? now.boot
      desks[place].unpricedSinceBoot = since
      guard !desks[place].isUnpricedToldOf else { continue }
      let due = since + Self.unpricedPatienceNanos
      guard due <= now.boot else {
        retry(atBoot: due)
        continue
      }
      desks[place].isUnpricedToldOf = true
      let desk = desks[place]
      let quotes = "\(desk.bid.map { "\($0)" } ?? "none") / \(desk.ask.map { "\($0)" } ?? "none")"
      let last = desk.reference.lastConfirmed.map { "\($0)" } ?? "none"
      alarm(
        .unpriced, .warning, instrument: desk.instrument.number,
        "\(desk.instrument.name) has had no price for \(Self.unpricedPatienceNanos / .nanosPerSecond) s: "
          + "best quotes \(quotes), last price \(last). Nothing is opened there until the spread is within "
          + "\(desk.instrument.maxSpread) bp and the price is borne out; positions can be closed. If the "
          + "market is always like this, set the instrument's maxSpreadBps",
        into: &effects)
    }
  }

  /// Quotes without a price for so long are worth an alarm.
  static let unpricedPatienceNanos: Int64 = 5 * .nanosPerSecond
}
